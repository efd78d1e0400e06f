/** The legend of a chart, which is also where the values under the pointer are read. */

import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { readable } from "../axis.js";
import { cellWords, heatOf, scaleWords } from "./heat.js";

/**
 * @typedef {import("../description.js").Description} Description
 * @typedef {import("../description.js").Floor} Floor
 */

/** @param {import("../../i18n.js").Translator} t */
export function createReadout(t) {
  const at = element("span", { class: "number chart-at" });
  const floorName = element("li", { class: "chart-floor", hidden: true });
  const node = element("ul", { class: "chart-legend" });
  const spoken = element("span", { class: "visually-hidden", role: "status" });
  /** @type {HTMLOutputElement[]} */
  let outputs = [];

  return {
    node,
    at,
    spoken,

    /** @param {Description} description */
    name({ series, floor, y }) {
      outputs = series.map(() => element("output", { class: "number", "aria-live": "off" }));
      const items = series.map(({ label, colour, kind = "line", line = "solid" }, i) => {
        const look = kind === "line" ? line : kind;
        const swatch = element("span", { class: `chart-swatch chart-${look}`, style: { color: `var(${colour})` } });
        return element("li", {}, swatch, element("span", {}, label), outputs[i]);
      });
      const heat = heatOf(series);
      const scale = heat ? [element("li", { class: "number" }, scaleWords(heat))] : [];
      node.replaceChildren(...items, ...scale, floorName);
      floorName.hidden = floor === null;
      if (floor) floorName.replaceChildren(...floorItem(floor, y.words, t));
    },

    /** Write the values of a row. @param {Description} description @param {number} row −1 for none */
    show(description, row) {
      const { series, columns, y } = description;
      series.forEach(({ key }, i) => {
        const value = columns[key]?.[row] ?? NaN;
        const words = heatOf(series) ? readable : y.words;
        write(outputs[i], row < 0 ? "" : Number.isNaN(value) ? "–" : words(value));
      });
      write(at, row < 0 ? "" : rowWords(description, row));
    },

    /** Say the values of a row aloud, where the keyboard chose it. */
    speak() {
      const values = [...node.querySelectorAll("li:not([hidden])")].map(({ textContent }) => textContent);
      spoken.textContent = joined("list", [at.textContent, ...values], t);
    },
  };
}

/**
 * Where a row is: its name, its x, or the bin from edge to edge.
 * @param {Description} description
 * @param {number} row
 */
export function rowWords(description, row) {
  const { series, x, labels, rows } = description;
  if (heatOf(series)) return cellWords(description, row);
  const binned = series.some(({ kind }) => kind === "steps");
  const number = binned ? `${x.words(rows[row])} … ${x.words(rows[row + 1])}` : x.words(rows[row]);
  const name = labels?.[row];
  const points = series.some(({ kind }) => kind === "points");
  if (name !== undefined && !points) return `${x.label} ${name}`.trim();
  return [name, `${x.label} ${number}`.trim()].filter(Boolean).join(" · ");
}

/** What a chart shows, for who cannot see it: from where to where each series runs. */
export function inWords(
  /** @type {Description} */ { title, series, columns, y },
  /** @type {import("../../i18n.js").Translator} */ t,
) {
  const words = series.map(({ key, label }) => {
    const finite = Array.from(columns[key] ?? []).filter(Number.isFinite);
    if (!finite.length) return label;
    const ends = [Math.min, Math.max].map((either) => finite.reduce((one, other) => either(one, other)));
    return t("charts.from_to", { label, low: y.words(ends[0]), high: y.words(ends[1]) });
  });
  return joined("parts", [title, ...words], t);
}

/** @param {Floor} floor @param {(value: number) => string} words @param {import("../../i18n.js").Translator} t */
function floorItem({ label, value, low, high }, words, t) {
  const range = { value: words(value), low: words(low), high: words(high) };
  return [
    element("span", { class: "chart-swatch chart-dashed" }),
    element("span", {}, label),
    element("span", { class: "number" }, low === high ? range.value : t("charts.floor_values", range)),
  ];
}

/**
 * Set a text only where it differs: most frames of a scrub change few of them.
 * @param {Element} node
 * @param {string} text
 */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
