/** One clock for several runs: it counts steps, and each run shows the last moment that it recorded by then. */

/**
 * Every step at which some run recorded something.
 * @param {readonly (readonly number[])[]} runs ascending steps of each
 * @returns {number[]} ascending, each once
 */
export function mergeSteps(runs) {
  return [...new Set(runs.flat())].sort((a, b) => a - b);
}

/**
 * The last moment that was recorded by a step.
 * @param {readonly number[]} steps ascending
 * @param {number} step
 * @returns {number} −1 before the first
 */
export function momentAt(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
