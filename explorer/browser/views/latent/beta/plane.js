/** Rate against distortion, one point for each model: a drawing of what each β pays for what it keeps. */
import { element } from "../../../dom.js";
import { axisTicks, extent } from "../../../charts/axis.js";
import { vector } from "../../../charts/vector.js";

const SIZE = Object.freeze({ width: 420, height: 300 });
const MARGINS = Object.freeze({ left: 78, right: 16, top: 14, bottom: 40 });
const LOGARITHMIC = 30; // the largest rate over the smallest from which the axis is logarithmic
const LEAST_RATE = 0.01; // nats: a collapsed model has no place farther left

/**
 * @typedef {{value: number, low: number, high: number}} Estimate
 * @typedef {{label: string, rate: Estimate, distortion: Estimate}} Place nats
 */

/**
 * @param {import("../../../i18n.js").Translator} t
 * @param {(index: number) => void} onChoose
 */
export function createPlane(t, onChoose) {
  const node = vector("svg", {
    class: "beta-plane",
    viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
    role: "img",
    "aria-label": t("beta.plane"),
  });
  /** @type {SVGElement[]} */
  let marks = [];
  return {
    node: element("div", { class: "beta-plane-box" }, node),
    /** @param {Place[]} places by rising β */
    show(places) {
      const scale = scales(places);
      marks = places.map((place, i) => point(place, scale, () => onChoose(i)));
      node.replaceChildren(...axes(scale, t), path(places, scale), ...marks);
    },
    /** @param {number} index */
    choose(index) {
      marks.forEach((mark, i) => mark.classList.toggle("chosen", i === index));
    },
  };
}

/**
 * Where rates and distortions are, in the drawing's units.
 * @param {Place[]} places
 */
export function scales(places) {
  const rates = places.map(({ rate }) => Math.max(rate.value, LEAST_RATE));
  const log = Math.max(...rates) / Math.min(...rates) > LOGARITHMIC;
  const ends = (/** @type {Estimate[]} */ estimates) => estimates.flatMap(({ low, high }) => [low, high]);
  const x = extent([ends(places.map(({ rate }) => rate)).map((value) => (log ? Math.max(value, LEAST_RATE) : value))], {
    log,
  });
  const y = extent([ends(places.map(({ distortion }) => distortion))]);
  const across = (SIZE.width - MARGINS.left - MARGINS.right) / (x.high - x.low);
  const down = (SIZE.height - MARGINS.top - MARGINS.bottom) / (y.high - y.low);
  return {
    log,
    x,
    y,
    placeToX: (/** @type {number} */ place) => MARGINS.left + (place - x.low) * across,
    toX: (/** @type {number} */ rate) =>
      MARGINS.left + ((log ? Math.log10(Math.max(rate, LEAST_RATE)) : rate) - x.low) * across,
    toY: (/** @type {number} */ distortion) => MARGINS.top + (y.high - distortion) * down,
  };
}

function axes(scale, t) {
  const bottom = SIZE.height - MARGINS.bottom;
  const label = (x, y, anchor, text) =>
    Object.assign(vector("text", { x, y, "text-anchor": anchor }), { textContent: text });
  const grid = (x1, y1, x2, y2) => vector("line", { class: "beta-grid", x1, y1, x2, y2 });
  const across = axisTicks(scale.x, 6, scale.log).flatMap(({ place, text }) => {
    const x = scale.placeToX(place);
    return [grid(x, MARGINS.top, x, bottom), label(x, bottom + 16, "middle", text)];
  });
  const down = axisTicks(scale.y, 5, false).flatMap(({ place, text }) => {
    const y = scale.toY(place);
    return [grid(MARGINS.left, y, SIZE.width - MARGINS.right, y), label(MARGINS.left - 6, y + 4, "end", text)];
  });
  const rate = label(
    (MARGINS.left + SIZE.width) / 2,
    SIZE.height - 6,
    "middle",
    t(scale.log ? "beta.rate_log" : "beta.rate"),
  );
  const distortion = label(0, 0, "middle", t("beta.distortion"));
  distortion.setAttribute("transform", `translate(13 ${bottom / 2 + MARGINS.top / 2}) rotate(-90)`);
  return [...across, ...down, rate, distortion];
}

function path(/** @type {Place[]} */ places, scale) {
  const points = places.map(({ rate, distortion }) => `${scale.toX(rate.value)},${scale.toY(distortion.value)}`);
  return vector("polyline", { class: "beta-path", points: points.join(" ") });
}

function point({ label, rate, distortion }, scale, onChoose) {
  const [x, y] = [scale.toX(rate.value), scale.toY(distortion.value)];
  const group = vector("g", { class: "beta-point" });
  const name = Object.assign(vector("text", { x: x + 9, y: y - 8 }), { textContent: label });
  if (x > SIZE.width - 80)
    Object.entries({ x: x - 9, "text-anchor": "end" }).forEach(([key, value]) => name.setAttribute(key, String(value)));
  group.append(
    vector("line", { x1: scale.toX(rate.low), x2: scale.toX(rate.high), y1: y, y2: y }),
    vector("line", { x1: x, x2: x, y1: scale.toY(distortion.low), y2: scale.toY(distortion.high) }),
    vector("circle", { cx: x, cy: y, r: 5 }),
    name,
  );
  group.addEventListener("click", onChoose);
  return group;
}
