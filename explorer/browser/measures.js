/**
 * Measures, units and attributes in the visitor's language. A checkpoint may come from anyone's training code: what has
 * no translation is shown as it is written there.
 */

import { joined } from "./i18n.js";

/**
 * @typedef {object} Entry what is known of a measure beside its words, `measure.<name>` and `measure.<name>_reading`
 * @property {string} unit as it stands in files, without the numbers and names that stand in it there
 * @property {"high" | "low" | "real" | "none"} best which way is better: "real" is what real data get, "none" neither
 * @property {[number, number]} [range] of its values
 * @property {boolean} [log] whether it goes over orders of magnitude
 */

/** @type {Readonly<Record<string, Entry>>} */
export const MEASURES = Object.freeze({
  accuracy: { unit: "share of images whose attribute is named rightly", best: "high", range: [0, 1] },
  accuracy_damage: {
    unit: "share of images, half of them damaged, whose state is named rightly",
    best: "high",
    range: [0, 1],
  },
  active_dimensions: { unit: "dimensions", best: "none" },
  amplitude_distance: { unit: "", best: "low" },
  bits_below_trigram: { unit: "bits per note", best: "high" },
  best_ngram_bits_per_character: { unit: "bits per character", best: "none" },
  best_ngram_order: { unit: "characters", best: "none" },
  bits_per_character: { unit: "bits per character", best: "low" },
  bits_per_note: { unit: "bits per note", best: "low" },
  classes: { unit: "classes", best: "high" },
  completeness: { unit: "0 to 1, 1 where each factor is told by one dimension", best: "high", range: [0, 1] },
  copied_share: { unit: "share of melodies", best: "real", range: [0, 1] },
  coverage: { unit: "share of real pictures", best: "high", range: [0, 1] },
  density: { unit: "real balls around a generated picture, 1 expected", best: "real" },
  discriminator_accuracy: { unit: "share of the decisions", best: "none", range: [0, 1] },
  disentanglement: { unit: "0 to 1, 1 where each dimension tells of one factor", best: "high", range: [0, 1] },
  duration_distance: { unit: "total variation", best: "low", range: [0, 1] },
  elbo: { unit: "nats", best: "high" },
  energy_distance: { unit: "energy distance", best: "low" },
  explained_share: { unit: "share", best: "high", range: [0, 1] },
  first_line_rhyme_share: { unit: "share of quatrains", best: "real", range: [0, 1] },
  frechet: { unit: "squared feature units", best: "low", log: true },
  frechet_change: { unit: "squared feature units", best: "low" },
  frequency_distance: { unit: "Hz", best: "low" },
  gradient_norm: { unit: "nats", best: "none", log: true },
  high_quality_share: { unit: "share of the points", best: "high", range: [0, 1] },
  importance_weighted_bound: { unit: "nats", best: "high" },
  informativeness: { unit: "share of the factors that can be predicted", best: "high", range: [0, 1] },
  interval_distance: { unit: "total variation", best: "low", range: [0, 1] },
  kl: { unit: "nats", best: "none" },
  log_evidence: { unit: "nats", best: "high" },
  longest_copied_run: { unit: "notes", best: "real" },
  mean_squared_error: { unit: "squared grey level, unit range", best: "low" },
  memorisation_detectable: { unit: "share of sequences", best: "none", range: [0, 1] },
  memorisation_p_value: { unit: "p", best: "high", range: [0, 1] },
  mmd2: { unit: "squared MMD", best: "low" },
  mmd2_detectable: { unit: "squared MMD", best: "none" },
  mmd_p_value: { unit: "p, median and range over blocks of seeds", best: "high", range: [0, 1] },
  modes_covered: { unit: "of modes", best: "high" },
  mutual_information_gap: { unit: "share of the factors' entropy", best: "high", range: [0, 1] },
  nearest_in_training: { unit: "share of sequences", best: "real", range: [0, 1] },
  nearest_is_training: { unit: "share of pictures, 0.5 expected", best: "real", range: [0, 1] },
  nearest_training_image: { unit: "root mean square grey level, unit range", best: "real" },
  perplexity: { unit: "perplexity per character", best: "low" },
  pitch_class_distance: { unit: "total variation", best: "low", range: [0, 1] },
  precision: { unit: "share of generated pictures", best: "high", range: [0, 1] },
  quatrain_share: { unit: "share of poems", best: "high", range: [0, 1] },
  recall: { unit: "share of real pictures", best: "high", range: [0, 1] },
  reconstruction: { unit: "nats", best: "high" },
  rhyme_share: { unit: "share of quatrains", best: "real", range: [0, 1] },
  share_in_key: { unit: "share of notes", best: "real", range: [0, 1] },
  sliced_wasserstein_distance: { unit: "units of the plane", best: "low" },
  tone_agreement_share: { unit: "share of quatrains", best: "real", range: [0, 1] },
  tone_alternation_share: { unit: "share of quatrains", best: "real", range: [0, 1] },
  tone_opposition_share: { unit: "share of quatrains", best: "real", range: [0, 1] },
  train_real_test_synthetic: { unit: "balanced accuracy", best: "high", range: [0, 1] },
  train_synthetic_test_real: { unit: "balanced accuracy", best: "high", range: [0, 1] },
  trigram_bits_per_note: { unit: "bits per note", best: "none" },
  two_sample_accuracy: { unit: "balanced accuracy", best: "real", range: [0, 1] },
  unigram_bits_per_character: { unit: "bits per character", best: "none" },
  unigram_bits_per_note: { unit: "bits per note", best: "none" },
});

/** Units by what stands in files. @type {Readonly<Record<string, string>>} */
const UNITS = Object.freeze({
  characters: "unit.characters",
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
  "p, median and range over blocks of seeds": "unit.p_of_blocks",
  "quarter notes": "unit.quarter_notes",
  semitones: "unit.semitones",
  share: "unit.share",
  "share of melodies": "unit.share_of_melodies",
  "share of notes": "unit.share_of_notes",
  "share of poems": "unit.share_of_poems",
  "share of quatrains": "unit.share_of_quatrains",
  "share of sequences": "unit.share_of_sequences",
  "squared MMD": "unit.squared_mmd",
  "total variation": "unit.total_variation",
});

/** @type {Readonly<Record<string, string>>} */
const ATTRIBUTES = Object.freeze({
  accessories: "attribute.accessories",
  background: "attribute.background",
  beat: "attribute.beat",
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
const SUBJECTS = Object.freeze(["reconstructions", "standard_normal"]);

/** @typedef {import("./i18n.js").Translator} Translator */

/** @param {string} name such as `facial_hair` @param {Translator} t */
export function attributeName(name, t) {
  return Object.hasOwn(ATTRIBUTES, name) ? t(ATTRIBUTES[name]) : name;
}

/** Of what a measure is, by the end of its name, or undefined. @param {string} name */
function subjectOf(name) {
  return SUBJECTS.find((each) => name.endsWith(`_${each}`));
}

/**
 * The measure that a name speaks of, whatever it was taken on.
 * @param {string} name such as `frechet_reconstructions` or `accuracy_facial_hair`
 * @returns {string} such as `frechet` or `accuracy`
 */
export function baseName(name) {
  if (Object.hasOwn(MEASURES, name)) return name;
  const subject = subjectOf(name);
  if (subject !== undefined) return name.slice(0, -subject.length - 1);
  return name.startsWith("accuracy_") ? "accuracy" : name;
}

/** @param {string} name such as `frechet`, `frechet_reconstructions` or `accuracy_facial_hair` @param {Translator} t */
export function measureName(name, t) {
  if (Object.hasOwn(MEASURES, name)) return t(`measure.${name}`);
  const base = baseName(name);
  if (!Object.hasOwn(MEASURES, base)) return name;
  const subject = subjectOf(name);
  if (subject !== undefined) return t(`measure_of.${subject}`, { measure: t(`measure.${base}`) });
  return t("measure.accuracy_of", { attribute: attributeName(name.slice(base.length + 1), t) });
}

/** A measure's name as a heading. @param {string} name @param {Translator} t */
export function measureTitle(name, t) {
  const words = measureName(name, t);
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** What is known of a measure, or undefined. @param {string} name @returns {Entry | undefined} */
export function measureEntry(name) {
  const base = baseName(name);
  return Object.hasOwn(MEASURES, base) ? MEASURES[base] : undefined;
}

/**
 * What a measure says, which way is better, and what would be a wrong reading of it.
 * @param {string} name
 * @param {Translator} t
 * @returns {string} empty for a measure that is not known here
 */
export function measureReading(name, t) {
  const entry = measureEntry(name);
  if (entry === undefined) return "";
  return joined("sentences", [t(`measure.${baseName(name)}_reading`), t(`measure_best.${entry.best}`)], t);
}

/**
 * @param {string} unit such as "nats, K = 50", where only what stands before the number of draws is a word
 * @param {Translator} t
 */
export function unitName(unit, t) {
  const modes = /^of (\d+) modes$/.exec(unit)?.[1];
  if (modes !== undefined) return t("unit.of_modes", { count: modes });
  const attribute = /^share of images whose ([\w ]+) is named rightly$/.exec(unit)?.[1];
  if (attribute !== undefined)
    return t("unit.share_named", { attribute: attributeName(attribute.replaceAll(" ", "_"), t) });
  const [word, draws] = unit.split(", K = ");
  const name = Object.hasOwn(UNITS, word) ? t(UNITS[word]) : word;
  return draws === undefined ? name : t("unit.of_draws", { unit: name, draws });
}

/**
 * How many samples a metric is of, and beside how many others they were compared.
 * @param {import("./runtime/config.js").Metric} metric
 * @param {Translator} t
 */
export function sampleSizes({ count, reference }, t) {
  return reference === undefined ? String(count) : t("about.count_beside", { count, reference });
}
