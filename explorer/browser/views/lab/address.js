/** What the lab keeps in the address: the settings that differ from the model's own, and what is looked at. */

import { AddressCodec, oneOf, real, whole } from "../../parts/address.js";
import { DEFAULTS, LIMIT, OPTIONS } from "../../runtime/planar/settings.js";

/**
 * @typedef {typeof LAYERS[number]} Layer
 * @typedef {typeof ARROWS[number]} ArrowKind what the plot's arrows are; see the evaluator's `gradients`
 * @typedef {Record<Layer, boolean>} Layers which are shown
 *
 * @typedef {import("../../runtime/planar/settings.js").Settings} Settings
 * @typedef {import("./plot/pen.js").Place} Place
 */

/** @typedef {typeof PARTS[number]} Part */

/**
 * Every single setting by its path.
 * @typedef {Record<`${Part}.widths`, number[]>
 *   & Record<"data" | "loss" | "noise.kind" | `${Part}.${"activation" | "normalisation"}` | `optimisers.${Part}.kind`,
 *   string> & Record<`optimisers.${Part}.${"learning_rate" | "beta1" | "beta2"}` | `${Part}_steps`, number>
 *   & Record<"noise.dimensions" | "clip" | "penalty" | "batch" | "seed", number>
 *   & {points: number[][] | null}} SingleSettings
 * @typedef {keyof SingleSettings} SettingPath
 *
 * @typedef {object} Looks
 * @property {Layers} layers
 * @property {ArrowKind} arrows
 * @property {number | null} iteration of the moment that is shown; null for the run's last
 *
 * @typedef {SingleSettings & Looks} Values
 */

/** @template Value @typedef {import("../../parts/address.js").Field<Value, SingleSettings, Values>} Field */

export const PARTS = Object.freeze(/** @type {const} */ (["generator", "discriminator"]));

/** The plot's layers, in the order in which they are drawn and named. */
export const LAYERS = Object.freeze(/** @type {const} */ (["real", "fake", "heat", "decision", "manifold", "arrows"]));
/** @type {Readonly<Layers>} */
const SHOWN_AT_FIRST = Object.freeze({
  real: true,
  fake: true,
  heat: true,
  decision: true,
  manifold: false,
  arrows: true,
});

export const ARROWS = Object.freeze(/** @type {const} */ (["generator_loss", "discriminator"]));

/** Drawn points lie on a grid of this step, so that a link can hold them in two bytes and gives them back exactly. */
const DRAWN_STEP = 0.01;
const DRAWN_OFFSET = LIMIT / DRAWN_STEP; // steps from the lower left corner to the origin

/** @type {Field<Layers>} */
const SHOWN_LAYERS = {
  keeps: true,
  parse(text) {
    const asked = text === "" ? [] : text.split(",");
    if (asked.some((name) => !LAYERS.some((layer) => layer === name))) return null;
    const shown = { ...SHOWN_AT_FIRST };
    for (const layer of LAYERS) shown[layer] = asked.includes(layer);
    return shown;
  },
  format: (layers) => LAYERS.filter((layer) => layers[layer]).join(","),
  fallback: () => ({ ...SHOWN_AT_FIRST }),
  expected: LAYERS.join(","),
};

/** Base64 of the grid's steps, a byte each; only drawn data has points. @type {Field<number[][] | null>} */
const POINTS = {
  parse(text) {
    const points = readPoints(text);
    const { least, most } = OPTIONS.points;
    return points.length >= least && points.length <= most ? points : null;
  },
  format: (points) => points && writePoints(points),
  fallback: (base, { data }) => (data === "drawn" ? base.points : null),
  expected: "base64",
};

/** @param {`${Part}.widths`} path @returns {Field<number[]>} */
function widths(path) {
  const { layers, width } = OPTIONS;
  const sound = (/** @type {number} */ each) => Number.isInteger(each) && each >= width.least && each <= width.most;
  return {
    parse(text) {
      const found = text === "" ? [] : text.split(",").map((each) => (each.trim() === "" ? NaN : Number(each)));
      return found.length <= layers.most && found.every(sound) ? found : null;
    },
    format: (found) => found.join(","),
    fallback: own(path),
    expected: `≤ ${layers.most} × (${width.least} … ${width.most})`,
  };
}

/**
 * The model's own setting.
 * @template {SettingPath} Path
 * @param {Path} path
 * @returns {(base: SingleSettings) => SingleSettings[Path]}
 */
function own(path) {
  return (base) => base[path];
}

/**
 * A range of `OPTIONS` as the codec takes it.
 * @param {{least?: number, above?: number, most?: number, below?: number}} range
 */
function within({ least, above, most, below }) {
  return {
    low: least ?? above ?? -Infinity,
    high: most ?? below ?? Infinity,
    fits: (/** @type {number} */ value) => value !== above && value !== below,
  };
}

const { activation, optimiser, normalisation, learning_rate, beta } = OPTIONS;

/** The context are the model's own settings. @type {AddressCodec<Values, SingleSettings>} */
export const address = new AddressCodec({
  layers: SHOWN_LAYERS,
  arrows: oneOf({ among: ARROWS, keeps: true }),
  iteration: whole({ high: Number.MAX_SAFE_INTEGER, fallback: null }),
  data: oneOf({ among: OPTIONS.data, fallback: own("data") }),
  points: POINTS,
  "noise.kind": oneOf({ among: OPTIONS.noise, fallback: own("noise.kind") }),
  "noise.dimensions": whole({ ...range("dimensions"), fallback: own("noise.dimensions") }),
  "generator.widths": widths("generator.widths"),
  "generator.activation": oneOf({ among: activation, fallback: own("generator.activation") }),
  "generator.normalisation": oneOf({ among: normalisation.generator, fallback: own("generator.normalisation") }),
  "discriminator.widths": widths("discriminator.widths"),
  "discriminator.activation": oneOf({ among: activation, fallback: own("discriminator.activation") }),
  "discriminator.normalisation": oneOf({
    among: normalisation.discriminator,
    fallback: own("discriminator.normalisation"),
  }),
  loss: oneOf({ among: OPTIONS.loss, fallback: own("loss") }),
  clip: real({ ...within(OPTIONS.clip), fallback: own("clip") }),
  penalty: real({ ...within(OPTIONS.penalty), fallback: own("penalty") }),
  "optimisers.generator.kind": oneOf({ among: optimiser, fallback: own("optimisers.generator.kind") }),
  "optimisers.generator.learning_rate": real({
    ...within(learning_rate),
    fallback: own("optimisers.generator.learning_rate"),
  }),
  "optimisers.generator.beta1": real({ ...within(beta), fallback: own("optimisers.generator.beta1") }),
  "optimisers.generator.beta2": real({ ...within(beta), fallback: own("optimisers.generator.beta2") }),
  "optimisers.discriminator.kind": oneOf({ among: optimiser, fallback: own("optimisers.discriminator.kind") }),
  "optimisers.discriminator.learning_rate": real({
    ...within(learning_rate),
    fallback: own("optimisers.discriminator.learning_rate"),
  }),
  "optimisers.discriminator.beta1": real({ ...within(beta), fallback: own("optimisers.discriminator.beta1") }),
  "optimisers.discriminator.beta2": real({ ...within(beta), fallback: own("optimisers.discriminator.beta2") }),
  discriminator_steps: whole({ ...range("steps"), fallback: own("discriminator_steps") }),
  generator_steps: whole({ ...range("steps"), fallback: own("generator_steps") }),
  batch: whole({ ...range("batch"), fallback: own("batch") }),
  seed: whole({ ...range("seed"), fallback: own("seed") }),
});

/** @param {"dimensions" | "steps" | "batch" | "seed"} option of whole numbers */
function range(option) {
  const { least, most } = OPTIONS[option];
  return { low: least, high: most };
}

/** @param {Settings} settings @returns {SingleSettings} */
export function singleSettings({ noise, generator, discriminator, optimisers, ...others }) {
  return {
    ...others,
    "noise.kind": noise.kind,
    "noise.dimensions": noise.dimensions,
    "generator.widths": generator.widths,
    "generator.activation": generator.activation,
    "generator.normalisation": generator.normalisation,
    "discriminator.widths": discriminator.widths,
    "discriminator.activation": discriminator.activation,
    "discriminator.normalisation": discriminator.normalisation,
    "optimisers.generator.kind": optimisers.generator.kind,
    "optimisers.generator.learning_rate": optimisers.generator.learning_rate,
    "optimisers.generator.beta1": optimisers.generator.beta1,
    "optimisers.generator.beta2": optimisers.generator.beta2,
    "optimisers.discriminator.kind": optimisers.discriminator.kind,
    "optimisers.discriminator.learning_rate": optimisers.discriminator.learning_rate,
    "optimisers.discriminator.beta1": optimisers.discriminator.beta1,
    "optimisers.discriminator.beta2": optimisers.discriminator.beta2,
  };
}

const PATHS = Object.freeze(/** @type {SettingPath[]} */ (Object.keys(singleSettings(DEFAULTS))));

/**
 * The settings that single ones make together, for `checkSettings`: it says whether they are possible.
 * @param {SingleSettings} single what else it has is left out
 * @returns {Record<string, unknown>}
 */
export function together(single) {
  return nested(PATHS.map((path) => [path, single[path]]));
}

/** @param {[path: string, value: unknown][]} entries @returns {Record<string, unknown>} */
function nested(entries) {
  /** @type {Record<string, unknown>} */
  const settings = {};
  /** @type {Map<string, [string, unknown][]>} */
  const groups = new Map();
  for (const [path, value] of entries) {
    const [key, ...rest] = path.split(".");
    if (rest.length === 0) settings[key] = value;
    else groups.set(key, [...(groups.get(key) ?? []), [rest.join("."), value]]);
  }
  for (const [key, group] of groups) settings[key] = nested(group);
  return settings;
}

/** @param {number[][]} points */
function writePoints(points) {
  const steps = points.flat().map((each) => Math.round(each / DRAWN_STEP) + DRAWN_OFFSET);
  return btoa(String.fromCharCode(...steps));
}

/** @param {string} text @returns {number[][]} none where it is no base64 */
function readPoints(text) {
  let bytes;
  try {
    // A plus sign of a hand-written link arrives as a space.
    bytes = Array.from(atob(text.replaceAll(" ", "+")), (character) => character.charCodeAt(0) - DRAWN_OFFSET);
  } catch {
    return [];
  }
  return Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => [
    onGrid(bytes[2 * i]),
    onGrid(bytes[2 * i + 1]),
  ]);
}

/** The place of a step of the grid, without a negative zero. @param {number} step */
function onGrid(step) {
  return Number((step * DRAWN_STEP).toFixed(2)) + 0;
}

/**
 * Drawn points on the grid that links hold.
 * @param {Place[]} points
 * @returns {Place[]}
 */
export function ontoGrid(points) {
  const snap = (/** @type {number} */ value) => onGrid(Math.round(value / DRAWN_STEP));
  return points.map(([x, y]) => [snap(x), snap(y)]);
}
