/** Work in small pieces while nobody waits for the page. */

const SLICE = 6; // milliseconds: well within a frame

/** Runs a list of jobs in idle moments; the newest list replaces what is left of the one before. */
export class IdleWorker {
  #stamp = 0;
  #isBusy;

  /** @param {() => boolean} isBusy whether the visitor is moving something, which must not wait */
  constructor(isBusy) {
    this.#isBusy = isBusy;
  }

  /** @param {Iterator<void>} jobs @param {() => void} [done] */
  run(jobs, done = () => {}) {
    this.#stamp++;
    const mine = this.#stamp;
    soon(() => this.#step(mine, jobs, done));
  }

  stop() {
    this.#stamp++;
  }

  #step(/** @type {number} */ mine, /** @type {Iterator<void>} */ jobs, /** @type {() => void} */ done) {
    if (mine !== this.#stamp) return;
    const until = performance.now() + SLICE;
    while (!this.#isBusy() && performance.now() < until) {
      if (jobs.next().done) {
        done();
        return;
      }
    }
    soon(() => this.#step(mine, jobs, done));
  }
}

/** @param {() => void} work */
function soon(work) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(work, { timeout: 300 });
  else setTimeout(work, 30); // Safari has none
}
