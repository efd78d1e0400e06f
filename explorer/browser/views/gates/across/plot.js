/**
 * Several units' values over time on one pair of axes, drawn as wide as what is in sight; the text stands under them.
 * What is seen reaches from the whole text to a few letters: the wheel, + and − zoom, a double click shows all again.
 */

import { context2d } from "../../../charts/canvas.js";
import { element } from "../../../dom.js";
import { same } from "../reading.js";
import { brush } from "./brush.js";
import { cellsOf } from "./lines.js";
import { HEIGHT, MARGINS, paintAxes, paintDot, paintLine, paintSpan, paintTime, toY, within } from "./plot-painting.js";
import { seriesOf } from "./series.js";
import { createStrip } from "./strip.js";

const LETTER = 11; // CSS pixels of a step where every character is written
const WIDE_LETTER = 16;
const WIDEST = 4; // times a letter's width, to which one can zoom
const CATCH = 24; // CSS pixels: how near the pointer must be to a line to mean it
const STEP = 1.5; // factor of the keys
const WHEEL = 0.0015; // logarithm of the zoom factor per pixel of the wheel
/**
 * What moves on the overlay alone, unless another line is pointed at.
 * @type {ReadonlySet<import("../../gates.js").ChangedKey>}
 */
const MARKS = new Set(["hover", "cursor", "span"]);

/**
 * @typedef {import("../reading.js").Unit} Unit
 * @typedef {{unit: Unit, colour: string}} Line `colour` names a CSS variable
 * @typedef {{low: number, high: number}} Range
 * @typedef {import("./plot-painting.js").Look} Look
 */

export class Plot {
  #reading;
  #onWindow;
  /** CSS pixels of a step; null where the whole text is in sight. @type {number | null} */
  #pitch = null;
  /** @type {readonly Line[]} */
  #lines = [];
  /** @type {Range} */
  #range = { low: 0, high: 1 };
  /** The unit that was pointed at when the lines were painted. @type {Unit | null} */
  #pointed = null;
  /** CSS pixels of a step letter by letter. */
  #letter = LETTER;
  /** What it is drawn with, once it is on the screen. @type {Look | null} */
  #look = null;
  #strip = createStrip({ length: 0, from: 0, pitch: LETTER, left: MARGINS.left, width: 1 });
  /** CSS pixels between the margins. */
  #inside = 1;
  #canvas = element("canvas", { class: "across-plot-picture", "aria-hidden": true });
  #overlay = element("canvas", { class: "across-plot-picture", "aria-hidden": true });
  #space = element("div", { class: "across-plot-space" }, this.#canvas, this.#overlay);

  /**
   * @param {import("../reading.js").Reading} reading
   * @param {object} options
   * @param {string} options.label in words, for who cannot see it
   * @param {() => void} options.onWindow told that another part of the text is in sight
   */
  constructor(reading, { label, onWindow }) {
    this.#reading = reading;
    this.#onWindow = onWindow;
    this.node = element("div", { class: "across-plot", tabindex: 0, role: "group", "aria-label": label }, this.#space);
    this.node.addEventListener("scroll", () => this.#paint(), { passive: true });
    brush(this.#space, reading, (event) => this.#locate(event));
    this.#listen();
  }

  #listen() {
    const wheel = (/** @type {WheelEvent} */ event) => {
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return; // scrolls along the text
      const x = event.clientX - this.#canvas.getBoundingClientRect().left;
      if (this.#zoom(Math.exp(-event.deltaY * WHEEL), x)) event.preventDefault();
    };
    this.node.addEventListener("wheel", wheel, { passive: false });
    this.node.addEventListener("dblclick", () => this.setWhole(true));
    this.node.addEventListener("keydown", (event) => {
      const factor = event.key === "+" || event.key === "=" ? STEP : event.key === "-" ? 1 / STEP : 1;
      const x = this.#strip.toPixel(Math.max(0, this.#reading.cursor));
      if (factor !== 1 && !event.ctrlKey && !event.metaKey && this.#zoom(factor, x)) event.preventDefault();
    });
  }

  /**
   * Whether the whole text is in sight, every letter has room to be written, or neither.
   * @returns {"whole" | "letters" | null}
   */
  get window() {
    if (this.#pitch === null) return "whole";
    return this.#pitch === this.#letter ? "letters" : null;
  }

  /** @param {boolean} whole the whole text at once, or letter by letter */
  setWhole(whole) {
    this.#setPitch(whole ? null : this.#letter);
    this.#keepInSight(this.#reading.cursor, true);
    this.#paint();
  }

  /** @param {number | null} pitch */
  #setPitch(pitch) {
    this.#pitch = pitch;
    this.node.classList.toggle("across-plot-letters", pitch !== null);
    this.#layOut();
    this.#onWindow();
  }

  /**
   * Zoom about a place, which stays where it is.
   * @param {number} factor
   * @param {number} x CSS pixels
   * @returns {boolean} whether it zoomed
   */
  #zoom(factor, x) {
    const { pitch, from } = this.#strip;
    const least = this.#inside / Math.max(1, this.#reading.length);
    const next = Math.min(Math.max(least, pitch * factor), Math.max(least, WIDEST * this.#letter));
    if (!this.#reading.length || Math.abs(next - pitch) < 1e-6 * pitch) return false;
    const step = from + (x - MARGINS.left) / pitch;
    this.#setPitch(next > least ? next : null);
    this.node.scrollLeft = step * next - (x - MARGINS.left);
    this.#paint();
    return true;
  }

  /**
   * @param {import("../../gates.js").Changed} changed
   * @param {readonly Line[]} lines the last one on top
   * @param {Range} range of the axis
   */
  draw(changed, lines, range) {
    this.#lines = lines;
    this.#range = range;
    if (changed.has("theme") || !this.#look) this.#look = this.#readLook();
    if (changed.has("text")) this.#measureLetters();
    if (changed.has("cursor")) this.#keepInSight(this.#reading.cursor, false);
    const { unit } = this.#reading.hover;
    const marksAlone = [...changed].every((key) => MARKS.has(key)) && same(unit, this.#pointed);
    this.#pointed = unit;
    if (marksAlone) this.#paintMarks();
    else this.#paint();
  }

  #measureLetters() {
    const before = this.window;
    const wide = this.#reading.trace.characters.some((character) => cellsOf(character) === 2);
    this.#letter = wide ? WIDE_LETTER : LETTER;
    if (before === "letters") this.#pitch = this.#letter;
  }

  /** @returns {Look} */
  #readLook() {
    const style = getComputedStyle(this.node);
    const colour = (/** @type {string} */ variable) => style.getPropertyValue(variable).trim();
    return { colour, font: colour("--font-number") };
  }

  /** @param {number} t @param {boolean} always bring it to the middle, even where it is in sight */
  #keepInSight(t, always) {
    if (this.#pitch === null || t < 0) return;
    this.#layOut();
    const { pitch } = this.#strip;
    const [left, right] = [t * pitch, (t + 1) * pitch];
    const { scrollLeft } = this.node;
    if (always || left < scrollLeft || right > scrollLeft + this.#inside)
      this.node.scrollLeft = left - this.#inside / 2;
  }

  /** The space is as wide as the text; the canvas as wide as what is in sight. */
  #layOut() {
    const { length } = this.#reading;
    const inside = Math.max(1, this.node.clientWidth - MARGINS.left - MARGINS.right);
    const pitch = this.#pitch ?? inside / Math.max(1, length);
    const scrolls = this.#pitch !== null && length * pitch > inside;
    this.#space.style.width = scrolls ? `${length * pitch + MARGINS.left + MARGINS.right}px` : "100%";
    const from = scrolls ? this.node.scrollLeft / pitch : 0;
    this.#strip = createStrip({ length, from, pitch, left: MARGINS.left, width: inside });
    this.#inside = inside;
  }

  /** @param {PointerEvent} event @returns {import("../reading.js").Hover} */
  #locate(event) {
    const box = this.#canvas.getBoundingClientRect();
    const time = this.#strip.toStep(event.clientX - box.left);
    const known = time !== null && time < this.#reading.trace.computed;
    return { time, unit: known ? this.#nearest(time, event.clientY - box.top) : null };
  }

  /**
   * The unit whose line is nearest above or below the pointer, if it is near.
   * @param {number} time
   * @param {number} y
   */
  #nearest(time, y) {
    const distances = this.#lines.map(({ unit }) => Math.abs(toY(this.#range, this.#values(unit)[time]) - y));
    const least = Math.min(...distances);
    return least <= CATCH ? this.#lines[distances.indexOf(least)].unit : null;
  }

  /** @param {Unit} unit */
  #values(unit) {
    return seriesOf(this.#reading).values(unit, this.#reading.quantity);
  }

  #paint() {
    const width = this.node.clientWidth;
    const look = this.#look;
    if (!width || !look) return;
    this.#layOut();
    for (const canvas of [this.#canvas, this.#overlay]) fit(canvas, width);
    const context = context2d(this.#canvas);
    const { trace } = this.#reading;
    const place = { strip: this.#strip, inside: this.#inside, range: this.#range };
    context.clearRect(0, 0, width, HEIGHT);
    paintAxes(context, place, look, trace);
    const pointed = this.#lines.some(({ unit }) => same(unit, this.#pointed)) ? this.#pointed : null;
    within(context, this.#inside, () => {
      for (const { unit, colour } of this.#lines) {
        const stress = pointed === null ? "none" : same(unit, pointed) ? "meant" : "other";
        paintLine(context, place, this.#values(unit), look.colour(colour), stress);
      }
    });
    this.#paintMarks();
  }

  /** Span, hover and cursor, on a canvas of their own. */
  #paintMarks() {
    const look = this.#look;
    if (!look) return;
    const { span, hover, cursor, trace } = this.#reading;
    const context = context2d(this.#overlay);
    const place = { strip: this.#strip, inside: this.#inside, range: this.#range };
    context.clearRect(0, 0, this.node.clientWidth, HEIGHT);
    within(context, this.#inside, () => {
      if (span) paintSpan(context, place, span, look.colour("--accent"));
      if (hover.time !== null) paintTime(context, place, hover.time, look.colour("--text-soft"), 1);
      if (cursor >= 0) paintTime(context, place, cursor, look.colour("--text"), 2);
      if (hover.time === null || hover.time >= trace.computed) return;
      for (const { unit, colour } of this.#lines)
        paintDot(context, place, hover.time, this.#values(unit)[hover.time], look.colour(colour));
    });
  }

  /** What is in sight, in steps counted from 1. @returns {Range} */
  get seen() {
    return { low: this.#strip.first + 1, high: Math.max(this.#strip.first + 2, this.#strip.last + 1) };
  }
}

/**
 * Give a canvas a width, and a context that counts in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 */
function fit(canvas, width) {
  const ratio = window.devicePixelRatio || 1;
  const size = { width: Math.round(width * ratio), height: Math.round(HEIGHT * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  Object.assign(canvas.style, { width: `${width}px`, height: `${HEIGHT}px` });
  context2d(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
}
