/** What the view keeps in the address, so that a link restores the same picture. */
import { NUMBERS } from "./tabs.js";

/**
 * @typedef {object} State
 * @property {Float32Array | null} z
 * @property {number | null} image index in the browse set of the encoded image
 * @property {number} epsilon seed of the posterior's noise
 * @property {string} layout
 * @property {string} colour attribute
 * @property {boolean} thumbnails
 * @property {boolean} manifold
 * @property {string} panel id of the tab that is open
 */

/**
 * Read the query string's entries. What does not fit gives way to the default, and is told.
 * @param {Record<string, string>} entries
 * @param {import("../../runtime/map.js").LatentMap} map
 * @param {number} latentSize
 * @param {string[]} panels ids of those that the model has
 * @returns {{state: State, refused: Array<[string, Record<string, string | number>]>}} a translation key and its values each
 */
export function readState(entries, map, latentSize, panels) {
  /** @type {Array<[string, Record<string, string | number>]>} */
  const refused = [];
  const refuse = (/** @type {string} */ name, /** @type {string} */ expected) =>
    refused.push([`latent.state_${name}`, { expected }]);
  const choice = (/** @type {string} */ name, /** @type {string[]} */ known) => {
    if (entries[name] === undefined || known.includes(entries[name])) return entries[name] ?? known[0];
    refuse(name, known.join(", "));
    return known[0];
  };
  const whole = (/** @type {string} */ name, /** @type {number} */ last, /** @type {number | null} */ fallback) => {
    if (entries[name] === undefined) return fallback;
    if (/^\d{1,16}$/.test(entries[name]) && Number(entries[name]) <= last) return Number(entries[name]);
    refuse(name, `0…${last}`);
    return fallback;
  };
  const z = entries.z === undefined ? null : parseLatent(entries.z, latentSize);
  if (entries.z !== undefined && z === null) refuse("z", String(latentSize));
  return {
    state: {
      z,
      image: whole("image", map.count - 1, z === null ? 0 : null),
      epsilon: whole("epsilon", Number.MAX_SAFE_INTEGER, 0),
      layout: choice("layout", Object.keys(map.layouts)),
      colour: choice("colour", [...map.attributes.keys()]),
      thumbnails: choice("marks", ["dots", "thumbnails"]) === "thumbnails",
      manifold: choice("manifold", ["off", "on"]) === "on",
      panel: choice("panel", [NUMBERS, ...panels]),
    },
    refused,
  };
}

/**
 * The entries that restore a state; null where it is the default.
 * @param {State} state
 * @param {import("../../runtime/map.js").LatentMap} map
 * @returns {Record<string, string | null>}
 */
export function writeState(state, map) {
  return {
    z: formatLatent(state.z),
    image: state.image === null ? null : String(state.image),
    epsilon: state.epsilon === 0 ? null : String(state.epsilon),
    layout: state.layout === Object.keys(map.layouts)[0] ? null : state.layout,
    colour: state.colour === [...map.attributes.keys()][0] ? null : state.colour,
    marks: state.thumbnails ? "thumbnails" : null,
    manifold: state.manifold ? "on" : null,
    panel: state.panel === NUMBERS ? null : state.panel,
  };
}

/**
 * @param {string} text numbers with commas between them
 * @param {number} latentSize
 * @returns {Float32Array | null} null where it is not `latentSize` finite numbers
 */
export function parseLatent(text, latentSize) {
  const parts = text.split(",");
  const z = Float32Array.from(parts, (part) => (part.trim() === "" ? NaN : Number(part)));
  return z.length === latentSize && z.every(Number.isFinite) ? z : null;
}

/**
 * The shortest decimals that give the same float32 values back.
 * @param {Float32Array} z
 */
export function formatLatent(z) {
  return Array.from(z, (value) => {
    for (let digits = 1; digits < 9; digits++) {
      const text = String(Number(value.toPrecision(digits)));
      if (Math.fround(Number(text)) === value) return text;
    }
    return String(Number(value.toPrecision(9)));
  }).join(",");
}
