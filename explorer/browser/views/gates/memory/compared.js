/** The models that are looked at side by side: other kinds of cell, trained on the same text. */

const CELLS = Object.freeze(["rnn", "gru", "lstm"]);
const FAMILY = "recurrent";
const LINES = Object.freeze({ rnn: "dotted", gru: "dashed", lstm: "solid" });

/**
 * @typedef {object} Compared
 * @property {string} cell
 * @property {string} label
 * @property {string} colour the name of a CSS variable
 * @property {"solid" | "dashed" | "dotted"} line
 * @property {boolean} own whether it is the model that the view shows
 * @property {import("../../../runtime/model.js").Model} model
 */

/**
 * The model itself and, for each other kind of cell, the first one of the catalogue that has read the same data set.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {{checkpoints?: {name: string, family: string}[], open?: (name: string) => Promise<import("../../../runtime/model.js").Model>}} host
 * @returns {Promise<Compared[]>} RNN, GRU, LSTM, as far as there are any
 */
export async function findCompared(model, { checkpoints = [], open }) {
  const entries = checkpoints.filter(({ name, family }) => family === FAMILY && name !== model.name);
  // One that cannot be opened is left to the model's own page to complain about.
  const opened = (await Promise.allSettled(entries.map(({ name }) => open(name)))).flatMap(({ value }) =>
    value ? [value] : [],
  );
  const related = [model, ...opened.filter(({ config }) => config.dataset.name === model.config.dataset.name)];
  return CELLS.map((cell) => related.find((each) => cellOf(each) === cell))
    .filter((each) => each !== undefined)
    .map((each) => describe(each, each === model));
}

function describe(model, own) {
  const cell = cellOf(model);
  return { cell, label: cell.toUpperCase(), colour: `--model-${cell}`, line: LINES[cell], own, model };
}

function cellOf({ config }) {
  return config.arguments.cell ?? "lstm";
}
