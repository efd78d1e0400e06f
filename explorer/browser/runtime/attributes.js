/** `attributes.safetensors`: what moving latents towards an attribute does, as a classifier reads it. */
import { TensorFile, isCount } from "./recurrent/files.js";

/**
 * @typedef {object} ValueEffect counts of images, over the S strengths
 * @property {number} moved images, none of which has the value
 * @property {number} heldOut of these
 * @property {Int32Array} present (S) the value is read
 * @property {{read: number, count: number}} ceiling of `count` images that truly have it, it is read in so many reconstructions
 * @property {Int32Array | null} anyChanged (S) some other attribute is read otherwise than it is; null where there is no other
 * @property {Map<string, Int32Array>} changed (S) of each other attribute
 * @property {Int32Array | null} whole (S) no damage is read; null where the classifier does not tell
 *
 * @typedef {object} Effects
 * @property {string} classifier name of its checkpoint
 * @property {Float32Array} strengths (S) rising from 0
 * @property {Map<string, {accuracy: {value: number, low: number, high: number, count: number}, values: Map<string, ValueEffect>}>} attributes
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @returns {Promise<Effects>}
 * @throws {import("./errors.js").ModelError} naming file, key and expectation
 */
export async function openEffects(folder) {
  const file = await TensorFile.open(`${folder}attributes.safetensors`);
  const { classifier, attributes } = file.describe("attributes", (content) => typeof content.classifier === "string" && Object.values(content.attributes).every(isDescribed));
  const strengths = file.take("strength", [null], Float32Array).data;
  if (strengths[0] !== 0 || strengths.length < 2 || strengths.some((strength, i) => i > 0 && strength <= strengths[i - 1])) {
    file.refuse("runtime.ascending", { tensor: "strength", found: Array.from(strengths.subarray(0, 8)) });
  }
  const read = ([name, { values, others, accuracy }]) => [name, { accuracy, values: readValues(file, name, values, others, strengths.length) }];
  return { classifier, strengths, attributes: new Map(Object.entries(attributes).map(read)) };
}

/** @param {any} attribute */
function isDescribed({ values, others, accuracy }) {
  const names = [values, others].every((each) => Array.isArray(each) && each.every((name) => typeof name === "string"));
  return names && values.length > 0 && isCount(accuracy.count) && ["value", "low", "high"].every((key) => Number.isFinite(accuracy[key]));
}

/** @returns {Map<string, ValueEffect>} */
function readValues(/** @type {TensorFile} */ file, /** @type {string} */ name, /** @type {string[]} */ values, /** @type {string[]} */ others, /** @type {number} */ strengths) {
  const take = (/** @type {string} */ field, /** @type {number[]} */ shape) => file.take(`${field}.${name}`, [values.length, ...shape], Int32Array).data;
  const [count, ceiling, present] = [take("count", [2]), take("ceiling", [2]), take("present", [strengths])];
  const changed = others.length ? take("changed", [strengths, others.length]) : null;
  const anyChanged = others.length ? take("any_changed", [strengths]) : null;
  const whole = file.has(`whole.${name}`) ? take("whole", [strengths]) : null;
  return new Map(
    values.map((value, row) => {
      const of = (/** @type {Int32Array | null} */ counts) => counts && counts.subarray(row * strengths, (row + 1) * strengths);
      const [moved, heldOut] = count.subarray(2 * row, 2 * row + 2);
      if (moved < 1 || of(present).some((each) => each < 0 || each > moved)) file.refuse("runtime.description", { name: `present.${name}` });
      const each = others.map((other, place) => [
        other,
        Int32Array.from({ length: strengths }, (_, strength) => changed[(row * strengths + strength) * others.length + place]),
      ]);
      return [
        value,
        {
          moved,
          heldOut,
          present: of(present),
          ceiling: { read: ceiling[2 * row], count: ceiling[2 * row + 1] },
          anyChanged: of(anyChanged),
          changed: new Map(/** @type {[string, Int32Array][]} */ (each)),
          whole: of(whole),
        },
      ];
    }),
  );
}
