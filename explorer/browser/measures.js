/**
 * Measures, units and attributes in the visitor's language. A checkpoint may come from anyone's training code: what has
 * no translation is shown as it is written there.
 */

const METRICS = Object.freeze({
  accuracy: "metric.accuracy",
  active_dimensions: "metric.active_dimensions",
  amplitude_distance: "metric.amplitude_distance",
  bits_per_character: "metric.bits_per_character",
  bits_per_note: "metric.bits_per_note",
  classes: "metric.classes",
  completeness: "metric.completeness",
  copied_share: "metric.copied_share",
  coverage: "metric.coverage",
  density: "metric.density",
  discriminator_accuracy: "metric.discriminator_accuracy",
  disentanglement: "metric.disentanglement",
  duration_distance: "metric.duration_distance",
  elbo: "metric.elbo",
  energy_distance: "metric.energy_distance",
  explained_share: "metric.explained_share",
  five_gram_bits_per_character: "metric.five_gram_bits_per_character",
  frechet: "metric.frechet",
  frequency_distance: "metric.frequency_distance",
  high_quality_share: "metric.high_quality_share",
  importance_weighted_bound: "metric.importance_weighted_bound",
  informativeness: "metric.informativeness",
  interval_distance: "metric.interval_distance",
  kl: "metric.kl",
  log_evidence: "metric.log_evidence",
  longest_copied_run: "metric.longest_copied_run",
  mean_squared_error: "metric.mean_squared_error",
  memorisation_p_value: "metric.memorisation_p_value",
  mmd2: "metric.squared_discrepancy",
  mmd_p_value: "metric.mmd_p_value",
  modes_covered: "metric.modes_covered",
  mutual_information_gap: "metric.mutual_information_gap",
  nearest_is_training: "metric.nearest_is_training",
  nearest_training_image: "metric.nearest_training_image",
  perplexity: "metric.perplexity",
  pitch_class_distance: "metric.pitch_class_distance",
  precision: "metric.precision",
  recall: "metric.recall",
  reconstruction: "metric.reconstruction",
  share_in_key: "metric.share_in_key",
  sliced_wasserstein_distance: "metric.sliced_wasserstein_distance",
  train_real_test_synthetic: "metric.train_real_test_synthetic",
  train_synthetic_test_real: "metric.train_synthetic_test_real",
  unigram_bits_per_character: "metric.unigram_bits_per_character",
  unigram_bits_per_note: "metric.unigram_bits_per_note",
});

const UNITS = Object.freeze({
  classes: "unit.classes",
  dimensions: "unit.dimensions",
  nats: "unit.nats",
  "0 to 1, 1 where each dimension tells of one factor": "unit.one_factor",
  "0 to 1, 1 where each factor is told by one dimension": "unit.one_dimension",
  "bits per character": "unit.bits_per_character",
  "energy distance": "unit.plane",
  "perplexity per character": "unit.perplexity",
  "real balls around a generated picture, 1 expected": "unit.real_balls",
  "share of generated pictures": "unit.share_of_generated",
  "share of images, half of them damaged, whose state is named rightly": "unit.share_named_damaged",
  "root mean square grey level, unit range": "unit.grey_level",
  "share of pictures, 0.5 expected": "unit.share_expected_half",
  "share of real pictures": "unit.share_of_real",
  "share of the factors that can be predicted": "unit.share_predicted",
  "share of the factors' entropy": "unit.share_of_entropy",
  "share of the decisions": "unit.share_of_decisions",
  "share of the points": "unit.share_of_points",
  "squared feature units": "unit.squared_features",
  "squared grey level, unit range": "unit.squared_grey_level",
  "units of the plane": "unit.plane",
  "balanced accuracy": "unit.balanced_accuracy",
  "bits per note": "unit.bits_per_note",
  notes: "unit.notes",
  "quarter notes": "unit.quarter_notes",
  semitones: "unit.semitones",
  share: "unit.share",
  "share of melodies": "unit.share_of_melodies",
  "share of notes": "unit.share_of_notes",
  "squared MMD": "unit.squared_mmd",
  "total variation": "unit.total_variation",
});

const ATTRIBUTES = Object.freeze({
  accessories: "attribute.accessories",
  background: "attribute.background",
  class: "attribute.class",
  clothing: "attribute.clothing",
  eyes: "attribute.eyes",
  face: "attribute.face",
  face_rotation: "attribute.face_rotation",
  face_x: "attribute.face_x",
  face_y: "attribute.face_y",
  facial_hair: "attribute.facial_hair",
  head: "attribute.head",
  mouth: "attribute.mouth",
  shape_colour: "attribute.shape_colour",
  shape_rotation: "attribute.shape_rotation",
  shape_x: "attribute.shape_x",
  shape_y: "attribute.shape_y",
  skin: "attribute.skin",
});

/** Of what a measure is where it is not of samples from the model's first prior: the end of its name. */
const SUBJECTS = Object.freeze({
  _reconstructions: "metric.of_reconstructions",
  _standard_normal: "metric.of_standard_normal",
});

/** @typedef {import("./i18n.js").Translator} Translator */

const named = (/** @type {string} */ name, /** @type {Record<string, string>} */ keys, /** @type {Translator} */ t) =>
  Object.hasOwn(keys, name) ? t(keys[name]) : name;

/** @param {string} name such as `facial_hair` @param {Translator} t */
export function attributeName(name, t) {
  return named(name, ATTRIBUTES, t);
}

/** @param {string} name such as `frechet_reconstructions` @returns {string} such as `frechet` */
export function baseName(name) {
  const ending = Object.keys(SUBJECTS).find((each) => name.endsWith(each));
  return ending === undefined ? name : name.slice(0, -ending.length);
}

/** @param {string} name such as `frechet`, `frechet_reconstructions` or `accuracy_facial_hair` @param {Translator} t */
export function metricName(name, t) {
  const [, attribute] = /^accuracy_(.+)$/s.exec(name) ?? [];
  if (attribute === "damage") return t("metric.accuracy_damage");
  if (attribute !== undefined) return t("metric.accuracy_of", { attribute: attributeName(attribute, t) });
  const base = baseName(name);
  const metric = named(base, METRICS, t);
  return base === name ? metric : t(SUBJECTS[name.slice(base.length)], { metric });
}

/**
 * @param {string} unit such as "nats, K = 50", where only what stands before the number of draws is a word
 * @param {Translator} t
 */
export function unitName(unit, t) {
  const [, modes] = /^of (\d+) modes$/.exec(unit) ?? [];
  if (modes !== undefined) return t("unit.of_modes", { count: modes });
  const [, attribute] = /^share of images whose ([\w ]+) is named rightly$/.exec(unit) ?? [];
  if (attribute !== undefined)
    return t("unit.share_named", { attribute: attributeName(attribute.replaceAll(" ", "_"), t) });
  const [, word, draws = ""] = /^(.*?)(, K = \d+)?$/s.exec(unit);
  return named(word, UNITS, t) + draws;
}
