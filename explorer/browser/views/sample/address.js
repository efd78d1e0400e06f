/** What the Sample view shows, and how the address keeps it. */

import { AddressCodec, flag, oneOf, real, whole } from "../../parts/address.js";
import { CLASS_FIELDS, classesOf } from "../../parts/class-fields.js";
import { WAYS } from "../../runtime/interpolation.js";
import { LARGEST_SEED } from "../../runtime/seed-space.js";
import { ANY } from "../../runtime/subjects.js";

export const COUNTS = Object.freeze([16, 36, 64]);
export const LARGEST_SCALE = 2;
const ROWS = LARGEST_SEED / 100; // of seed space

/**
 * @typedef {import("../../runtime/subjects.js").Choice} Choice
 * @typedef {import("../../runtime/seed-space.js").Position & Choice} End of a path: a position and its class
 *
 * @typedef {object} OwnSettings
 * @property {number} seed of the first sample; the others follow
 * @property {number} count samples on the sheet, one of COUNTS
 * @property {number} scale factor on the prior's standard deviations, 0 to LARGEST_SCALE
 * @property {string} prior one of the model's
 * @property {number} pick which sample is looked at
 * @property {number} x its position in seed space
 * @property {number} y
 * @property {boolean} compare whether its nearest real images are shown
 * @property {End | null} a where the path begins; null for the sheet's first sample
 * @property {End | null} b where it ends; null for the sheet's second sample
 * @property {number} share place on the path, from 0 (A) to 1 (B)
 * @property {import("../../runtime/interpolation.js").Way} way
 *
 * @typedef {OwnSettings & Choice} Settings
 *
 * @typedef {object} Context the model's `config.json`; its first prior is the default
 * @property {readonly string[]} priors
 * @property {import("../../runtime/config.js").Condition | null} [condition]
 */

/** @template Value @typedef {import("../../parts/address.js").Field<Value, Context, Settings>} Field */

/** @type {Field<number>} */
const COUNT = {
  keeps: true,
  parse: (text) => COUNTS.find((each) => String(each) === text) ?? null,
  format: String,
  fallback: 36,
  expected: COUNTS.join(", "),
};

/** @type {Field<End | null>} */
const END = {
  parse: (text, context) => parseEnd(text, classesOf(context).length),
  format: (end) => end && formatEnd(end),
  fallback: null,
  expected: "x,y",
};

/** @type {AddressCodec<Settings, Context>} */
export const address = new AddressCodec({
  seed: whole({ high: LARGEST_SEED, fallback: 1000, keeps: true }),
  count: COUNT,
  scale: real({ low: 0, high: LARGEST_SCALE, fallback: 1, keeps: true }),
  prior: oneOf({ among: ({ priors }) => priors }),
  pick: whole({ high: (_, { count }) => count - 1, fallback: 0, keeps: true }),
  y: real({ low: -ROWS, high: ROWS, fallback: 0 }),
  x: real({
    low: (_, { y }) => lowest(y),
    high: (_, { y }) => lowest(y) + LARGEST_SEED,
    fallback: (_, { seed, pick, y }) => Math.max(seed + pick, lowest(y)),
  }),
  compare: flag({ keeps: true }),
  ...CLASS_FIELDS,
  a: END,
  b: END,
  share: real({ low: 0, high: 1, fallback: 0.5 }),
  way: oneOf({ among: WAYS }),
});

/** The smallest x at which there is a seed. @param {number} y */
function lowest(y) {
  return 0 - 100 * Math.floor(y);
}

/**
 * @param {string} text "x,y", "x,y,class" or "x,y,class,class,blend", classes by their index
 * @param {number} count of the classes
 * @returns {End | null} null where it makes no sense
 */
function parseEnd(text, count) {
  const parts = text.split(",");
  if (![2, 3, 5].includes(parts.length)) return null;
  const [x, y] = parts.map((part) => (part.trim() === "" ? NaN : Number(part)));
  const inside = Math.abs(y) <= ROWS && x >= lowest(y) && x <= lowest(y) + LARGEST_SEED;
  const choice = parseChoice(parts.slice(2), count);
  return inside && choice ? { x, y, ...choice } : null;
}

/** @param {string[]} parts @param {number} count of the classes @returns {Choice | null} */
function parseChoice(parts, count) {
  if (parts.length === 0) return { ...ANY };
  const [first, second] = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
  if (!(first < count)) return null;
  if (parts.length === 1) return { first, second: null, blend: 0 };
  const blend = parts[2].trim() === "" ? NaN : Number(parts[2]);
  return second < count && blend >= 0 && blend <= 1 ? { first, second, blend } : null;
}

/** @param {End} end */
function formatEnd({ x, y, first, second, blend }) {
  return [x, y, ...(first === null ? [] : [first]), ...(second === null ? [] : [second, blend])].join(",");
}
