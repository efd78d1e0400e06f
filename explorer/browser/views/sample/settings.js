/** What the Sample view shows, as numbers, and its form in the query string. */

import { WAYS } from "../../runtime/interpolation.js";
import { LARGEST_SEED, parseSeed } from "../../runtime/seed-space.js";
import { ANY } from "../../runtime/subjects.js";

export const COUNTS = Object.freeze([16, 36, 64]);
export const LARGEST_SCALE = 2;
const DEFAULTS = Object.freeze({ seed: 1000, count: 36, scale: 1, pick: 0, share: 0.5, way: WAYS[0] });
const ROWS = LARGEST_SEED / 100; // of seed space

/** @typedef {import("../../runtime/seed-space.js").Position & import("../../runtime/subjects.js").Choice} End of a path: a position and its class */

/**
 * @typedef {object} OwnSettings
 * @property {number} seed of the first sample; the others follow
 * @property {number} count samples on the sheet, one of COUNTS
 * @property {number} scale factor on the prior's standard deviations, 0 to LARGEST_SCALE
 * @property {string} prior one of the model's
 * @property {number} pick which sample is looked at
 * @property {number} x its position in seed space
 * @property {number} y
 * @property {boolean} compare whether its nearest real images are shown
 * @property {End | null} a where the path begins; null for the sheet's first sample
 * @property {End | null} b where it ends; null for the sheet's second sample
 * @property {number} share place on the path, from 0 (A) to 1 (B)
 * @property {import("../../runtime/interpolation.js").Way} way
 */

/** @typedef {OwnSettings & import("../../runtime/subjects.js").Choice} Settings */

/**
 * Read the query string's entries.
 * @param {Record<string, string>} state
 * @param {{priors: string[], condition?: import("../../runtime/config.js").Condition | null}} config the model's; its first
 *   prior is the default
 * @returns {{settings: Settings, refused: {name: string, value: string, expected: string}[]}} an entry that makes no
 *   sense is refused and its default taken
 */
export function readSettings(state, { priors, condition }) {
  const refused = [];
  const read = (name, parse, expected, fallback) => {
    if (!Object.hasOwn(state, name)) return fallback;
    const value = parse(state[name]);
    if (value !== null) return value;
    refused.push({ name, value: state[name], expected });
    return fallback;
  };
  const classes = condition?.values ?? [];
  const seed = read("seed", parseSeed, `0 … ${LARGEST_SEED}`, DEFAULTS.seed);
  const count = read(
    "count",
    (text) => COUNTS.find((each) => String(each) === text) ?? null,
    COUNTS.join(", "),
    DEFAULTS.count,
  );
  const scale = read("scale", within(0, LARGEST_SCALE), `0 … ${LARGEST_SCALE}`, DEFAULTS.scale);
  const prior = read("prior", (text) => (priors.includes(text) ? text : null), priors.join(", "), priors[0]);
  const pick = read("pick", index(count), `0 … ${count - 1}`, DEFAULTS.pick);
  const y = read("y", within(-ROWS, ROWS), `${-ROWS} … ${ROWS}`, 0);
  const lowest = 0 - 100 * Math.floor(y);
  const x = read(
    "x",
    within(lowest, lowest + LARGEST_SEED),
    `${lowest} … ${lowest + LARGEST_SEED}`,
    Math.max(seed + pick, lowest),
  );
  const compare = read("compare", (text) => (text === "1" ? true : null), "1", false);
  const named = (name) =>
    read(name, (text) => (classes.includes(text) ? classes.indexOf(text) : null), classes.join(", ") || "–", null);
  const first = named("class");
  const second = first === null ? null : named("class2");
  const blend = second === null ? 0 : read("blend", within(0, 1), "0 … 1", 0.5);
  const end = (name) => read(name, parseEnd(classes.length), "x,y", null);
  const [a, b] = [end("a"), end("b")];
  const share = read("share", within(0, 1), "0 … 1", DEFAULTS.share);
  const way = read("way", (text) => (WAYS.includes(text) ? text : null), WAYS.join(", "), DEFAULTS.way);
  return {
    settings: { seed, count, scale, prior, pick, x, y, compare, first, second, blend, a, b, share, way },
    refused,
  };
}

const within = (/** @type {number} */ low, /** @type {number} */ high) => (/** @type {string} */ text) => {
  const value = Number(text);
  return text.trim() !== "" && value >= low && value <= high ? value : null;
};

const index = (/** @type {number} */ count) => (/** @type {string} */ text) =>
  /^\d+$/.test(text) && Number(text) < count ? Number(text) : null;

/** "x,y", "x,y,class" or "x,y,class,class,blend", classes by their index. */
const parseEnd = (/** @type {number} */ classes) => (/** @type {string} */ text) => {
  const parts = text.split(",");
  if (![2, 3, 5].includes(parts.length)) return null;
  const y = within(-ROWS, ROWS)(parts[1]);
  const lowest = 0 - 100 * Math.floor(y ?? 0);
  const end = {
    x: within(lowest, lowest + LARGEST_SEED)(parts[0]),
    y,
    first: parts.length > 2 ? index(classes)(parts[2]) : ANY.first,
    second: parts.length > 3 ? index(classes)(parts[3]) : ANY.second,
    blend: parts.length > 3 ? within(0, 1)(parts[4]) : ANY.blend,
  };
  const proper = end.x !== null && y !== null && end.blend !== null;
  return proper && (end.first !== null) === parts.length > 2 && (end.second !== null) === parts.length > 3 ? end : null;
};

/** @param {End | null} end */
function writeEnd(end) {
  if (end === null) return null;
  const { x, y, first, second, blend } = end;
  return [x, y, ...(first === null ? [] : [first]), ...(second === null ? [] : [second, blend])].join(",");
}

/**
 * The query string's entries for settings; null where the default needs none.
 * @param {Settings} settings
 * @param {{priors: string[], condition?: import("../../runtime/config.js").Condition | null}} config the model's
 * @returns {Record<string, string | number | null>}
 */
export function writeSettings(
  { seed, count, scale, prior, pick, x, y, compare, first, second, blend, a, b, share, way },
  { priors, condition },
) {
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
    class: first === null ? null : condition.values[first],
    class2: second === null ? null : condition.values[second],
    blend: second === null ? null : blend,
    a: writeEnd(a),
    b: writeEnd(b),
    share: share === DEFAULTS.share ? null : share,
    way: way === DEFAULTS.way ? null : way,
  };
}
