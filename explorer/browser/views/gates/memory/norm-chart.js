/**
 * Norms against distance on the page's chart: logarithmic, so that what falls exponentially falls on a straight line.
 */

import { grouped, readable } from "../../../charts/axis.js";
import { Chart } from "../../../charts/chart.js";

/**
 * @typedef {import("./norms.js").LogAxis} LogAxis
 *
 * @typedef {object} Line
 * @property {string} label
 * @property {string} colour names a CSS variable
 * @property {"solid" | "dashed" | "dotted"} line
 * @property {ArrayLike<number>} middle
 * @property {ArrayLike<number>} [low] of a band
 * @property {ArrayLike<number>} [high]
 */

/**
 * @param {HTMLElement} parent gets the chart appended
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {string} options.title
 * @param {string} [options.unit] of the norms, in words
 * @param {() => LogAxis | null} options.axis what the chart holds, once it has lines
 * @param {(distance: number | null) => void} options.onRead a distance is pointed at or read by keys, or no longer
 */
export function createNormChart(parent, { t, title, unit, axis, onRead }) {
  const chart = new Chart(parent, {
    t,
    title,
    unit,
    x: { label: t("gates.memory_distance"), words: grouped },
    y: { log: true, words: (norm) => normInWords(norm, axis(), t) },
    series: [],
  });
  chart.onRead(onRead);
  return chart;
}

/**
 * Show lines over the distances.
 * @param {Chart} chart
 * @param {ArrayLike<number>} distances ascending
 * @param {readonly Line[]} lines
 * @param {LogAxis | null} axis held whole
 */
export function showNorms(chart, distances, lines, axis) {
  chart.setSeries(
    lines.map(({ label, colour, line, low, high }, i) => {
      const band = low && high ? { low: `low ${i}`, high: `high ${i}` } : {};
      return { key: `middle ${i}`, label, colour, line, marks: true, ...band };
    }),
  );
  const columns = lines.flatMap(({ middle, low = [], high = [] }, i) => [
    [`middle ${i}`, middle],
    [`low ${i}`, low],
    [`high ${i}`, high],
  ]);
  chart.setRange(axis && [10 ** axis.low, 10 ** axis.high]);
  chart.setRows(distances, Object.fromEntries(columns));
}

/** All that lines hold. @param {readonly Line[]} lines @returns {ArrayLike<number>[]} */
export function columnsOf(lines) {
  return lines.flatMap(({ middle, low, high }) => [middle, ...(low && high ? [low, high] : [])]);
}

/**
 * A norm in words: what is below the axis is not spelled as a number that it has not.
 * @param {number} norm
 * @param {LogAxis | null} axis
 * @param {import("../../../i18n.js").Translator} t
 */
export function normInWords(norm, axis, t) {
  return norm > 0 || !axis ? readable(norm) : t("gates.memory_below", { value: readable(10 ** axis.low) });
}
