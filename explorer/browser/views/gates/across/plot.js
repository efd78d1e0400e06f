/** Several units' values over time on one pair of axes, drawn as wide as what is in sight; the text stands under them. */

import { element } from "../../../dom.js";
import { axisTicks, grouped } from "../../../charts/axis.js";
import { visible } from "../../../parts/characters.js";
import { same } from "../reading.js";
import { brush } from "./brush.js";
import { cellsOf } from "./lines.js";
import { seriesOf } from "./series.js";
import { createStrip, telling } from "./strip.js";

const MARGINS = Object.freeze({ left: 44, right: 8, top: 8, bottom: 40 }); // CSS pixels
const HEIGHT = 260;
const LETTER = 11; // CSS pixels of a step where every character is written
const WIDE_LETTER = 16;
const CATCH = 24; // CSS pixels: how near the pointer must be to a line to mean it
const TICK_SPACING = Object.freeze({ x: 90, y: 40 });
const MARKS = new Set(["hover", "cursor", "span"]); // what moves on the overlay alone, unless another line is pointed at
const COLOURS = Object.freeze({ ink: "--text", soft: "--text-soft", line: "--line", span: "--accent" });

/**
 * @typedef {{unit: import("../reading.js").Unit, colour: string}} Line `colour` names a CSS variable
 */

export class Plot {
  /**
   * @param {import("../reading.js").Reading} reading
   * @param {{label: string}} options label in words, for who cannot see it
   */
  constructor(reading, { label }) {
    this.reading = reading;
    this.whole = true;
    this.lines = [];
    this.range = { low: 0, high: 1 };
    this.canvas = element("canvas", { class: "across-plot-picture", "aria-hidden": true });
    this.overlay = element("canvas", { class: "across-plot-picture", "aria-hidden": true });
    this.space = element("div", { class: "across-plot-space" }, this.canvas, this.overlay);
    this.node = element("div", { class: "across-plot", tabindex: 0, role: "group", "aria-label": label }, this.space);
    this.node.addEventListener("scroll", () => this.paint(), { passive: true });
    brush(this.space, reading, (event) => this.locate(event));
  }

  /** @param {boolean} whole the whole text at once, or letter by letter */
  setWhole(whole) {
    this.whole = whole;
    this.node.classList.toggle("across-plot-letters", !whole);
    this.keepInSight(this.reading.cursor, true);
    this.paint();
  }

  /**
   * @param {Set<string>} changed
   * @param {Line[]} lines the last one on top
   * @param {{low: number, high: number}} range of the axis
   */
  draw(changed, lines, range) {
    this.lines = lines;
    this.range = range;
    if (changed.has("theme") || !this.colours) this.readColours();
    if (changed.has("text") || !this.letter) {
      const wide = this.reading.trace.characters.some((character) => cellsOf(character) === 2);
      this.letter = wide ? WIDE_LETTER : LETTER;
    }
    if (changed.has("cursor")) this.keepInSight(this.reading.cursor, false);
    const marksAlone = [...changed].every((key) => MARKS.has(key)) && same(this.reading.hover.unit, this.pointed);
    this.pointed = this.reading.hover.unit;
    marksAlone ? this.paintMarks() : this.paint();
  }

  readColours() {
    const style = getComputedStyle(this.node);
    this.colour = (/** @type {string} */ variable) => style.getPropertyValue(variable).trim();
    this.colours = Object.fromEntries(Object.entries(COLOURS).map(([name, variable]) => [name, this.colour(variable)]));
    this.font = style.getPropertyValue("--font-number").trim();
  }

  keepInSight(t, always) {
    if (this.whole || t < 0 || !this.strip) return;
    this.layOut();
    const inside = this.node.clientWidth - MARGINS.left - MARGINS.right;
    const [left, right] = [t * this.letter, (t + 1) * this.letter];
    const { scrollLeft } = this.node;
    if (always || left < scrollLeft || right > scrollLeft + inside) this.node.scrollLeft = left - inside / 2;
  }

  /** The space is as wide as the text; the canvas as wide as what is in sight. */
  layOut() {
    const { length } = this.reading;
    const inside = Math.max(1, this.node.clientWidth - MARGINS.left - MARGINS.right);
    const letters = !this.whole && length * this.letter > inside;
    this.space.style.width = letters ? `${length * this.letter + MARGINS.left + MARGINS.right}px` : "100%";
    const pitch = this.whole ? inside / Math.max(1, length) : this.letter;
    this.strip = createStrip({
      length,
      from: letters ? this.node.scrollLeft / pitch : 0,
      pitch,
      left: MARGINS.left,
      width: inside,
    });
    this.inside = inside;
  }

  locate(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const time = this.strip?.toStep(x) ?? null;
    return { time, unit: time === null || time >= this.reading.trace.computed ? null : this.nearest(time, y) };
  }

  /** The unit whose line is nearest above or below the pointer, if it is near. */
  nearest(time, y) {
    const { quantity } = this.reading;
    const distances = this.lines.map(({ unit }) =>
      Math.abs(this.toY(seriesOf(this.reading).values(unit, quantity)[time]) - y),
    );
    const least = Math.min(...distances);
    return least <= CATCH ? this.lines[distances.indexOf(least)].unit : null;
  }

  toY(value) {
    const { low, high } = this.range;
    return MARGINS.top + ((high - value) / (high - low)) * (HEIGHT - MARGINS.top - MARGINS.bottom);
  }

  paint() {
    const width = this.node.clientWidth;
    if (!width || !this.colours) return;
    this.layOut();
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.overlay]) {
      const size = { width: Math.round(width * ratio), height: Math.round(HEIGHT * ratio) };
      if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
      Object.assign(canvas.style, { width: `${width}px`, height: `${HEIGHT}px` });
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, width, HEIGHT);
    this.paintAxes(context);
    this.clip(context, () => this.lines.forEach((line) => this.paintLine(context, line)));
    this.paintMarks();
  }

  clip(context, draw) {
    context.save();
    context.beginPath();
    context.rect(MARGINS.left, 0, this.inside, HEIGHT);
    context.clip();
    draw();
    context.restore();
  }

  paintAxes(context) {
    const { low, high } = this.range;
    const bottom = HEIGHT - MARGINS.bottom;
    Object.assign(context, {
      font: `12px ${this.font}`,
      strokeStyle: this.colours.line,
      fillStyle: this.colours.soft,
      lineWidth: 1,
      textAlign: "right",
      textBaseline: "middle",
    });
    context.beginPath();
    for (const { place, text } of axisTicks({ low, high }, (bottom - MARGINS.top) / TICK_SPACING.y, false)) {
      const y = Math.round(this.toY(place)) + 0.5;
      context.moveTo(MARGINS.left, y);
      context.lineTo(MARGINS.left + this.inside, y);
      context.fillText(text, MARGINS.left - 6, y);
    }
    context.stroke();
    this.clip(context, () => this.paintText(context, bottom));
  }

  /** Under the plot: numbers of steps, and the characters where each has room. */
  paintText(context, bottom) {
    const { first, last, pitch, toPixel } = this.strip;
    Object.assign(context, { textAlign: "center", textBaseline: "top" });
    const ticks = axisTicks(
      { low: first + 1, high: Math.max(first + 2, last + 1) },
      this.inside / TICK_SPACING.x,
      false,
    );
    for (const { place } of ticks.filter(({ place: x }) => Number.isInteger(x) && x <= last + 1)) {
      const text = grouped(place);
      const half = context.measureText(text).width / 2;
      const x = Math.max(MARGINS.left + half, Math.min(MARGINS.left + this.inside - half, toPixel(place - 1)));
      context.fillText(text, x, bottom + 24);
    }
    if (pitch < 8) return;
    Object.assign(context, { font: `14px ${this.font}`, fillStyle: this.colours.ink });
    const unknown = new Set(this.reading.trace.unknown);
    for (let t = first; t <= last; t += 1) {
      const character = this.reading.trace.characters[t];
      context.fillText(unknown.has(t) ? "\ufffd" : character === " " ? "" : visible(character), toPixel(t), bottom + 5);
    }
  }

  paintLine(context, { unit, colour }) {
    const values = seriesOf(this.reading).values(unit, this.reading.quantity);
    const pointed = this.lines.some((line) => same(line.unit, this.pointed)) ? this.pointed : null;
    const meant = pointed !== null && same(unit, pointed);
    const { first, last, pitch, toPixel } = this.strip;
    Object.assign(context, {
      strokeStyle: this.colour(colour),
      lineWidth: meant ? 3 : 1.75,
      lineJoin: "round",
      globalAlpha: pointed && !meant ? 0.4 : 1,
    });
    context.beginPath();
    // One step more on either side, so that the line runs on where the text does.
    for (const t of telling(values, Math.max(0, first - 1), Math.min(values.length - 1, last + 1), pitch))
      context.lineTo(toPixel(t), this.toY(values[t]));
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Span, hover and cursor, on a canvas of their own. */
  paintMarks() {
    if (!this.strip) return;
    const { span, hover, cursor } = this.reading;
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, this.node.clientWidth, HEIGHT);
    this.clip(context, () => {
      if (span) this.paintSpan(context, span);
      if (hover.time !== null) this.paintTime(context, hover.time, this.colours.soft, 1);
      if (cursor >= 0) this.paintTime(context, cursor, this.colours.ink, 2);
      if (hover.time !== null && hover.time < this.reading.trace.computed) this.paintDots(context, hover.time);
    });
  }

  paintSpan(context, { from, to }) {
    const { toPixel, pitch } = this.strip;
    const [left, right] = [toPixel(from) - pitch / 2, toPixel(to) + pitch / 2];
    context.fillStyle = this.colours.span;
    context.globalAlpha = 0.14;
    context.fillRect(left, MARGINS.top, Math.max(1, right - left), HEIGHT - MARGINS.top - MARGINS.bottom);
    context.globalAlpha = 1;
    context.fillRect(left - 1, MARGINS.top, 2, HEIGHT - MARGINS.top - MARGINS.bottom);
    context.fillRect(right - 1, MARGINS.top, 2, HEIGHT - MARGINS.top - MARGINS.bottom);
  }

  paintTime(context, t, colour, width) {
    context.fillStyle = colour;
    context.fillRect(this.strip.toPixel(t) - width / 2, MARGINS.top, width, HEIGHT - MARGINS.top - MARGINS.bottom + 20);
  }

  paintDots(context, t) {
    for (const { unit, colour } of this.lines) {
      const value = seriesOf(this.reading).values(unit, this.reading.quantity)[t];
      context.fillStyle = this.colour(colour);
      context.beginPath();
      context.arc(this.strip.toPixel(t), this.toY(value), 4, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
