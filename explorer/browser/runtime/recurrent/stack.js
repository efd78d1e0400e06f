/**
 * Recurrent layers on top of each other that read vectors, in the kernels' memory: one step, or a whole sequence. It
 * has one state; `reset` begins anew. The engine of character models (`engine.js`) reads tokens instead, several times
 * as fast.
 */
import { padded } from "../packing.js";
import { CELLS } from "./cells.js";
import { createGatePacker } from "./gates.js";
import { Plan, offset } from "./places.js";

export class RecurrentStack {
  #functions;
  #heap;
  #places;
  #cell;

  /**
   * @param {import("../kernels.js").Kernels} kernels
   * @param {import("./cells.js").CellKind} cell
   * @param {import("./weights.js").LayerWeights[]} layers from below, H units each
   */
  constructor(kernels, cell, layers) {
    this.#cell = CELLS[cell];
    this.cell = cell;
    this.quantities = this.#cell.quantities;
    this.layers = layers.length;
    /** I, numbers of a step. */
    this.inputSize = layers[0].inputSize;
    this.hiddenSize = layers[0].hidden.length / layers[0].inputBias.length;
    this.pitch = padded(this.hiddenSize);
    /** Floats of all quantities of a step: (layers, Q, H). */
    this.width = this.layers * this.quantities.length * this.hiddenSize;
    const plan = new Plan();
    const { places, contents } = this.#plan(plan, layers);
    const instance = kernels.instantiate(4 * plan.length);
    this.#functions = instance.functions;
    this.#heap = instance.heap;
    this.#places = offset(places, instance.base / 4);
    for (const [place, values] of contents) this.#heap.set(values, place + instance.base / 4);
  }

  #plan(/** @type {Plan} */ plan, /** @type {import("./weights.js").LayerWeights[]} */ layers) {
    const { gates, separate } = this.#cell;
    const { pitch, hiddenSize, quantities } = this;
    /** @type {[number, Float32Array][]} */
    const contents = [];
    const keep = (/** @type {Float32Array} */ values) => {
      const place = plan.reserve(values.length);
      contents.push([place, values]);
      return place;
    };
    const { matrix, spread } = createGatePacker(this.#cell, hiddenSize);
    const places = {
      input: plan.reserve(this.inputSize),
      rows: plan.reserve(gates * pitch),
      fromInput: plan.reserve(gates * pitch),
      quantities: plan.reserve(layers.length * quantities.length * pitch),
      unclamped: plan.reserve(quantities.length * pitch), // zeros: no quantity is replaced
      layers: layers.map((layer) => ({
        input: keep(matrix(layer.input, layer.inputSize)),
        // Only the GRU keeps the state's bias apart; elsewhere it joins the input's.
        inputBias: keep(spread((i) => layer.inputBias[i] + (separate ? 0 : layer.hiddenBias[i]))),
        hidden: keep(matrix(layer.hidden, hiddenSize)),
        hiddenBias: keep(spread((i) => (separate ? layer.hiddenBias[i] : 0))),
      })),
    };
    return { places, contents };
  }

  /** Go back to the zero state. */
  reset() {
    const { quantities } = this.#places;
    this.#heap.fill(0, quantities, quantities + this.layers * this.quantities.length * this.pitch);
  }

  /** One step. @param {Float32Array} x (I) */
  advance(x) {
    const { affine, rnn_gates: rnn, gru_gates: gru, lstm_gates: lstm } = this.#functions;
    const { input, rows, fromInput, quantities, unclamped, layers } = this.#places;
    const { gates, separate } = this.#cell;
    const vectors = (gates * this.pitch) / 4;
    this.#heap.set(x, input);
    for (let layer = 0; layer < this.layers; layer++) {
      const weights = layers[layer];
      const own = quantities + layer * this.quantities.length * this.pitch;
      const hidden = own + (this.quantities.length - 1) * this.pitch;
      const below = layer === 0 ? input : own - this.pitch;
      affine(
        4 * below,
        4 * weights.input,
        4 * weights.inputBias,
        4 * fromInput,
        layer === 0 ? this.inputSize : this.hiddenSize,
        vectors,
        1,
      );
      affine(
        4 * hidden,
        4 * weights.hidden,
        4 * (separate ? weights.hiddenBias : fromInput),
        4 * rows,
        this.hiddenSize,
        vectors,
        1,
      );
      const rest = [4 * unclamped, 4 * unclamped, 4 * own, this.pitch];
      if (this.cell === "gru") gru(4 * fromInput, 4 * rows, ...rest);
      else (this.cell === "lstm" ? lstm : rnn)(4 * rows, ...rest);
    }
  }

  /** Copy the step's quantities. @param {Float32Array} target @param {number} start of (layers, Q, H) floats in it */
  read(target, start) {
    for (let i = 0; i < this.layers * this.quantities.length; i++) {
      const place = this.#places.quantities + i * this.pitch;
      target.set(this.#heap.subarray(place, place + this.hiddenSize), start + i * this.hiddenSize);
    }
  }

  /**
   * A whole sequence from the zero state.
   * @param {Float32Array} inputs (T, I)
   * @param {{reverse?: boolean}} [options] whether the last step is read first
   * @returns {Float32Array} (T, layers, Q, H), by the steps of the input
   */
  run(inputs, { reverse = false } = {}) {
    const steps = inputs.length / this.inputSize;
    const quantities = new Float32Array(steps * this.width);
    this.reset();
    for (let n = 0; n < steps; n++) {
      const t = reverse ? steps - 1 - n : n;
      this.advance(inputs.subarray(t * this.inputSize, (t + 1) * this.inputSize));
      this.read(quantities, t * this.width);
    }
    return quantities;
  }

  /**
   * The top layer's hidden state at a step of what `run` gave.
   * @param {Float32Array} quantities
   * @param {number} t
   * @returns {Float32Array} (H), a view
   */
  hidden(quantities, t) {
    return quantities.subarray((t + 1) * this.width - this.hiddenSize, (t + 1) * this.width);
  }
}
