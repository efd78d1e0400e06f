/** A map, which draws and moves itself, in the terms of a chart: for its table and its large figure. No DOM. */

import { readable } from "./axis.js";

const Y = "y";

/**
 * @param {object} map
 * @param {string} map.title
 * @param {string} map.caption what to look at, and what would be a wrong reading
 * @param {{x: string, y: string}} map.axes names
 * @param {ArrayLike<number>} map.points (N, 2)
 * @param {readonly string[]} map.labels (N) by which points are told apart
 * @param {import("./description.js").Attribute} map.attribute
 * @param {import("./viewport.js").Viewport | null | undefined} map.viewport what is seen
 * @returns {import("./description.js").Description}
 */
export function describeMap({ title, caption, axes, points, labels, attribute, viewport }) {
  const along = (/** @type {0 | 1} */ axis) => Float32Array.from(labels, (_, row) => points[2 * row + axis]);
  const extent = viewport?.extent;
  return {
    ...{ title, unit: "", caption, labels, floor: null },
    x: { label: axes.x, log: false, words: readable },
    y: { label: axes.y, log: false, words: readable },
    series: [{ key: Y, label: attribute.label, colour: "--text", kind: "points", attribute }],
    rows: along(0),
    columns: { [Y]: along(1) },
    seen: extent
      ? { x: { low: extent.left, high: extent.right }, y: { low: extent.bottom, high: extent.top }, strip: false }
      : null,
  };
}
