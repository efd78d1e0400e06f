/** What the Sample view of a sequence model shows, as numbers, and its form in the query string. */
import { LARGEST_SEED, parseSeed } from "../../runtime/seed-space.js";

export const COUNT = 12; // sequences on the sheet
export const HOTTEST = 4;
const USUAL = Object.freeze({ seed: 1, pick: 0, hold: false, temperature: 1, share: null });

/**
 * @typedef {object} OwnSettings
 * @property {number} seed of the first sequence; the others follow
 * @property {number} pick which of them is looked at, 0 to COUNT − 1
 * @property {boolean} hold whether the noise of the first step stays for all
 * @property {number} temperature of a model that draws notes
 * @property {number | null} to the seed that the way leads to; null for the one after the picked
 * @property {number | null} share place on the way, 0 to 1, where a sequence between two is looked at
 *
 * @typedef {OwnSettings & import("../../runtime/subjects.js").Choice} Settings
 */

/**
 * Read the query string's entries.
 * @param {Record<string, string>} state
 * @param {string[]} classes ids; none where there is no condition
 * @returns {{settings: Settings, refused: {name: string, value: string, expected: string}[]}} an entry that makes no sense is refused and
 *   its default taken
 */
export function readSettings(state, classes) {
  /** @type {{name: string, value: string, expected: string}[]} */
  const refused = [];
  const read = (
    /** @type {string} */ name,
    /** @type {(text: string) => any} */ parse,
    /** @type {string} */ expected,
    /** @type {any} */ fallback,
  ) => {
    if (!Object.hasOwn(state, name)) return fallback;
    const value = parse(state[name]);
    if (value !== null) return value;
    refused.push({ name, value: state[name], expected });
    return fallback;
  };
  const within = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {string} */ text) =>
    text.trim() !== "" && Number(text) >= low && Number(text) <= high ? Number(text) : null;
  const whole = (/** @type {string} */ text) => (/^\d{1,2}$/.test(text) && Number(text) < COUNT ? Number(text) : null);
  const named = (/** @type {string} */ name) =>
    read(name, (text) => (classes.includes(text) ? classes.indexOf(text) : null), classes.join(", ") || "–", null);
  const first = named("class");
  const second = first === null ? null : named("class2");
  const settings = {
    seed: read("seed", parseSeed, `0 … ${LARGEST_SEED}`, USUAL.seed),
    pick: read("pick", whole, `0 … ${COUNT - 1}`, USUAL.pick),
    hold: read("noise", (text) => (text === "constant" ? true : null), "constant", USUAL.hold),
    temperature: read("temperature", within(0, HOTTEST), `0 … ${HOTTEST}`, USUAL.temperature),
    to: read("to", parseSeed, `0 … ${LARGEST_SEED}`, null),
    share: read("share", within(0, 1), "0 … 1", USUAL.share),
    first,
    second,
    blend: second === null ? 0 : read("blend", within(0, 1), "0 … 1", 0.5),
  };
  return { settings, refused };
}

/**
 * The query string's entries for settings; null where the default needs none.
 * @param {Settings} settings
 * @param {string[]} classes
 * @returns {Record<string, string | number | null>}
 */
export function writeSettings({ seed, pick, hold, temperature, to, share, first, second, blend }, classes) {
  return {
    seed,
    pick: pick === USUAL.pick ? null : pick,
    noise: hold ? "constant" : null,
    temperature: temperature === USUAL.temperature ? null : temperature,
    to,
    share,
    class: first === null ? null : classes[first],
    class2: second === null ? null : classes[second],
    blend: second === null ? null : blend,
  };
}
