/**
 * One network in WebAssembly memory: its parameters, what it computes for a batch, and the gradients on the way back.
 */
import { wholeLines } from "./arena.js";
import { checkLength } from "./layout.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Layer} Layer */
/** @typedef {import("./arena.js").Arena} Arena */

/** torch's BatchNorm1d. */
const MOMENTUM = 0.1;
const EPSILON = 1e-5;

/**
 * A batch as the kernels see it.
 * @typedef {object} Batch
 * @property {number} count of points
 * @property {number} padded count, rounded up to a multiple of 16
 * @property {number} pitch floats between neighbouring rows
 */

/**
 * Places in the arena. Parameters and gradients lie in the flat state's order, but without the buffers between them.
 * @typedef {Layer & {output: number, parameters: number, scale: number, statistics: number, values: number,
 *   reciprocals: number, vectors: number, normalised: number, normalisedGradient: number, sigma: number}} PlacedLayer
 */

export class PlanarNetwork {
  /**
   * Plan the network's areas.
   * @param {Arena} arena
   * @param {Layout} layout
   * @param {number} pitch of the largest batch
   */
  constructor(arena, layout, pitch) {
    this.arena = arena;
    this.layout = layout;
    this.length = wholeLines(layout.parameters);
    this.parameters = arena.take(this.length);
    this.gradients = arena.take(this.length);
    const widest = Math.max(...layout.layers.map(({ inputs, outputs }) => Math.max(inputs, outputs)));
    this.scratch = arena.take(2 * widest);
    this.backwards = [arena.take(widest * pitch), arena.take(widest * pitch)];
    let place = 0;
    this.layers = layout.layers.map((layer) => {
      const start = place;
      place += (layer.inputs + 1) * layer.outputs + (layer.batch ? 2 * layer.outputs : 0);
      return this.#placeLayer(layer, start, pitch);
    });
  }

  /** @param {Layer} layer @param {number} start of its parameters @param {number} pitch @returns {PlacedLayer} */
  #placeLayer(layer, start, pitch) {
    const { inputs, outputs, batch, spectral } = layer;
    const take = (/** @type {boolean} */ wanted, /** @type {number} */ length) =>
      wanted ? this.arena.take(length) : 0;
    return {
      ...layer,
      parameters: start,
      scale: start + (inputs + 1) * outputs,
      output: this.arena.take(outputs * pitch),
      statistics: take(batch !== null, 2 * outputs),
      values: take(batch !== null, outputs * pitch),
      reciprocals: take(batch !== null, outputs),
      vectors: take(spectral !== null, outputs + inputs),
      normalised: take(spectral !== null, inputs * outputs),
      normalisedGradient: take(spectral !== null, (inputs + 1) * outputs),
      sigma: 1,
    };
  }

  /** Where the last layer's output lies: a row for each feature. */
  get output() {
    return this.layers[this.layers.length - 1].output;
  }

  /** Where the gradient of the output is expected by `backward`. */
  get outputGradient() {
    return this.backwards[0];
  }

  /** @param {Float32Array} flat the flat state */
  load(flat) {
    checkLength(flat, this.layout.size, "state");
    const { heap } = this.arena;
    let place = this.parameters;
    for (const { start, length } of this.layout.trainable) {
      heap.set(flat.subarray(start, start + length), place);
      place += length;
    }
    this.#eachBuffer((source, target, length) => heap.set(flat.subarray(source, source + length), target));
  }

  /** The flat state, a copy. @returns {Float32Array<ArrayBuffer>} */
  store() {
    const { heap } = this.arena;
    const flat = new Float32Array(this.layout.size);
    let place = this.parameters;
    for (const { start, length } of this.layout.trainable) {
      flat.set(heap.subarray(place, place + length), start);
      place += length;
    }
    this.#eachBuffer((target, source, length) => flat.set(heap.subarray(source, source + length), target));
    return flat;
  }

  /** Call `use` with each buffer's place in the flat state, its place in the arena, and its length. */
  #eachBuffer(/** @type {(flat: number, place: number, length: number) => void} */ use) {
    for (const { batch, spectral, inputs, outputs, statistics, vectors } of this.layers) {
      if (batch) use(batch.mean, statistics, 2 * outputs);
      if (spectral) use(spectral.u, vectors, outputs + inputs);
    }
  }

  /**
   * Run a batch, normalisations in training mode. `output` then holds the result.
   * @param {number} input place of the rows of the input
   * @param {Batch} batch
   */
  forward(input, batch) {
    const { arena } = this;
    const { functions } = arena;
    for (const layer of this.layers) {
      const { inputs, outputs } = layer;
      const parameters = this.parameters + layer.parameters;
      const bias = arena.address(parameters + inputs * outputs);
      if (layer.spectral) this.#normaliseWeight(layer);
      const weight = arena.address(layer.spectral ? layer.normalised : parameters);
      const [target, tangent, slope] = layer.batch
        ? [layer.values, 0, 1]
        : [layer.output, Number(layer.tangent), layer.slope];
      functions.planar_forward(
        weight,
        bias,
        arena.address(input),
        arena.address(target),
        inputs,
        outputs,
        batch.padded,
        batch.pitch,
        tangent,
        slope,
      );
      if (layer.batch) this.#normaliseBatch(layer, batch);
      input = layer.output;
    }
  }

  /** @param {PlacedLayer} layer */
  #normaliseWeight(layer) {
    const { arena } = this;
    const [weight, u, normalised] = [this.parameters + layer.parameters, layer.vectors, layer.normalised].map((place) =>
      arena.address(place),
    );
    layer.sigma = arena.functions.planar_spectral_norm(
      weight,
      u,
      u + 4 * layer.outputs,
      normalised,
      arena.address(this.scratch),
      layer.inputs,
      layer.outputs,
    );
  }

  /** @param {PlacedLayer} layer @param {Batch} batch */
  #normaliseBatch(layer, { count, padded, pitch }) {
    const { arena } = this;
    const { outputs } = layer;
    const scale = arena.address(this.parameters + layer.scale);
    const mean = arena.address(layer.statistics);
    arena.functions.planar_batch_norm(
      arena.address(layer.values),
      arena.address(layer.output),
      scale,
      scale + 4 * outputs,
      mean,
      mean + 4 * outputs,
      arena.address(layer.reciprocals),
      outputs,
      count,
      padded,
      pitch,
      MOMENTUM,
      EPSILON,
      Number(layer.tangent),
      layer.slope,
    );
  }

  /** Forget the gradients of the parameters. */
  zeroGradients() {
    this.arena.heap.fill(0, this.gradients, this.gradients + this.length);
  }

  /**
   * Bring the gradient at `outputGradient` back through the batch that ran last.
   * @param {number} input place of the input that ran
   * @param {Batch} batch
   * @param {{parameters: boolean, input: boolean}} wanted parameters: add their gradients to `gradients`
   * @returns {number} place of the gradient of the input, where that was wanted
   */
  backward(input, batch, wanted) {
    const { arena } = this;
    let [here, there] = this.backwards;
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i];
      if (layer.batch) this.#backwardBatch(layer, here, batch);
      const values = i > 0 ? this.layers[i - 1].output : input;
      if (wanted.parameters) this.#addGradients(layer, here, values, batch);
      if (i === 0 && !wanted.input) break;
      const before = i > 0 ? this.layers[i - 1] : null;
      const weight = layer.spectral ? layer.normalised : this.parameters + layer.parameters;
      const [tangent, slope] = before ? [Number(before.tangent), before.slope] : [0, 1];
      arena.functions.planar_backward(
        arena.address(weight),
        arena.address(here),
        arena.address(values),
        arena.address(there),
        layer.inputs,
        layer.outputs,
        batch.padded,
        batch.pitch,
        tangent,
        slope,
      );
      [here, there] = [there, here];
    }
    return here;
  }

  /** @param {PlacedLayer} layer @param {number} gradient @param {Batch} batch */
  #backwardBatch(layer, gradient, { count, padded, pitch }) {
    const { arena } = this;
    const [scale, sums] = [this.parameters + layer.scale, this.gradients + layer.scale].map((place) =>
      arena.address(place),
    );
    arena.functions.planar_batch_norm_backward(
      arena.address(gradient),
      arena.address(layer.values),
      scale,
      arena.address(layer.reciprocals),
      sums,
      sums + 4 * layer.outputs,
      layer.outputs,
      count,
      padded,
      pitch,
    );
  }

  /** @param {PlacedLayer} layer @param {number} gradient @param {number} values @param {Batch} batch */
  #addGradients(layer, gradient, values, batch) {
    const { arena } = this;
    const { inputs, outputs } = layer;
    const own = this.gradients + layer.parameters;
    const target = layer.spectral ? layer.normalisedGradient : own;
    if (layer.spectral) arena.heap.fill(0, target, target + (inputs + 1) * outputs);
    arena.functions.planar_weight_gradient(
      arena.address(gradient),
      arena.address(values),
      arena.address(target),
      inputs,
      outputs,
      batch.padded,
      batch.pitch,
    );
    if (!layer.spectral) return;
    const u = arena.address(layer.vectors);
    arena.functions.planar_spectral_gradient(
      arena.address(target),
      arena.address(layer.normalised),
      u,
      u + 4 * outputs,
      layer.sigma,
      arena.address(own),
      inputs,
      outputs,
    );
    for (let o = 0; o < outputs; o++)
      arena.heap[own + inputs * outputs + o] += arena.heap[target + inputs * outputs + o];
  }
}
