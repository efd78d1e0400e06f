/** What a discriminator's raw output means. */

import { THRESHOLDS } from "./settings.js";

/** The losses whose discriminators' outputs have a known meaning. */
export const LOSSES = Object.freeze([
  "minimax",
  "non_saturating",
  "least_squares",
  "hinge",
  "wasserstein_clip",
  "wasserstein_penalty",
]);

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

/** @type {Readonly<Record<string, Omit<OutputMeaning, "threshold">>>} */
const MEANINGS = Object.freeze({
  minimax: { kind: "probability", range: [0, 1] },
  non_saturating: { kind: "probability", range: [0, 1] },
  least_squares: { kind: "target", range: [0, 1] },
  hinge: { kind: "margin", range: [-1, 1] },
  wasserstein_clip: { kind: "critic", range: null },
  wasserstein_penalty: { kind: "critic", range: null },
});

/** @param {string} loss one of the settings' losses @returns {OutputMeaning} */
export function outputMeaning(loss) {
  return { ...MEANINGS[loss], threshold: THRESHOLDS[loss] };
}

/**
 * What is shown of a raw output: D(x) where it is a probability, the output itself elsewhere.
 * @param {OutputMeaning} meaning
 * @param {number} output
 */
export function shownOutput(meaning, output) {
  return meaning.kind === "probability" ? 1 / (1 + Math.exp(-output)) : output;
}
