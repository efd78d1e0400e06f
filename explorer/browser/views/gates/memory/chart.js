/**
 * Norms against distance on a logarithmic axis: lines, with bands where there is a spread. What is below the axis, zero
 * included, stands in a strip of its own under it: a logarithmic axis has no zero.
 */

import { element } from "../../../dom.js";
import { axisTicks, nearestRow, readable } from "../../../charts/axis.js";
import { sizeCanvas } from "../../../charts/canvas.js";
import { logAxis } from "./norms.js";

const MARGINS = Object.freeze({ left: 52, right: 16, top: 8, bottom: 38 }); // CSS pixels
const STRIP = 22; // CSS pixels under the axis for what is below it
const TICK_SPACING = 70; // CSS pixels between ticks of the distance, about
const DASHES = Object.freeze({ solid: [], dashed: [6, 3], dotted: [2, 3] });
const FONT = "12px system-ui, sans-serif";
const MOST_TICKS = 4; // of an axis that spans less than two powers of ten
const MARK = 2; // CSS pixels, half the side of a value's mark

/**
 * @typedef {{label: string, colour: string, line: keyof typeof DASHES, middle: ArrayLike<number>, low?: ArrayLike<number>,
 *   high?: ArrayLike<number>}} Line `colour` names a CSS variable; low and high are a band
 * @typedef {import("./norms.js").LogAxis} LogAxis
 */

/**
 * @param {HTMLElement} parent gets the chart appended
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {string} options.title
 * @param {string} [options.unit] of the norms, in words
 * @param {boolean} [options.marks] whether each value has a mark of its own
 * @param {number | null} [options.reference] a norm that a line is drawn at
 * @param {(distance: number | null) => void} [options.onPoint] the pointer is at a distance, or has left
 */

class NormChart {
  constructor(parent, { t, title, unit = "", marks = false, reference = null, onPoint = () => {} }) {
    this.t = t;
    this.marks = marks;
    this.reference = reference;
    this.onPoint = onPoint;
    this.x = [];
    this.lines = [];
    this.axis = null;
    this.hovered = null;
    this.canvas = element("canvas", { role: "img", "aria-label": title });
    this.cursor = element("div", { class: "chart-cursor chart-ghost", hidden: true });
    this.empty = element("p", { class: "note chart-empty" }, t("charts.empty"));
    this.plot = element("div", { class: "chart-plot memory-plot" }, this.canvas, this.cursor, this.empty);
    this.at = element("span", { class: "number chart-at" });
    this.legend = element("ul", { class: "chart-legend" });
    this.caption = element("figcaption", { class: "note" });
    const head = element(
      "div",
      { class: "chart-head" },
      element("h3", {}, title),
      element("span", { class: "note" }, unit),
      this.at,
    );
    this.node = element("figure", { class: "chart" }, head, this.plot, this.legend, this.caption);
    this.listen();
    parent.append(this.node);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.plot);
  }

  listen() {
    this.plot.addEventListener("pointermove", (event) => {
      if (!this.x.length || !this.scale) return;
      this.onPoint(this.x[nearestRow(this.x, this.scale.toX(event.clientX - this.plot.getBoundingClientRect().left))]);
    });
    this.plot.addEventListener("pointerleave", () => this.onPoint(null));
  }

  /**
   * @param {ArrayLike<number>} x distances, ascending
   * @param {Line[]} lines
   * @param {string} caption
   * @param {LogAxis | null} [axis] shared with other charts; left out, that of the lines
   */
  show(
    x,
    lines,
    caption,
    axis = logAxis([...columnsOf(lines), ...(this.reference === null ? [] : [[this.reference]])]),
  ) {
    this.x = x;
    this.lines = lines;
    this.axis = axis;
    this.caption.textContent = caption;
    this.outputs = lines.map(() => element("output", { class: "number" }));
    const swatch = ({ colour, line }) =>
      element("span", { class: `chart-swatch chart-${line}`, style: { color: `var(${colour})` } });
    this.legend.replaceChildren(
      ...lines.map((line, i) => element("li", {}, swatch(line), element("span", {}, line.label), this.outputs[i])),
    );
    this.draw();
  }

  /** Mark a distance and write its values into the legend. @param {number | null} distance */
  point(distance) {
    this.hovered = distance;
    const row = distance === null || !this.x.length ? -1 : nearestRow(this.x, distance);
    const left = row < 0 || !this.scale || this.x[row] !== distance ? NaN : this.scale.toPixel(distance);
    this.cursor.hidden = Number.isNaN(left);
    if (!this.cursor.hidden) this.cursor.style.transform = `translateX(${left}px)`;
    const shown = this.cursor.hidden ? -1 : row;
    this.at.textContent = shown < 0 ? "" : this.t("gates.memory_back", { count: this.x[shown] });
    this.lines.forEach(({ middle }, i) => (this.outputs[i].textContent = shown < 0 ? "" : this.written(middle[shown])));
  }

  /** A norm in words: what is below the axis is not spelled as a number that it has not. @param {number | undefined} value */
  written(value) {
    if (value === undefined || Number.isNaN(value)) return "–";
    return value > 0 ? readable(value) : this.t("gates.memory_below", { value: readable(10 ** this.axis.low) });
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width || !height) return;
    this.empty.hidden = this.axis !== null && this.x.length > 0;
    const context = sizeCanvas(this.canvas, width, height);
    context.clearRect(0, 0, width, height);
    this.scale = this.empty.hidden ? this.scales(width, height) : null;
    if (this.scale) this.paint(context);
    this.point(this.hovered);
  }

  scales(width, height) {
    const [first, last] = [this.x[0], this.x[this.x.length - 1]];
    const perStep = last > first ? (width - MARGINS.left - MARGINS.right) / (last - first) : 0;
    const strip = this.lines.some(({ middle }) =>
      Array.prototype.some.call(middle, (value) => isBelow(value, this.axis)),
    );
    const bottom = height - MARGINS.bottom - (strip ? STRIP : 0);
    return {
      first,
      last,
      strip,
      bottom,
      right: width - MARGINS.right,
      toPixel: (x) => MARGINS.left + (x - first) * perStep,
      toX: (pixel) => (perStep ? first + (pixel - MARGINS.left) / perStep : first),
      toY: (share) => bottom - share * (bottom - MARGINS.top),
    };
  }

  paint(context) {
    const style = getComputedStyle(this.node);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    this.paintAxes(context, colour);
    for (const line of this.lines) this.paintBand(context, line, colour(line.colour));
    this.lines.forEach((line, i) => this.paintLine(context, line, colour(line.colour), i));
  }

  paintAxes(context, colour) {
    const { axis, scale } = this;
    Object.assign(context, {
      font: FONT,
      fillStyle: colour("--text-soft"),
      strokeStyle: colour("--line"),
      textBaseline: "middle",
      textAlign: "right",
    });
    const rule = (/** @type {number} */ y) => stroke(context, [MARGINS.left, y], [scale.right, y]);
    for (const { place, text } of axisTicks(axis, MOST_TICKS, true)) {
      const y = scale.toY((place - axis.low) / (axis.high - axis.low));
      rule(y);
      context.fillText(text, MARGINS.left - 6, y);
    }
    if (scale.strip) context.fillText(`< ${readable(10 ** axis.low)}`, MARGINS.left - 6, scale.bottom + STRIP - 6);
    Object.assign(context, { textBaseline: "alphabetic", textAlign: "center" });
    const baseline = scale.bottom + (scale.strip ? STRIP : 0) + 16;
    const count = Math.max(2, Math.floor((scale.right - MARGINS.left) / TICK_SPACING));
    for (const { place, text } of axisTicks({ low: scale.first, high: scale.last }, count, false)) {
      if (Number.isInteger(place)) context.fillText(text, scale.toPixel(place), baseline);
    }
    context.fillText(this.t("gates.memory_distance"), (MARGINS.left + scale.right) / 2, baseline + 16);
    if (this.reference === null || axis.share(this.reference) === null) return;
    Object.assign(context, { strokeStyle: colour("--text-soft"), lineWidth: 1 });
    context.setLineDash(DASHES.dashed);
    rule(scale.toY(axis.share(this.reference)));
    context.setLineDash([]);
  }

  /** A band may run below the axis: there it ends at the axis. */
  paintBand(context, { low, high }, colour) {
    if (!low || !high) return;
    const { x, scale, axis } = this;
    context.beginPath();
    for (let i = 0; i < x.length; i += 1) context.lineTo(scale.toPixel(x[i]), scale.toY(axis.share(high[i]) ?? 0));
    for (let i = x.length - 1; i >= 0; i -= 1) context.lineTo(scale.toPixel(x[i]), scale.toY(axis.share(low[i]) ?? 0));
    Object.assign(context, { fillStyle: colour, globalAlpha: 0.16 });
    context.fill();
    context.globalAlpha = 1;
  }

  paintLine(context, { middle, line }, colour, index) {
    const { x, scale, axis } = this;
    Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: 1.75 });
    context.setLineDash(DASHES[line]);
    context.beginPath();
    let drawing = false;
    const below = [];
    for (let i = 0; i < x.length && i < middle.length; i += 1) {
      const share = axis.share(middle[i]);
      const pixel = scale.toPixel(x[i]);
      if (share === null) {
        if (isBelow(middle[i], axis)) below.push(pixel);
        drawing = false;
        continue;
      }
      context[drawing ? "lineTo" : "moveTo"](pixel, scale.toY(share));
      drawing = true;
      if (this.marks) context.fillRect(pixel - MARK, scale.toY(share) - MARK, 2 * MARK, 2 * MARK);
    }
    context.stroke();
    context.setLineDash([]);
    const y = scale.bottom + 4 + (index * (STRIP - 6)) / Math.max(1, this.lines.length - 1);
    for (const pixel of below) context.fillRect(pixel - 1.5, y, 3, 2);
  }

  destroy() {
    this.observer.disconnect();
  }
}

/** All that the lines hold. @param {Line[]} lines @returns {ArrayLike<number>[]} */
export function columnsOf(lines) {
  return lines.flatMap(({ middle, low, high }) => [middle, ...(low && high ? [low, high] : [])]);
}

function isBelow(/** @type {number} */ value, /** @type {LogAxis} */ axis) {
  return value >= 0 && axis.share(value) === null;
}

function stroke(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
