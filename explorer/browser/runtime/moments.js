/** The decoder as it was while it learnt: `moments.safetensors`, weights of some moments in eight bits. */
import { isAscending, isRecord } from "./checks.js";
import { loadKernels } from "./kernels.js";
import { isShape } from "./layers.js";
import { createNetwork } from "./network.js";
import { allFinite } from "./numbers.js";
import { TensorFile } from "./tensor-file.js";

const FILE = "moments.safetensors";
const ZERO = 128; // the byte that stands for nought
const SCALE = ".scale";
const HELD = 3; // networks that are kept ready
const MOST_BYTES = 2 ** 26; // of one unpacked tensor

/**
 * @typedef {object} Moments
 * @property {number[]} steps at which weights are stored, ascending
 * @property {(index: number) => import("./network.js").Network} decoder as it was at that moment, the output a picture
 */

/**
 * Values by moment; of a matrix they are bytes, with the scale of each of its rows.
 * @typedef {{shape: number[], data: import("./safetensors.js").TensorData, scale?: Float32Array}} Stored
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {import("./layers.js").Graph} graph of the decoder
 * @param {{kind: string} | null} likelihood logits of a Bernoulli become a picture by the sigmoid
 * @returns {Promise<Moments>}
 * @throws {ModelError} naming file, key and expectation
 */
export async function openMoments(folder, graph, likelihood) {
  const [kernels, file] = await Promise.all([loadKernels(), TensorFile.open(`${folder}${FILE}`)]);
  const steps = Array.from(file.take("step", [null], BigInt64Array), Number);
  if (steps.length === 0 || !isAscending(steps))
    file.refuse("runtime.ascending", { tensor: "step", found: steps.slice(0, 8) });
  const stored = await unpackAll(file, shapesOf(file));
  checkStored(file, stored, steps.length);
  const whole = likelihood?.kind === "bernoulli" ? { ...graph, layers: [...graph.layers, { op: "sigmoid" }] } : graph;
  /** @type {Map<number, import("./network.js").Network>} */
  const networks = new Map();
  const decoder = (/** @type {number} */ index) => {
    const held = networks.get(index);
    if (held !== undefined) return held;
    const network = createNetwork(kernels, whole, weightsAt(stored, index));
    const [oldest] = networks.keys();
    if (networks.size === HELD) networks.delete(oldest);
    networks.set(index, network);
    return network;
  };
  return { steps, decoder };
}

/** The shapes of the packed matrices, by name. @param {TensorFile} file @returns {Record<string, number[]>} */
function shapesOf(file) {
  const { shapes } = describe(file);
  for (const [tensor, shape] of Object.entries(shapes)) {
    if (shape.length < 3 || product(shape) > MOST_BYTES) file.refuse("runtime.shape", { tensor, found: shape });
  }
  return shapes;
}

/** @param {TensorFile} file @returns {{shapes: Record<string, number[]>}} */
function describe(file) {
  try {
    /** @type {unknown} */
    const content = JSON.parse(file.metadata.moments);
    if (isDescribed(content)) return content;
  } catch {
    // Falls through to the one message for every way to be wrong.
  }
  return file.refuse("runtime.momentsDescription", {});
}

/** @param {unknown} content @returns {content is {shapes: Record<string, number[]>}} */
function isDescribed(content) {
  return isRecord(content) && isRecord(content.shapes) && Object.values(content.shapes).every(isShape);
}

/**
 * @param {TensorFile} file
 * @param {Record<string, number[]>} shapes of the packed matrices
 * @returns {Promise<Map<string, Stored>>}
 */
async function unpackAll(file, shapes) {
  /** @type {Map<string, Stored>} */
  const stored = new Map();
  for (const [name, tensor] of file.entries()) {
    const isScale = name.endsWith(SCALE) && name.slice(0, -SCALE.length) in shapes;
    if (name !== "step" && !isScale) stored.set(name, tensor);
  }
  const unpack = async (/** @type {[string, number[]]} */ [tensor, shape]) => {
    const packed = file.take(tensor, [null], Uint8Array);
    const scale = file.take(tensor + SCALE, [shape[1]], Float32Array);
    const data = await inflate(packed, product(shape));
    if (data === null) return file.refuse("runtime.packed", { tensor, expected: product(shape) });
    const length = data.length / shape[0];
    for (let i = length; i < data.length; i++) data[i] += data[i - length]; // modulo 256
    stored.set(tensor, { shape, data, scale });
  };
  await Promise.all(Object.entries(shapes).map(unpack));
  return stored;
}

/** @param {number[]} shape */
function product(shape) {
  return shape.reduce((count, each) => count * each, 1);
}

/**
 * Undo zlib's compression.
 * @param {Uint8Array<ArrayBuffer>} packed
 * @param {number} length of what comes out
 * @returns {Promise<Uint8Array<ArrayBuffer> | null>} null if something else than that comes out
 */
async function inflate(packed, length) {
  const result = new Uint8Array(length);
  let filled = 0;
  try {
    // A file that claims little and holds much is left as soon as it shows.
    for await (const part of chunks(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")))) {
      if (filled + part.length > length) return null;
      result.set(part, filled);
      filled += part.length;
    }
  } catch {
    return null;
  }
  return filled === length ? result : null;
}

/** Not every browser can iterate over a stream. @param {ReadableStream<Uint8Array>} stream */
async function* chunks(stream) {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @param {TensorFile} file @param {Map<string, Stored>} stored @param {number} count */
function checkStored(file, stored, count) {
  for (const [tensor, { shape, data }] of stored) {
    // What never changed is stored once.
    if (shape[0] !== count && shape[0] !== 1)
      file.refuse("runtime.tensorShape", { tensor, expected: [count, ...shape.slice(1)], found: shape });
    if (data instanceof Float32Array && !allFinite(data)) file.refuse("runtime.notFinite", { tensor });
  }
}

/** The tensors of one moment, by the names that the graph uses. */
function weightsAt(/** @type {Map<string, Stored>} */ stored, /** @type {number} */ index) {
  /** @type {Map<string, import("./layers.js").Tensor>} */
  const weights = new Map();
  for (const [name, { shape, data, scale }] of stored) {
    const values = rowOf({ shape, data }, index);
    const whole = scale && values instanceof Uint8Array ? restore(values, scale) : values;
    weights.set(name, { shape: shape.slice(1), data: whole });
  }
  return weights;
}

/** The numbers of one moment. */
function rowOf(/** @type {Stored} */ { shape, data }, /** @type {number} */ index) {
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
