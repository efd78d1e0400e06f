/** What the settings ask for: the latent and the label at a position in seed space. */

import { mixLabels, oneHot } from "./condition.js";

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
 * @param {import("./model.js").Model} model
 * @param {{prior: string, scale: number}} options
 * @param {import("./seed-space.js").Position} position
 * @param {Choice} choice
 * @returns {Subject}
 */
export function subjectAt(model, { prior, scale }, { x, y }, choice) {
  const drawn = model.blendSeeds(x, y, { prior, scale });
  return { ...drawn, label: chosenLabel(choice, model.classes) ?? drawn.label };
}
