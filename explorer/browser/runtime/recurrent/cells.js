/** The kinds of recurrent cells; their equations are in `explorer/families/cells.py` and run in `recurrent.c`. */

/**
 * @typedef {object} Cell
 * @property {string[]} quantities what a step computes, in order; "hidden" is the last
 * @property {string[]} state which of them the next step reads
 * @property {number} gates G, blocks of H rows in the weight matrices, candidate included
 * @property {boolean} separate whether rows from the input and from the state must be known apart (the GRU's reset gate
 *   multiplies only those from the state)
 */

/** @typedef {"rnn" | "gru" | "lstm"} CellKind */

/** @type {Record<CellKind, Cell>} */
export const CELLS = {
  rnn: { quantities: ["hidden"], state: ["hidden"], gates: 1, separate: false },
  gru: { quantities: ["reset", "update", "candidate", "hidden"], state: ["hidden"], gates: 3, separate: true },
  lstm: {
    quantities: ["input", "forget", "output", "candidate", "cell", "hidden"],
    state: ["hidden", "cell"],
    gates: 4,
    separate: false,
  },
};

/** @param {unknown} op of a layer @returns {op is CellKind} */
export function isCell(op) {
  return typeof op === "string" && Object.hasOwn(CELLS, op);
}
