/** How near a sample is to real images, and how near real images are to each other: the yardstick for "memorised?". */

import { quantile } from "../../runtime/statistics.js";

export const YARDSTICK_IMAGES = 100;

/**
 * @typedef {object} Yardstick distances from a real image to the nearest other one of the browse set
 * @property {number} count of images that it was measured on
 * @property {Float64Array} pixels root mean square over pixels, unit range
 * @property {Float64Array | null} latents Euclidean, between posterior means; null where there is no encoder
 */

/** @type {WeakMap<object, Promise<Yardstick>>} */
const measured = new WeakMap();

/**
 * Measure the yardstick on evenly spaced images of the browse set, one image per idle slice; once per map.
 * @param {import("../../runtime/map.js").LatentMap} map
 * @param {() => Promise<void>} idle resolves when there is time for the next image
 * @returns {Promise<Yardstick>}
 */
export function measureYardstick(map, idle) {
  if (!measured.has(map)) measured.set(map, measure(map, idle));
  return measured.get(map);
}

async function measure(map, idle) {
  const count = Math.min(YARDSTICK_IMAGES, map.count);
  const pixels = new Float64Array(count);
  const latents = map.nearest && new Float64Array(count);
  for (let i = 0; i < count; i++) {
    await idle();
    const index = Math.floor((i * map.count) / count);
    const other = (found) => found.find((each) => each.index !== index).distance;
    pixels[i] = other(map.nearestImages(map.image(index), 2));
    if (!latents) continue;
    const size = map.mean.length / map.count;
    latents[i] = other(map.nearest(map.mean.subarray(index * size, (index + 1) * size), 2));
  }
  return { count, pixels, latents };
}

/**
 * A distance held against the yardstick.
 * @param {number} distance
 * @param {Float64Array} yardstick
 * @returns {{distance: number, low: number, median: number, high: number, closer: number}} the 5 %, 50 % and 95 % quantiles,
 *   and the share of real images that lie closer to their nearest than `distance`
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
