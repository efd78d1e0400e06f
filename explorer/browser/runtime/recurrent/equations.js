/** The cells' equations and the numbers that stand in them; see `explorer/families/cells.py`. No DOM. */

import { sumsOf } from "./sums.js";

/**
 * @typedef {{symbol: string, value: string, quantity: string | null}} Symbol `value` names an entry of `valuesOf`
 */

/** @param {string} symbol @param {string} value @param {string | null} [quantity] @returns {Symbol} */
const at = (symbol, value, quantity = value) => Object.freeze({ symbol, value, quantity });
const input = at("i", "input");
const forget = at("f", "forget");
const output = at("o", "output");
const candidate = at("g", "candidate");
const cell = at("c", "cell");
const hidden = at("h", "hidden");
const cellBefore = at("c′", "cellBefore", "cell");
const hiddenBefore = at("h′", "hiddenBefore", "hidden");
const cellTanh = at("tanh c", "cellTanh", "cell");
const update = at("z", "update");
const reset = at("r", "reset");
const newValue = at("n", "candidate");

/** How a gate comes about: squash(share of the character + share of the state). */
const gate = (/** @type {Symbol} */ { symbol, value }, squash = "σ") => [
  squash,
  "(",
  at("x", `${value}FromInput`, null),
  " + ",
  at("u", `${value}FromState`, null),
  ") = ",
  at(symbol, value),
];

const EQUATIONS = Object.freeze({
  lstm: [
    [forget, " · ", cellBefore, " + ", input, " · ", candidate, " = ", cell],
    [output, " · ", cellTanh, " = ", hidden],
    gate(forget),
    gate(input),
    gate(candidate, "tanh"),
    gate(output),
  ],
  gru: [
    ["(1 − ", update, ") · ", newValue, " + ", update, " · ", hiddenBefore, " = ", hidden],
    [
      "tanh(",
      at("x", "candidateFromInput", null),
      " + ",
      reset,
      " · ",
      at("u", "candidateFromState", null),
      ") = ",
      newValue,
    ],
    gate(update),
    gate(reset),
  ],
  rnn: [gate(hidden, "tanh")],
});

/** How many of a cell's equations, the first ones, say what the state becomes. */
export const STATE_EQUATIONS = Object.freeze({ lstm: 2, gru: 1, rnn: 1 });

/**
 * The equations of a cell, every term a number of one unit: first the state, then how each gate comes about.
 * @param {import("./cells.js").CellKind} kind
 * @returns {(string | Symbol)[][]} symbols, and what stands between them
 */
export function equations(kind) {
  return EQUATIONS[kind];
}

/**
 * The numbers of the chosen unit at the cursor: its quantities, those of the step before (`…Before`), the products, and
 * what the gates add up (`…FromInput`, `…FromState`).
 * @param {{language: import("./language.js").Language, trace: import("./trace.js").Trace, cursor: number, unit: {layer:
 *   number, index: number}}} reading
 * @returns {Record<string, number>}
 */
export function valuesOf(reading) {
  const { language, trace, cursor, unit } = reading;
  const { layer, index } = unit;
  /** @type {Record<string, number>} */
  const values = {};
  for (const name of language.quantities) values[name] = trace.quantity(layer, name, cursor)[index];
  const before = (/** @type {string} */ name) => (cursor < 0 ? 0 : trace.quantity(layer, name, cursor - 1)[index]);
  values.hiddenBefore = before("hidden");
  if (language.cell === "lstm") {
    values.cellBefore = before("cell");
    values.kept = values.forget * values.cellBefore;
    values.added = values.input * values.candidate;
    values.cellTanh = Math.tanh(values.cell);
  } else if (language.cell === "gru") {
    values.kept = values.update * values.hiddenBefore;
    values.added = (1 - values.update) * values.candidate;
    values.open = 1 - values.update;
  }
  for (const [name, { fromInput, fromState }] of Object.entries(sumsOf(reading))) {
    values[`${name}FromInput`] = fromInput;
    values[`${name}FromState`] = fromState;
  }
  if (language.cell === "rnn") {
    [values.fromInput, values.fromState] = [values.hiddenFromInput, values.hiddenFromState];
    values.sum = values.fromInput + values.fromState;
  }
  return values;
}
