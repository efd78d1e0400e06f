/**
 * The background thread of one run: trains, and measures. It answers messages between slices of training, and sends
 * what is new only when the page has taken in what it sent before.
 */
import { ModelError } from "../errors.js";
import { loadKernels } from "../kernels.js";
import { createEvaluator } from "./evaluate.js";
import { arraysOf } from "./initial.js";
import { floors, measure } from "./measures.js";
import { Session } from "./session.js";

/** Longest wait of a message, unless one iteration takes longer. */
const SLICE_MS = 8;
/** Shortest time between two progress messages. */
const POST_MS = 33;
/** Time over which the speed is taken. */
const SPEED_MS = 500;
/** Iterations that a run may catch up with at once when it was held up, as a share of a second's. */
const CATCH_UP = 0.1;

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./evaluate.js").Evaluator} Evaluator */

/** @type {{settings: Settings | null, evaluator: Evaluator | null, session: Session | null}} */
const run = { settings: null, evaluator: null, session: null };
let running = false;
let taken = true;
let posted = -Infinity;
/** Iterations per second at most, how many are due by now, and since when that is counted. */
const pace = { limit: Infinity, due: 0, since: 0 };
const speed = { value: 0, iterations: 0, since: 0 };

// Unlike a timer, a message is not held back for 4 ms when it comes again and again.
const next = new MessageChannel();
next.port1.onmessage = train;
let scheduled = false;

function schedule() {
  if (scheduled || !running) return;
  scheduled = true;
  if (pace.due >= 1) next.port2.postMessage(null);
  else setTimeout(train, (1000 * (1 - pace.due)) / pace.limit);
}

function train() {
  scheduled = false;
  const { session } = run;
  if (!running || session === null) return;
  const now = performance.now();
  pace.due = pace.limit === Infinity ? Infinity : pace.due + (pace.limit * (now - pace.since)) / 1000;
  pace.since = now;
  if (pace.due >= 1) {
    const done = session.advance(SLICE_MS, Math.floor(pace.due));
    pace.due = Math.min(pace.due - done, Math.max(1, CATCH_UP * pace.limit));
    speed.iterations += done;
  }
  if (session.stopped !== null) running = false;
  if (!running || (taken && performance.now() - posted >= POST_MS)) post();
  schedule();
}

/**
 * What the page may ask for, and what it is answered.
 * @typedef {object} Commands
 * @property {{values: Opening, result: void}} open
 * @property {{values: {}, result: void}} play
 * @property {{values: {}, result: void}} pause
 * @property {{values: {which: "discriminator" | "generator" | "both"}, result: void}} step
 * @property {{values: {limit: number}, result: void}} pace
 * @property {{values: {partial: import("./engine.js").Change}, result: Settings}} change
 * @property {{values: {}, result: void}} taken what was sent is taken in
 * @property {{values: {state: State}, result: import("./measures.js").Measures}} measure
 * @property {{values: {}, result: import("./measures.js").Floors}} floors
 *
 * @typedef {{settings: Settings, live?: {state: State, limits: import("./session.js").Limits}}} Opening `live` is what
 *   a
 *   run that trains starts from
 *
 * @typedef {ReturnType<Session["drain"]> & {speed: number}} Progress
 *
 * @typedef {{id: number, result: unknown} | {id: number, error: {key: string, values: Record<string, string>}}
 *   | {progress: Progress}} Message to the page
 */

/**
 * @type {{[Command in keyof Commands]: (values: Commands[Command]["values"]) => Promise<Commands[Command]["result"]>}}
 */
const COMMANDS = {
  async open({ settings, live }) {
    const kernels = await loadKernels();
    run.settings = settings;
    run.evaluator = createEvaluator(kernels, settings);
    if (live) run.session = new Session(kernels, settings, live.state, live.limits);
  },
  async play() {
    if (running) return;
    running = true;
    Object.assign(pace, { due: 1, since: performance.now() });
    Object.assign(speed, { value: 0, iterations: 0, since: performance.now() });
    schedule();
  },
  async pause() {
    running = false;
    post();
  },
  async step({ which }) {
    opened(run.session).step(which);
    post();
  },
  async pace({ limit }) {
    Object.assign(pace, { limit, due: Math.min(pace.due, 1) });
  },
  change: async ({ partial }) => opened(run.session).engine.change(partial),
  taken: async () => void (taken = true),
  measure: async ({ state }) => measure(opened(run.settings), opened(run.evaluator), state),
  floors: async () => floors(opened(run.settings)),
};

/** @template T @param {T | null} part @returns {T} */
function opened(part) {
  if (part === null) throw new Error("the run is not open");
  return part;
}

function post() {
  measureSpeed();
  const progress = opened(run.session).drain();
  const buffers = progress.snapshots.flatMap(({ state }) => arraysOf(state).map(({ buffer }) => buffer));
  posted = performance.now();
  taken = false;
  send({ progress: { ...progress, speed: speed.value } }, buffers);
}

/** @param {Message} message @param {ArrayBuffer[]} [buffers] that go with it */
function send(message, buffers = []) {
  globalThis.postMessage(message, { transfer: buffers });
}

function measureSpeed() {
  const elapsed = performance.now() - speed.since;
  if (!running || (speed.value > 0 && elapsed < SPEED_MS)) return;
  Object.assign(speed, { value: (1000 * speed.iterations) / elapsed, iterations: 0, since: performance.now() });
}

/**
 * @template {keyof Commands} Command
 * @param {{id: number, command: Command, values: Commands[Command]["values"]}} request
 */
async function answer({ id, command, values }) {
  try {
    send({ id, result: await COMMANDS[command](values) });
  } catch (error) {
    const known = error instanceof ModelError;
    const said = known ? error : new ModelError("lab.error_worker", { reason: String(error) });
    send({ id, error: { key: said.key, values: said.values } });
  }
}

/** Commands wait for those before them: nothing happens before the run is open. */
let queue = Promise.resolve();
globalThis.onmessage = ({ data }) => {
  queue = queue.then(() => answer(data));
};
