/**
 * Everything that determines a planar GAN and its training: one JSON object, the same in Python
 * (`explorer/families/planar_settings.py`) and here.
 */
import { isRecord } from "../checks.js";
import { ModelError } from "../errors.js";

/**
 * @typedef {object} NetworkSettings
 * @property {number[]} widths of the hidden layers: 0 to 5 of 1 to 128
 * @property {"relu" | "leaky_relu" | "tanh"} activation
 * @property {"none" | "batch" | "spectral"} normalisation
 */

/**
 * @typedef {object} OptimiserSettings
 * @property {"sgd" | "momentum" | "rmsprop" | "adam"} kind
 * @property {number} learning_rate in (0, 10]
 * @property {number} beta1 in [0, 1), of Adam
 * @property {number} beta2 in [0, 1), of Adam
 */

/**
 * @typedef {"line" | "ring" | "gaussians" | "grid" | "spiral" | "moons" | "disjoint" | "drawn"} Data
 * @typedef {"minimax" | "non_saturating" | "least_squares" | "hinge" | "wasserstein_clip" | "wasserstein_penalty"} Loss
 * @typedef {"generator" | "discriminator"} Part
 */

/**
 * @typedef {object} Settings
 * @property {Data} data
 * @property {number[][] | null} points for the data `drawn` alone
 * @property {{kind: "uniform" | "gaussian", dimensions: number}} noise
 * @property {NetworkSettings} generator
 * @property {NetworkSettings} discriminator
 * @property {Loss} loss
 * @property {number} clip of the loss `wasserstein_clip`
 * @property {number} penalty of the loss `wasserstein_penalty`
 * @property {{generator: OptimiserSettings, discriminator: OptimiserSettings}} optimisers
 * @property {number} discriminator_steps
 * @property {number} generator_steps
 * @property {number} batch
 * @property {number} seed
 */

/** The plane that is shown and drawn on: [−LIMIT, LIMIT]². */
export const LIMIT = 1.25;

/**
 * The plane's own settings of Adam; the other optimisers have fixed constants.
 * @type {OptimiserSettings}
 */
const OPTIMISER = { kind: "adam", learning_rate: 0.001, beta1: 0.5, beta2: 0.9 };
/** @type {NetworkSettings} */
const NETWORK = { widths: [16, 16], activation: "relu", normalisation: "none" };

/** @type {Settings} */
export const DEFAULTS = deepFreeze({
  data: "gaussians",
  points: null,
  noise: { kind: "uniform", dimensions: 2 },
  generator: { ...NETWORK, widths: [16, 16] },
  discriminator: { ...NETWORK, widths: [16, 16] },
  loss: "non_saturating",
  clip: 0.01,
  penalty: 10,
  optimisers: { generator: { ...OPTIMISER }, discriminator: { ...OPTIMISER } },
  discriminator_steps: 1,
  generator_steps: 1,
  batch: 256,
  seed: 0,
});

/** What may be chosen where, and within which ranges. `above` and `below` are ends that the range leaves out. */
export const OPTIONS = deepFreeze({
  data: ["line", "ring", "gaussians", "grid", "spiral", "moons", "disjoint", "drawn"],
  noise: ["uniform", "gaussian"],
  activation: ["relu", "leaky_relu", "tanh"],
  normalisation: { generator: ["none", "batch"], discriminator: ["none", "batch", "spectral"] },
  loss: ["minimax", "non_saturating", "least_squares", "hinge", "wasserstein_clip", "wasserstein_penalty"],
  optimiser: ["sgd", "momentum", "rmsprop", "adam"],
  layers: { least: 0, most: 5 },
  width: { least: 1, most: 128 },
  points: { least: 1, most: 2000 },
  dimensions: { least: 1, most: 2 },
  learning_rate: { above: 0, most: 10 },
  beta: { least: 0, below: 1 },
  clip: { above: 0, most: 10 },
  penalty: { least: 0, most: 1000 },
  steps: { least: 0, most: 10 },
  batch: { least: 2, most: 1024 },
  seed: { least: 0, most: Number.MAX_SAFE_INTEGER },
});

/** The losses that the page trains; the gradient penalty needs second derivatives and comes as recorded runs. */
export const TRAINABLE_LOSSES = Object.freeze(
  OPTIONS.loss.filter((/** @type {string} */ loss) => loss !== "wasserstein_penalty"),
);

/**
 * The output above which D takes a point for real, or null: a Wasserstein critic decides nothing.
 * @type {Readonly<Record<Loss, number | null>>}
 */
export const THRESHOLDS = Object.freeze({
  minimax: 0,
  non_saturating: 0,
  least_squares: 0.5,
  hinge: 0,
  wasserstein_clip: null,
  wasserstein_penalty: null,
});

/** Whether D's raw output is a logit, so that D(x) is its sigmoid; otherwise D(x) is the output itself. */
export const hasLogits = (/** @type {string} */ loss) => loss === "minimax" || loss === "non_saturating";

/**
 * Complete settings from partial ones; what they leave out keeps its default.
 * @param {unknown} settings
 * @returns {Settings} a copy of its own
 * @throws {ModelError} `lab.error_…`; `values.setting` is the path of the offending setting, such as `generator.widths`
 */
export function checkSettings(settings) {
  // It has the defaults' entries; their values are checked here.
  const merged = /** @type {Settings} */ (merge(DEFAULTS, settings, ""));
  choice("data", merged.data, OPTIONS.data);
  choice("loss", merged.loss, OPTIONS.loss);
  choice("noise.kind", merged.noise.kind, OPTIONS.noise);
  whole("noise.dimensions", merged.noise.dimensions, OPTIONS.dimensions);
  for (const part of /** @type {const} */ (["generator", "discriminator"])) {
    checkNetwork(part, merged[part]);
    checkOptimiser(`optimisers.${part}`, merged.optimisers[part]);
  }
  number("clip", merged.clip, OPTIONS.clip);
  number("penalty", merged.penalty, OPTIONS.penalty);
  whole("discriminator_steps", merged.discriminator_steps, OPTIONS.steps);
  whole("generator_steps", merged.generator_steps, OPTIONS.steps);
  whole("batch", merged.batch, OPTIONS.batch);
  whole("seed", merged.seed, OPTIONS.seed);
  checkPoints(merged);
  checkTogether(merged);
  return merged;
}

/** @param {Part} path @param {NetworkSettings} network */
function checkNetwork(path, network) {
  const { least, most } = OPTIONS.layers;
  if (!Array.isArray(network.widths) || network.widths.length > most) {
    throw new ModelError("lab.error_layers", { setting: `${path}.widths`, least, most });
  }
  network.widths.forEach((width) => whole(`${path}.widths`, width, OPTIONS.width));
  choice(`${path}.activation`, network.activation, OPTIONS.activation);
  choice(`${path}.normalisation`, network.normalisation, OPTIONS.normalisation[path]);
}

/** @param {string} path @param {OptimiserSettings} optimiser */
function checkOptimiser(path, optimiser) {
  choice(`${path}.kind`, optimiser.kind, OPTIONS.optimiser);
  number(`${path}.learning_rate`, optimiser.learning_rate, OPTIONS.learning_rate);
  number(`${path}.beta1`, optimiser.beta1, OPTIONS.beta);
  number(`${path}.beta2`, optimiser.beta2, OPTIONS.beta);
}

/** @param {Settings} settings */
function checkPoints({ data, points }) {
  if (data !== "drawn") {
    if (points !== null) throw new ModelError("lab.error_points_unused", { setting: "points" });
    return;
  }
  const { least, most } = OPTIONS.points;
  if (!Array.isArray(points) || points.length < least || points.length > most) {
    const found = Array.isArray(points) ? points.length : 0;
    throw new ModelError("lab.error_points_count", { setting: "points", least, most, found });
  }
  const sound = (/** @type {unknown} */ pair) =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((value) => typeof value === "number" && Math.abs(value) <= LIMIT);
  if (!points.every(sound)) throw new ModelError("lab.error_points_outside", { setting: "points", limit: LIMIT });
}

/** @param {Settings} settings */
function checkTogether(settings) {
  if (settings.discriminator_steps === 0 && settings.generator_steps === 0) {
    throw new ModelError("lab.error_no_steps", { setting: "discriminator_steps" });
  }
  if (settings.discriminator.normalisation === "batch" && settings.loss === "wasserstein_penalty") {
    throw new ModelError("lab.error_penalty_batch", { setting: "discriminator.normalisation" });
  }
}

/**
 * A deep copy of `base` with the entries of `given` in place of its own; arrays are taken whole.
 * @param {unknown} base @param {unknown} given @param {string} path of `base` in the settings @returns {unknown}
 */
function merge(base, given, path) {
  if (!isRecord(base)) return copy(given === undefined ? base : given);
  const entries = given === undefined ? {} : given;
  if (!isRecord(entries)) throw new ModelError("lab.error_object", { setting: path });
  const place = (/** @type {string} */ key) => (path === "" ? key : `${path}.${key}`);
  const unknown = Object.keys(entries).find((key) => !Object.hasOwn(base, key));
  if (unknown !== undefined)
    throw new ModelError("lab.error_unknown", { setting: place(unknown), expected: Object.keys(base) });
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, merge(value, entries[key], place(key))]));
}

/** @param {unknown} value @returns {unknown} */
function copy(value) {
  return Array.isArray(value) ? value.map(copy) : value;
}

/** @param {string} setting @param {unknown} found @param {readonly string[]} expected */
function choice(setting, found, expected) {
  if (typeof found !== "string" || !expected.includes(found))
    throw new ModelError("lab.error_choice", { setting, expected, found });
}

/** @param {string} setting @param {unknown} found @param {{least: number, most: number}} range */
function whole(setting, found, { least, most }) {
  if (typeof found !== "number" || !Number.isInteger(found) || found < least || found > most) {
    throw new ModelError("lab.error_whole", { setting, least, most, found });
  }
}

/**
 * @param {string} setting
 * @param {unknown} found
 * @param {{least?: number, above?: number, most?: number, below?: number}} range
 */
function number(setting, found, { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity }) {
  const inside = typeof found === "number" && found >= least && found > above && found <= most && found < below;
  if (inside) return;
  if (above > -Infinity) throw new ModelError("lab.error_number_above", { setting, above, most, found });
  if (below < Infinity) throw new ModelError("lab.error_number_below", { setting, least, below, found });
  throw new ModelError("lab.error_number", { setting, least, most, found });
}

/** @template {object} T @param {T} value @returns {T} */
function deepFreeze(value) {
  Object.values(value).forEach((each) => typeof each === "object" && each !== null && deepFreeze(each));
  return Object.freeze(value);
}
