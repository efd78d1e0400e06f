/** How quantities are written in equations, and their colours. */

import { isGate } from "../charts/scale.js";

/** @type {Readonly<Record<string, string>>} */
const SYMBOLS = Object.freeze({
  input: "i",
  forget: "f",
  output: "o",
  reset: "r",
  update: "z",
  cell: "c",
  hidden: "h",
});

/**
 * @param {string} quantity
 * @param {string} cell "lstm", "gru" or "rnn": an LSTM's candidate is g, a GRU's is n
 * @returns {string}
 */
export function symbolOf(quantity, cell) {
  return quantity === "candidate" ? (cell === "gru" ? "n" : "g") : SYMBOLS[quantity];
}

/** The CSS variable of a quantity's colour. @param {string} quantity @returns {string} */
export function colourOf(quantity) {
  return isGate(quantity) ? `--gate-${quantity}` : `--${quantity}`;
}

/** A value to three decimals with a true minus sign; no zero has one. @param {number} value @returns {string} */
export function decimals(value) {
  const text = value.toFixed(3);
  return Number(text) === 0 ? "0.000" : text.replace("-", "−");
}
