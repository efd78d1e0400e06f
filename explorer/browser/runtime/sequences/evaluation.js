/** What was measured of a sequence model's samples: the entry `sequences` of `evaluation.json`. */
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
 * @property {number} real held-out sequences @property {number} fake generated ones @property {number} seed
 * @property {string | null} kernel of the discrepancy, in words; null where there is none
 * @property {Record<string, Histogram>} histograms
 */

/**
 * @param {any} content of the file
 * @param {string} file its path, for messages
 * @returns {SequenceEvaluation | null} null where it tells nothing of sequences
 * @throws {ModelError} `runtime.config` naming the entry that does not fit
 */
export function readEvaluation(content, file) {
  const found = content?.sequences;
  if (found === undefined || found === null) return null;
  const wrong = (/** @type {string} */ name) => new ModelError("runtime.config", { file, name });
  if (
    ![found.real, found.fake].every((count) => Number.isInteger(count) && count > 0) ||
    !(found.kernel === null || typeof found.kernel === "string")
  )
    throw wrong("sequences");
  for (const [name, histogram] of Object.entries(found.histograms ?? {}))
    if (!isHistogram(histogram)) throw wrong(`sequences.histograms.${name}`);
  return { ...found, histograms: found.histograms ?? {} };
}

/** @param {any} histogram */
function isHistogram({ unit, edges, categories, real, fake }) {
  const bins = Array.isArray(categories) ? categories.length : (edges?.length ?? 0) - 1;
  const shares = (/** @type {any} */ list) =>
    Array.isArray(list) &&
    list.length === bins &&
    list.every((share) => share >= 0) &&
    Math.abs(list.reduce((sum, share) => sum + share, 0) - 1) <= SHARES_TOLERANCE;
  const rises =
    categories ||
    (Array.isArray(edges) && edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1])));
  return typeof unit === "string" && bins > 0 && rises && shares(real) && shares(fake);
}
