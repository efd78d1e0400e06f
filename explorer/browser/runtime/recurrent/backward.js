/**
 * How a loss depends on earlier inputs: ∂loss_t/∂x_{t−k}, by going back through the cells' equations (Werbos 1990) in
 * float64, from the quantities that a trace holds. A clamped quantity depends on nothing.
 */
import { compileClamps } from "./clamps.js";
import { CELLS } from "./cells.js";
import { padded } from "../packing.js";

/**
 * @param {import("./trace.js").Trace} trace computed beyond t
 * @param {number} t step whose prediction the loss is of: loss_t = −ln p(character t + 1), in nats
 * @param {number} lags at most so many steps back
 * @returns {Float64Array} (K + 1) ‖∂loss_t/∂x_{t−k}‖₂ for k = 0 … K, x the first layer's input; K is lags, or t where
 *   the text begins sooner
 * @throws {RangeError} if the text has no character t + 1 or the trace no step t
 */
export function gradientNorms(trace, t, lags) {
  const walk = gradientSteps(trace, t, lags);
  let step = walk.next();
  while (!step.done) step = walk.next();
  return step.value;
}

/**
 * As `gradientNorms`, one step back at a time, so that the page can answer in between. Until it is done, the trace must
 * keep its steps, and nothing else may go back through the same model.
 * @param {import("./trace.js").Trace} trace @param {number} t @param {number} lags
 * @returns {Generator<void, Float64Array, void>}
 */
export function* gradientSteps(trace, t, lags) {
  if (!(t >= 0 && t + 1 < trace.length)) throw new RangeError(`step ${t} of ${trace.length}`);
  const walk = backwardOf(trace.language);
  const fixed = compileClamps(trace.language, trace.clamps)?.mask ?? null;
  const norms = new Float64Array(Math.min(lags, t) + 1);
  /** @type {Float64Array | null} */
  let below = walk.top(trace.distribution(t), trace.tokens[t + 1]);
  walk.forget();
  for (let k = 0; k < norms.length; k++) {
    norms[k] = norm(walk.step(trace, t - k, below, fixed));
    below = null;
    yield;
  }
  return norms;
}

/** @type {WeakMap<import("./language.js").Language, Backward>} */
const known = new WeakMap();

function backwardOf(/** @type {import("./language.js").Language} */ language) {
  const made = known.get(language) ?? new Backward(language);
  known.set(language, made);
  return made;
}

/** The model's matrices in a memory of their own, row by row, and the gradients that go from step to step. */
class Backward {
  /** @param {import("./language.js").Language} language */
  constructor(language) {
    this.language = language;
    const { weights, hiddenSize } = language;
    this.size = hiddenSize;
    this.rows = CELLS[weights.cell].gates * hiddenSize;
    const shapes = weights.layers.flatMap((layer) => [
      { values: layer.input, columns: layer.inputSize },
      { values: layer.hidden, columns: hiddenSize },
    ]);
    const widest = Math.max(...shapes.map(({ columns }) => padded(columns)), padded(this.rows));
    const floats = shapes.reduce((sum, { columns }) => sum + this.rows * padded(columns), 0);
    const { functions, heap, base } = language.kernels.instantiate(4 * floats + 16 * widest);
    this.accumulate = functions.accumulate_rows;
    let place = base / 4;
    this.matrices = shapes.map(({ values, columns }) => {
      const matrix = { place, columns };
      for (let row = 0; row < this.rows; row++)
        heap.set(values.subarray(row * columns, (row + 1) * columns), place + row * padded(columns));
      place += this.rows * padded(columns);
      return matrix;
    });
    this.factors = new Float64Array(heap.buffer, 4 * place, widest);
    this.sums = new Float64Array(heap.buffer, 4 * place + 8 * widest, widest);
    /** What the later step says of each layer's hidden state and cell. */
    this.hidden = weights.layers.map(() => new Float64Array(hiddenSize));
    this.cell = weights.layers.map(() => new Float64Array(hiddenSize));
  }

  /** Nothing comes from later steps. */
  forget() {
    for (const part of [...this.hidden, ...this.cell]) part.fill(0);
  }

  /**
   * Of the logits' loss to the top hidden state: through the linear layers.
   * @param {ArrayLike<number>} distribution
   * @param {number} token
   */
  top(distribution, token) {
    let gradient = Float64Array.from(distribution);
    gradient[token] -= 1;
    for (const { weight, inputs, outputs } of this.language.weights.linears.toReversed()) {
      const before = new Float64Array(inputs);
      for (let row = 0; row < outputs; row++) {
        const factor = gradient[row];
        for (let i = 0; i < inputs; i++) before[i] += factor * weight[row * inputs + i];
      }
      gradient = before;
    }
    return gradient;
  }

  /**
   * One step back through all layers, from the top.
   * @param {import("./trace.js").Trace} trace @param {number} t
   * @param {Float64Array | null} loss what the loss itself says of the top hidden state
   * @param {Int32Array | null} fixed mask of clamped quantities
   * @returns {Float64Array} (I) what it says of the first layer's input
   */
  step(trace, t, loss, fixed) {
    const { language, size } = this;
    let above = loss ?? new Float64Array(size);
    for (let layer = language.layers - 1; layer >= 0; layer--) {
      const at = (/** @type {string} */ name) => trace.quantity(layer, name, t);
      const before = (/** @type {string} */ name) => trace.quantity(layer, name, t - 1);
      const free = (/** @type {string} */ name, /** @type {number} */ unit) =>
        fixed === null || fixed[language.place(layer, name) + unit] === 0;
      const hidden = this.hidden[layer];
      for (let i = 0; i < size; i++) hidden[i] += above[i];
      const deltas = DELTAS[language.cell]({
        size,
        at,
        before,
        free,
        hidden,
        cell: this.cell[layer],
        layer: language.weights.layers[layer],
      });
      above = this.#through(2 * layer, deltas.input).slice(0, language.weights.layers[layer].inputSize);
      this.#through(2 * layer + 1, deltas.hidden, deltas.kept);
      this.hidden[layer].set(this.sums.subarray(0, size));
    }
    return above;
  }

  /** `start` plus the transposed matrix times the factors. */
  #through(
    /** @type {number} */ index,
    /** @type {Float64Array} */ factors,
    /** @type {Float64Array | null} */ start = null,
  ) {
    const { place, columns } = this.matrices[index];
    this.factors.set(factors);
    this.sums.fill(0);
    if (start !== null) this.sums.set(start);
    this.accumulate(4 * place, this.factors.byteOffset, this.sums.byteOffset, this.rows, padded(columns));
    return this.sums;
  }
}

/**
 * Gradients at the rows (before the nonlinearities) of one layer and step, from those at its hidden state and cell:
 * `input` and `hidden` (G·H) are what the two matrices are multiplied by, `kept` (H) reaches the hidden state before
 * without a matrix. `cell` is replaced by the gradient at the cell before.
 * @type {Record<string, (step: {size: number, at: (name: string) => Float32Array, before: (name: string) =>
 *   Float32Array, free: (name: string, unit: number) => boolean, hidden: Float64Array, cell: Float64Array,
 *   layer: import("./weights.js").LayerWeights}) =>
 *   {input: Float64Array, hidden: Float64Array, kept: Float64Array | null}>}
 */
const DELTAS = {
  rnn({ size, at, free, hidden }) {
    const h = at("hidden");
    const rows = Float64Array.from({ length: size }, (_, i) => (free("hidden", i) ? hidden[i] * (1 - h[i] ** 2) : 0));
    return { input: rows, hidden: rows, kept: null };
  },
  gru({ size, at, before, free, hidden, layer }) {
    const [r, z, n, past] = [at("reset"), at("update"), at("candidate"), before("hidden")];
    const [input, rows, kept] = [new Float64Array(3 * size), new Float64Array(3 * size), new Float64Array(size)];
    for (let unit = 0; unit < size; unit++) {
      const outer = free("hidden", unit) ? hidden[unit] : 0;
      const squashed = free("candidate", unit) ? outer * (1 - z[unit]) * (1 - n[unit] ** 2) : 0;
      input[2 * size + unit] = squashed;
      rows[2 * size + unit] = squashed * r[unit];
      // What the reset gate multiplies is not among the quantities.
      if (free("reset", unit)) rows[unit] = squashed * rowTimes(layer, 2 * size + unit, past) * r[unit] * (1 - r[unit]);
      if (free("update", unit)) rows[size + unit] = outer * (past[unit] - n[unit]) * z[unit] * (1 - z[unit]);
      kept[unit] = outer * z[unit];
    }
    input.set(rows.subarray(0, 2 * size));
    return { input, hidden: rows, kept };
  },
  lstm({ size, at, before, free, hidden, cell }) {
    const [i, f, o, g, c, past] = [
      at("input"),
      at("forget"),
      at("output"),
      at("candidate"),
      at("cell"),
      before("cell"),
    ];
    const rows = new Float64Array(4 * size);
    for (let unit = 0; unit < size; unit++) {
      const outer = free("hidden", unit) ? hidden[unit] : 0;
      const squashed = Math.tanh(c[unit]);
      const inner = free("cell", unit) ? cell[unit] + outer * o[unit] * (1 - squashed ** 2) : 0;
      if (free("input", unit)) rows[unit] = inner * g[unit] * i[unit] * (1 - i[unit]);
      if (free("forget", unit)) rows[size + unit] = inner * past[unit] * f[unit] * (1 - f[unit]);
      if (free("candidate", unit)) rows[2 * size + unit] = inner * i[unit] * (1 - g[unit] ** 2);
      if (free("output", unit)) rows[3 * size + unit] = outer * squashed * o[unit] * (1 - o[unit]);
      cell[unit] = inner * f[unit];
    }
    return { input: rows, hidden: rows, kept: null };
  },
};

/** One row of U h' + b'. */
function rowTimes(
  /** @type {import("./weights.js").LayerWeights} */ { hidden, hiddenBias },
  /** @type {number} */ row,
  /** @type {Float32Array} */ past,
) {
  let sum = hiddenBias[row];
  for (let i = 0; i < past.length; i++) sum += hidden[row * past.length + i] * past[i];
  return sum;
}

function norm(/** @type {Float64Array} */ values) {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
