/** The decoder as it was while it learnt: `moments.safetensors`, weights of some moments in eight bits. */
import { ModelError } from "./errors.js";
import { loadKernels } from "./kernels.js";
import { createNetwork } from "./network.js";
import { allFinite } from "./numbers.js";
import { openSafetensors } from "./safetensors.js";

const FILE = "moments.safetensors";
const ZERO = 128; // the byte that stands for nought
const SCALE = ".scale";
const HELD = 3; // networks that are kept ready

/**
 * @typedef {object} Moments
 * @property {number[]} steps at which weights are stored, ascending
 * @property {(index: number) => import("./network.js").Network} decoder as it was at that moment, the output a picture
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {{input: number[], output: number[], layers: Record<string, any>[]}} graph of the decoder
 * @param {{kind: string} | null} likelihood logits of a Bernoulli become a picture by the sigmoid
 * @returns {Promise<Moments>}
 * @throws {ModelError} naming file, key and expectation
 */
export async function openMoments(folder, graph, likelihood) {
  const [kernels, opened] = await Promise.all([loadKernels(), openSafetensors(`${folder}${FILE}`)]);
  const file = new URL(`${folder}${FILE}`, globalThis.location?.href).pathname;
  const tensors = await opened.read(opened.tensors.keys());
  const steps = Array.from(tensors.get("step")?.data ?? [], Number);
  if (steps.length === 0 || steps.some((step, i) => i > 0 && step <= steps[i - 1])) {
    throw new ModelError("runtime.ascending", { file, tensor: "step", found: steps.slice(0, 8) });
  }
  checkTensors(file, tensors, steps.length);
  const whole = likelihood?.kind === "bernoulli" ? { ...graph, layers: [...graph.layers, { op: "sigmoid" }] } : graph;
  /** @type {Map<number, import("./network.js").Network>} */
  const networks = new Map();
  const decoder = (/** @type {number} */ index) => {
    if (!networks.has(index)) {
      networks.set(index, createNetwork(kernels, whole, weightsAt(tensors, index)));
      if (networks.size > HELD) networks.delete(networks.keys().next().value);
    }
    return networks.get(index);
  };
  return { steps, decoder };
}

function checkTensors(/** @type {string} */ file, /** @type {Map<string, {shape: number[], data: any}>} */ tensors, /** @type {number} */ count) {
  for (const [tensor, { shape, data }] of tensors) {
    // What never changed is stored once.
    if (shape[0] !== count && (shape[0] !== 1 || tensor === "step")) {
      throw new ModelError("runtime.tensorShape", { file, tensor, expected: [count, ...shape.slice(1)], found: shape });
    }
    if (data instanceof Float32Array && !allFinite(data)) throw new ModelError("runtime.notFinite", { file, tensor });
    if (!(data instanceof Uint8Array)) continue;
    const scale = tensors.get(tensor + SCALE);
    if (scale === undefined) throw new ModelError("runtime.missingTensor", { file, tensor: tensor + SCALE });
    const expected = shape.slice(0, 2);
    if (String(scale.shape) !== String(expected)) {
      throw new ModelError("runtime.tensorShape", { file, tensor: tensor + SCALE, expected, found: scale.shape });
    }
  }
}

/** The tensors of one moment, by the names that the graph uses. */
function weightsAt(/** @type {Map<string, {shape: number[], data: any}>} */ tensors, /** @type {number} */ index) {
  const weights = new Map();
  for (const [name, tensor] of tensors) {
    if (name === "step" || name.endsWith(SCALE)) continue;
    const values = rowOf(tensor, index);
    const data = values instanceof Uint8Array ? restore(values, rowOf(tensors.get(name + SCALE), index)) : values;
    weights.set(name, { shape: tensor.shape.slice(1), data });
  }
  return weights;
}

/** The numbers of one moment. */
function rowOf(/** @type {{shape: number[], data: any}} */ { shape, data }, /** @type {number} */ index) {
  const length = data.length / shape[0];
  const row = shape[0] === 1 ? 0 : index;
  return data.subarray(row * length, (row + 1) * length);
}

/** value = (byte − 128)·scale of its row. @param {Uint8Array} bytes @param {Float32Array} scales one per row */
function restore(bytes, scales) {
  const length = bytes.length / scales.length;
  const values = new Float32Array(bytes.length);
  for (let row = 0; row < scales.length; row++) {
    for (let i = row * length; i < (row + 1) * length; i++) values[i] = (bytes[i] - ZERO) * scales[row];
  }
  return values;
}
