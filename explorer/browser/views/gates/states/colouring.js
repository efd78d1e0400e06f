/** What the points' colours mean: the character, a mark, or the activity of a unit. No DOM. */

import { createColouring } from "../../../charts/colours.js";
import { createScale } from "../../../charts/scale.js";
import { CLASSES, classOf } from "./classes.js";

/** What the colours may stand for, as a link says it; MARK has the name of a mark after it. */
export const CHARACTER = "character";
export const UNIT = "unit";
export const MARK = "mark:";
const NONE = Object.freeze({ light: "#9aa1ac", dark: "#6f7886" });

/**
 * @typedef {object} PointColours
 * @property {(point: number) => string} colour CSS
 * @property {(point: number) => string} value in words
 * @property {(point: number) => number} number on the scale; NaN where there is none
 * @property {{label: string, count: number, colour: string}[]} entries of a categorical legend
 * @property {{low: number, high: number, colours: readonly string[]} | null} scale of a continuous one
 */

/**
 * By what kind of character was read last.
 * @param {readonly string[]} characters at each point (N)
 * @param {"light" | "dark"} theme
 * @param {import("../../../i18n.js").Translator} t
 * @returns {PointColours}
 */
export function byCharacter(characters, theme, t) {
  const present = CLASSES.filter((name) => characters.some((character) => CLASSES[classOf(character)] === name));
  const codes = characters.map((character) => present.indexOf(CLASSES[classOf(character)]));
  return categories(
    codes,
    present.map((name) => t(`gates.class_${name}`)),
    theme,
  );
}

/**
 * By a mark of the held-out page.
 * @param {{kind: "binary" | "graded", values: Int16Array}} mark of the whole page, −1 where there is none
 * @param {Int32Array} positions of the points
 * @param {"light" | "dark"} theme
 * @param {import("../../../i18n.js").Translator} t
 * @returns {PointColours}
 */
export function byMark({ kind, values }, positions, theme, t) {
  const marked = Array.from(positions, (position) => values[position]);
  if (kind === "binary")
    return categories(
      marked.map((value) => (value < 0 ? 2 : value)),
      [t("gates.mark_no"), t("gates.mark_yes"), t("gates.mark_none")],
      theme,
    );
  const shown = marked.filter((value) => value >= 0);
  const known = createColouring(
    { kind: "continuous", data: Float32Array.from(shown.length ? shown : [0]), unit: "" },
    theme,
    t.language,
  );
  const places = new Map(shown.map((value, i) => [value, i]));
  return {
    colour(point) {
      const place = places.get(marked[point]);
      return place === undefined ? NONE[theme] : known.colour(place);
    },
    value: (point) => (marked[point] < 0 ? t("gates.mark_none") : String(marked[point])),
    number: (point) => (marked[point] < 0 ? NaN : marked[point]),
    entries:
      shown.length < marked.length
        ? [{ label: t("gates.mark_none"), count: marked.length - shown.length, colour: NONE[theme] }]
        : [],
    scale: known.scale,
  };
}

/**
 * By a quantity of a unit, on the scale that the quantity has everywhere.
 * @param {Float32Array} activity (N)
 * @param {string} quantity
 * @param {import("../../../charts/scale.js").Palette} palette
 * @returns {PointColours}
 */
export function byActivity(activity, quantity, palette) {
  const largest = activity.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = createScale(quantity, largest, palette);
  return {
    colour: (point) => scale.colours[scale.level(activity[point])],
    value: (point) => activity[point].toFixed(3).replace("-", "−"),
    number: (point) => activity[point],
    entries: [],
    scale,
  };
}

/**
 * @param {ArrayLike<number>} codes of the points
 * @param {string[]} labels by code
 * @param {"light" | "dark"} theme
 * @returns {PointColours}
 */
function categories(codes, labels, theme) {
  const { colour, value, number, entries } = createColouring(
    { kind: "categorical", data: codes, values: labels },
    theme,
    "",
  );
  return { colour, value, number, entries, scale: null };
}
