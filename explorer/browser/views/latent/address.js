/** What the view keeps in the address, so that a link restores the same picture. */
import { AddressCodec, flag, oneOf, whole } from "../../parts/address.js";
import { subscript } from "../../charts/numerals.js";

/**
 * @typedef {object} Entries
 * @property {Float32Array | null} z null where it is the sample of the image's posterior
 * @property {number | null} image index in the browse set of the encoded image
 * @property {number} epsilon seed of the posterior's noise
 * @property {string} layout
 * @property {string} colour attribute
 * @property {boolean} thumbnails
 * @property {boolean} manifold
 * @property {string} panel id of the tab that is open
 *
 * @typedef {Entries & {z: Float32Array}} State
 *
 * @typedef {object} Context
 * @property {import("../../runtime/map.js").PlacedMap} map
 * @property {number} latentSize
 * @property {number} usual the image that is encoded where the address names none
 * @property {string[]} panels ids of the tabs that the model has
 */

/** @type {import("../../parts/address.js").Field<Float32Array | null, Context, Entries>} */
const latentField = {
  parse: (text, { latentSize }) => parseLatent(text, latentSize),
  format: (z) => z && formatLatent(z),
  fallback: null,
  expected: ({ latentSize }) => latentSigns(latentSize),
};

/** @type {AddressCodec<Entries, Context>} */
export const address = new AddressCodec({
  z: latentField,
  image: whole({ high: ({ map }) => map.count - 1, fallback: ({ usual }, { z }) => (z === null ? usual : null) }),
  epsilon: whole({ high: Number.MAX_SAFE_INTEGER, fallback: 0 }),
  layout: oneOf({ among: ({ map }) => Object.keys(map.layouts) }),
  colour: oneOf({ among: ({ map }) => [...map.attributes.keys()] }),
  thumbnails: flag({ entry: "marks", word: "thumbnails" }),
  manifold: flag({ word: "on" }),
  panel: oneOf({ among: ({ panels }) => panels }),
});

/** A latent in signs. @param {number} latentSize */
export function latentSigns(latentSize) {
  return latentSize > 3 ? `z₁,z₂,…,z${subscript(latentSize)}` : ["z₁", "z₂", "z₃"].slice(0, latentSize).join(",");
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

/**
 * A latent dimension, counted from 1 in the address and from 0 elsewhere.
 * @template {number | null} Fallback
 * @template {{latentSize: number}} Context
 * @template Values
 * @param {{entry: string, fallback: import("../../parts/address.js").Given<Fallback, Context, Values>}} options
 * @returns {import("../../parts/address.js").Field<number | Fallback, Context, Values>}
 */
export function dimensionField(options) {
  return {
    ...options,
    parse: (text, { latentSize }) =>
      /^\d{1,6}$/.test(text) && inRange(Number(text), latentSize) ? Number(text) - 1 : null,
    format: (dimension) => (dimension === null ? null : String(dimension + 1)),
    expected: ({ latentSize }) => `1 … ${latentSize}`,
  };
}

/** @param {number} number @param {number} most */
function inRange(number, most) {
  return number >= 1 && number <= most;
}
