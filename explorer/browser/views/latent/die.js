/** The die of the seeds of ε. */

const FACES = 10_000; // short enough to read out

/** @returns {number} a seed */
export function rollSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0] % FACES;
}
