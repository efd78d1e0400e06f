/** The models that are looked at side by side: other kinds of cell, trained on the same text. */

const CELLS = Object.freeze(/** @type {const} */ (["rnn", "gru", "lstm"]));
const FAMILY = "recurrent";
/** @type {Readonly<Record<Cell, "solid" | "dashed" | "dotted">>} */
const LINES = Object.freeze({ rnn: "dotted", gru: "dashed", lstm: "solid" });

/**
 * @typedef {import("../../../runtime/model.js").Model} Model
 * @typedef {typeof CELLS[number]} Cell
 *
 * @typedef {object} Compared
 * @property {Cell} cell
 * @property {string} label
 * @property {string} colour the name of a CSS variable
 * @property {"solid" | "dashed" | "dotted"} line
 * @property {boolean} own whether it is the model that the view shows
 * @property {Model} model
 */

/**
 * The model itself and, for each other kind of cell, the first one of the catalogue that has read the same data set.
 * @param {Model} model
 * @param {{checkpoints: readonly {name: string, family: string}[], open: (name: string) => Promise<Model>}} host
 * @returns {Promise<Compared[]>} RNN, GRU, LSTM, as far as there are any
 */
export async function findCompared(model, { checkpoints, open }) {
  const entries = checkpoints.filter(({ name, family }) => family === FAMILY && name !== model.name);
  const settled = await Promise.allSettled(entries.map(({ name }) => open(name)));
  // One that cannot be opened is left to the model's own page to complain about.
  const opened = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const related = [model, ...opened.filter(({ config }) => config.dataset.name === model.config.dataset.name)];
  return CELLS.flatMap((cell) => {
    const found = related.find((each) => cellOf(each) === cell);
    if (!found) return [];
    const own = found === model;
    return [{ cell, label: cell.toUpperCase(), colour: `--model-${cell}`, line: LINES[cell], own, model: found }];
  });
}

/** @param {Model} model */
function cellOf({ config }) {
  return config.arguments.cell ?? "lstm";
}
