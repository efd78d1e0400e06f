/** What `config.json` must say before anything is built from it. */
import { ModelError } from "./errors.js";

const FORMAT = 1;
const SHARES_TOLERANCE = 1e-3;
const isCount = (/** @type {unknown} */ value) => Number.isInteger(value) && value > 0;

/**
 * @typedef {object} Condition what a conditional decoder is told beside z
 * @property {string} attribute of the data set
 * @property {string[]} values (K) ids of the classes
 * @property {Record<string, string[]>} labels by language, (K) each
 * @property {number[]} shares (K) of the training set, sum one
 */

/**
 * `image`, `latent_size` and `likelihood` may be null for models that do not decode, decode without a likelihood, or
 * have no latents; `condition` is null where the decoder takes z alone.
 * @param {Record<string, any>} config
 * @param {string} file its path, for the message
 * @throws {ModelError} naming the first entry that is not what the format asks for
 */
export function checkConfig(config, file) {
  const { image, likelihood, latent_size: size } = config;
  const capabilities = Array.isArray(config.capabilities) ? config.capabilities : [];
  const decodes = capabilities.includes("Decodes");
  const wholeImage = [image?.channels, image?.height, image?.width].every(isCount);
  const known = likelihood?.kind === "bernoulli" || (likelihood?.kind === "gaussian" && likelihood.scale > 0);
  const checks = {
    format: config.format === FORMAT,
    "latent_size, image":
      (isCount(size) || (size === null && !decodes)) && (wholeImage || (image === null && !decodes)),
    likelihood: known || (likelihood === null && !capabilities.includes("BoundsEvidence")),
    priors: Array.isArray(config.priors) && (config.priors.length > 0 || size === null),
    condition: (config.condition ?? null) === null || isCondition(config.condition),
    capabilities: Array.isArray(config.capabilities),
  };
  const name = Object.keys(checks).find((key) => !checks[key]);
  if (name !== undefined) throw new ModelError("runtime.config", { file, name });
}

/** @param {any} condition */
function isCondition({ attribute, values, labels, shares }) {
  const classes = Array.isArray(values) ? values.length : 0;
  const isText = (/** @type {unknown} */ list) =>
    Array.isArray(list) && list.length === classes && list.every((each) => typeof each === "string" && each !== "");
  const isShares =
    Array.isArray(shares) && shares.length === classes && shares.every((each) => Number.isFinite(each) && each >= 0);
  return (
    typeof attribute === "string" &&
    classes > 0 &&
    isText(values) &&
    new Set(values).size === classes &&
    ["en", "zh"].every((language) => isText(labels?.[language])) &&
    isShares &&
    Math.abs(shares.reduce((sum, each) => sum + each, 0) - 1) <= SHARES_TOLERANCE
  );
}
