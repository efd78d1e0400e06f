/**
 * The models that differ in β alone: found among the catalogue's, and for the others of their kind, why they do not
 * count.
 */
import { isFiniteNumber } from "./checks.js";
import { ModelError } from "./errors.js";
import { placed } from "./map.js";

/** Settings that are compared otherwise, or change no training. */
const ELSEWHERE = Object.freeze(["beta", "browse", "mixture", "data"]);

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./config.js").ImageShape} ImageShape
 *
 * @typedef {object} Sibling
 * @property {number} beta
 * @property {Model} model
 * @property {import("./map.js").PlacedMap} map without its pictures
 * @property {boolean} own whether it is the model that the view shows
 * @property {string[]} otherwise settings of the training that differ from the shown model's, such as epochs
 *
 * @typedef {object} Refusal
 * @property {string} name
 * @property {string} key of the reason's words
 * @property {Record<string, string>} values
 */

/**
 * @typedef {object} Entry of the catalogue
 * @property {string} name
 * @property {string} family
 * @property {ImageShape | null} image
 * @property {number | null} latent_size
 * @property {boolean} [running] whether it still trains
 */

/**
 * Whether the catalogue has models that may differ in β alone. The catalogue does not tell β itself.
 * @param {Model} model
 * @param {{checkpoints?: Entry[]}} host
 */
export function mayHaveSiblings(model, { checkpoints = [] }) {
  return betaOf(model) !== null && checkpoints.some((entry) => isCandidate(model, entry));
}

/**
 * @param {Model} model
 * @param {{checkpoints: Entry[], open: (name: string) => Promise<Model>}} host
 * @returns {Promise<{siblings: Sibling[], refusals: Refusal[]}>} siblings by rising β, the model itself among them
 */
export async function findSiblings(model, { checkpoints, open }) {
  const entries = checkpoints.filter((entry) => isCandidate(model, entry));
  const judged = await Promise.all(entries.map(({ name }) => judge(model, name, open)));
  const siblings = [await describe(model, model), ...judged.flatMap(({ sibling }) => sibling ?? [])];
  return {
    siblings: siblings.sort((a, b) => a.beta - b.beta),
    refusals: judged.flatMap(({ refusal }) => refusal ?? []),
  };
}

/**
 * Open a candidate; one that is broken is refused like one that does not fit.
 * @param {Model} model
 * @param {string} name
 * @param {(name: string) => Promise<Model>} open
 * @returns {Promise<{sibling?: Sibling, refusal?: Refusal}>} one of both
 */
async function judge(model, name, open) {
  try {
    const other = await open(name);
    const reason = refuse(model, other);
    return reason ? { refusal: { name, ...reason } } : { sibling: await describe(other, model) };
  } catch (error) {
    const reason = error instanceof ModelError ? error.key : String(error instanceof Error ? error.message : error);
    return { refusal: { name, key: "beta.refused_broken", values: { reason } } };
  }
}

/** @param {Model} model @returns {number | null} */
export function betaOf({ config }) {
  const beta = config.training?.settings?.beta;
  return isFiniteNumber(beta) && beta >= 0 ? beta : null;
}

/**
 * Why a model is no sibling of another, or null.
 * @param {Model} model
 * @param {Model} other
 * @returns {Omit<Refusal, "name"> | null}
 */
export function refuse(model, other) {
  const [own, its] = [model.config, other.config];
  if (betaOf(other) === null) return { key: "beta.refused_none", values: {} };
  if (
    its.dataset.name !== own.dataset.name ||
    its.dataset.sha256 !== own.dataset.sha256 ||
    its.dataset.split !== own.dataset.split
  ) {
    return { key: "beta.refused_data", values: { own: own.dataset.name, other: its.dataset.name } };
  }
  const names = differing(own.arguments, its.arguments);
  return names.length ? { key: "beta.refused_arguments", values: { names: names.join(", ") } } : null;
}

/** @returns {Promise<Sibling>} */
async function describe(/** @type {Model} */ model, /** @type {Model} */ shown) {
  const [settings, its] = [shown, model].map(({ config }) => config.training.settings ?? {});
  const otherwise = differing(settings, its).filter((name) => !ELSEWHERE.includes(name));
  const beta = betaOf(model);
  if (beta === null) throw new Error(`${model.name} was not trained with a β`);
  return { beta, model, map: placed(await model.loadPlaces()), own: model === shown, otherwise };
}

/**
 * The names whose values differ. One that is missing is as good as one that is off: settings are added over time.
 * @param {Record<string, unknown>} a
 * @param {Record<string, unknown>} b
 * @returns {string[]}
 */
export function differing(a, b) {
  const text = (/** @type {unknown} */ value) => JSON.stringify(value || null);
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => text(a[name]) !== text(b[name])).sort();
}

function isCandidate(/** @type {Model} */ model, /** @type {Entry} */ entry) {
  const { family, image, latent_size: size } = model.config;
  const same = entry.family === family && entry.latent_size === size && sameShape(entry.image, image);
  return same && !entry.running && entry.name !== model.name;
}

/** @param {ImageShape | null} a @param {ImageShape | null} b */
function sameShape(a, b) {
  return a !== null && b !== null && a.channels === b.channels && a.height === b.height && a.width === b.width;
}
