/** How near a sample is to real images, and how near real images are to each other: the yardstick for "memorised?". */

import { quantile } from "../../runtime/statistics.js";

export const YARDSTICK_IMAGES = 100;

/**
 * @typedef {import("../../runtime/map.js").LatentMap} LatentMap
 * @typedef {import("../../runtime/map.js").Neighbour} Neighbour
 *
 * @typedef {object} Yardstick distances from a real image to the nearest other one of the browse set
 * @property {number} count of images that it was measured on
 * @property {Float64Array} pixels root mean square over pixels, unit range
 * @property {Float64Array | null} latents Euclidean, between posterior means; null where there is no encoder
 */

/** @type {WeakMap<LatentMap, Promise<Yardstick>>} */
const measured = new WeakMap();

/**
 * Measure the yardstick on evenly spaced images of the browse set, one image per idle slice; once per map.
 * @param {LatentMap} map
 * @param {() => Promise<void>} idle resolves when there is time for the next image
 * @returns {Promise<Yardstick>}
 */
export function measureYardstick(map, idle) {
  const known = measured.get(map) ?? measure(map, idle);
  measured.set(map, known);
  return known;
}

/** @param {LatentMap} map @param {() => Promise<void>} idle @returns {Promise<Yardstick>} */
async function measure(map, idle) {
  const count = Math.min(YARDSTICK_IMAGES, map.count);
  const pixels = new Float64Array(count);
  const latents = map.nearest === null ? null : new Float64Array(count);
  for (let i = 0; i < count; i++) {
    await idle();
    const index = Math.floor((i * map.count) / count);
    const other = (/** @type {Neighbour[]} */ found) => found.find((each) => each.index !== index)?.distance ?? NaN;
    pixels[i] = other(map.nearestImages(map.image(index), 2));
    if (map.nearest === null || latents === null) continue;
    const size = map.mean.length / map.count;
    latents[i] = other(map.nearest(map.mean.subarray(index * size, (index + 1) * size), 2));
  }
  return { count, pixels, latents };
}

/**
 * @typedef {object} Comparison of a distance
 * @property {number} distance
 * @property {number} low the yardstick's 5 % quantile
 * @property {number} median
 * @property {number} high the 95 % quantile
 * @property {number} closer share of real images that lie closer to their nearest than `distance`
 */

/**
 * A distance held against the yardstick.
 * @param {number} distance
 * @param {Float64Array} yardstick
 * @returns {Comparison}
 */
export function compare(distance, yardstick) {
  const closer = yardstick.reduce((count, each) => count + (each < distance ? 1 : 0), 0) / yardstick.length;
  return {
    distance,
    low: quantile(yardstick, 0.05),
    median: quantile(yardstick, 0.5),
    high: quantile(yardstick, 0.95),
    closer,
  };
}
