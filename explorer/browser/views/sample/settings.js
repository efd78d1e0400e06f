/** What the Sample view shows, as numbers, and its form in the query string. */

import { LARGEST_SEED, parseSeed } from "./seed-space.js";

export const COUNTS = Object.freeze([16, 36, 64]);
export const LARGEST_SCALE = 2;
const DEFAULTS = Object.freeze({ seed: 1000, count: 36, scale: 1, pick: 0 });

/**
 * @typedef {object} Settings
 * @property {number} seed of the first sample; the others follow
 * @property {number} count samples on the sheet, one of COUNTS
 * @property {number} scale factor on the prior's standard deviations, 0 to LARGEST_SCALE
 * @property {string} prior one of the model's
 * @property {number} pick which sample is looked at
 * @property {number} x its position in seed space
 * @property {number} y
 * @property {boolean} compare whether its nearest real images are shown
 */

/**
 * Read the query string's entries.
 * @param {Record<string, string>} state
 * @param {string[]} priors the model's; the first is the default
 * @returns {{settings: Settings, refused: {name: string, value: string, expected: string}[]}} an entry that makes no
 *   sense is refused and its default taken
 */
export function readSettings(state, priors) {
  const refused = [];
  const read = (name, parse, expected, fallback) => {
    if (!Object.hasOwn(state, name)) return fallback;
    const value = parse(state[name]);
    if (value !== null) return value;
    refused.push({ name, value: state[name], expected });
    return fallback;
  };
  const within = (low, high) => (text) => {
    const value = Number(text);
    return text.trim() !== "" && value >= low && value <= high ? value : null;
  };
  const seed = read("seed", parseSeed, `0 … ${LARGEST_SEED}`, DEFAULTS.seed);
  const count = read("count", (text) => COUNTS.find((each) => String(each) === text) ?? null, COUNTS.join(", "), DEFAULTS.count);
  const scale = read("scale", within(0, LARGEST_SCALE), `0 … ${LARGEST_SCALE}`, DEFAULTS.scale);
  const prior = read("prior", (text) => (priors.includes(text) ? text : null), priors.join(", "), priors[0]);
  const index = (text) => (/^\d+$/.test(text) && Number(text) < count ? Number(text) : null);
  const pick = read("pick", index, `0 … ${count - 1}`, DEFAULTS.pick);
  const rows = LARGEST_SEED / 100;
  const y = read("y", within(-rows, rows), `${-rows} … ${rows}`, 0);
  const lowest = 0 - 100 * Math.floor(y);
  const x = read("x", within(lowest, lowest + LARGEST_SEED), `${lowest} … ${lowest + LARGEST_SEED}`, Math.max(seed + pick, lowest));
  const compare = read("compare", (text) => (text === "1" ? true : null), "1", false);
  return { settings: { seed, count, scale, prior, pick, x, y, compare }, refused };
}

/**
 * The query string's entries for settings; null where the default needs none.
 * @param {Settings} settings
 * @param {string[]} priors
 * @returns {Record<string, string | number | null>}
 */
export function writeSettings({ seed, count, scale, prior, pick, x, y, compare }, priors) {
  const moved = x !== seed + pick || y !== 0;
  return {
    seed,
    count: count === DEFAULTS.count ? null : count,
    scale: scale === DEFAULTS.scale ? null : scale,
    prior: prior === priors[0] ? null : prior,
    pick: pick === DEFAULTS.pick ? null : pick,
    x: moved ? x : null,
    y: moved ? y : null,
    compare: compare ? 1 : null,
  };
}
