/**
 * The background thread of one run: trains, and measures. It answers messages between slices of training, and sends what is
 * new only when the page has taken in what it sent before.
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

/** @type {{settings: any, evaluator?: any, session?: Session}} */
const run = { settings: null };
let running = false;
let taken = true;
let posted = -Infinity;

// Unlike a timer, a message is not held back for 4 ms when it comes again and again.
const next = new MessageChannel();
next.port1.onmessage = () => {
  if (!running) return;
  run.session.advance(SLICE_MS);
  if (run.session.stopped !== null) running = false;
  if (!running || (taken && performance.now() - posted >= POST_MS)) post();
  if (running) next.port2.postMessage(null);
};

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
    next.port2.postMessage(null);
  },
  pause() {
    running = false;
    post();
  },
  step({ which }) {
    run.session.step(which);
    post();
  },
  change: ({ partial }) => run.session.engine.change(partial),
  taken: () => void (taken = true),
  measure: ({ state }) => measure(run.settings, run.evaluator, state),
  floors: () => floors(run.settings),
};

function post() {
  const progress = run.session.drain();
  const buffers = progress.snapshots.flatMap(({ state }) => Object.values(state).filter(ArrayBuffer.isView).map(({ buffer }) => buffer));
  posted = performance.now();
  taken = false;
  globalThis.postMessage({ progress }, { transfer: buffers });
}

/** Commands wait for those before them: nothing happens before the run is open. */
let queue = Promise.resolve();
globalThis.onmessage = ({ data: { id, command, ...values } }) => {
  queue = queue.then(async () => {
    try {
      globalThis.postMessage({ id, result: await COMMANDS[command](values) });
    } catch (error) {
      const { key, values: details } = error instanceof ModelError ? error : { key: "lab.error_worker", values: { reason: String(error) } };
      globalThis.postMessage({ id, error: { key, values: details } });
    }
  });
};
