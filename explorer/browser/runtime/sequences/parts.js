/** The parts that sequence models are made of, from their graphs: recurrent stacks and linear layers. */
import { ModelError } from "../errors.js";
import { CELLS, isCell } from "../recurrent/cells.js";
import { RecurrentStack } from "../recurrent/stack.js";
import { readLayer, readLinear } from "../recurrent/weights.js";

const MOST_LAYERS = 2;

/**
 * @typedef {import("../layers.js").Graph} Graph
 * @typedef {import("../layers.js").Layer} Layer
 * @typedef {{inputs: number, outputs: number, apply(input: ArrayLike<number>): Float64Array}} Linear
 */

/**
 * Check what a graph takes and gives.
 * @param {Record<string, Graph>} graphs @param {string} part
 * @param {number | null} input numbers of a step; null where any will do
 * @param {number | null} output
 * @returns {Graph}
 * @throws {ModelError} `runtime.graph`
 */
export function takeGraph(graphs, part, input, output) {
  const graph = graphs[part];
  const fits = (/** @type {number[]} */ shape, /** @type {number | null} */ length) =>
    shape.length === 1 && (length === null || shape[0] === length);
  if (graph === undefined || !fits(graph.input, input) || !fits(graph.output, output)) {
    throw new ModelError("runtime.graph", {
      part,
      expected: `[${input ?? "*"}] → [${output ?? "*"}]`,
      found: `[${graph?.input}] → [${graph?.output}]`,
    });
  }
  return graph;
}

/**
 * The recurrent layers at the beginning of a graph.
 * @param {import("../kernels.js").Kernels} kernels
 * @param {Graph} graph
 * @param {Map<string, import("../layers.js").Tensor>} tensors
 * @returns {{stack: RecurrentStack, rest: Layer[]}} `rest`: the layers that follow them
 * @throws {ModelError} naming layer or tensor and what was expected of it
 */
export function createStack(kernels, graph, tensors) {
  const end = graph.layers.findIndex(({ op }) => !isCell(op));
  const recurrent = end < 0 ? graph.layers : graph.layers.slice(0, end);
  const cell = recurrent[0]?.op;
  if (!isCell(cell) || recurrent.length > MOST_LAYERS || recurrent.some(({ op }) => op !== cell)) {
    throw new ModelError("runtime.layer", {
      op: "graph",
      expected: `1 to ${MOST_LAYERS} layers of one of ${Object.keys(CELLS)}`,
      found: graph.layers.map(({ op }) => op),
    });
  }
  let width = graph.input[0];
  const layers = recurrent.map((layer) => {
    const weights = readLayer(layer, width, tensors);
    width = weights.hidden.length / weights.inputBias.length;
    return weights;
  });
  return { stack: new RecurrentStack(kernels, cell, layers), rest: graph.layers.slice(recurrent.length) };
}

/**
 * A linear layer in float64.
 * @param {Layer} layer @param {number} inputs @param {number} outputs @param {Map<string,
 *   import("../layers.js").Tensor>} tensors
 * @returns {Linear}
 * @throws {ModelError} naming the tensor that does not fit
 */
export function createLinear(layer, inputs, outputs, tensors) {
  const { weight, bias, outputs: found } = readLinear(layer, inputs, tensors);
  if (found !== outputs) throw new ModelError("runtime.layer", { op: layer.op, expected: outputs, found });
  const apply = (/** @type {ArrayLike<number>} */ input) =>
    Float64Array.from(bias, (sum, output) => {
      for (let i = 0, at = output * inputs; i < inputs; i++, at++) sum += weight[at] * input[i];
      return sum;
    });
  return { inputs, outputs, apply };
}

/** Logits → probabilities that sum to one; −∞ has none. @param {Float64Array} logits @returns {Float64Array} */
export function softmax(logits) {
  const largest = logits.reduce((most, each) => Math.max(most, each), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
