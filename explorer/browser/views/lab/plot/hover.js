/** What lies under the pointer, and the words beside it. */
import { element } from "../../../dom.js";
import { shownOutput } from "../../../runtime/planar/outputs.js";
import { formatNumber } from "./legend.js";

const REACH = 9; // CSS pixels between pointer and point that still hit
const GAP = 14; // CSS pixels between pointer and words
const EDGE = 60; // CSS pixels that the middle of the words keeps from the upper and lower edge

/** @typedef {{kind: "fake" | "real", index: number} | {kind: "plane"}} Target a shown point, or the plane itself */

/**
 * @typedef {object} Hovered
 * @property {"fake" | "real" | "plane"} kind
 * @property {number | null} index of the point
 * @property {number[] | null} noise of a generated point
 * @property {[number, number]} position data units
 * @property {number | null} output D's raw output there; null where nothing is trained yet
 * @property {number | null} probability D(x), where the output is a logit
 */

/**
 * The point nearest to a place, within reach.
 * @param {Float32Array} points interleaved
 * @param {number} x
 * @param {number} y
 * @param {number} reach data units
 * @returns {{index: number, distance: number}} index −1: none
 */
export function nearest(points, x, y, reach) {
  let [index, distance] = [-1, reach];
  for (let i = 0; i < points.length; i += 2) {
    const away = Math.hypot(points[i] - x, points[i + 1] - y);
    if (away <= distance) [index, distance] = [i / 2, away];
  }
  return { index, distance };
}

/**
 * What is at a place: the nearest visible point, else the plane itself.
 * @param {import("./scene.js").Scene} scene
 * @param {{real: boolean, fake: boolean}} layers
 * @param {{x: number, y: number}} place
 * @param {number} unit CSS pixels per data unit
 * @returns {Target}
 */
export function targetAt(scene, layers, { x, y }, unit) {
  const none = { index: -1, distance: Infinity };
  const fake = layers.fake ? nearest(scene.fake, x, y, REACH / unit) : none;
  const real = layers.real ? nearest(scene.real, x, y, REACH / unit) : none;
  if (fake.index >= 0 && (real.index < 0 || fake.distance <= real.distance)) return { kind: "fake", index: fake.index };
  return real.index >= 0 ? { kind: "real", index: real.index } : { kind: "plane" };
}

/**
 * @param {import("./scene.js").Scene} scene
 * @param {Target} target
 * @param {{x: number, y: number}} place for the plane itself
 * @param {((point: Float32Array) => number) | null} output of D, raw
 * @returns {Hovered}
 */
export function describe(scene, target, place, output) {
  const index = target.kind === "plane" ? null : target.index;
  const position =
    index === null ? pair(place.x, place.y) : pointAt(scene[target.kind === "real" ? "real" : "fake"], index);
  const { dimensions } = scene.grid;
  const noise =
    target.kind === "fake"
      ? [...scene.noise.subarray(dimensions * target.index, dimensions * (target.index + 1))]
      : null;
  const raw = output === null ? null : output(Float32Array.from(position));
  const probability = raw !== null && scene.meaning.kind === "probability" ? shownOutput(scene.meaning, raw) : null;
  return { kind: target.kind, index, noise, position, output: raw, probability };
}

/** @param {Float32Array} points interleaved @param {number} index */
function pointAt(points, index) {
  return pair(points[2 * index], points[2 * index + 1]);
}

/** @param {number} x @param {number} y @returns {[number, number]} */
function pair(x, y) {
  return [x, y];
}

/** The words beside the pointer. @param {import("../../../i18n.js").Translator} t */
export function createTooltip(t) {
  const node = element("div", { class: "lab-plot-tooltip", hidden: true });
  const place = (/** @type {number[]} */ values) =>
    `(${values.map((value) => formatNumber(Number(value.toFixed(3)))).join(", ")})`;
  return {
    node,
    hide: () => (node.hidden = true),
    /**
     * @param {Hovered} hovered
     * @param {number} px CSS pixels
     * @param {number} py
     * @param {number} width of the square canvas, CSS pixels
     */
    show({ kind, noise, position, output, probability }, px, py, width) {
      const lines = [t(`lab.plot_hover_${kind}`), `x = ${place(position)}`];
      if (noise !== null) lines.splice(1, 0, `z = ${place(noise)}`);
      if (probability !== null) lines.push(`D(x) = ${formatNumber(probability)}`);
      else if (output !== null) lines.push(t("lab.plot_hover_score", { value: formatNumber(output) }));
      const text = lines.join("\n");
      if (node.textContent !== text) node.textContent = text;
      node.hidden = false;
      const [x, shift] = px < width / 2 ? [px + GAP, "0"] : [px - GAP, "-100%"];
      const middle = Math.min(width - EDGE, Math.max(EDGE, py));
      node.style.transform = `translate(${x}px, ${middle}px) translate(${shift}, -50%)`;
    },
  };
}
