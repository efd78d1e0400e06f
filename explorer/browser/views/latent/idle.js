/** Work in small pieces while nobody waits for the page. */

const SLICE = 8; // milliseconds: half a frame

/**
 * Run a list of jobs in idle moments; the newest list replaces what is left of the one before.
 * @returns {{run(jobs: Iterator<void>, done?: () => void): void, stop(): void}}
 */
export function createIdleWorker() {
  let stamp = 0;
  const soon = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 30));
  const step = (/** @type {number} */ mine, /** @type {Iterator<void>} */ jobs, /** @type {() => void} */ done) => {
    if (mine !== stamp) return;
    const until = performance.now() + SLICE;
    while (performance.now() < until) {
      if (jobs.next().done) return done();
    }
    soon(() => step(mine, jobs, done), { timeout: 500 });
  };
  return {
    run(jobs, done = () => {}) {
      stamp++;
      const mine = stamp;
      soon(() => step(mine, jobs, done), { timeout: 500 });
    },
    stop() {
      stamp++;
    },
  };
}
