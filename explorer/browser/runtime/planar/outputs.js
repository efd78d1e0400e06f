/** What a discriminator's raw output means. */

import { THRESHOLDS } from "./settings.js";

/**
 * What a discriminator's raw output means under a loss.
 * @typedef {object} OutputMeaning
 * @property {"probability" | "target" | "margin" | "critic"} kind a logit, a regression onto 0 and 1, a hinge score, or
 *   a critic's score, which is defined up to a constant
 * @property {number | null} threshold of the raw output, above which a point counts as real; null: a critic decides
 *   nothing
 * @property {[number, number] | null} range of shown values that the heat map's colours span; null: the present
 *   extremes
 */

/** @type {OutputMeaning} */
const CRITIC = Object.freeze({ kind: "critic", threshold: null, range: null });

/** @type {Readonly<Record<string, OutputMeaning>>} */
const MEANINGS = Object.freeze({
  minimax: { kind: "probability", threshold: THRESHOLDS.minimax, range: [0, 1] },
  non_saturating: { kind: "probability", threshold: THRESHOLDS.non_saturating, range: [0, 1] },
  least_squares: { kind: "target", threshold: THRESHOLDS.least_squares, range: [0, 1] },
  hinge: { kind: "margin", threshold: THRESHOLDS.hinge, range: [-1, 1] },
});

/**
 * @param {string} loss that D was trained by; of one that is not known here it is a critic's score
 * @returns {OutputMeaning}
 */
export function outputMeaning(loss) {
  return Object.hasOwn(MEANINGS, loss) ? MEANINGS[loss] : CRITIC;
}

/**
 * What is shown of a raw output: D(x) where it is a probability, the output itself elsewhere.
 * @param {OutputMeaning} meaning
 * @param {number} output
 */
export function shownOutput(meaning, output) {
  return meaning.kind === "probability" ? 1 / (1 + Math.exp(-output)) : output;
}
