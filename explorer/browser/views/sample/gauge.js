/** A distance on a line, with the range that real images have among themselves. */

import { element } from "../../dom.js";

/**
 * @param {string} label said to screen readers
 * @param {string} typical what the range stands for
 */
export function createGauge(label, typical) {
  const range = element("div", { class: "gauge-range" });
  const median = element("div", { class: "gauge-median" });
  const mark = element("div", { class: "gauge-mark" });
  const end = element("span", { class: "number" });
  const line = element("div", { class: "gauge-line" }, range, median, mark);
  const node = element(
    "div",
    { class: "gauge", role: "img", "aria-label": label },
    line,
    element(
      "div",
      { class: "gauge-scale note" },
      element("span", { class: "number" }, "0"),
      element("span", { class: "gauge-typical" }, typical),
      end,
    ),
  );
  return {
    node,
    /** @param {{distance: number, low: number, median: number, high: number}} comparison */
    update({ distance, low, median: middle, high }) {
      const full = 1.15 * Math.max(distance, high);
      const place = (/** @type {number} */ value) => `${(100 * value) / full}%`;
      range.style.insetInlineStart = place(low);
      range.style.width = place(high - low);
      median.style.insetInlineStart = place(middle);
      mark.style.insetInlineStart = place(distance);
      end.textContent = full.toPrecision(2);
    },
  };
}
