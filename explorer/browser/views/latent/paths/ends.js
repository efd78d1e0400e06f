/**
 * Where a path begins and ends: a latent as it is, the posterior mean of a browse image, or what the prior draws for a
 * seed.
 */
import { storedPosterior } from "../given.js";
import { formatLatent, parseLatent } from "../address.js";

/** @typedef {{kind: "z", z: Float32Array} | {kind: "image", index: number} | {kind: "seed", seed: number}} End */

/**
 * @param {string} text as `formatEnd` writes it
 * @param {{latentSize: number, count: number, seeds: boolean}} bounds L, the browse set's images, and whether there is
 *   a prior
 * @returns {End | null} null where it is none
 */
export function parseEnd(text, { latentSize, count, seeds }) {
  const [, kind, digits] = /^(image|seed):(\d{1,16})$/.exec(text) ?? [];
  const number = Number(digits);
  if (kind === "image") return number < count ? { kind, index: number } : null;
  if (kind === "seed") return seeds && Number.isSafeInteger(number) ? { kind, seed: number } : null;
  const z = parseLatent(text, latentSize);
  return z && { kind: "z", z };
}

/** @param {End} end @returns {string} */
export function formatEnd(end) {
  if (end.kind === "z") return formatLatent(end.z);
  return end.kind === "image" ? `image:${end.index}` : `seed:${end.seed}`;
}

/**
 * @param {End} end
 * @param {import("../../../runtime/model.js").Model} model with its prior loaded
 * @param {import("../../../runtime/map.js").PlacedMap} map
 * @returns {Float32Array} (L)
 */
export function latentOf(end, model, map) {
  if (end.kind === "z") return end.z;
  return end.kind === "image" ? storedPosterior(map, end.index).mean : model.samplePrior(end.seed);
}

/**
 * Two images that show different things: the first of the browse set, and the first that differs from it.
 * @param {import("../../../runtime/map.js").PlacedMap} map
 * @returns {{a: End, b: End}}
 */
export function defaultEnds({ attributes, count }) {
  const [{ data }] = attributes.values();
  const other = data.findIndex((value) => value !== data[0]);
  return { a: { kind: "image", index: 0 }, b: { kind: "image", index: other < 0 ? count - 1 : other } };
}
