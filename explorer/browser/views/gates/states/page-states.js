/**
 * The states that the map was made of, and any quantity of any unit at them: the held-out page is read again for them.
 */

/**
 * @typedef {object} PageStates
 * @property {readonly string[]} characters of the page
 * @property {Int32Array} positions (N) characters of the page that the map shows
 * @property {Float32Array} states (N, H) the top layer's hidden state after each of them
 * @property {(layer: number, quantity: string, unit: number) => Float32Array} activity (N)
 */

/**
 * @param {import("../../../runtime/recurrent/trace.js").Trace} trace of the whole page
 * @param {Int32Array} positions
 * @returns {PageStates}
 */
export function pageStates(trace, positions) {
  const { hiddenSize, layers } = trace.language;
  const states = new Float32Array(positions.length * hiddenSize);
  positions.forEach((position, i) => states.set(trace.quantity(layers - 1, "hidden", position), i * hiddenSize));
  const activity = (/** @type {number} */ layer, /** @type {string} */ quantity, /** @type {number} */ unit) =>
    Float32Array.from(positions, (position) => trace.quantity(layer, quantity, position)[unit]);
  return { characters: trace.characters, positions, states, activity };
}
