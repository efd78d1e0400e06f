/** Held-out sequences to compare with: `examples.safetensors`, where they may be passed on. */
import { TensorFile } from "../tensor-file.js";

/**
 * @typedef {{values: Float32Array, label: number | null}} Example in the signal's unit, and the index of its class
 *   where there are classes
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {number} length samples of each
 * @param {number} classes K; 0 where there are none
 * @returns {Promise<Example[]>}
 * @throws {import("../errors.js").ModelError} naming file, tensor and expectation
 */
export async function openExamples(folder, length, classes) {
  const file = await TensorFile.open(`${folder}examples.safetensors`);
  const data = file.take("samples", [null, length], Float32Array);
  const count = data.length / length;
  const labels = classes ? file.take("label", [count], Int16Array) : null;
  if (labels?.some((label) => label < 0 || label >= classes))
    file.refuse("runtime.label", { expected: classes, found: Math.max(...labels) });
  return Array.from({ length: count }, (_, i) => ({
    values: data.subarray(i * length, (i + 1) * length),
    label: labels ? labels[i] : null,
  }));
}
