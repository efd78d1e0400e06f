/** The held-out page as the model reads it: the states that the map was made of, and any quantity of any unit at them. */

import { createTrace } from "../../../runtime/recurrent/trace.js";

const SLICE = 4; // milliseconds

/**
 * @typedef {object} PageStates
 * @property {readonly string[]} characters of the page
 * @property {Int32Array} positions (N) characters of the page that the map shows
 * @property {Float32Array} states (N, H) the top layer's hidden state after each of them
 * @property {(layer: number, quantity: string, unit: number) => Float32Array} activity (N)
 */

/**
 * Read the page.
 * @param {import("../../../runtime/recurrent/language.js").Language} language
 * @param {string} page
 * @param {Int32Array} positions
 * @param {(share: number) => void} onProgress
 * @returns {Generator<void, PageStates, void>}
 */
export function* readPage(language, page, positions, onProgress) {
  const trace = createTrace(language);
  trace.setText(page);
  while (trace.computed < trace.length) {
    trace.compute({ budget: SLICE });
    onProgress(trace.computed / trace.length);
    yield;
  }
  const { hiddenSize, layers } = language;
  const states = new Float32Array(positions.length * hiddenSize);
  positions.forEach((position, i) => states.set(trace.quantity(layers - 1, "hidden", position), i * hiddenSize));
  const activity = (/** @type {number} */ layer, /** @type {string} */ quantity, /** @type {number} */ unit) =>
    Float32Array.from(positions, (position) => trace.quantity(layer, quantity, position)[unit]);
  return { characters: trace.characters, positions, states, activity };
}
