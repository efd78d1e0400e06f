/**
 * Measures, units and attributes in the visitor's language. A checkpoint may come from anyone's training code: what has no
 * translation is shown as it is written there.
 */

const METRICS = Object.freeze({
  accuracy: "metric.accuracy",
  active_dimensions: "metric.active_dimensions",
  bits_per_character: "metric.bits_per_character",
  classes: "metric.classes",
  coverage: "metric.coverage",
  density: "metric.density",
  discriminator_accuracy: "metric.discriminator_accuracy",
  elbo: "metric.elbo",
  energy_distance: "metric.energy_distance",
  five_gram_bits_per_character: "metric.five_gram_bits_per_character",
  frechet: "metric.frechet",
  high_quality_share: "metric.high_quality_share",
  importance_weighted_bound: "metric.importance_weighted_bound",
  kl: "metric.kl",
  log_evidence: "metric.log_evidence",
  mean_squared_error: "metric.mean_squared_error",
  modes_covered: "metric.modes_covered",
  perplexity: "metric.perplexity",
  precision: "metric.precision",
  recall: "metric.recall",
  reconstruction: "metric.reconstruction",
  sliced_wasserstein_distance: "metric.sliced_wasserstein_distance",
  unigram_bits_per_character: "metric.unigram_bits_per_character",
});

const UNITS = Object.freeze({
  classes: "unit.classes",
  dimensions: "unit.dimensions",
  nats: "unit.nats",
  "bits per character": "unit.bits_per_character",
  "energy distance": "unit.plane",
  "perplexity per character": "unit.perplexity",
  "real balls around a generated picture, 1 expected": "unit.real_balls",
  "share of generated pictures": "unit.share_of_generated",
  "share of images, half of them damaged, whose state is named rightly": "unit.share_named_damaged",
  "share of real pictures": "unit.share_of_real",
  "share of the decisions": "unit.share_of_decisions",
  "share of the points": "unit.share_of_points",
  "squared feature units": "unit.squared_features",
  "squared grey level, unit range": "unit.squared_grey_level",
  "units of the plane": "unit.plane",
});

const ATTRIBUTES = Object.freeze({
  accessories: "attribute.accessories",
  background: "attribute.background",
  class: "attribute.class",
  clothing: "attribute.clothing",
  eyes: "attribute.eyes",
  face: "attribute.face",
  facial_hair: "attribute.facial_hair",
  head: "attribute.head",
  mouth: "attribute.mouth",
  shape_colour: "attribute.shape_colour",
  skin: "attribute.skin",
});

/** @typedef {import("../../i18n.js").Translator} Translator */

const named = (/** @type {string} */ name, /** @type {Record<string, string>} */ keys, /** @type {Translator} */ t) =>
  Object.hasOwn(keys, name) ? t(keys[name]) : name;

/** @param {string} name such as `facial_hair` @param {Translator} t */
export function attributeName(name, t) {
  return named(name, ATTRIBUTES, t);
}

/** @param {string} name such as `frechet`, or `accuracy_facial_hair` @param {Translator} t */
export function metricName(name, t) {
  const [, attribute] = /^accuracy_(.+)$/s.exec(name) ?? [];
  if (attribute === "damage") return t("metric.accuracy_damage");
  if (attribute !== undefined) return t("metric.accuracy_of", { attribute: attributeName(attribute, t) });
  return named(name, METRICS, t);
}

/** @param {string} unit such as "nats, K = 50", where only what stands before the number of draws is a word @param {Translator} t */
export function unitName(unit, t) {
  const [, modes] = /^of (\d+) modes$/.exec(unit) ?? [];
  if (modes !== undefined) return t("unit.of_modes", { count: modes });
  const [, attribute] = /^share of images whose ([\w ]+) is named rightly$/.exec(unit) ?? [];
  if (attribute !== undefined) return t("unit.share_named", { attribute: attributeName(attribute.replaceAll(" ", "_"), t) });
  const [, word, draws = ""] = /^(.*?)(, K = \d+)?$/s.exec(unit);
  return named(word, UNITS, t) + draws;
}
