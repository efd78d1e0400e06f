/**
 * `attributes.safetensors`: what moving latents towards an attribute does, as a classifier reads it, and how near to
 * the truth.
 */
import { isAscending, isCount, isFiniteNumber, isRecord, isTexts } from "./checks.js";
import { TensorFile } from "./tensor-file.js";

/**
 * @typedef {object} ValueEffect counts of images, over the S strengths
 * @property {number} moved images, none of which has the value
 * @property {number} heldOut of these
 * @property {Int32Array} present (S) the value is read
 * @property {{read: number, count: number}} ceiling of `count` images that truly have it, it is read in so many
 *   reconstructions
 * @property {Int32Array | null} anyChanged (S) some other attribute is read otherwise than it is; null where there is
 *   no other
 * @property {Map<string, Int32Array>} changed (S) of each other attribute
 * @property {Int32Array | null} whole (S) no damage is read; null where the classifier does not tell
 * @property {PairEffect | null} pairs null where the truth is not known
 *
 * @typedef {{value: number, low: number, high: number}} Mean with its 95 % interval, in grey levels of the unit range
 *
 * @typedef {object} PairEffect how far pictures are from the truth, the same picture drawn with the value; root mean
 *   squares
 * @property {number} count pairs
 * @property {Mean[]} distance (S) of moved pictures; at strength 0 nothing was moved
 * @property {Mean[]} gain (S) how much less that is than at strength 0, picture by picture
 * @property {Mean} best of the truth's own reconstruction
 * @property {number} cosine of the direction and the one that the pairs give
 * @property {{distance: Mean, present: number, changed: number | null}} along when moved once by the mean difference of
 *   the other pairs
 *
 * @typedef {object} Effects
 * @property {string} classifier name of its checkpoint
 * @property {Float32Array} strengths (S) rising from 0
 * @property {Map<string, {accuracy: Accuracy, values: Map<string, ValueEffect>}>} attributes
 */

const INTERVAL = Object.freeze(["value", "low", "high"]);

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<Effects>}
 * @throws {import("./errors.js").ModelError} naming file, key and expectation
 */
export async function openEffects(folder) {
  const file = await TensorFile.open(`${folder}attributes.safetensors`);
  const { classifier, attributes } = file.describe("attributes", isDescribed);
  const strengths = file.take("strength", [null], Float32Array);
  if (strengths[0] !== 0 || strengths.length < 2 || !isAscending(strengths)) {
    file.refuse("runtime.ascending", { tensor: "strength", found: Array.from(strengths.subarray(0, 8)) });
  }
  /** @type {Effects["attributes"]} */
  const read = new Map();
  for (const [name, { values, others, accuracy, paired = [] }] of Object.entries(attributes)) {
    const pairs = readPairs(file, name, paired, others.length > 0, strengths.length);
    read.set(name, { accuracy, values: readValues(file, name, values, others, strengths.length, pairs) });
  }
  return { classifier, strengths, attributes: read };
}

/**
 * @typedef {{value: number, low: number, high: number, count: number}} Accuracy
 * @typedef {{values: string[], others: string[], accuracy: Accuracy, paired?: string[]}} Described
 *
 * @param {Record<string, unknown>} content
 * @returns {content is {classifier: string, attributes: Record<string, Described>}}
 */
function isDescribed(content) {
  const { classifier, attributes } = content;
  return typeof classifier === "string" && isRecord(attributes) && Object.values(attributes).every(isAttribute);
}

/** @param {unknown} attribute */
function isAttribute(attribute) {
  if (!isRecord(attribute)) return false;
  const { values, others, accuracy, paired = [] } = attribute;
  const named = isTexts(values) && values.length > 0 && isTexts(others) && isTexts(paired);
  return (
    named && isRecord(accuracy) && isCount(accuracy.count) && INTERVAL.every((key) => isFiniteNumber(accuracy[key]))
  );
}

/** @returns {Map<string, ValueEffect>} */
function readValues(
  /** @type {TensorFile} */ file,
  /** @type {string} */ name,
  /** @type {string[]} */ values,
  /** @type {string[]} */ others,
  /** @type {number} */ strengths,
  /** @type {Map<string, PairEffect>} */ pairs,
) {
  const take = (/** @type {string} */ field, /** @type {number[]} */ shape) =>
    file.take(`${field}.${name}`, [values.length, ...shape], Int32Array);
  const [count, ceiling, present] = [take("count", [2]), take("ceiling", [2]), take("present", [strengths])];
  const changed = others.length ? take("changed", [strengths, others.length]) : new Int32Array(0);
  const anyChanged = others.length ? take("any_changed", [strengths]) : null;
  const whole = file.has(`whole.${name}`) ? take("whole", [strengths]) : null;
  return new Map(
    values.map((value, row) => {
      const of = (/** @type {Int32Array} */ counts) => counts.subarray(row * strengths, (row + 1) * strengths);
      const [moved, heldOut] = count.subarray(2 * row, 2 * row + 2);
      if (moved < 1 || of(present).some((each) => each < 0 || each > moved))
        file.refuse("runtime.description", { name: `present.${name}` });
      const changes = (/** @type {number} */ place) =>
        Int32Array.from(
          { length: strengths },
          (_, strength) => changed[(row * strengths + strength) * others.length + place],
        );
      return [
        value,
        {
          moved,
          heldOut,
          present: of(present),
          ceiling: { read: ceiling[2 * row], count: ceiling[2 * row + 1] },
          anyChanged: anyChanged && of(anyChanged),
          changed: new Map(others.map((other, place) => [other, changes(place)])),
          whole: whole && of(whole),
          pairs: pairs.get(value) ?? null,
        },
      ];
    }),
  );
}

/** @returns {Map<string, PairEffect>} of the values that have pairs */
function readPairs(
  /** @type {TensorFile} */ file,
  /** @type {string} */ name,
  /** @type {string[]} */ paired,
  /** @type {boolean} */ hasOthers,
  /** @type {number} */ strengths,
) {
  if (paired.length === 0) return new Map();
  const counts = (/** @type {string} */ field) => file.take(`${field}.${name}`, [paired.length], Int32Array);
  const floats = (/** @type {string} */ field, /** @type {number[]} */ shape) =>
    file.take(`${field}.${name}`, [paired.length, ...shape], Float32Array);
  const means = (/** @type {string} */ field, /** @type {number[]} */ shape) => {
    const data = floats(field, [...shape, 3]);
    return Array.from({ length: data.length / 3 }, (_, i) => ({
      value: data[3 * i],
      low: data[3 * i + 1],
      high: data[3 * i + 2],
    }));
  };
  const [count, present, changed] = [
    counts("pairs"),
    counts("pair_present"),
    hasOthers ? counts("pair_changed") : null,
  ];
  const [distance, gain, best, along] = [
    means("distance", [strengths]),
    means("gain", [strengths]),
    means("best", []),
    means("pair_distance", []),
  ];
  const cosine = floats("cosine", []);
  if (count.some((pairs, row) => pairs < 1 || present[row] < 0 || present[row] > pairs))
    file.refuse("runtime.description", { name: `pairs.${name}` });
  return new Map(
    paired.map((value, row) => {
      const of = (/** @type {Mean[]} */ all) => all.slice(row * strengths, (row + 1) * strengths);
      const moved = { distance: along[row], present: present[row], changed: changed && changed[row] };
      return [
        value,
        {
          count: count[row],
          distance: of(distance),
          gain: of(gain),
          best: best[row],
          cosine: cosine[row],
          along: moved,
        },
      ];
    }),
  );
}
