/** What the gates view keeps in the address, so that a link restores the same reading. */

import { HOTTEST, LARGEST_SEED, SMALLEST_SHARE, USUAL_WRITING } from "../../parts/writing-settings.js";

export const LONGEST_LINKED = 1000; // characters of the visitor's own text that a link may carry

/**
 * @typedef {import("../../parts/writing-settings.js").Writing} Writing
 * @typedef {import("./reading.js").Unit} Unit
 */

const FIRST_LOOK = 0.3; // of the way through the text, where a state has something to remember

/**
 * Read the query string's entries. What does not fit gives way to the default, and is told.
 * @param {Record<string, string>} entries
 * @param {import("../../runtime/recurrent/language.js").Language} language
 * @param {{text: string}[]} examples
 * @returns {{initial: {text: string, cursor: number, unit?: Unit, quantity?: string, pinned?: Unit[]},
 *   writing: Writing, refused: [string, Record<string, string | number>][]}} a translation key and its values each
 */
export function readState(entries, language, examples) {
  /** @type {[string, Record<string, string | number>][]} */
  const refused = [];
  const number = (
    /** @type {string} */ name,
    /** @type {number} */ low,
    /** @type {number} */ high,
    /** @type {boolean} */ whole,
  ) => {
    if (entries[name] === undefined) return undefined;
    const value = entries[name].trim() === "" ? NaN : Number(entries[name]);
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    refused.push(["gates.state_number", { name, low, high }]);
    return undefined;
  };
  const unit = (/** @type {string} */ text) => {
    const match = /^(\d)\.(\d{1,5})$/.exec(text);
    const [layer, index] = [Number(match?.[1]), Number(match?.[2])];
    return match && layer < language.layers && index < language.hiddenSize ? { layer, index } : null;
  };
  const units = (/** @type {string} */ name) => {
    if (!entries[name]) return [];
    const found = entries[name].split(",").map(unit);
    if (found.includes(null))
      refused.push(["gates.state_unit", { layers: language.layers - 1, units: language.hiddenSize - 1 }]);
    return found.filter((each) => each !== null);
  };
  const example = number("example", 0, examples.length - 1, true) ?? 0;
  const initial = { text: entries.text ?? examples[example]?.text ?? "" };
  initial.cursor = number("t", 0, Number.MAX_SAFE_INTEGER, true) ?? firstLook(initial.text);
  const [chosen] = units("unit");
  if (chosen) initial.unit = chosen;
  if (language.quantities.includes(entries.quantity)) initial.quantity = entries.quantity;
  else if (entries.quantity !== undefined)
    refused.push(["gates.state_quantity", { known: language.quantities.join(", ") }]);
  initial.pinned = units("pins");
  const writing = {
    seed: number("seed", 0, LARGEST_SEED, true) ?? USUAL_WRITING.seed,
    temperature: number("temperature", 0, HOTTEST, false) ?? USUAL_WRITING.temperature,
    topK: number("topk", 0, language.vocabulary.length, true) ?? USUAL_WRITING.topK,
    topP: number("topp", SMALLEST_SHARE, 1, false) ?? USUAL_WRITING.topP,
  };
  return { initial, writing, refused };
}

/** The step that is shown of a text that was opened as a whole. @param {string} text */
export function firstLook(text) {
  return Math.floor(text.length * FIRST_LOOK);
}

/** Which example a text is; −1 for the visitor's own. @param {string} text @param {{text: string}[]} examples */
export function exampleOf(text, examples) {
  return examples.findIndex((example) => example.text === text);
}

/**
 * The entries that restore a reading; null where it is the default.
 * @param {import("./reading.js").Reading} reading
 * @param {{text: string}[]} examples
 * @param {Writing} writing
 * @returns {Record<string, string | null>}
 */
export function writeState(reading, examples, writing) {
  const example = exampleOf(reading.text, examples);
  const other = (/** @type {keyof Writing} */ name) =>
    writing[name] === USUAL_WRITING[name] ? null : String(writing[name]);
  const pins = reading.pinned.map(writeUnit).join(",");
  return {
    text: example < 0 && reading.text.length <= LONGEST_LINKED ? reading.text : null,
    example: example > 0 ? String(example) : null,
    t: reading.goal >= 0 ? String(reading.goal) : null,
    unit: writeUnit(reading.unit),
    quantity: reading.quantity,
    pins: pins || null,
    seed: other("seed"),
    temperature: other("temperature"),
    topk: other("topK"),
    topp: other("topP"),
  };
}

/** @param {Unit} unit @returns {string} such as "0.17" */
export function writeUnit({ layer, index }) {
  return `${layer}.${index}`;
}
