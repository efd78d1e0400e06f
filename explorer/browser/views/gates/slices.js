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

/**
 * One task at a time: a new one takes the place of the one before, whose results nobody sees any more.
 * @param {(error: Error) => void} onError told what a task failed of, except that it was replaced
 */
export function createTask(onError) {
  let controller = new AbortController();
  let timer = 0;
  const stop = () => {
    clearTimeout(timer);
    controller.abort();
  };
  return {
    /** @param {(signal: AbortSignal) => Promise<void>} work @param {number} [delay] milliseconds before it starts */
    start(work, delay = 0) {
      stop();
      const { signal } = (controller = new AbortController());
      const run = () => work(signal).catch((error) => !signal.aborted && onError(error));
      if (delay) timer = setTimeout(run, delay);
      else run();
    },
    stop,
  };
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
