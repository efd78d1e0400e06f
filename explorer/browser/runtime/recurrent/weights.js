/** The graph `language` of a character model and its tensors → checked weights. */
import { ModelError } from "../errors.js";
import { namedTensor } from "../layers.js";
import { CELLS, isCell } from "./cells.js";

export const MOST_LAYERS = 3;
const MOST_LINEARS = 2;

/**
 * @typedef {object} LayerWeights torch's tensors of one recurrent layer: G·H rows
 * @property {number} inputSize I
 * @property {Float32Array} input (G·H, I)
 * @property {Float32Array} hidden (G·H, H)
 * @property {Float32Array} inputBias (G·H)
 * @property {Float32Array} hiddenBias (G·H)
 *
 * @typedef {object} LanguageWeights
 * @property {import("./cells.js").CellKind} cell
 * @property {number} size V, tokens
 * @property {number} hiddenSize H
 * @property {Float32Array | null} embedding (V, E); null where a token enters as a one-hot vector
 * @property {LayerWeights[]} layers from below
 * @property {{weight: Float32Array, bias: Float32Array, inputs: number, outputs: number}[]} linears from the top
 *   layer's hidden state to logits
 */

/** @typedef {import("../layers.js").Layer} Layer */
/** @typedef {import("../layers.js").Tensor} Tensor */

/** The tensors that the graph names. @param {{layers: Layer[]} | undefined} graph @returns {string[]} */
export function languageTensors(graph) {
  const fields = ["weight", "bias", "weight_ih", "weight_hh", "bias_ih", "bias_hh"];
  return (graph?.layers ?? []).flatMap((layer) =>
    fields.map((field) => layer[field]).filter((name) => typeof name === "string"),
  );
}

/**
 * @param {import("../layers.js").Graph} graph
 * @param {Map<string, Tensor>} tensors
 * @returns {LanguageWeights}
 * @throws {ModelError} naming the layer or tensor and what was expected of it
 */
export function readWeights(graph, tensors) {
  const [first, ...rest] = graph.layers;
  const size = graph.output[0];
  const embedding = readEmbedding(first, size, tensors);
  const count = rest.findIndex(({ op }) => !isCell(op));
  const recurrent = rest.slice(0, Math.max(count, 0));
  const cell = recurrent[0]?.op;
  if (!isCell(cell) || recurrent.length > MOST_LAYERS || recurrent.some(({ op }) => op !== cell)) {
    return refuse(
      "graph",
      `1 to ${MOST_LAYERS} layers of one of ${Object.keys(CELLS)}`,
      rest.map(({ op }) => op),
    );
  }
  let width = embedding === null ? size : embedding.length / size;
  const layers = recurrent.map((layer) => {
    const weights = readLayer(layer, width, tensors);
    width = weights.hidden.length / weights.inputBias.length;
    return weights;
  });
  const hiddenSize = width;
  const linears = rest.slice(count).map((layer) => {
    const linear = readLinear(layer, width, tensors);
    width = linear.outputs;
    return linear;
  });
  if (linears.length > MOST_LINEARS || width !== size) refuse("linear", `[${size}]`, [width]);
  return { cell, size, hiddenSize, embedding, layers, linears };
}

/** @param {Layer | undefined} layer @param {number} size @param {Map<string, Tensor>} tensors */
function readEmbedding(layer, size, tensors) {
  if (layer?.op === "embedding") return namedTensor(tensors, layer.weight, [size, null]).data;
  if (layer?.op !== "one_hot" || layer.size !== size) refuse(layer?.op, `embedding or one_hot of ${size}`, layer?.size);
  return null;
}

/**
 * One recurrent layer of a graph.
 * @param {Layer} layer @param {number} inputSize I @param {Map<string, import("../layers.js").Tensor>}
 *   tensors
 * @returns {LayerWeights}
 * @throws {ModelError} naming the tensor that does not fit
 */
export function readLayer(layer, inputSize, tensors) {
  const { op } = layer;
  if (!isCell(op)) return refuse(op, Object.keys(CELLS), op);
  const { gates } = CELLS[op];
  const hidden = namedTensor(tensors, layer.weight_hh, [null, null]);
  const [rows, units] = hidden.shape;
  if (units < 1 || rows !== gates * units) refuse(layer.op, "weight_hh (G·H, H)", hidden.shape);
  return {
    inputSize,
    input: namedTensor(tensors, layer.weight_ih, [rows, inputSize]).data,
    hidden: hidden.data,
    inputBias: namedTensor(tensors, layer.bias_ih, [rows]).data,
    hiddenBias: namedTensor(tensors, layer.bias_hh, [rows]).data,
  };
}

/**
 * A linear layer of a graph.
 * @param {Layer} layer @param {number} inputs @param {Map<string, Tensor>} tensors
 * @returns {{weight: Float32Array, bias: Float32Array, inputs: number, outputs: number}} weight (outputs, inputs)
 * @throws {ModelError} naming the tensor that does not fit
 */
export function readLinear(layer, inputs, tensors) {
  if (layer.op !== "linear") refuse(layer.op, "linear", layer.op);
  const weight = namedTensor(tensors, layer.weight, [null, inputs]);
  const [outputs] = weight.shape;
  const bias = layer.bias === null ? new Float32Array(outputs) : namedTensor(tensors, layer.bias, [outputs]).data;
  return { weight: weight.data, bias, inputs, outputs };
}

/** @returns {never} */
function refuse(/** @type {unknown} */ op, /** @type {unknown} */ expected, /** @type {unknown} */ found) {
  throw new ModelError("runtime.layer", { op, expected, found });
}
