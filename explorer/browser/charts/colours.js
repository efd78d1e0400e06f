/** What the dots' colours mean: a categorical palette for colour-blind eyes, or a scale of even lightness steps. */

import { oklabToCss } from "./scale.js";

/**
 * The most frequent values get a colour of their own; all others share grey, and can still be picked out in the legend.
 */
const PALETTES = Object.freeze({
  light: ["#0072b2", "#d55e00", "#009e73", "#cc6da6", "#b38600", "#4bb3e6", "#7a3f9d", "#8c5a2b", "#222222", "#8fae1b"],
  dark: ["#3b9fe0", "#ff8438", "#1fc79a", "#f09fd0", "#ecc23a", "#96dcff", "#b487e8", "#c9935e", "#f4f4f4", "#c3e04f"],
});
const OTHERS = Object.freeze({ light: "#9aa1ac", dark: "#6f7886" });
const SCALE_STEPS = 64;

/**
 * @typedef {"light" | "dark"} Darkness
 *
 * @typedef {object} Classes of points
 * @property {"categorical"} kind
 * @property {ArrayLike<number>} data (N) codes into `values`
 * @property {readonly string[]} values
 * @property {Record<string, readonly string[]>} [labels] of the values, by language
 *
 * @typedef {object} Numbers of points
 * @property {"continuous"} kind
 * @property {ArrayLike<number>} data (N) in `unit`
 * @property {string} unit
 *
 * @typedef {object} Colouring
 * @property {(index: number) => string} colour of a point
 * @property {(index: number) => string} value of a point, in words
 * @property {(index: number) => number} number of a point; NaN for categorical attributes
 * @property {Array<{code: number, label: string, count: number, colour: string}>} entries of a categorical legend, in
 *   the attribute's own order where each has a colour, else the most frequent first
 * @property {{low: number, high: number, unit: string, colours: string[]} | null} scale of a continuous one
 * @property {(index: number) => number} code of a point; always 0 for continuous attributes
 * @property {(index: number) => boolean} isMinor whether a point shares the colour of rare values
 */

/**
 * @param {Classes | Numbers} attribute
 * @param {Darkness} theme
 * @param {string} language
 * @returns {Colouring}
 */
export function createColouring(attribute, theme, language) {
  return attribute.kind === "categorical" ? categorical(attribute, theme, language) : continuous(attribute, theme);
}

/** @param {Classes} attribute @param {Darkness} theme @param {string} language @returns {Colouring} */
function categorical({ data, values, labels }, theme, language) {
  const counts = new Uint32Array(values.length);
  for (let i = 0; i < data.length; i++) counts[data[i]]++;
  const present = values.map((_, code) => code).filter((code) => counts[code] > 0);
  const frequent =
    present.length > PALETTES[theme].length ? [...present].sort((a, b) => counts[b] - counts[a]) : present;
  /** @type {string[]} */
  const colours = values.map(() => OTHERS[theme]);
  frequent.slice(0, PALETTES[theme].length).forEach((code, rank) => (colours[code] = PALETTES[theme][rank]));
  const names = labels?.[language] ?? values;
  return {
    colour: (index) => colours[data[index]],
    value: (index) => names[data[index]],
    number: () => NaN,
    entries: frequent.map((code) => ({ code, label: names[code], count: counts[code], colour: colours[code] })),
    scale: null,
    code: (index) => data[index],
    isMinor: (index) => colours[data[index]] === OTHERS[theme],
  };
}

/** @param {Numbers} attribute @param {Darkness} theme @returns {Colouring} */
function continuous({ data, unit }, theme) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) [low, high] = [Math.min(low, data[i]), Math.max(high, data[i])];
  const colours = Array.from({ length: SCALE_STEPS }, (_, step) => scaleColour(step / (SCALE_STEPS - 1), theme));
  const step = (/** @type {number} */ value) => Math.round(((value - low) / (high - low || 1)) * (SCALE_STEPS - 1));
  return {
    colour: (index) => colours[step(data[index])],
    value: (index) => `${data[index].toPrecision(3)} ${unit}`,
    number: (index) => data[index],
    entries: [],
    scale: { low, high, unit, colours },
    code: () => 0,
    isMinor: () => false,
  };
}

/**
 * Blue to yellow in OKLCH: lightness grows evenly with the value, within what stays visible on the theme's background.
 * @param {number} share in [0, 1]
 * @param {Darkness} theme
 */
function scaleColour(share, theme) {
  const [from, to] = theme === "dark" ? [0.5, 0.93] : [0.32, 0.84];
  const chroma = 0.13 + 0.02 * Math.sin(Math.PI * share);
  const hue = ((275 - 185 * share) * Math.PI) / 180;
  return oklabToCss([from + share * (to - from), chroma * Math.cos(hue), chroma * Math.sin(hue)]);
}
