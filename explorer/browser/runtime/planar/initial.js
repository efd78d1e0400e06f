/** The state that a training run starts from: it follows from the settings and their seed alone. */
import { normals, uniforms } from "../philox.js";
import { STREAMS } from "./data.js";
import { networkLayout, optimiserSize } from "./layout.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./layout.js").Layout} Layout */

/**
 * A run at one moment; everything that comes after follows from it and the settings.
 * @typedef {object} State
 * @property {number} iteration iterations done
 * @property {number} discriminatorUpdates
 * @property {number} generatorUpdates
 * @property {Float32Array<ArrayBuffer>} generator flat state
 * @property {Float32Array<ArrayBuffer>} discriminator flat state
 * @property {Float32Array<ArrayBuffer>} generatorOptimiser nothing (sgd), momentum buffers, mean squares (rmsprop), or
 *   all first,
 *   then all second moments (adam), in the order of the trainable parameters
 * @property {Float32Array<ArrayBuffer>} discriminatorOptimiser
 * @property {{discriminator: number | null, generator: number | null} | null} losses of the last update of each network
 * @property {{discriminator: number | null, generator: number | null} | null} gradientNorms L2 over a network's
 *   trainable parameters, at its last update
 * @property {{real: number, fake: number} | null} outputs mean D(x) over both batches of D's last update
 */

/** The arrays of a state, each with a buffer of its own unless it is a view. @param {State} state */
export const arraysOf = ({ generator, discriminator, generatorOptimiser, discriminatorOptimiser }) => [
  generator,
  discriminator,
  generatorOptimiser,
  discriminatorOptimiser,
];

const POWER_ITERATIONS = 15;

/**
 * @param {Settings} settings
 * @returns {State}
 */
export function initialState(settings) {
  return {
    iteration: 0,
    discriminatorUpdates: 0,
    generatorUpdates: 0,
    generator: initialNetwork(networkLayout(settings, "generator"), settings.seed, STREAMS.generator),
    discriminator: initialNetwork(networkLayout(settings, "discriminator"), settings.seed, STREAMS.discriminator),
    generatorOptimiser: new Float32Array(optimiserSize(settings, "generator")),
    discriminatorOptimiser: new Float32Array(optimiserSize(settings, "discriminator")),
    losses: null,
    gradientNorms: null,
    outputs: null,
  };
}

/**
 * Weights and biases from U(−1/√fan_in, 1/√fan_in), torch's own.
 * @param {Layout} layout
 * @param {number} seed
 * @param {number} stream
 */
function initialNetwork({ layers, size }, seed, stream) {
  const flat = new Float32Array(size);
  const linear = layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
  const draws = uniforms(seed, stream, linear);
  const directions = normals(
    seed,
    STREAMS.spectral,
    layers.reduce((sum, { spectral, outputs }) => sum + (spectral ? outputs : 0), 0),
  );
  let [drawn, directed] = [0, 0];
  for (const { inputs, outputs, weight, batch, spectral } of layers) {
    const bound = inputs ** -0.5;
    for (let i = 0; i < (inputs + 1) * outputs; i++) flat[weight + i] = (2 * draws[drawn++] - 1) * bound;
    if (batch) {
      flat.fill(1, batch.weight, batch.weight + outputs);
      flat.fill(1, batch.variance, batch.variance + outputs);
    }
    if (spectral) {
      const matrix = flat.subarray(weight, weight + inputs * outputs);
      const { u, v } = powerMethod(matrix, directions.subarray(directed, (directed += outputs)), inputs);
      flat.set(u, spectral.u);
      flat.set(v, spectral.v);
    }
  }
  return flat;
}

/**
 * Singular vectors of the largest singular value (Miyato et al. 2018, algorithm 1), in float64.
 * @param {Float32Array} matrix (out, in) @param {Float64Array} start (out) @param {number} inputs
 */
function powerMethod(matrix, start, inputs) {
  const outputs = start.length;
  let u = unit(start);
  let v = new Float64Array(inputs);
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    v = unit(v.map((_, i) => sum(outputs, (o) => matrix[o * inputs + i] * u[o])));
    u = unit(u.map((_, o) => sum(inputs, (i) => matrix[o * inputs + i] * v[i])));
  }
  return { u, v };
}

/** @param {Float64Array} vector */
function unit(vector) {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** @param {number} count @param {(i: number) => number} term */
function sum(count, term) {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}
