/** Columns of the history that belong on one pair of axes. */

/**
 * @typedef {object} Group columns of the history that belong on one pair of axes
 * @property {string} name
 * @property {string} [measure] that it is a curve of
 * @property {"bits" | "nats"} [unit]
 * @property {boolean} [log] whether the axis starts logarithmic; without it there is no switch
 * @property {[number, number]} [range]
 * @property {import("../../charts/description.js").Series[]} series their labels are keys of translations
 */

/** @type {readonly Group[]} */
export const GROUPS = Object.freeze([
  {
    name: "losses",
    series: [
      { key: "discriminator_loss", label: "training.discriminator", colour: "--discriminator" },
      { key: "generator_loss", label: "training.generator", colour: "--generator" },
    ],
  },
  {
    name: "outputs",
    series: [
      { key: "real_output", label: "sequences.kind_real", colour: "--real" },
      { key: "fake_output", label: "sequences.kind_fake", colour: "--fake" },
    ],
  },
  {
    name: "gradients",
    log: false,
    series: [
      { key: "discriminator_gradient", label: "training.discriminator", colour: "--discriminator" },
      { key: "generator_gradient", label: "training.generator", colour: "--generator" },
    ],
  },
  {
    name: "accuracy",
    range: [0, 1],
    series: [{ key: "accuracy", label: "training.discriminator", colour: "--discriminator" }],
  },
  {
    name: "training_bits",
    unit: "bits",
    series: [{ key: "bits_per_character", label: "training.text_batches", colour: "--accent" }],
  },
  {
    name: "gradient",
    measure: "gradient_norm",
    log: true,
    series: [{ key: "gradient_norm", label: "training.text_gradient", colour: "--gradient" }],
  },
  {
    name: "learning_rate",
    series: [{ key: "learning_rate", label: "training.chart_learning_rate", colour: "--accent" }],
  },
  { name: "loss", unit: "nats", series: [{ key: "loss", label: "training.chart_loss", colour: "--accent" }] },
]);
