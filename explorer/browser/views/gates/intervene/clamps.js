/** Clamps as the visitor makes them: ready-made ones, a value typed in, a list, and how a link writes it. No DOM. */

import { ModelError } from "../../../runtime/errors.js";
import { checkClamps } from "../../../runtime/recurrent/clamps.js";

/**
 * @typedef {import("../../../runtime/recurrent/clamps.js").Clamp} Clamp
 * @typedef {import("../../../runtime/recurrent/language.js").Language} Language
 */

const ALL = "all";
const MOST_CLAMPS = 20;
const LONGEST_ECHO = 40; // characters of what was typed that a message repeats
const WRITTEN = /^(\d+)\.([a-z]+)\.(all|\d+(?:-\d+)*)\.(\S+)$/;

/**
 * Whole gates that are worth holding, by cell: the quantity and its value.
 * @type {Readonly<Record<Language["cell"], [string, number][]>>}
 */
const PRESETS = Object.freeze({
  lstm: [
    ["forget", 1],
    ["forget", 0],
    ["input", 0],
    ["output", 1],
  ],
  gru: [
    ["update", 1],
    ["update", 0],
    ["reset", 1],
    ["reset", 0],
  ],
  rnn: [["hidden", 0]],
});

/**
 * Ready-made clamps of a whole layer.
 * @param {Pick<Language, "cell">} language
 * @param {number} layer
 * @returns {Clamp[]}
 */
export function presets({ cell }, layer) {
  return PRESETS[cell].map(([quantity, value]) => ({ layer, quantity, units: null, value }));
}

/**
 * The clamp that removes a unit: nothing else ever sees its hidden state.
 * @param {{layer: number, index: number}} unit
 * @returns {Clamp}
 */
export function removal({ layer, index }) {
  return { layer, quantity: "hidden", units: [index], value: 0 };
}

/**
 * A value as typed.
 * @param {string} text
 * @returns {number} finite
 * @throws {ModelError} where the text is no finite number
 */
export function parseValue(text) {
  const trimmed = text.trim().replace("−", "-").replace(",", ".");
  const value = trimmed === "" ? NaN : Number(trimmed);
  if (Number.isFinite(value)) return value;
  throw new ModelError("gates.error_clamp_value", { found: shorten(text) });
}

/**
 * A list with one more clamp; it takes the place of one on the same quantity of the same units.
 * @param {readonly Clamp[]} clamps
 * @param {Clamp} clamp
 * @returns {readonly Clamp[]}
 * @throws {ModelError} where the list is full
 */
export function withClamp(clamps, clamp) {
  const place = clamps.findIndex((each) => target(each) === target(clamp));
  if (place >= 0) return clamps.with(place, clamp);
  if (clamps.length === MOST_CLAMPS) throw new ModelError("gates.error_clamps_many", { most: MOST_CLAMPS });
  return [...clamps, clamp];
}

/**
 * The list as a link has it: `0.forget.all.1_0.hidden.17.0` (layer, quantity, units, value).
 * @param {readonly Clamp[]} clamps
 * @returns {string | null} null for none
 */
export function formatClamps(clamps) {
  return clamps.length ? clamps.map((clamp) => `${target(clamp)}.${clamp.value}`).join("_") : null;
}

/**
 * What {@link formatClamps} wrote.
 * @param {string} text
 * @param {Pick<Language, "layers" | "hiddenSize" | "quantities">} language that is to be clamped
 * @returns {readonly Clamp[] | null} null where it is no such list, or one that the model cannot have
 */
export function parseClamps(text, language) {
  /** @type {readonly Clamp[]} */
  let clamps = [];
  try {
    for (const part of text.split("_")) {
      const clamp = parseClamp(part);
      if (!clamp) return null;
      checkClamps(language, [clamp]);
      clamps = withClamp(clamps, clamp);
    }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return null;
  }
  return clamps;
}

/** @param {string} text @returns {Clamp | null} */
function parseClamp(text) {
  const found = WRITTEN.exec(text);
  if (!found) return null;
  const [, layer, quantity, units, value] = found;
  return {
    layer: Number(layer),
    quantity,
    units: units === ALL ? null : units.split("-").map(Number),
    value: Number(value),
  };
}

/** @param {Clamp} clamp */
function target({ layer, quantity, units }) {
  return `${layer}.${quantity}.${units === null ? ALL : units.join("-")}`;
}

/** @param {string} text */
function shorten(text) {
  const characters = Array.from(text);
  return characters.length > LONGEST_ECHO ? `${characters.slice(0, LONGEST_ECHO).join("")}…` : text;
}
