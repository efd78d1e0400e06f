/** Which units tell a mark best, and whether that is more than chance. No DOM. */

import { strengthOf } from "./scores.js";

/**
 * @typedef {object} Mark as `model.loadMarks()` gives it
 * @property {string} name
 * @property {"binary" | "graded"} kind
 * @property {Record<string, string>} title
 * @property {number} count held-out characters behind the scores
 * @property {number | null} positives of them marked; null if graded
 * @property {number} chance the strength that the best unit reaches in 95 of 100 tries where the marks are shifted to wrong places
 * @property {Int16Array} values of the page's characters, −1 where there is none
 * @property {Float32Array[]} scores of each layer's units: AUC if binary, else r
 * @typedef {{unit: import("../reading.js").Unit, score: number, strength: number}} Ranked
 */

/**
 * The units by how well they tell a mark, whichever way: the strongest first, of equals the lower layer and index.
 * @param {Mark} mark
 * @returns {Ranked[]} units without a score are left out
 */
export function rankUnits({ kind, scores }) {
  const all = scores.flatMap((layer, at) =>
    Array.from(layer, (score, index) => ({ unit: { layer: at, index }, score, strength: strengthOf(score, kind) })),
  );
  return all
    .filter(({ strength }) => Number.isFinite(strength))
    .sort((first, second) => second.strength - first.strength);
}

/** Whether a strength is more than what chance gives the best unit. @param {Mark} mark @param {Ranked} ranked */
export function beatsChance({ chance }, { strength }) {
  return strength > chance;
}

/** The strength of a unit that knows everything. @param {"binary" | "graded"} kind */
export function fullStrength(kind) {
  return kind === "binary" ? 0.5 : 1;
}
