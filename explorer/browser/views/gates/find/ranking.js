/** Which units tell a mark best, and whether that is more than chance. No DOM. */

import { strengthOf } from "./scores.js";

/**
 * @typedef {import("../../../runtime/recurrent/marks.js").Mark} Mark
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
