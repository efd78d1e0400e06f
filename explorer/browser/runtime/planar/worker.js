/**
 * The background thread of one run: trains, and measures. It answers messages between slices of training, and sends
 * what is new only when the page has taken in what it sent before.
 */
import { ModelError } from "../errors.js";
import { loadKernels } from "../kernels.js";
import { createEvaluator } from "./evaluate.js";
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

/** @type {{settings: any, evaluator?: any, session?: Session}} */
const run = { settings: null };
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
  if (!running) return;
  const now = performance.now();
  pace.due = pace.limit === Infinity ? Infinity : pace.due + (pace.limit * (now - pace.since)) / 1000;
  pace.since = now;
  if (pace.due >= 1) {
    const done = run.session.advance(SLICE_MS, Math.floor(pace.due));
    pace.due = Math.min(pace.due - done, Math.max(1, CATCH_UP * pace.limit));
    speed.iterations += done;
  }
  if (run.session.stopped !== null) running = false;
  if (!running || (taken && performance.now() - posted >= POST_MS)) post();
  schedule();
}

/** What the page may ask for; results and errors go back under the request's number. */
const COMMANDS = {
  async open({ settings, state, limits }) {
    const kernels = await loadKernels();
    run.settings = settings;
    run.evaluator = createEvaluator(kernels, settings);
    if (state) run.session = new Session(kernels, settings, state, limits);
  },
  play() {
    if (running) return;
    running = true;
    Object.assign(pace, { due: 1, since: performance.now() });
    Object.assign(speed, { value: 0, iterations: 0, since: performance.now() });
    schedule();
  },
  pause() {
    running = false;
    post();
  },
  step({ which }) {
    run.session.step(which);
    post();
  },
  pace({ limit }) {
    Object.assign(pace, { limit, due: Math.min(pace.due, 1) });
  },
  change: ({ partial }) => run.session.engine.change(partial),
  taken: () => void (taken = true),
  measure: ({ state }) => measure(run.settings, run.evaluator, state),
  floors: () => floors(run.settings),
};

function post() {
  measureSpeed();
  const progress = run.session.drain();
  const buffers = progress.snapshots.flatMap(({ state }) =>
    Object.values(state)
      .filter(ArrayBuffer.isView)
      .map(({ buffer }) => buffer),
  );
  posted = performance.now();
  taken = false;
  globalThis.postMessage({ progress: { ...progress, speed: speed.value } }, { transfer: buffers });
}

function measureSpeed() {
  const elapsed = performance.now() - speed.since;
  if (!running || (speed.value > 0 && elapsed < SPEED_MS)) return;
  Object.assign(speed, { value: (1000 * speed.iterations) / elapsed, iterations: 0, since: performance.now() });
}

/** Commands wait for those before them: nothing happens before the run is open. */
let queue = Promise.resolve();
globalThis.onmessage = ({ data: { id, command, ...values } }) => {
  queue = queue.then(async () => {
    try {
      globalThis.postMessage({ id, result: await COMMANDS[command](values) });
    } catch (error) {
      const { key, values: details } =
        error instanceof ModelError ? error : { key: "lab.error_worker", values: { reason: String(error) } };
      globalThis.postMessage({ id, error: { key, values: details } });
    }
  });
};
