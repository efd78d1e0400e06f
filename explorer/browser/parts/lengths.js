/** How long latents usually are, in words. */
import { usualLengths } from "../runtime/statistics.js";

/**
 * What the length of a latent is held against: the lengths of the draws of N(0, I).
 * @param {number} latentSize L
 * @param {import("../i18n.js").Translator} t
 */
export function lengthWords(latentSize, t) {
  const { low, median, high } = usualLengths(latentSize);
  return t("words.lengths", { low: low.toFixed(2), median: median.toFixed(2), high: high.toFixed(2) });
}
