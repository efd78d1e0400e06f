/** A path between two latents. No DOM. */
import { between } from "../../../runtime/interpolation.js";
import { latentOf } from "./ends.js";

export const STEPS = 64;
/** Steps between the pictures of the strip. */
export const STRIDE = 8;

/**
 * @param {import("./address.js").PathState} state
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../runtime/map.js").PlacedMap} map
 * @returns {Float32Array[]} STEPS + 1 latents, evenly spaced in the share of the way
 */
export function walk({ a, b, way }, model, map) {
  const [from, to] = [latentOf(a, model, map), latentOf(b, model, map)];
  return Array.from({ length: STEPS + 1 }, (_, step) => between(way, from, to, step / STEPS));
}
