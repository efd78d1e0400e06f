/** `memory.safetensors`: how far back a character model's gradients reach. */
import { isAscending, isCount, isFiniteNumber, isRecord } from "../checks.js";
import { TensorFile } from "../tensor-file.js";

/** Of what the norms are: of the whole state or its h by an earlier one, or of a loss by an earlier input. */
export const KINDS = Object.freeze(/** @type {const} */ (["state", "hidden", "gradient"]));
const REACH = Object.freeze(/** @type {const} */ (["value", "low", "high"]));

/**
 * @typedef {typeof KINDS[number]} Kind
 * @typedef {{low: Float32Array, middle: Float32Array, high: Float32Array}} Quantiles (K) each: 10, 50 and 90 % over
 *   positions
 * @typedef {Record<typeof REACH[number], number | null>} Reach the first lag at which a median is below a share of what
 *   it is at lag 1, and its 95 % interval over positions; null beyond the last lag
 * @typedef {object} MemoryVariant
 * @property {string} name `trained`, `initial`, or `forget_bias_<b>`
 * @property {number | null} forgetBias
 * @property {Quantiles} state ‖∂s_t/∂s_{t−k}‖_F / √S of the whole state: h, and c of an LSTM, of all layers
 * @property {Quantiles} hidden ‖∂h_t/∂h_{t−k}‖_F / √H of the top layer's h alone, an LSTM's c at t − k held fixed
 * @property {Quantiles} gradient ‖∂loss_t/∂x_{t−k}‖₂, nats
 * @property {Record<Kind, Reach>} reach
 *
 * @typedef {object} Memory
 * @property {Int32Array} lags k, ascending from at least 1
 * @property {MemoryVariant[]} variants
 * @property {number} positions
 * @property {number} directions at each position, in which changes of states are followed
 * @property {number} share of the norm at lag 1, below which nothing is said to reach
 * @property {number} seed
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<Memory>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openMemory(folder) {
  const file = await TensorFile.open(`${folder}memory.safetensors`);
  const { variants, ...described } = file.describe("memory", isDescribed);
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
    ...described,
    lags,
    variants: Object.entries(variants).map(([name, { forget_bias: forgetBias, reach }]) => ({
      name,
      forgetBias,
      reach,
      state: quantiles(`state.${name}`),
      hidden: quantiles(`hidden.${name}`),
      gradient: quantiles(`gradient.${name}`),
    })),
  };
}

/**
 * @param {Record<string, unknown>} content
 * @returns {content is Pick<Memory, "positions" | "directions" | "share" | "seed"> & {variants:
 *   Record<string, {forget_bias: number | null, reach: Record<Kind, Reach>}>}}
 */
function isDescribed(content) {
  const { positions, directions, share, seed, variants } = content;
  return (
    isCount(positions) &&
    isCount(directions) &&
    isFiniteNumber(share) &&
    Number.isSafeInteger(seed) &&
    isRecord(variants) &&
    Object.values(variants).every(isVariant)
  );
}

/** @param {unknown} variant */
function isVariant(variant) {
  if (!isRecord(variant) || !isRecord(variant.reach)) return false;
  const { forget_bias: bias, reach } = variant;
  return (bias === null || isFiniteNumber(bias)) && KINDS.every((kind) => isReach(reach[kind]));
}

/** @param {unknown} reach */
function isReach(reach) {
  return isRecord(reach) && REACH.every((end) => reach[end] === null || isCount(reach[end]));
}
