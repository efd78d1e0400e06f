/** A chart's numbers as a table, in full, and as the text of a CSV file (RFC 4180). No DOM. */

import { heatOf } from "./chart/heat.js";
import { isBinned, isPlane } from "./description.js";

/**
 * One line for each row; an interval has two more columns.
 * @param {import("./description.js").Description} description
 * @param {import("../i18n.js").Translator} t
 * @returns {{head: string[], rows: (string | number)[][]}} what is not finite is an empty cell
 */
export function tableOf(description, t) {
  const { title, unit, x, y, series, rows, columns, labels } = description;
  const heat = heatOf(series);
  if (heat) return cellTable(description, heat);
  const binned = isBinned(series);
  const across = x.label || title;
  const measured = (/** @type {string} */ label) => (unit && !isPlane(series) ? `${label} (${unit})` : label);
  const all = series.flatMap(({ key, label, low, high, xLow, xHigh }) => {
    const name = measured(isPlane(series) ? y.label : label);
    return [...ends(xLow, xHigh, across, t), { key, name }, ...ends(low, high, name, t)];
  });
  const attributes = series.flatMap(({ attribute }) => (attribute?.label ? [attribute] : []));
  const named = labels !== null && !isPlane(series); // by which rows are told apart: their places count nothing
  const edges = [t("charts.low", { name: across }), t("charts.high", { name: across })];
  const places = named ? [] : binned ? edges : [across];
  const count = binned ? rows.length - 1 : rows.length;
  return {
    head: [
      ...(labels ? [named ? across : ""] : []),
      ...places,
      ...all.map(({ name }) => name),
      ...attributes.map(({ label }) => label),
    ],
    rows: Array.from({ length: Math.max(0, count) }, (_, row) => [
      ...(labels ? [labels[row] ?? ""] : []),
      ...(named ? [] : binned ? [rows[row], rows[row + 1]] : [rows[row]]),
      ...all.map(({ key }) => finite(columns[key]?.[row])),
      ...attributes.map(({ number, value }) => (Number.isNaN(number(row)) ? value(row) : number(row))),
    ]),
  };
}

/**
 * A line for each line of a heat map, a column for each of its columns.
 * @param {import("./description.js").Description} description
 * @param {{key: string, lines: number}} heat
 */
function cellTable({ x, y, rows, columns, labels }, { key, lines }) {
  const across = rows.length - 1;
  const cells = columns[key] ?? [];
  return {
    head: [
      y.label,
      ...Array.from({ length: across }, (_, i) => `${x.label} ${labels?.[i] ?? x.words(rows[i])}`.trim()),
    ],
    rows: Array.from({ length: lines }, (_, line) => [
      y.words(line),
      ...Array.from({ length: across }, (__, i) => finite(cells[line * across + i])),
    ]),
  };
}

function ends(
  /** @type {string | undefined} */ low,
  /** @type {string | undefined} */ high,
  /** @type {string} */ name,
  /** @type {import("../i18n.js").Translator} */ t,
) {
  if (low === undefined || high === undefined) return [];
  return [
    { key: low, name: t("charts.low", { name }) },
    { key: high, name: t("charts.high", { name }) },
  ];
}

/** @param {number | undefined} value */
function finite(value) {
  return value !== undefined && Number.isFinite(value) ? value : "";
}

/** @param {{head: string[], rows: (string | number)[][]}} table */
export function csv({ head, rows }) {
  const cell = (/** @type {string | number} */ value) =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
