/** A layer list and its weights → a network that runs on the kernels, in one memory that is laid out once. */
import { ModelError } from "./errors.js";
import { isShape, resolveLayers, size } from "./layers.js";
import { Plan } from "./plan.js";

/**
 * @typedef {object} Network
 * @property {number[]} inputShape
 * @property {number[]} outputShape
 * @property {(input: Float32Array) => Float32Array} run torch's order (C, H, W) in and out; the output is a fresh array
 * @property {number} bytes of the network's memory: weights and activations
 */

/**
 * @param {import("./kernels.js").Kernels} kernels
 * @param {import("./layers.js").Graph} graph
 * @param {Map<string, import("./layers.js").Tensor>} tensors by the names that the graph uses
 * @returns {Network}
 * @throws {ModelError} if the graph and the tensors do not make a network; `UnsupportedLayer` if the page lacks a layer
 */
export function createNetwork(kernels, graph, tensors) {
  if (!isShape(graph.input) || !isShape(graph.output) || !Array.isArray(graph.layers)) {
    throw new ModelError("runtime.layer", {
      op: "graph",
      expected: "input, output, layers",
      found: Object.keys(graph),
    });
  }
  const nodes = resolveLayers(graph.layers, graph.input, tensors);
  const outputShape = nodes.at(-1)?.shape ?? graph.input;
  if (String(outputShape) !== String(graph.output)) {
    throw new ModelError("runtime.layer", { op: "graph", expected: graph.output, found: outputShape });
  }
  const plan = new Plan(graph.input);
  plan.addNodes(nodes);
  const { heap, input, output, calls, bytes } = plan.bind(kernels);
  const inputLength = size(graph.input);
  const outputLength = size(outputShape);

  function run(/** @type {Float32Array} */ values) {
    if (values.length !== inputLength) {
      throw new ModelError("runtime.inputLength", { expected: inputLength, found: values.length });
    }
    heap.set(values, input);
    for (const call of calls) call();
    return heap.slice(output, output + outputLength);
  }
  return { inputShape: graph.input, outputShape, run, bytes };
}
