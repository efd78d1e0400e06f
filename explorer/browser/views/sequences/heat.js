/** One quantity of all units of a layer over the steps of a sequence, in colours: a row a unit, a column a step. */
import { prepare } from "../../charts/canvas.js";
import { MARGINS } from "../../charts/chart/frame.js"; // steps stand below those of the charts above
import { createScale, isBounded, readPalette } from "../../charts/scale.js";
import { element } from "../../dom.js";

const USUAL = 0.98; // of the values lie within the scale of what has no bound: a few units would wash out all others
const FONT = "12px system-ui, sans-serif";

/**
 * @typedef {object} Layer
 * @property {(unit: number, step: number) => number} at
 * @property {number} units
 * @property {number[]} edges of the columns, shares of the width, one more than there are steps
 *
 * @param {object} options
 * @param {string} options.title
 * @param {(unit: number, step: number) => void} options.onPick
 */
export function createHeat({ title, onPick }) {
  const canvas = element("canvas", { class: "sequence-heat", role: "img", "aria-label": title });
  const ends = element("span", { class: "note number" });
  const node = element(
    "figure",
    { class: "chart" },
    element("div", { class: "chart-head" }, element("h3", {}, title), ends),
    canvas,
  );
  /** @type {{layer: Layer, quantity: string, unit: number, step: number} | null} */
  let shown = null;
  const observer = new ResizeObserver(draw);
  observer.observe(canvas);
  canvas.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !shown) return;
    const box = canvas.getBoundingClientRect();
    const across = (event.clientX - box.left - MARGINS.left) / (box.width - MARGINS.left - MARGINS.right);
    const { units, edges } = shown.layer;
    const step = Math.min(
      edges.length - 2,
      Math.max(
        0,
        edges.findLastIndex((edge) => edge <= across),
      ),
    );
    onPick(Math.min(units - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * units))), step);
  });

  function draw() {
    if (!shown || !canvas.clientWidth) return;
    const {
      layer: { at, units, edges },
      quantity,
      unit,
      step,
    } = shown;
    const { context, width, height } = prepare(canvas);
    const scale = createScale(quantity, usual(shown.layer), readPalette(canvas));
    const written = [scale.low, scale.high].map((end) => end.toFixed(1).replace("-", "−"));
    ends.textContent = isBounded(quantity) ? written.join(" … ") : `≤ ${written[0]} … ≥ ${written[1]}`;
    const x = (/** @type {number} */ edge) => MARGINS.left + edge * (width - MARGINS.left - MARGINS.right);
    const tall = height / units;
    for (let t = 0; t < edges.length - 1; t++) {
      for (let row = 0; row < units; row++) {
        context.fillStyle = scale.colours[scale.level(at(row, t))];
        context.fillRect(x(edges[t]), row * tall, x(edges[t + 1]) - x(edges[t]) + 0.5, tall + 0.5);
      }
    }
    context.strokeStyle = context.fillStyle = scale.ink;
    context.lineWidth = 1.5;
    context.strokeRect(x(edges[step]), 0.75, x(edges[step + 1]) - x(edges[step]), height - 1.5);
    context.strokeRect(x(0), unit * tall, x(1) - x(0), tall);
    context.font = FONT;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(String(unit), MARGINS.left - 6, Math.min(height - 7, Math.max(7, (unit + 0.5) * tall)));
  }

  /** The size that so many of the values stay below. */
  function usual(/** @type {Layer} */ { at, units, edges }) {
    const sizes = Float64Array.from({ length: units * (edges.length - 1) }, (_, i) =>
      Math.abs(at(i % units, Math.floor(i / units))),
    ).sort();
    return sizes[Math.min(sizes.length - 1, Math.floor(USUAL * sizes.length))];
  }

  return {
    node,
    redraw: draw,

    /** @param {Layer} layer @param {{quantity: string, unit: number, step: number}} choice */
    show(layer, choice) {
      shown = { layer, ...choice };
      draw();
    },

    destroy() {
      observer.disconnect();
    },
  };
}
