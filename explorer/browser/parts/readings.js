/** What each measure on a card says, and what would be a wrong reading of it. */

import { element } from "../dom.js";
import { baseName, metricName } from "../measures.js";

const READINGS = Object.freeze({
  elbo: "reading.elbo",
  importance_weighted_bound: "reading.importance_weighted_bound",
  active_dimensions: "reading.active_dimensions",
  mean_squared_error: "reading.mean_squared_error",
  frechet: "reading.frechet",
  precision: "reading.precision",
  recall: "reading.recall",
  density: "reading.density",
  coverage: "reading.coverage",
  classes: "reading.classes",
  nearest_training_image: "reading.nearest_training_image",
  nearest_is_training: "reading.nearest_is_training",
  mutual_information_gap: "reading.mutual_information_gap",
  disentanglement: "reading.disentanglement",
  completeness: "reading.completeness",
  informativeness: "reading.informativeness",
  mmd2: "reading.squared_discrepancy",
  mmd_p_value: "reading.mmd_p_value",
  memorisation_p_value: "reading.memorisation_p_value",
  explained_share: "reading.explained_share",
  frequency_distance: "reading.frequency_distance",
  train_synthetic_test_real: "reading.train_synthetic_test_real",
  train_real_test_synthetic: "reading.train_real_test_synthetic",
  bits_per_note: "reading.bits_per_note",
  interval_distance: "reading.interval_distance",
  share_in_key: "reading.share_in_key",
  longest_copied_run: "reading.longest_copied_run",
  copied_share: "reading.copied_share",
});

/**
 * @param {string[]} names of the measures on the card
 * @param {import("../i18n.js").Translator} t
 * @returns {HTMLElement | null} folded; null where no measure needs words
 */
export function readings(names, t) {
  const told = Object.keys(READINGS).filter((name) => names.some((each) => baseName(each) === name));
  if (told.length === 0) return null;
  const list = element("dl", { class: "readings" });
  for (const name of told) list.append(element("dt", {}, metricName(name, t)), element("dd", {}, t(READINGS[name])));
  return element("details", { class: "readings-fold" }, element("summary", {}, t("about.readings")), list);
}
