/** What was measured of a sequence model's samples: the entry `sequences` of `evaluation.json`. */
import { isAscending, isCount, isFiniteNumber, isRecord, isTexts } from "../checks.js";
import { ModelError } from "../errors.js";

const SHARES_TOLERANCE = 1e-3;

/**
 * @typedef {object} Histogram shares of real and of generated sequences in the same bins
 * @property {string} unit
 * @property {number[] | null} edges (B + 1) rising, or null where bins are categories
 * @property {string[] | null} categories (B)
 * @property {number[]} real (B)
 * @property {number[]} fake (B)
 *
 * @typedef {object} SequenceEvaluation
 * @property {number} real held-out sequences
 * @property {number} fake generated ones, of a block
 * @property {number} blocks of seeds, each compared with all held-out sequences @property {number} seed
 * @property {string | null} kernel of the discrepancy, in words; null where there is none
 * @property {Record<string, Histogram>} histograms
 */

/**
 * @param {unknown} content of the file
 * @param {string} file its path, for messages
 * @returns {SequenceEvaluation | null} null where it tells nothing of sequences
 * @throws {ModelError} `runtime.config` naming the entry that does not fit
 */
export function readEvaluation(content, file) {
  const found = isRecord(content) ? (content.sequences ?? null) : null;
  if (found === null) return null;
  const wrong = (/** @type {string} */ name) => new ModelError("runtime.config", { file, name });
  if (!isCompared(found)) throw wrong("sequences");
  const { real, fake, blocks = 1, seed, kernel, histograms = {} } = found;
  /** @type {Record<string, Histogram>} */
  const read = {};
  for (const [name, histogram] of Object.entries(histograms)) {
    if (!isHistogram(histogram)) throw wrong(`sequences.histograms.${name}`);
    read[name] = histogram;
  }
  return { real, fake, blocks, seed, kernel, histograms: read };
}

/**
 * @param {unknown} found
 * @returns {found is Omit<SequenceEvaluation, "blocks" | "histograms"> & {
 *   blocks?: number, histograms?: Record<string, unknown>,
 * }}
 */
function isCompared(found) {
  if (!isRecord(found)) return false;
  const { real, fake, blocks = 1, seed, kernel, histograms = {} } = found;
  const counted = [real, fake, blocks].every(isCount) && isFiniteNumber(seed);
  return counted && (kernel === null || typeof kernel === "string") && isRecord(histograms);
}

/** @param {unknown} histogram @returns {histogram is Histogram} */
function isHistogram(histogram) {
  if (!isRecord(histogram)) return false;
  const { unit, edges = null, categories = null, real, fake } = histogram;
  const bins = isTexts(categories) && edges === null ? categories.length : isEdges(edges) ? edges.length - 1 : 0;
  return typeof unit === "string" && bins > 0 && isShares(real, bins) && isShares(fake, bins);
}

/** @param {unknown} edges @returns {edges is number[]} */
function isEdges(edges) {
  return Array.isArray(edges) && edges.every(isFiniteNumber) && isAscending(edges);
}

/** @param {unknown} shares @param {number} bins */
function isShares(shares, bins) {
  if (!Array.isArray(shares) || shares.length !== bins || !shares.every((share) => share >= 0)) return false;
  return Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) <= SHARES_TOLERANCE;
}
