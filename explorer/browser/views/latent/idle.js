/** Work in small pieces while nobody waits for the page. */

const SLICE = 6; // milliseconds: well within a frame

/**
 * Run a list of jobs in idle moments; the newest list replaces what is left of the one before.
 * @param {() => boolean} isBusy whether the visitor is moving something, which must not wait
 * @returns {{run(jobs: Iterator<void>, done?: () => void): void, stop(): void}}
 */
export function createIdleWorker(isBusy) {
  let stamp = 0;
  const soon = (/** @type {() => void} */ work) =>
    globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 300 }) : setTimeout(work, 30);
  const step = (/** @type {number} */ mine, /** @type {Iterator<void>} */ jobs, /** @type {() => void} */ done) => {
    if (mine !== stamp) return undefined;
    const until = performance.now() + SLICE;
    while (!isBusy() && performance.now() < until) {
      if (jobs.next().done) return done();
    }
    return soon(() => step(mine, jobs, done));
  };
  return {
    run(jobs, done = () => {}) {
      stamp++;
      const mine = stamp;
      soon(() => step(mine, jobs, done));
    },
    stop() {
      stamp++;
    },
  };
}
