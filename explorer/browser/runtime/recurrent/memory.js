/** `memory.safetensors`: how far back a character model's gradients reach. */
import { isAscending, isCount, isFiniteNumber, isRecord } from "../checks.js";
import { TensorFile } from "../tensor-file.js";

/**
 * @typedef {{low: Float32Array, middle: Float32Array, high: Float32Array}} Quantiles (K) each: 10, 50 and 90 % over
 *   positions
 * @typedef {object} MemoryVariant
 * @property {string} name `trained`, `initial`, or `forget_bias_<b>`
 * @property {number | null} forgetBias
 * @property {Quantiles} jacobian spectral norms ‖∂h_t/∂h_{t−k}‖₂ of the top layer
 * @property {Quantiles} gradient ‖∂loss_t/∂x_{t−k}‖₂, nats
 *
 * @typedef {{lags: Int32Array, variants: MemoryVariant[], positions: number, seed: number}} Memory lags k, ascending
 *   from at least 1
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<Memory>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openMemory(folder) {
  const file = await TensorFile.open(`${folder}memory.safetensors`);
  const { variants, positions, seed } = file.describe("memory", isDescribed);
  const lags = file.take("lag", [null], Int32Array);
  if (lags.length === 0 || lags[0] < 1 || !isAscending(lags)) {
    file.refuse("runtime.ascending", { tensor: "lag", found: Array.from(lags.subarray(0, 8)) });
  }
  const quantiles = (/** @type {string} */ name) => {
    const data = file.take(name, [lags.length, 3], Float32Array);
    const [low, middle, high] = [0, 1, 2].map((column) => Float32Array.from(lags, (_, i) => data[3 * i + column]));
    return { low, middle, high };
  };
  return {
    lags,
    positions,
    seed,
    variants: Object.entries(variants).map(([name, { forget_bias: forgetBias }]) => ({
      name,
      forgetBias,
      jacobian: quantiles(`jacobian.${name}`),
      gradient: quantiles(`gradient.${name}`),
    })),
  };
}

/**
 * @param {Record<string, unknown>} content
 * @returns {content is {positions: number, seed: number, variants: Record<string, {forget_bias: number | null}>}}
 */
function isDescribed(content) {
  const { positions, seed, variants } = content;
  return (
    isCount(positions) && Number.isSafeInteger(seed) && isRecord(variants) && Object.values(variants).every(isVariant)
  );
}

/** @param {unknown} variant */
function isVariant(variant) {
  return isRecord(variant) && (variant.forget_bias === null || isFiniteNumber(variant.forget_bias));
}
