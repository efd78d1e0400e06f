/** What the settings ask for: the latent and the label at a position in seed space, and the words for a label. */

import { mixLabels, oneHot } from "../../runtime/condition.js";
import { seedAt } from "./seed-space.js";

/**
 * @typedef {object} Choice of a condition
 * @property {number | null} first class; null draws one by the seed
 * @property {number | null} second class to blend with, or null
 * @property {number} blend share of the second, 0 to 1
 */

/** @typedef {{z: Float32Array, label: Float32Array | null, seeds: number[], weights: number[]}} Subject */

/** No class is chosen: each seed draws its own. @type {Choice} */
export const ANY = Object.freeze({ first: null, second: null, blend: 0 });

/**
 * The label that a choice fixes, or null where it fixes none.
 * @param {Choice} choice
 * @param {number} classes
 * @returns {Float32Array | null}
 */
export function chosenLabel({ first, second, blend }, classes) {
  if (!classes || first === null) return null;
  if (second === null) return oneHot(first, classes);
  return mixLabels([oneHot(first, classes), oneHot(second, classes)], [1 - blend, blend]);
}

/**
 * @param {import("../../runtime/model.js").Model} model
 * @param {{prior: string, scale: number}} options
 * @param {import("./seed-space.js").Position} position
 * @param {Choice} choice
 * @returns {Subject}
 */
export function subjectAt(model, { prior, scale }, { x, y }, choice) {
  const drawn = model.blendSeeds(x, y, { prior, scale });
  return { ...drawn, label: chosenLabel(choice, model.classes) ?? drawn.label };
}

/**
 * A label in words: "3", or "3 (60 %) + 8 (40 %)", the largest share first.
 * @param {Float32Array | null} label
 * @param {import("../../runtime/config.js").Condition | null} condition the model's
 * @param {string} language
 * @returns {string} empty for a model without a condition
 */
export function nameLabel(label, condition, language) {
  if (!label) return "";
  const present = Array.from(label, (share, index) => ({ share, name: condition.labels[language][index] })).filter(({ share }) => share > 0);
  if (present.length === 1) return present[0].name;
  present.sort((a, b) => b.share - a.share);
  return present.map(({ share, name }) => `${name} (${Math.round(100 * share)} %)`).join(" + ");
}

/**
 * A sample in words: where it is in seed space, and its class where it has one.
 * @param {import("./seed-space.js").Position} position
 * @param {{label: Float32Array | null}} subject
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("../../i18n.js").Translator & {language: string}} t
 */
export function nameSample(position, { label }, model, t) {
  const seed = seedAt(position);
  const place = seed === null ? t("sample.between", { x: position.x.toFixed(2), y: position.y.toFixed(2) }) : t("sample.at_seed", { seed });
  const named = nameLabel(label, model.config.condition, t.language);
  return named ? t("sample.in_class", { place, label: named }) : place;
}
