/**
 * A text in which every character stands on the colour of one unit's value after it was read. The canvas is as large as what is
 * visible of the text, so that a long text costs what a short one does.
 */

import { element } from "../../../dom.js";
import { brush } from "./brush.js";
import { Cells, createGrid, place } from "./cells.js";
import { characterAt, lineOf, wrap } from "./lines.js";
import { createScale, isBounded, readPalette } from "../../../charts/scale.js";
import { seriesOf } from "./series.js";

const ROW = 23; // CSS pixels
const FONT_SIZE = "14px";
const COLOURS = Object.freeze({ ink: "--text", soft: "--text-soft", span: "--accent" });

export class Flow {
  /**
   * @param {import("../reading.js").Reading} reading
   * @param {{label: string}} options label in words, for who cannot see it
   */
  constructor(reading, { label }) {
    this.reading = reading;
    this.lines = wrap([], 2);
    this.columns = 2;
    this.unknown = new Set();
    this.canvas = element("canvas", { class: "across-flow-picture", "aria-hidden": true });
    this.overlay = element("canvas", { class: "across-flow-picture", "aria-hidden": true });
    this.cells = new Cells(/** @type {HTMLCanvasElement} */ (this.canvas));
    this.space = element("div", { class: "across-flow-space" }, this.canvas, this.overlay);
    this.node = element("div", { class: "across-flow", tabindex: 0, role: "group", "aria-label": label }, this.space);
    this.node.addEventListener("scroll", () => this.paint(), { passive: true });
    brush(this.space, reading, (event) => this.locate(event));
  }

  /** The unit whose values are drawn: the one that is pointed at anywhere, else the chosen one. */
  shown() {
    return this.reading.hover.unit ?? this.reading.unit;
  }

  /** @returns {import("../../../charts/scale.js").Scale} */
  scale() {
    const { quantity } = this.reading;
    this.palette ??= readPalette(this.node);
    return createScale(
      quantity,
      isBounded(quantity) ? 1 : seriesOf(this.reading).largest(this.shown(), quantity),
      this.palette,
    );
  }

  /** @param {Set<string>} changed */
  draw(changed) {
    if (changed.has("theme")) this.palette = undefined;
    if (changed.has("theme") || changed.has("size")) this.measure();
    if (changed.has("text") || changed.has("size")) this.layOut();
    if (changed.has("cursor")) this.keepInSight(this.reading.cursor);
    this.paint();
  }

  measure() {
    const style = getComputedStyle(this.node);
    this.colours = Object.fromEntries(
      Object.entries(COLOURS).map(([name, variable]) => [name, style.getPropertyValue(variable).trim()]),
    );
    this.font = `${FONT_SIZE} ${style.getPropertyValue("--font-number").trim()}`;
    const context = this.canvas.getContext("2d");
    context.font = this.font;
    this.pitch = context.measureText("0").width;
    this.cells.forget();
  }

  layOut() {
    this.columns = Math.max(2, Math.floor(this.node.clientWidth / this.pitch) - 1); // one cell for white space that hangs
    this.lines = wrap(this.reading.trace.characters, this.columns);
    this.unknown = new Set(this.reading.trace.unknown);
    this.space.style.height = `${this.lines.count * ROW}px`;
  }

  /** @param {number} t */
  keepInSight(t) {
    if (t < 0) return;
    const top = lineOf(this.lines, t) * ROW;
    const { scrollTop, clientHeight } = this.node;
    if (top < scrollTop) this.node.scrollTop = top - ROW;
    else if (top + ROW > scrollTop + clientHeight) this.node.scrollTop = top + 2 * ROW - clientHeight;
  }

  locate(event) {
    const box = this.space.getBoundingClientRect();
    const line = Math.floor((event.clientY - box.top) / ROW);
    const within = Math.max(0, Math.min(line, this.lines.count - 1)); // a drag may leave the text above or below
    const column = Math.max(0, (event.clientX - box.left) / this.pitch);
    return { time: characterAt(this.lines, within, column), unit: null };
  }

  paint() {
    const { clientHeight, clientWidth, scrollTop } = this.node;
    if (!clientHeight || !clientWidth || !this.font) return;
    const first = Math.min(this.lines.count - 1, Math.max(0, Math.floor(scrollTop / ROW)));
    const rows = Math.min(this.lines.count - first, Math.ceil(clientHeight / ROW) + 1);
    this.fit(clientWidth, rows, first);
    const scale = this.scale();
    this.painted = this.cells.paint(this.grid(first, rows, scale), scale, {
      font: this.font,
      pitch: this.pitch,
      row: ROW,
      soft: this.colours.soft,
    });
    this.paintMarks(first, rows);
  }

  /** Give both canvases the visible rows' size and place; another size empties them. */
  fit(width, rows, first) {
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(width * ratio), Math.round(rows * ROW * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== tall) {
      for (const canvas of [this.canvas, this.overlay]) {
        Object.assign(canvas, { width: wide, height: tall });
        Object.assign(canvas.style, { width: `${width}px`, height: `${rows * ROW}px` });
        canvas.getContext("2d").scale(ratio, ratio);
      }
      this.cells.forget();
    }
    for (const canvas of [this.canvas, this.overlay]) canvas.style.transform = `translateY(${first * ROW}px)`;
  }

  grid(first, rows, scale) {
    const { trace, quantity } = this.reading;
    const { layer, index } = this.shown();
    const { starts, columns, widths } = this.lines;
    const grid = createGrid(rows, this.columns + 1);
    for (let row = 0; row < rows; row += 1) {
      for (let t = starts[first + row]; t < starts[first + row + 1]; t += 1) {
        const level = t < trace.computed ? scale.level(trace.quantity(layer, quantity, t)[index]) : -1;
        place(grid, row * grid.across + columns[t], trace.characters[t], {
          wide: widths[t] === 2,
          unknown: this.unknown.has(t),
          level,
        });
      }
    }
    return grid;
  }

  /** Span, hover and cursor, on a canvas of their own: they move without a character being painted again. */
  paintMarks(first, rows) {
    const { span, hover, cursor } = this.reading;
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, this.node.clientWidth, rows * ROW);
    for (let row = 0; span && row < rows; row += 1) {
      const [start, end] = [this.lines.starts[first + row], this.lines.starts[first + row + 1] - 1];
      const [from, to] = [Math.max(span.from, start), Math.min(span.to, end)];
      if (from <= to) this.paintSpan(context, row, { from, to, opens: from === span.from, closes: to === span.to });
    }
    this.paintBox(context, first, rows, hover.time, this.colours.soft, 1);
    this.paintBox(context, first, rows, cursor, this.colours.ink, 2);
  }

  /** Lines over and under the span's part in a row, closed where the span starts and ends. */
  paintSpan(context, row, { from, to, opens, closes }) {
    const [left, right] = [this.left(from) + 1, this.left(to) + this.lines.widths[to] * this.pitch - 1];
    const [top, bottom] = [row * ROW + 1, (row + 1) * ROW - 1];
    Object.assign(context, { strokeStyle: this.colours.span, lineWidth: 2 });
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(right, top);
    closes ? context.lineTo(right, bottom) : context.moveTo(right, bottom);
    context.lineTo(left, bottom);
    if (opens) context.lineTo(left, top);
    context.stroke();
  }

  paintBox(context, first, rows, t, colour, lineWidth) {
    if (t === null || t < 0 || t >= this.reading.length) return;
    const row = lineOf(this.lines, t) - first;
    if (row < 0 || row >= rows) return;
    const half = lineWidth / 2;
    Object.assign(context, { strokeStyle: colour, lineWidth });
    context.strokeRect(
      this.left(t) - half,
      row * ROW + half,
      this.lines.widths[t] * this.pitch + lineWidth,
      ROW - lineWidth,
    );
  }

  left(/** @type {number} */ t) {
    return this.lines.columns[t] * this.pitch;
  }
}
