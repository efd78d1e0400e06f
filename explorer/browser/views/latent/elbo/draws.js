/**
 * The draws of an input's posterior, made one by one while nobody waits, and what can be said of those made so far. No
 * DOM.
 */
import { drawEpsilon, heaviestShare, spreadOf, tighten, weigh } from "../../../runtime/evidence.js";

export const MOST_SAMPLES = 512; // the largest K
export const REPEATS = 16; // of the largest K
const DRAWS = MOST_SAMPLES * REPEATS;
const FIRST_SHOWN = 64; // draws before the first curve

/**
 * The numbers of draws after which the curve is drawn anew: doubling first, then with every repeat of the largest K.
 */
export function isMilestone(/** @type {number} */ draws) {
  const doubled = draws >= FIRST_SHOWN && draws <= MOST_SAMPLES && (draws & (draws - 1)) === 0;
  return doubled || (draws > 0 && draws % MOST_SAMPLES === 0);
}

/**
 * @typedef {object} Summary
 * @property {number} draws made so far
 * @property {number} planned
 * @property {import("../../../runtime/evidence.js").Bound[]} bounds for K = 1, 2, 4, …
 * @property {import("../../../runtime/evidence.js").Spread} reconstruction ln p(x|z) over the draws; nats
 * @property {number} first ln p(x|z) of the first draw, which is the ε that the page shows; nats
 * @property {number} heaviest share of the heaviest weight among the first draws, at most as many as the largest K
 * @property {number} compared how many draws these are
 */

/**
 * Jobs that draw, each one short; `tell` gets a summary at every milestone.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {{input: Float32Array, posterior: {mean: Float32Array, logVariance: Float32Array}, epsilon: number}} point
 * @param {(summary: Summary) => void} tell
 * @param {number} [planned]
 * @returns {Generator<void>}
 */
export function* drawWeights(model, { input, posterior, epsilon }, tell, planned = DRAWS) {
  const logWeights = new Float64Array(planned);
  const reconstructions = new Float64Array(planned);
  for (let draw = 0; draw < planned;) {
    const { logWeight, reconstruction } = weigh(model, input, posterior, drawEpsilon(epsilon, model.latentSize, draw));
    logWeights[draw] = logWeight;
    reconstructions[draw] = reconstruction;
    draw += 1;
    if (isMilestone(draw)) tell(summarise(logWeights.subarray(0, draw), reconstructions.subarray(0, draw), planned));
    yield;
  }
}

/** @returns {Summary} */
export function summarise(
  /** @type {Float64Array} */ logWeights,
  /** @type {Float64Array} */ reconstructions,
  /** @type {number} */ planned,
) {
  const first = logWeights.subarray(0, MOST_SAMPLES);
  return {
    draws: logWeights.length,
    planned,
    bounds: tighten(logWeights, MOST_SAMPLES),
    reconstruction: spreadOf(reconstructions),
    first: reconstructions[0],
    heaviest: heaviestShare(first),
    compared: first.length,
  };
}
