/** What `config.json` must say before anything is built from it. */
import { isCount, isFiniteNumber, isRecord, isTexts } from "./checks.js";
import { ModelError } from "./errors.js";

const FORMAT = 1;
const SHARES_TOLERANCE = 1e-3;

/**
 * @typedef {object} Condition what a conditional decoder is told beside z
 * @property {string} attribute of the data set
 * @property {string[]} values (K) ids of the classes
 * @property {Record<string, string[]>} labels by language, (K) each
 * @property {number[]} shares (K) of the training set, sum one
 *
 * @typedef {{channels: number, height: number, width: number}} ImageShape
 *
 * @typedef {{kind: "bernoulli"} | {kind: "gaussian", scale: number}} Likelihood
 *
 * @typedef {object} Metric with its 95 % interval
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number} count
 * @property {string} unit
 * @property {number} [reference] how many others the samples were compared with
 *
 * @typedef {object} Training
 * @property {number} seed
 * @property {number} steps
 * @property {string} optimiser
 * @property {string} loss
 * @property {number} seconds
 * @property {string} device
 * @property {string} command
 * @property {Record<string, unknown>} [settings] what may be chosen of the training
 *
 * @typedef {object} Config
 * @property {string} name
 * @property {Record<string, string>} title by language
 * @property {string} family
 * @property {Record<string, unknown>} arguments that the family's networks are made with
 * @property {string[]} capabilities
 * @property {ImageShape | null} image null for models that do not decode pictures
 * @property {number | null} latent_size L; null for models without latents
 * @property {Likelihood | null} likelihood null for models that decode without one
 * @property {string[]} priors
 * @property {Condition | null} [condition] null where the decoder takes z alone
 * @property {{name: string, version: string, sha256: string, split: string, licence: string}} dataset
 * @property {Training} training
 * @property {Record<string, Metric>} metrics
 * @property {Record<string, string>} [files] SHA-256 by name
 * @property {string} licence
 */

/**
 * @param {unknown} content of `config.json`
 * @param {string} file its path, for the message
 * @returns {Config}
 * @throws {ModelError} naming the first entry that is not what the format asks for
 */
export function readConfig(content, file) {
  const entries = isRecord(content) ? content : {};
  const name = firstWrong(entries);
  if (name !== undefined) throw new ModelError("runtime.config", { file, name });
  // What is not checked here is only shown.
  return /** @type {Config} */ (/** @type {unknown} */ (entries));
}

/** @param {Record<string, unknown>} entries */
function firstWrong({ format, image, likelihood, latent_size: size, priors, condition = null, capabilities }) {
  const able = isTexts(capabilities) ? capabilities : [];
  const decodes = able.includes("Decodes");
  const orNull = (/** @type {boolean} */ known, /** @type {unknown} */ value, free = true) =>
    known || (value === null && free);
  const checks = {
    format: format === FORMAT,
    "latent_size, image": orNull(isCount(size), size, !decodes) && orNull(isImage(image), image, !decodes),
    likelihood: orNull(isLikelihood(likelihood), likelihood, !able.includes("BoundsEvidence")),
    priors: isTexts(priors) && (priors.length > 0 || size === null),
    condition: orNull(isCondition(condition), condition),
    capabilities: isTexts(capabilities),
  };
  return Object.entries(checks).find(([, right]) => !right)?.[0];
}

/** @param {unknown} image */
function isImage(image) {
  return isRecord(image) && [image.channels, image.height, image.width].every(isCount);
}

/** @param {unknown} likelihood */
function isLikelihood(likelihood) {
  if (!isRecord(likelihood)) return false;
  const { kind, scale } = likelihood;
  return kind === "bernoulli" || (kind === "gaussian" && isFiniteNumber(scale) && scale > 0);
}

/** @param {unknown} condition */
function isCondition(condition) {
  if (!isRecord(condition)) return false;
  const { attribute, values, labels, shares } = condition;
  const classes = Array.isArray(values) ? values.length : 0;
  const names = (/** @type {unknown} */ list) => isTexts(list) && list.length === classes && !list.includes("");
  const translated = isRecord(labels) && ["en", "zh"].every((language) => names(labels[language]));
  const distinct = Array.isArray(values) && new Set(values).size === classes;
  return (
    typeof attribute === "string" && classes > 0 && names(values) && distinct && translated && isShares(shares, classes)
  );
}

/** @param {unknown} shares @param {number} classes */
function isShares(shares, classes) {
  if (!Array.isArray(shares) || shares.length !== classes) return false;
  const sum = shares.reduce((total, each) => total + each, 0);
  return shares.every((each) => isFiniteNumber(each) && each >= 0) && Math.abs(sum - 1) <= SHARES_TOLERANCE;
}
