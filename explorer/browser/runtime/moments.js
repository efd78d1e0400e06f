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
const MOST_BYTES = 2 ** 26; // of one unpacked tensor

/**
 * @typedef {object} Moments
 * @property {number[]} steps at which weights are stored, ascending
 * @property {(index: number) => import("./network.js").Network} decoder as it was at that moment, the output a picture
 */

/**
 * Values by moment; of a matrix they are bytes, with the scale of each of its rows.
 * @typedef {{shape: number[], data: any, scale?: Float32Array}} Stored
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
  const stored = await unpackAll(file, tensors, shapesOf(file, opened.metadata));
  checkStored(file, stored, steps.length);
  const whole = likelihood?.kind === "bernoulli" ? { ...graph, layers: [...graph.layers, { op: "sigmoid" }] } : graph;
  /** @type {Map<number, import("./network.js").Network>} */
  const networks = new Map();
  const decoder = (/** @type {number} */ index) => {
    if (!networks.has(index)) {
      networks.set(index, createNetwork(kernels, whole, weightsAt(stored, index)));
      if (networks.size > HELD) networks.delete(networks.keys().next().value);
    }
    return networks.get(index);
  };
  return { steps, decoder };
}

/** The shapes of the packed matrices, by name. @returns {Record<string, number[]>} */
function shapesOf(/** @type {string} */ file, /** @type {Record<string, string>} */ metadata) {
  try {
    const { shapes } = JSON.parse(metadata.moments);
    for (const [tensor, shape] of Object.entries(shapes)) {
      const counts =
        Array.isArray(shape) && shape.length > 2 && shape.every((each) => Number.isSafeInteger(each) && each > 0);
      if (!counts || product(shape) > MOST_BYTES) throw new ModelError("runtime.shape", { file, tensor, found: shape });
    }
    return shapes;
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError("runtime.momentsDescription", { file });
  }
}

/**
 * @param {string} file
 * @param {Map<string, Stored>} tensors
 * @param {Record<string, number[]>} shapes
 * @returns {Promise<Map<string, Stored>>}
 */
async function unpackAll(file, tensors, shapes) {
  const stored = new Map(
    [...tensors].filter(
      ([name]) => name !== "step" && !(name.endsWith(SCALE) && name.slice(0, -SCALE.length) in shapes),
    ),
  );
  const unpack = async (/** @type {[string, number[]]} */ [tensor, shape]) => {
    const [packed, scale] = [tensor, tensor + SCALE].map((name) => tensors.get(name) ?? missing(file, name));
    if (String(scale.shape) !== String(shape[1])) {
      throw new ModelError("runtime.tensorShape", {
        file,
        tensor: tensor + SCALE,
        expected: [shape[1]],
        found: scale.shape,
      });
    }
    if (!allFinite(scale.data)) throw new ModelError("runtime.notFinite", { file, tensor: tensor + SCALE });
    const data = await inflate(packed.data, product(shape));
    if (data === null) throw new ModelError("runtime.packed", { file, tensor, expected: product(shape) });
    const length = data.length / shape[0];
    for (let i = length; i < data.length; i++) data[i] += data[i - length]; // modulo 256
    stored.set(tensor, { shape, data, scale: scale.data });
  };
  await Promise.all(Object.entries(shapes).map(unpack));
  return stored;
}

/** @param {string} file @param {string} tensor @returns {never} */
function missing(file, tensor) {
  throw new ModelError("runtime.missingTensor", { file, tensor });
}

/** @param {number[]} shape */
function product(shape) {
  return shape.reduce((count, each) => count * each, 1);
}

/**
 * Undo zlib's compression.
 * @param {Uint8Array} packed
 * @param {number} length of what comes out
 * @returns {Promise<Uint8Array | null>} null if something else than that comes out
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

function checkStored(
  /** @type {string} */ file,
  /** @type {Map<string, Stored>} */ stored,
  /** @type {number} */ count,
) {
  for (const [tensor, { shape, data }] of stored) {
    // What never changed is stored once.
    if (shape[0] !== count && shape[0] !== 1) {
      throw new ModelError("runtime.tensorShape", { file, tensor, expected: [count, ...shape.slice(1)], found: shape });
    }
    if (data instanceof Float32Array && !allFinite(data)) throw new ModelError("runtime.notFinite", { file, tensor });
  }
}

/** The tensors of one moment, by the names that the graph uses. */
function weightsAt(/** @type {Map<string, Stored>} */ stored, /** @type {number} */ index) {
  const weights = new Map();
  for (const [name, tensor] of stored) {
    const values = rowOf(tensor, index);
    weights.set(name, { shape: tensor.shape.slice(1), data: tensor.scale ? restore(values, tensor.scale) : values });
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
