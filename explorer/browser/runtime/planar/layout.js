/** Where each tensor of a network lies in its flat state: parameters, then buffers, layer by layer. */
import { ModelError } from "../errors.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./settings.js").Part} Part */

/** Of the leaky rectifier, below zero. */
const LEAKY_SLOPE = 0.2;
/** Slope of a rectifier that does nothing. */
const IDENTITY = 1;

/**
 * A linear layer, then batch normalisation where there is one, then the activation. Numbers are places in the flat
 * state.
 * @typedef {object} Layer
 * @property {number} inputs
 * @property {number} outputs
 * @property {number} weight of (out, in), row by row; under spectral normalisation not yet divided by σ
 * @property {number} bias right behind the weight
 * @property {{weight: number, bias: number, mean: number, variance: number} | null} batch
 * @property {{u: number, v: number} | null} spectral
 * @property {boolean} tangent whether the activation is tanh; otherwise it is a rectifier
 * @property {number} slope of the rectifier below zero; 1 is no activation
 */

/**
 * @typedef {object} Layout
 * @property {Layer[]} layers
 * @property {number} size length of the flat state
 * @property {{start: number, length: number}[]} trainable the trainable stretches of the flat state, in order
 * @property {number} parameters trainable numbers
 */

/**
 * @param {Settings} settings
 * @param {Part} part
 * @returns {Layout}
 */
export function networkLayout(settings, part) {
  const { widths, activation, normalisation } = settings[part];
  const lengths = part === "generator" ? [settings.noise.dimensions, ...widths, 2] : [2, ...widths, 1];
  /** @type {Layer[]} */
  const layers = [];
  /** @type {Layout["trainable"]} */
  const trainable = [];
  let size = 0;
  const take = (/** @type {number} */ length) => (size += length) - length;
  for (let i = 0; i + 1 < lengths.length; i++) {
    const [inputs, outputs] = [lengths[i], lengths[i + 1]];
    const hidden = i + 2 < lengths.length;
    const start = size;
    const weight = take(inputs * outputs);
    const bias = take(outputs);
    const normalised = normalisation === "batch" && hidden;
    const [scale, shift] = normalised ? [take(outputs), take(outputs)] : [0, 0];
    trainable.push({ start, length: size - start });
    const batch = normalised ? { weight: scale, bias: shift, mean: take(outputs), variance: take(outputs) } : null;
    const spectral = normalisation === "spectral" ? { u: take(outputs), v: take(inputs) } : null;
    layers.push({
      inputs,
      outputs,
      weight,
      bias,
      batch,
      spectral,
      tangent: hidden && activation === "tanh",
      slope: hidden ? slopeOf(activation) : IDENTITY,
    });
  }
  return { layers, size, trainable, parameters: trainable.reduce((sum, { length }) => sum + length, 0) };
}

/**
 * The layout of the same network with its normalisations folded into the linear layers.
 * @param {Layout} layout
 * @returns {Layout}
 */
export function foldedLayout(layout) {
  let size = 0;
  const layers = layout.layers.map((layer) => {
    const weight = size;
    const bias = weight + layer.inputs * layer.outputs;
    size = bias + layer.outputs;
    return { ...layer, weight, bias, batch: null, spectral: null };
  });
  return { layers, size, trainable: [{ start: 0, length: size }], parameters: size };
}

/**
 * How many numbers an optimiser remembers for so many parameters.
 * @type {Record<import("./settings.js").OptimiserSettings["kind"], number>}
 */
export const MOMENTS = { sgd: 0, momentum: 1, rmsprop: 1, adam: 2 };

/**
 * Length of a network's flat optimiser state.
 * @param {Settings} settings
 * @param {Part} part
 */
export function optimiserSize(settings, part) {
  return MOMENTS[settings.optimisers[part].kind] * networkLayout(settings, part).parameters;
}

/**
 * @param {Float32Array} flat
 * @param {number} expected
 * @param {string} name of what it is, for the message
 * @throws {ModelError} `lab.error_state` if the state has another length
 */
export function checkLength(flat, expected, name) {
  if (flat.length !== expected) throw new ModelError("lab.error_state", { name, expected, found: flat.length });
}

/** @param {string} activation */
function slopeOf(activation) {
  return activation === "leaky_relu" ? LEAKY_SLOPE : 0;
}
