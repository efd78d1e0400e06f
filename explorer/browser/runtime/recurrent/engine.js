/**
 * One character model's weights and state in the kernels' memory: it advances by one token at a time, and turns hidden
 * states into logits several at a time. It has one state; who shares it loads a state before advancing.
 *
 * A layer of H units is `pitch` floats, H rounded up to whole vectors. What the first layer's input adds to its rows
 * depends on the token alone, so that it is computed once per token and kept.
 */
import { packChannels, packConvolution, padded } from "../packing.js";
import { CELLS } from "./cells.js";
import { createGatePacker } from "./gates.js";
import { Plan, offset } from "./places.js";

/** Hidden states that `score` takes at once. */
export const BATCH = 8;
const NEVER = -1e30; // logit of the padding behind the last token

export class Engine {
  #functions;
  #heap;
  #weights;
  #cell;
  #places;
  #clamped = true;
  /** @type {Uint8Array} whether a token's rows are in the table */
  #known;

  /** @param {import("../kernels.js").Kernels} kernels @param {import("./weights.js").LanguageWeights} weights */
  constructor(kernels, weights) {
    this.#weights = weights;
    this.#cell = CELLS[weights.cell];
    this.hiddenSize = weights.hiddenSize;
    this.pitch = padded(weights.hiddenSize);
    this.layers = weights.layers.length;
    /** Floats of all quantities of a step, without padding. */
    this.width = this.layers * this.#cell.quantities.length * this.hiddenSize;
    /** Floats of a state. */
    this.stateSize = this.layers * this.#cell.state.length * this.hiddenSize;
    const plan = new Plan();
    const packed = this.#plan(plan);
    const instance = kernels.instantiate(4 * plan.length);
    this.#functions = instance.functions;
    this.#heap = instance.heap;
    this.#places = offset(packed.places, instance.base / 4);
    for (const [place, values] of packed.contents) this.#heap.set(values, place + instance.base / 4);
    this.#known = new Uint8Array(weights.size);
    this.clamp(null);
  }

  /** Reserve room for everything; the contents are written once the memory is there. */
  #plan(/** @type {Plan} */ plan) {
    const { layers, size, linears, embedding } = this.#weights;
    const { quantities, gates, separate } = this.#cell;
    const { pitch, hiddenSize } = this;
    /** @type {[number, Float32Array][]} */
    const contents = [];
    const keep = (/** @type {Float32Array} */ values) => {
      const place = plan.reserve(values.length);
      contents.push([place, values]);
      return place;
    };
    const { matrix, spread } = createGatePacker(this.#cell, hiddenSize);
    const places = {
      table: plan.reserve(size * gates * pitch),
      rows: plan.reserve(gates * pitch),
      fromInput: plan.reserve(gates * pitch),
      embedded: plan.reserve(embedding === null ? 0 : embedding.length / size),
      quantities: plan.reserve(this.layers * quantities.length * pitch),
      mask: plan.reserve(this.layers * quantities.length * pitch),
      held: plan.reserve(this.layers * quantities.length * pitch),
      hiddens: plan.reserve(BATCH * pitch),
      largest: plan.reserve(BATCH),
      sums: plan.reserve(BATCH),
      layers: layers.map((layer, index) => ({
        input: index > 0 || embedding !== null ? keep(matrix(layer.input, layer.inputSize)) : 0,
        // Only the GRU keeps the state's bias apart; elsewhere it joins the input's.
        inputBias: keep(spread((i) => layer.inputBias[i] + (separate ? 0 : layer.hiddenBias[i]))),
        hidden: keep(matrix(layer.hidden, hiddenSize)),
        hiddenBias: keep(spread((i) => (separate ? layer.hiddenBias[i] : 0))),
      })),
      linears: linears.map(({ weight, bias, inputs, outputs }, index) => ({
        weight: keep(
          packConvolution(
            outputs,
            { channels: inputs, step: inputs },
            1,
            1,
            (output, input) => weight[output * inputs + input],
          ),
        ),
        bias: keep(index < linears.length - 1 ? packChannels(bias) : packChannels(bias).fill(NEVER, outputs)),
        output: plan.reserve(BATCH * padded(outputs)),
      })),
    };
    return { places, contents };
  }

  /**
   * What replaces computed quantities from now on.
   * @param {{mask: Int32Array, held: Float32Array} | null} clamps (layers · Q · H) each, in a step's order; −1 in the
   *   mask where `held` holds
   */
  clamp(clamps) {
    const count = this.layers * this.#cell.quantities.length;
    const mask = new Int32Array(this.#heap.buffer, 4 * this.#places.mask, count * this.pitch);
    if (clamps === null) {
      if (this.#clamped) mask.fill(0);
      this.#clamped = false;
      return;
    }
    this.#clamped = true;
    for (let i = 0; i < count; i++) {
      const [from, to] = [i * this.hiddenSize, (i + 1) * this.hiddenSize];
      mask.set(clamps.mask.subarray(from, to), i * this.pitch);
      this.#heap.set(clamps.held.subarray(from, to), this.#places.held + i * this.pitch);
    }
  }

  /** Take up a state. @param {Float32Array} state (layers · S · H) */
  load(state) {
    this.#eachState((place, index) =>
      this.#heap.set(state.subarray(index * this.hiddenSize, (index + 1) * this.hiddenSize), place),
    );
  }

  /** A copy of the state. @returns {Float32Array} (layers · S · H) */
  save() {
    const state = new Float32Array(this.stateSize);
    this.#eachState((place, index) =>
      state.set(this.#heap.subarray(place, place + this.hiddenSize), index * this.hiddenSize),
    );
    return state;
  }

  #eachState(/** @type {(place: number, index: number) => void} */ use) {
    const { quantities, state } = this.#cell;
    for (let layer = 0, index = 0; layer < this.layers; layer++) {
      for (const name of state) use(this.#quantity(layer, quantities.indexOf(name)), index++);
    }
  }

  #quantity(/** @type {number} */ layer, /** @type {number} */ index) {
    return this.#places.quantities + (layer * this.#cell.quantities.length + index) * this.pitch;
  }

  /** Read one token: quantities and state are then those of the new step. @param {number} token */
  advance(token) {
    const { affine } = this.#functions;
    const { rows, fromInput, layers } = this.#places;
    const { gates, quantities, separate } = this.#cell;
    const vectors = (gates * this.pitch) / 4;
    let input = this.#tokenRows(token);
    for (let layer = 0; layer < this.layers; layer++) {
      const weights = layers[layer];
      if (layer > 0) {
        input = fromInput;
        affine(
          4 * this.#hidden(layer - 1),
          4 * weights.input,
          4 * weights.inputBias,
          4 * input,
          this.hiddenSize,
          vectors,
          1,
        );
      }
      const bias = separate ? weights.hiddenBias : input;
      affine(4 * this.#hidden(layer), 4 * weights.hidden, 4 * bias, 4 * rows, this.hiddenSize, vectors, 1);
      this.#gates(4 * input, 4 * this.#quantity(layer, 0), 4 * layer * quantities.length * this.pitch);
    }
  }

  #hidden(/** @type {number} */ layer) {
    return this.#quantity(layer, this.#cell.quantities.length - 1);
  }

  #gates(/** @type {number} */ input, /** @type {number} */ quantities, /** @type {number} */ before) {
    const { rows, mask, held } = this.#places;
    const { rnn_gates: rnn, gru_gates: gru, lstm_gates: lstm } = this.#functions;
    const rest = [4 * mask + before, 4 * held + before, quantities, this.pitch];
    if (this.#weights.cell === "gru") gru(input, 4 * rows, ...rest);
    else (this.#weights.cell === "lstm" ? lstm : rnn)(4 * rows, ...rest);
  }

  /** Place of what the first layer's input adds to its rows for a token. */
  #tokenRows(/** @type {number} */ token) {
    const { table, embedded, layers } = this.#places;
    const {
      embedding,
      size,
      layers: [{ input, inputSize }],
    } = this.#weights;
    const { gates } = this.#cell;
    const place = table + token * gates * this.pitch;
    if (this.#known[token]) return place;
    this.#known[token] = 1;
    if (embedding !== null) {
      const width = embedding.length / size;
      this.#heap.set(embedding.subarray(token * width, (token + 1) * width), embedded);
      this.#functions.affine(
        4 * embedded,
        4 * layers[0].input,
        4 * layers[0].inputBias,
        4 * place,
        width,
        (gates * this.pitch) / 4,
        1,
      );
      return place;
    }
    this.#heap.copyWithin(place, layers[0].inputBias, layers[0].inputBias + gates * this.pitch);
    for (let row = 0; row < gates * this.hiddenSize; row++) {
      const [gate, unit] = [Math.floor(row / this.hiddenSize), row % this.hiddenSize];
      this.#heap[place + gate * this.pitch + unit] += input[row * inputSize + token];
    }
    return place;
  }

  /** Copy the step's quantities. @param {Float32Array} target @param {number} start of (layers · Q · H) floats in it */
  read(target, start) {
    const count = this.layers * this.#cell.quantities.length;
    const { quantities } = this.#places;
    if (this.pitch === this.hiddenSize) {
      target.set(this.#heap.subarray(quantities, quantities + this.width), start);
      return;
    }
    for (let i = 0; i < count; i++) {
      const place = quantities + i * this.pitch;
      target.set(this.#heap.subarray(place, place + this.hiddenSize), start + i * this.hiddenSize);
    }
  }

  /**
   * Put a hidden state of the top layer into a slot for `logits` and `score`.
   * @param {number} slot
   * @param {Float32Array} hidden (H)
   */
  place(slot, hidden) {
    this.#heap.set(hidden, this.#places.hiddens + slot * this.pitch);
  }

  /** Put the top layer's hidden state as it is into a slot. @param {number} slot */
  placeOwn(slot) {
    const hidden = this.#hidden(this.layers - 1);
    this.#heap.copyWithin(this.#places.hiddens + slot * this.pitch, hidden, hidden + this.pitch);
  }

  #run(/** @type {number} */ count) {
    let [source, distance] = [this.#places.hiddens, this.pitch];
    this.#weights.linears.forEach(({ inputs, outputs }, index) => {
      const { weight, bias, output } = this.#places.linears[index];
      const step = padded(outputs);
      const addresses = [source, weight, bias, output].map((place) => 4 * place);
      this.#functions.convolve(...addresses, 1, count, 0, distance, 0, 1, inputs, step / 4, 0, step, 1);
      [source, distance] = [output, step];
    });
    return { source, distance };
  }

  /** Logits for the hidden state in slot 0. @returns {Float32Array} (V) */
  logits() {
    const { source } = this.#run(1);
    return this.#heap.slice(source, source + this.#weights.size);
  }

  /**
   * The surprises −log₂ p of tokens, each by the hidden state in the slot of its number.
   * @param {ArrayLike<number>} tokens at most `BATCH`
   * @param {Float64Array} target @param {number} start where the first goes
   */
  score(tokens, target, start) {
    const { largest, sums } = this.#places;
    const count = tokens.length;
    const { source, distance } = this.#run(count);
    this.#functions.softmax_terms(4 * source, count, distance, 4 * largest, 4 * sums);
    for (let slot = 0; slot < count; slot++) {
      const logit = this.#heap[source + slot * distance + tokens[slot]];
      target[start + slot] = (this.#heap[largest + slot] - logit + Math.log(this.#heap[sums + slot])) / Math.LN2;
    }
  }
}
