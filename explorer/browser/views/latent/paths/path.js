/** A path between two latents, and the densities along it. No DOM. */
import { WAYS, between } from "../../../runtime/interpolation.js";
import { formatEnd, latentOf, parseEnd } from "./ends.js";

export const STEPS = 64;
/** Steps between the pictures of the strip. */
export const STRIDE = 8;

/**
 * @typedef {object} PathState
 * @property {import("./ends.js").End} a
 * @property {import("./ends.js").End} b
 * @property {import("../../../runtime/interpolation.js").Way} way
 * @property {number} at 0 to STEPS
 */

/**
 * The entries of the address that begin with `paths_`; what does not fit gives way to the default, and is told.
 * @param {Record<string, string>} entries
 * @param {{a: import("./ends.js").End, b: import("./ends.js").End}} ends where there are none
 * @param {{latentSize: number, count: number, seeds: boolean}} bounds
 * @returns {{state: PathState, refused: string[]}} names of the entries that do not fit
 */
export function readPath(entries, ends, bounds) {
  const refused = [];
  const read = (
    /** @type {string} */ name,
    /** @type {(text: string) => any} */ parse,
    /** @type {any} */ fallback,
  ) => {
    const text = entries[`paths_${name}`];
    const value = text === undefined ? fallback : parse(text);
    if (value === null) refused.push(`paths_${name}`);
    return value ?? fallback;
  };
  const end = (/** @type {string} */ text) => parseEnd(text, bounds);
  const way = (/** @type {string} */ text) => (WAYS.includes(text) ? text : null);
  const step = (/** @type {string} */ text) => (/^\d{1,2}$/.test(text) && Number(text) <= STEPS ? Number(text) : null);
  const state = {
    a: read("a", end, ends.a),
    b: read("b", end, ends.b),
    way: read("way", way, WAYS[0]),
    at: read("at", step, 0),
  };
  return { state, refused };
}

/** @param {PathState} state @returns {Record<string, string>} */
export function writePath({ a, b, way, at }) {
  return { paths_a: formatEnd(a), paths_b: formatEnd(b), paths_way: way, paths_at: String(at) };
}

/**
 * @param {PathState} state
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../runtime/map.js").LatentMap} map
 * @returns {Float32Array[]} STEPS + 1 latents, evenly spaced in the share of the way
 */
export function walk({ a, b, way }, model, map) {
  const [from, to] = [latentOf(a, model, map), latentOf(b, model, map)];
  return Array.from({ length: STEPS + 1 }, (_, step) => between(way, from, to, step / STEPS));
}
