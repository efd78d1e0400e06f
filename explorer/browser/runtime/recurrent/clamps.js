/** Clamps: quantities that are replaced by a number as soon as they are computed. */
import { ModelError } from "../errors.js";

/**
 * @typedef {object} Clamp
 * @property {number} layer from 0
 * @property {string} quantity one of the language's
 * @property {number[] | null} units from 0; null is the whole layer
 * @property {number} value finite
 */

/**
 * @param {{layers: number, hiddenSize: number, quantities: string[]}} language
 * @param {Clamp[]} clamps
 * @throws {ModelError} `gates.error_clamp_layer`, `gates.error_clamp_quantity`, `gates.error_clamp_unit` or
 *   `gates.error_clamp_value`
 */
export function checkClamps({ layers, hiddenSize, quantities }, clamps) {
  for (const { layer, quantity, units, value } of clamps) {
    if (!isIndex(layer, layers)) throw new ModelError("gates.error_clamp_layer", { found: layer, most: layers - 1 });
    if (!quantities.includes(quantity))
      throw new ModelError("gates.error_clamp_quantity", { found: quantity, expected: quantities });
    const wrong = units?.find((unit) => !isIndex(unit, hiddenSize));
    if (wrong !== undefined) throw new ModelError("gates.error_clamp_unit", { found: wrong, most: hiddenSize - 1 });
    if (!Number.isFinite(value) || !Number.isFinite(Math.fround(value)))
      throw new ModelError("gates.error_clamp_value", { found: value });
  }
}

/**
 * @param {{layers: number, hiddenSize: number, quantities: string[]}} language
 * @param {Clamp[]} clamps where two speak of the same quantity of a unit, the later holds
 * @returns {{mask: Int32Array, held: Float32Array} | null} (layers · Q · H) each; null where there is nothing to clamp
 * @throws {ModelError} as `checkClamps`
 */
export function compileClamps(language, clamps) {
  checkClamps(language, clamps);
  if (clamps.length === 0) return null;
  const { layers, hiddenSize, quantities } = language;
  const mask = new Int32Array(layers * quantities.length * hiddenSize);
  const held = new Float32Array(mask.length);
  for (const { layer, quantity, units, value } of clamps) {
    const start = (layer * quantities.length + quantities.indexOf(quantity)) * hiddenSize;
    for (const unit of units ?? Array(hiddenSize).keys()) {
      mask[start + unit] = -1;
      held[start + unit] = value;
    }
  }
  return { mask, held };
}

/** @param {unknown} value @param {number} count */
function isIndex(value, count) {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count;
}
