/** The picture that was encoded last, and its posterior. */
import { COLLAPSED } from "../../runtime/dimensions.js";
import { reparameterise } from "./posterior.js";

/**
 * @typedef {{mean: Float32Array, logVariance: Float32Array} & ReturnType<typeof reparameterise>} Posterior (L) each
 *
 * @typedef {object} Given nothing in it is ever changed in place
 * @property {Float32Array | null} input (C·H·W); null while it is on its way
 * @property {Posterior} posterior
 * @property {string} words what the picture is
 * @property {number | null} image index in the browse set
 */

/**
 * An image of the browse set, whose posterior is stored with it.
 * @param {import("../../runtime/map.js").PlacedMap} map
 * @param {number} index
 * @param {number} epsilon seed of the posterior's ε
 * @param {string} words
 * @returns {Given} without its input while the pictures are on their way
 */
export function givenImage(map, index, epsilon, words) {
  const posterior = storedPosterior(map, index);
  const input = map.thumbnails && map.image(index);
  return { input, posterior: sampled(posterior, epsilon), words, image: index };
}

/**
 * @param {{mean: Float32Array, logVariance: Float32Array}} posterior
 * @param {number} epsilon seed
 * @returns {Posterior}
 */
export function sampled(posterior, epsilon) {
  return { ...posterior, ...reparameterise(posterior, epsilon) };
}

/**
 * The posterior that is stored with an image of the browse set.
 * @param {import("../../runtime/map.js").PlacedMap} map
 * @param {number} index
 * @returns {{mean: Float32Array, logVariance: Float32Array}} (L) each
 */
export function storedPosterior(map, index) {
  const size = map.mean.length / map.count;
  const row = (/** @type {Float32Array} */ values) => values.slice(index * size, (index + 1) * size);
  return { mean: row(map.mean), logVariance: row(map.logVariance) };
}

/**
 * The image whose z a roll of ε moves farthest: of the largest mean σ over the dimensions that have not collapsed, the
 * first of equals.
 * @param {import("../../runtime/map.js").PlacedMap} map
 * @returns {number} index in the browse set
 */
export function widest(map) {
  const used = Array.from(map.klPerDimension.keys()).filter((dimension) => map.klPerDimension[dimension] >= COLLAPSED);
  const size = map.klPerDimension.length;
  let [best, most] = [0, 0];
  for (let image = 0; image < map.count; image++) {
    const sum = used.reduce((total, i) => total + Math.exp(map.logVariance[image * size + i] / 2), 0);
    if (sum > most) [best, most] = [image, sum];
  }
  return best;
}
