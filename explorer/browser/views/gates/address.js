/** What the gates view keeps in the address, so that a link restores the same reading and the same looks at it. */

import { AddressCodec, flag, oneOf, real, whole } from "../../parts/address.js";
import { HOTTEST, LARGEST_SEED, SMALLEST_SHARE, USUAL_WRITING } from "../../parts/writing-settings.js";
import { KINDS } from "../../runtime/recurrent/memory.js";
import { LONGEST_TEXT } from "../../runtime/recurrent/trace.js";
import { formatClamps, parseClamps } from "./intervene/clamps.js";
import { ORDERS } from "./order.js";
import { hasUnit, nameOfUnit, usualQuantity } from "./reading.js";
import { SECTIONS } from "./sections.js";
import { CHARACTER, MARK, UNIT } from "./states/colouring.js";
import { LAYOUTS } from "./states/placement.js";

export const LONGEST_LINKED = 1000; // UTF-16 units of the visitor's own text that a link may carry
const FIRST_LOOK = 0.3; // of the way through the text, where a state has something to remember

/**
 * @typedef {import("../../parts/writing-settings.js").Writing} Writing
 * @typedef {import("./reading.js").Unit} Unit
 * @typedef {import("./reading.js").Span} Span
 * @typedef {{title: Record<string, string>, text: string}} Example
 * @typedef {{language: import("../../runtime/recurrent/language.js").Language, examples: readonly Example[]}} Context
 *
 * @typedef {object} Looks what the panels keep beside the reading
 * @property {string} section id of the one that is open
 * @property {typeof ORDERS[number]} order of the units in the heat rows
 * @property {string | null} mark name of the probe that was chosen
 * @property {readonly import("./intervene/clamps.js").Clamp[]} clamps
 * @property {boolean} alone whether the memory panel leaves the other models out
 * @property {typeof KINDS[number]} norm which norms the memory panel shows
 * @property {typeof LAYOUTS[number]} layout of the map of states
 * @property {string} colour what the map of states is coloured by: CHARACTER, UNIT, or MARK and the name of a mark
 *
 * @typedef {object} Read what the reading is of, and where it is looked at
 * @property {number} example which of the examples the text is; 0 for the visitor's own
 * @property {string} text
 * @property {number} t the cursor's goal
 * @property {Unit | null} unit null while nobody has chosen one
 * @property {string} quantity
 * @property {readonly Unit[]} pins
 * @property {Span | null} span
 *
 * @typedef {Read & Writing & Looks} Settings
 */

/** @template Value @typedef {import("../../parts/address.js").Field<Value, Context, Settings>} Field */

/** @type {Field<string>} */
const TEXT = {
  keeps: true,
  parse: (written) => (Array.from(written).length <= LONGEST_TEXT ? written : null),
  format: (text) => (text.length <= LONGEST_LINKED ? text : null),
  fallback: ({ examples }, { example }) => examples[example]?.text ?? "",
  expected: `≤ ${LONGEST_TEXT}`,
};

/** @type {Field<Unit | null>} */
const CHOSEN_UNIT = {
  parse: (written, { language }) => parseUnit(written, language),
  format: (unit) => (unit ? nameOfUnit(unit) : null),
  fallback: null,
  expected: ({ language }) => unitsOf(language),
};

/** @type {Field<readonly Unit[]>} */
const PINS = {
  parse(written, { language }) {
    const units = written.split(",").flatMap((each) => parseUnit(each, language) ?? []);
    return units.length === written.split(",").length ? units : null;
  },
  format: (units) => units.map(nameOfUnit).join(",") || null,
  fallback: () => [],
  expected: ({ language }) => unitsOf(language),
};

/** @type {Field<Span | null>} */
const SPAN = {
  parse(written) {
    const match = /^(\d{1,6})-(\d{1,6})$/.exec(written);
    return match && { from: Number(match[1]), to: Number(match[2]) };
  },
  format: (span) => span && `${span.from}-${span.to}`,
  fallback: null,
  expected: "3-17",
};

/** @type {Field<readonly import("./intervene/clamps.js").Clamp[]>} */
const CLAMPS = {
  parse: (written, { language }) => parseClamps(written, language),
  format: formatClamps,
  fallback: () => [],
  expected: ({ language: { quantities } }) => `0.${quantities[0]}.all.1_0.hidden.3-5.0.25`,
};

/** Which marks there are is known only once their panels have fetched them. @type {Field<string | null>} */
const CHOSEN_MARK = {
  parse: (written) => (/^\w+$/.test(written) ? written : null),
  format: (name) => name,
  fallback: null,
  expected: "space",
};

/** @type {Field<string>} */
const COLOUR = {
  parse: (written) =>
    written === CHARACTER || written === UNIT || (written.startsWith(MARK) && /^\w+$/.test(written.slice(MARK.length)))
      ? written
      : null,
  format: (colour) => colour,
  fallback: CHARACTER,
  expected: `${CHARACTER}, ${UNIT}, ${MARK}space`,
};

/** @type {AddressCodec<Settings, Context>} */
export const address = new AddressCodec({
  example: whole({ high: ({ examples }) => Math.max(0, examples.length - 1), fallback: 0, keeps: true }),
  text: TEXT,
  t: whole({ high: Number.MAX_SAFE_INTEGER, fallback: (_, { text }) => firstLook(text), keeps: true }),
  unit: CHOSEN_UNIT,
  quantity: oneOf({
    among: ({ language }) => language.quantities,
    fallback: ({ language }) => usualQuantity(language),
  }),
  pins: PINS,
  span: SPAN,
  seed: whole({ high: LARGEST_SEED, fallback: USUAL_WRITING.seed, keeps: true }),
  temperature: real({ low: 0, high: HOTTEST, fallback: USUAL_WRITING.temperature, keeps: true }),
  topK: whole({
    entry: "topk",
    high: ({ language }) => language.vocabulary.length,
    fallback: USUAL_WRITING.topK,
    keeps: true,
  }),
  topP: real({ entry: "topp", low: SMALLEST_SHARE, high: 1, fallback: USUAL_WRITING.topP, keeps: true }),
  section: oneOf({ among: Object.keys(SECTIONS), keeps: true }),
  order: oneOf({ among: ORDERS }),
  mark: CHOSEN_MARK,
  clamps: CLAMPS,
  alone: flag(),
  norm: oneOf({ among: KINDS }),
  layout: oneOf({ among: LAYOUTS }),
  colour: COLOUR,
});

/** The step that is shown of a text that was opened as a whole. @param {string} text */
export function firstLook(text) {
  return Math.floor(text.length * FIRST_LOOK);
}

/** Which example a text is; −1 for the visitor's own. @param {string} text @param {readonly Example[]} examples */
export function exampleOf(text, examples) {
  return examples.findIndex((example) => example.text === text);
}

/**
 * What the address is to say of a reading.
 * @param {import("./reading.js").Reading} reading
 * @param {readonly Example[]} examples
 * @returns {Read}
 */
export function placeOf({ text, goal, unit, quantity, pinned, span }, examples) {
  return {
    example: Math.max(0, exampleOf(text, examples)),
    text,
    t: Math.max(0, goal),
    unit,
    quantity,
    pins: pinned,
    span,
  };
}

/**
 * @param {string} written
 * @param {import("../../runtime/recurrent/language.js").Language} language
 * @returns {Unit | null}
 */
function parseUnit(written, language) {
  const match = /^(\d)\.(\d{1,5})$/.exec(written);
  const unit = { layer: Number(match?.[1]), index: Number(match?.[2]) };
  return match && hasUnit(language, unit) ? unit : null;
}

/** @param {import("../../runtime/recurrent/language.js").Language} language */
function unitsOf({ layers, hiddenSize }) {
  return `0.0 … ${layers - 1}.${hiddenSize - 1}`;
}
