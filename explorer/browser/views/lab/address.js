/** The lab's state in the query string: the settings that differ from a model's own, and what is looked at. */

import { DEFAULTS, checkSettings } from "../../runtime/planar/settings.js";

/** The plot's layers, in the order in which they are drawn and named. */
export const LAYERS = Object.freeze(["real", "fake", "heat", "decision", "manifold", "arrows"]);
const SHOWN_AT_FIRST = Object.freeze({
  real: true,
  fake: true,
  heat: true,
  decision: true,
  manifold: false,
  arrows: true,
});

/** Drawn points lie on a grid of this step, so that a link can hold them in two bytes and gives them back exactly. */
export const DRAWN_STEP = 0.01;
const DRAWN_OFFSET = 125; // steps from the lower left corner to the origin

/** @typedef {import("../../runtime/planar/settings.js").Settings} Settings */

/**
 * Every single setting by its path, such as `generator.widths`.
 * @param {object} settings
 * @returns {Map<string, unknown>}
 */
export function leaves(settings, prefix = "") {
  const isGroup = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(settings).map(([key, value]) => [`${prefix}${key}`, value]);
  return new Map(
    entries.flatMap(([path, value]) => (isGroup(value) ? [...leaves(value, `${path}.`)] : [[path, value]])),
  );
}

/**
 * Settings with one of them replaced.
 * @template {object} T @param {T} settings @param {string} path @param {unknown} value @returns {T}
 */
export function replaced(settings, path, value) {
  const [key, ...rest] = path.split(".");
  return { ...settings, [key]: rest.length ? replaced(settings[key], rest.join("."), value) : value };
}

/**
 * What of the query string belongs to settings: paths → texts, null where the setting is the base's own.
 * @param {Settings} settings
 * @param {Settings} base the model's
 * @returns {Record<string, string | null>}
 */
export function settingsToState(settings, base) {
  const own = leaves(base);
  return Object.fromEntries(
    [...leaves(settings)].map(([path, value]) => [path, same(value, own.get(path)) ? null : write(path, value)]),
  );
}

/**
 * @param {Record<string, string>} state
 * @param {Settings} base
 * @returns {Settings | null} null where the state asks for no other settings
 * @throws {import("../../runtime/errors.js").ModelError} where they are not possible
 */
export function settingsFromState(state, base) {
  const asked = [...leaves(DEFAULTS).keys()].filter((path) => Object.hasOwn(state, path));
  if (!asked.length) return null;
  const types = leaves(DEFAULTS);
  return checkSettings(
    asked.reduce((settings, path) => replaced(settings, path, read(path, state[path], types.get(path))), base),
  );
}

/** @param {Record<string, string>} state @returns {Record<string, boolean>} */
export function layersFromState({ layers }) {
  if (layers === undefined) return { ...SHOWN_AT_FIRST };
  const asked = layers.split(",");
  return Object.fromEntries(LAYERS.map((name) => [name, asked.includes(name)]));
}

/** @param {Record<string, boolean>} layers @returns {string | null} */
export function layersToState(layers) {
  if (LAYERS.every((name) => layers[name] === SHOWN_AT_FIRST[name])) return null;
  return LAYERS.filter((name) => layers[name]).join(",");
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function write(path, value) {
  if (value === null) return "";
  if (path === "points")
    return btoa(String.fromCharCode(...value.flat().map((each) => Math.round(each / DRAWN_STEP) + DRAWN_OFFSET)));
  return String(value);
}

function read(path, text, example) {
  if (path === "points") return text === "" ? null : readPoints(text);
  if (Array.isArray(example)) return text === "" ? [] : text.split(",").map(numberOf);
  return typeof example === "number" ? numberOf(text) : text;
}

function numberOf(text) {
  return text.trim() === "" ? NaN : Number(text);
}

/** Base64 of the grid's steps; what is none gives points that the settings' check refuses. */
function readPoints(text) {
  let bytes;
  try {
    // A plus sign of a hand-written link arrives as a space.
    bytes = Array.from(atob(text.replaceAll(" ", "+")), (character) => character.charCodeAt(0) - DRAWN_OFFSET);
  } catch {
    return [];
  }
  const onGrid = (step) => Number((step * DRAWN_STEP).toFixed(2));
  return Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => [
    onGrid(bytes[2 * i]),
    onGrid(bytes[2 * i + 1]),
  ]);
}

/**
 * Drawn points on the grid that links hold.
 * @param {number[][]} points
 * @returns {number[][]}
 */
export function ontoGrid(points) {
  const snap = (value) => Number((Math.round(value / DRAWN_STEP) * DRAWN_STEP).toFixed(2)) + 0; // + 0: no −0
  return points.map(([x, y]) => [snap(x), snap(y)]);
}
