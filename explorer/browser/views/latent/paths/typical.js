/**
 * How dense the aggregated posterior of the others is where an image lies: what the density along a path is compared
 * with.
 */
import { sampled, storedPosterior } from "../given.js";
import { quantile } from "../../../runtime/statistics.js";

export const MEASURED = 200; // images whose posterior samples are measured
const SEED = 0; // of image n: SEED + n

/**
 * Densities at one posterior sample of each of the browse set's first images, its own posterior left out, one a step.
 * @param {import("../../../runtime/map.js").PlacedMap} map
 * @param {(z: ArrayLike<number>, except: number) => number} aggregated
 * @param {number[]} found filled
 * @returns {Generator<void>}
 */
export function* measureTypical(map, aggregated, found) {
  for (let image = 0; image < Math.min(MEASURED, map.count); image++) {
    found.push(aggregated(sampled(storedPosterior(map, image), SEED + image).sample, image));
    yield;
  }
}

/** The middle 90 % of some densities. @param {number[]} densities at least one */
export function middle(densities) {
  return { value: quantile(densities, 0.5), low: quantile(densities, 0.05), high: quantile(densities, 0.95) };
}
