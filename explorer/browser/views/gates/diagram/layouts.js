/**
 * Where everything stands in the diagram of a cell, in units of a drawing 400 wide.
 *
 * @typedef {{name: string, symbol: string, quantity: string | null, x: number, y: number}} Place a value of `valuesOf`
 *   in a box
 * @typedef {{symbol: string, x: number, y: number}} Operator
 * @typedef {{path: string, value: string | null, stage: number}} Edge drawn as thick as its value is large; values flow
 *   along the edges of one stage after those of the one before
 * @typedef {{value?: string, text?: string, x: number, y: number}} Note a product's number beside its edge, or what the
 *   edge does
 * @typedef {{kind: "character" | "state", x: number, y: number}} Source what every unit of the layer reads
 * @typedef {{height: number, places: Place[], operators: Operator[], edges: Edge[], notes: Note[], sources: Source[]}}
 *   Layout
 */

/**
 * @param {string} name
 * @param {string} symbol
 * @param {number} x
 * @param {number} y
 * @param {string | null} [quantity]
 * @returns {Place}
 */
const place = (name, symbol, x, y, quantity = name) => ({ name, symbol, quantity, x, y });
/** @param {string} path @param {string | null} value @param {number} stage @returns {Edge} */
const edge = (path, value, stage) => ({ path, value, stage });

/** @type {Layout} */
const LSTM = {
  height: 312,
  places: [
    place("cellBefore", "c′", 35, 44, "cell"),
    place("cell", "c", 290, 44),
    place("cellTanh", "tanh c", 290, 116, "cell"),
    place("hidden", "h", 365, 110),
    place("forget", "f", 100, 205),
    place("input", "i", 170, 205),
    place("candidate", "g", 240, 205),
    place("output", "o", 325, 205),
  ],
  operators: [
    { symbol: "×", x: 100, y: 44 },
    { symbol: "+", x: 205, y: 44 },
    { symbol: "×", x: 205, y: 130 },
    { symbol: "×", x: 325, y: 160 },
  ],
  edges: [
    edge("M140 272 V250 H325 M140 250 H100 M265 272 V250", null, 0),
    edge("M100 250 V223", null, 0),
    edge("M170 250 V223", null, 0),
    edge("M240 250 V223", null, 0),
    edge("M325 250 V223", null, 0),
    edge("M65 44 H90", "cellBefore", 1),
    edge("M100 187 V54", "forget", 1),
    edge("M170 187 V130 H195", "input", 1),
    edge("M240 187 V130 H215", "candidate", 1),
    edge("M110 44 H195", "kept", 2),
    edge("M205 120 V54", "added", 2),
    edge("M215 44 H260", "cell", 3),
    edge("M320 44 H396", "cell", 4),
    edge("M290 62 V98", "cell", 4),
    edge("M290 134 V160 H315", "cellTanh", 5),
    edge("M325 187 V170", "output", 5),
    edge("M335 160 H365 V128", "hidden", 6),
  ],
  notes: [
    { value: "kept", x: 152, y: 32 },
    { value: "added", x: 232, y: 92 },
  ],
  sources: [
    { kind: "state", x: 140, y: 290 },
    { kind: "character", x: 265, y: 290 },
  ],
};

/** @type {Layout} */
const GRU = {
  height: 312,
  places: [
    place("hiddenBefore", "h′", 35, 44, "hidden"),
    place("hidden", "h", 310, 44),
    place("open", "1 − z", 165, 125, "update"),
    place("update", "z", 100, 205),
    place("candidate", "n", 235, 205),
    place("reset", "r", 330, 205),
  ],
  operators: [
    { symbol: "×", x: 100, y: 44 },
    { symbol: "+", x: 235, y: 44 },
    { symbol: "×", x: 235, y: 125 },
  ],
  edges: [
    edge("M140 272 V250 H330 M140 250 H100 M265 272 V250", null, 0),
    edge("M100 250 V223", null, 0),
    edge("M235 250 V223", null, 0),
    edge("M330 250 V223", null, 0),
    edge("M300 205 H265", "reset", 1),
    edge("M65 44 H90", "hiddenBefore", 2),
    edge("M100 187 V54", "update", 2),
    edge("M100 125 H135", "update", 2),
    edge("M195 125 H225", "open", 3),
    edge("M235 187 V135", "candidate", 3),
    edge("M110 44 H225", "kept", 4),
    edge("M235 115 V54", "added", 4),
    edge("M245 44 H280", "hidden", 5),
    edge("M340 44 H396", "hidden", 6),
  ],
  notes: [
    { value: "kept", x: 168, y: 32 },
    { value: "added", x: 262, y: 90 },
  ],
  sources: [
    { kind: "state", x: 140, y: 290 },
    { kind: "character", x: 265, y: 290 },
  ],
};

/** @type {Layout} */
const RNN = {
  height: 200,
  places: [
    place("fromInput", "W x + b", 155, 45, null),
    place("fromState", "U h′ + b′", 155, 155, null),
    place("sum", "a", 265, 100, null),
    place("hidden", "h", 365, 100),
  ],
  operators: [{ symbol: "+", x: 210, y: 100 }],
  edges: [
    edge("M95 45 H113", null, 0),
    edge("M95 155 H113", null, 0),
    edge("M197 45 H210 V90", "fromInput", 1),
    edge("M197 155 H210 V110", "fromState", 1),
    edge("M220 100 H235", "sum", 2),
    edge("M295 100 H335", "hidden", 3),
  ],
  notes: [{ text: "tanh", x: 315, y: 90 }],
  sources: [
    { kind: "character", x: 50, y: 45 },
    { kind: "state", x: 50, y: 155 },
  ],
};

/** @type {Record<"lstm" | "gru" | "rnn", Layout>} */
export const LAYOUTS = Object.freeze({ lstm: LSTM, gru: GRU, rnn: RNN });
