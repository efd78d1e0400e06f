/** Long computations in pieces between which the page answers the visitor. */

const SLICE = 8; // milliseconds: half a frame

/**
 * Run a generator to its end.
 * @template T
 * @param {Generator<void, T, void>} work one small piece of the computation to each step
 * @param {AbortSignal} signal
 * @param {() => void} [onPause] after each slice, to show what there is
 * @returns {Promise<T>} what the generator returns
 * @throws {DOMException} an AbortError once the signal says so
 */
export async function inSlices(work, signal, onPause = () => {}) {
  for (;;) {
    signal.throwIfAborted();
    const until = performance.now() + SLICE;
    let step = work.next();
    while (!step.done && performance.now() < until) step = work.next();
    onPause();
    if (step.done) return step.value;
    await pause();
  }
}

/** One piece of work at a time: a new one takes the place of the one before, whose results nobody sees any more. */
export class Task {
  #onError;
  #controller = new AbortController();
  #timer = 0;

  /**
   * @param {(error: unknown) => void} onError told what the work failed of, except that it was replaced; what it throws
   *   reaches the console
   */
  constructor(onError) {
    this.#onError = onError;
  }

  /** @param {(signal: AbortSignal) => Promise<void>} work @param {number} [delay] milliseconds before it starts */
  start(work, delay = 0) {
    this.stop();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const run = () => work(signal).catch((error) => !signal.aborted && this.#onError(error));
    if (delay) this.#timer = setTimeout(run, delay);
    else run();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

/** What a task does of which no failure is expected. @param {unknown} error */
export function rethrow(error) {
  throw error;
}

/** Let the page handle inputs and draw. Not a timer: nested ones wait for at least 4 ms. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
