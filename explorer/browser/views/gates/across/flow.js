/**
 * A text in which every character stands on the colour of one unit's value after it was read. The canvas is as large as
 * what is visible of the text, so that a long text costs what a short one does.
 */

import { context2d } from "../../../charts/canvas.js";
import { createScale, isBounded, readPalette } from "../../../charts/scale.js";
import { element } from "../../../dom.js";
import { brush } from "./brush.js";
import { Cells, createGrid, place } from "./cells.js";
import { characterAt, lineOf, wrap } from "./lines.js";
import { seriesOf } from "./series.js";

const ROW = 23; // CSS pixels
const FONT_SIZE = "14px";

/**
 * @typedef {import("../../../charts/scale.js").Scale} Scale
 * @typedef {{from: number, to: number, opens: boolean, closes: boolean}} SpanPart of a row, both ends included
 * @typedef {{font: string, pitch: number, ink: string, soft: string, span: string}} Look pitch: a cell's width in CSS
 *   pixels
 */

export class Flow {
  #reading;
  #lines = wrap([], 2);
  /** The text that was laid out last. @type {readonly string[]} */
  #characters = [];
  /** Cells of a line. */
  #columns = 2;
  /** @type {ReadonlySet<number>} */
  #unknown = new Set();
  #canvas = element("canvas", { class: "across-flow-picture", "aria-hidden": true });
  #overlay = element("canvas", { class: "across-flow-picture", "aria-hidden": true });
  #cells = new Cells(this.#canvas);
  #space = element("div", { class: "across-flow-space" }, this.#canvas, this.#overlay);
  /** What it is drawn with, once it is on the screen. @type {Look | null} */
  #look = null;
  /** @type {import("../../../charts/scale.js").Palette | null} */
  #palette = null;

  /**
   * @param {import("../reading.js").Reading} reading
   * @param {{label: string}} options label in words, for who cannot see it
   */
  constructor(reading, { label }) {
    this.#reading = reading;
    this.node = element("div", { class: "across-flow", tabindex: 0, role: "group", "aria-label": label }, this.#space);
    const scrolled = () => this.#characters === reading.trace.characters && this.#paint(); // else it is drawn soon
    this.node.addEventListener("scroll", scrolled, { passive: true });
    brush(this.#space, reading, (event) => this.#locate(event));
  }

  /** The unit whose values are drawn: the one that is pointed at anywhere, else the chosen one. */
  shown() {
    return this.#reading.hover.unit ?? this.#reading.unit;
  }

  /** The colours of the theme. */
  get palette() {
    this.#palette ??= readPalette(this.node);
    return this.#palette;
  }

  /** @returns {Scale} */
  scale() {
    const { quantity } = this.#reading;
    const largest = isBounded(quantity) ? 1 : seriesOf(this.#reading).largest(this.shown(), quantity);
    return createScale(quantity, largest, this.palette);
  }

  /** @param {import("../../gates.js").Changed} changed */
  draw(changed) {
    if (changed.has("theme")) this.#palette = null;
    if (changed.has("theme") || changed.has("size") || !this.#look) this.#look = this.#measure();
    if (changed.has("text") || changed.has("size")) this.#layOut(this.#look);
    if (changed.has("cursor")) this.#keepInSight(this.#reading.cursor);
    this.#paint();
  }

  /** @returns {Look} */
  #measure() {
    const style = getComputedStyle(this.node);
    const read = (/** @type {string} */ variable) => style.getPropertyValue(variable).trim();
    const font = `${FONT_SIZE} ${read("--font-number")}`;
    const context = context2d(this.#canvas);
    context.font = font;
    const { width: pitch } = context.measureText("0");
    this.#cells.forget();
    return { font, pitch, ink: read("--text"), soft: read("--text-soft"), span: read("--accent") };
  }

  /** @param {Look} look */
  #layOut({ pitch }) {
    this.#columns = Math.max(2, Math.floor(this.node.clientWidth / pitch) - 1); // one cell for white space that hangs
    this.#characters = this.#reading.trace.characters;
    this.#lines = wrap(this.#characters, this.#columns);
    this.#unknown = new Set(this.#reading.trace.unknown);
    this.#space.style.height = `${this.#lines.count * ROW}px`;
  }

  /** @param {number} t */
  #keepInSight(t) {
    if (t < 0) return;
    const top = lineOf(this.#lines, t) * ROW;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) this.node.scrollTop = top - ROW;
    else if (top + ROW > scrollTop + clientHeight) this.node.scrollTop = top + 2 * ROW - clientHeight;
  }

  /** @param {PointerEvent} event */
  #locate(event) {
    const box = this.#space.getBoundingClientRect();
    const line = Math.floor((event.clientY - box.top) / ROW);
    const within = Math.max(0, Math.min(line, this.#lines.count - 1)); // a drag may leave the text above or below
    const column = this.#look ? Math.max(0, (event.clientX - box.left) / this.#look.pitch) : 0;
    return { time: characterAt(this.#lines, within, column), unit: null };
  }

  #paint() {
    const { clientHeight, clientWidth, scrollTop } = this.node;
    const look = this.#look;
    if (!clientHeight || !clientWidth || !look) return;
    const first = Math.min(this.#lines.count - 1, Math.max(0, Math.floor(scrollTop / ROW)));
    const rows = Math.min(this.#lines.count - first, Math.ceil(clientHeight / ROW) + 1);
    this.#fit(clientWidth, rows, first);
    const scale = this.scale();
    this.#cells.paint(this.#grid(first, rows, scale), scale, { ...look, row: ROW });
    this.#paintMarks(look, first, rows);
  }

  /**
   * Give both canvases the visible rows' size and place; another size empties them.
   * @param {number} width CSS pixels
   * @param {number} rows
   * @param {number} first
   */
  #fit(width, rows, first) {
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(width * ratio), Math.round(rows * ROW * ratio)];
    if (this.#canvas.width !== wide || this.#canvas.height !== tall) {
      for (const canvas of [this.#canvas, this.#overlay]) {
        Object.assign(canvas, { width: wide, height: tall });
        Object.assign(canvas.style, { width: `${width}px`, height: `${rows * ROW}px` });
        context2d(canvas).scale(ratio, ratio);
      }
      this.#cells.forget();
    }
    for (const canvas of [this.#canvas, this.#overlay]) canvas.style.transform = `translateY(${first * ROW}px)`;
  }

  /** @param {number} first @param {number} rows @param {Scale} scale */
  #grid(first, rows, scale) {
    const { trace, quantity } = this.#reading;
    const { layer, index } = this.shown();
    const { starts, columns, widths } = this.#lines;
    const grid = createGrid(rows, this.#columns + 1);
    for (let row = 0; row < rows; row += 1) {
      for (let t = starts[first + row]; t < starts[first + row + 1]; t += 1) {
        const level = t < trace.computed ? scale.level(trace.quantity(layer, quantity, t)[index]) : -1;
        place(grid, row * grid.across + columns[t], trace.characters[t], {
          wide: widths[t] === 2,
          unknown: this.#unknown.has(t),
          level,
        });
      }
    }
    return grid;
  }

  /**
   * Span, hover and cursor, on a canvas of their own: they move without a character being painted again.
   * @param {Look} look
   * @param {number} first
   * @param {number} rows
   */
  #paintMarks(look, first, rows) {
    const { span, hover, cursor } = this.#reading;
    const context = context2d(this.#overlay);
    context.clearRect(0, 0, this.node.clientWidth, rows * ROW);
    Object.assign(context, { strokeStyle: look.span, lineWidth: 2 });
    for (let row = 0; span && row < rows; row += 1) {
      const [start, end] = [this.#lines.starts[first + row], this.#lines.starts[first + row + 1] - 1];
      const [from, to] = [Math.max(span.from, start), Math.min(span.to, end)];
      const part = { from, to, opens: from === span.from, closes: to === span.to };
      if (from <= to) this.#paintSpan(context, look.pitch, row, part);
    }
    const box = (
      /** @type {number | null} */ t,
      /** @type {string} */ strokeStyle,
      /** @type {number} */ lineWidth,
    ) => {
      if (t === null || t < 0 || t >= this.#reading.length) return;
      Object.assign(context, { strokeStyle, lineWidth });
      this.#paintBox(context, look.pitch, lineOf(this.#lines, t) - first, t);
    };
    box(hover.time, look.soft, 1);
    box(cursor, look.ink, 2);
  }

  /**
   * Lines over and under the span's part in a row, closed where the span starts and ends.
   * @param {CanvasRenderingContext2D} context
   * @param {number} pitch
   * @param {number} row
   * @param {SpanPart} part
   */
  #paintSpan(context, pitch, row, { from, to, opens, closes }) {
    const { columns, widths } = this.#lines;
    const [left, right] = [columns[from] * pitch + 1, (columns[to] + widths[to]) * pitch - 1];
    const [top, bottom] = [row * ROW + 1, (row + 1) * ROW - 1];
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(right, top);
    if (closes) context.lineTo(right, bottom);
    else context.moveTo(right, bottom);
    context.lineTo(left, bottom);
    if (opens) context.lineTo(left, top);
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} pitch @param {number} row @param {number} t */
  #paintBox(context, pitch, row, t) {
    const { lineWidth } = context;
    const half = lineWidth / 2;
    const { columns, widths } = this.#lines;
    const [left, width] = [columns[t] * pitch - half, widths[t] * pitch + lineWidth];
    context.strokeRect(left, row * ROW + half, width, ROW - lineWidth); // rows out of sight are cut off by the canvas
  }
}
