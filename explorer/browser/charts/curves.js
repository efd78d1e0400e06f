/**
 * A small line chart on a canvas. Its cursor is an element that slides over the drawing, so that following a scrub costs no
 * painting; hovering shows other values and leaving brings the cursor's back.
 */

import { element } from "../dom.js";
import { extent, grouped, nearestRow, readable } from "./axis.js";
import { MARGINS, fit, paintCurves, scalesOf } from "./curves/drawing.js";

/**
 * @typedef {{key: string, label: string, colour: string, line?: "solid" | "dashed" | "dotted"}} Series `colour` names a CSS variable
 * @typedef {{value: number, low: number, high: number, label: string}} Floor
 * @typedef {object} Curves
 * @property {(x: ArrayLike<number>, columns: Record<string, ArrayLike<number>>) => void} setRows x ascends; what is not
 *   finite is left out of a line
 * @property {(floor: Floor | null) => void} setFloor a line with a band, the value that chance alone gives
 * @property {(range: [number, number] | null) => void} setRange values that the axis always holds, from the next rows on
 * @property {(x: number) => void} setCursor values are those of the nearest row
 * @property {(callback: (x: number, event: Event) => void) => void} onSeek told the x of the row that was chosen
 * @property {() => void} redraw after a change of theme
 * @property {() => void} destroy
 */

/**
 * @param {HTMLElement} parent gets the chart appended
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {string} options.title
 * @param {Series[]} options.series
 * @param {string} options.unit of the values, in words; may be empty
 * @param {string} options.xLabel what x counts, in words
 * @param {(x: number) => string} [options.xWords] how an x is written, where it is no plain count
 * @param {(value: number) => string} [options.valueWords] how a value is written in the legend
 * @param {boolean} [options.log] start on a logarithmic axis; left out, the chart offers none
 * @param {[number, number]} [options.range] values that the axis always holds
 * @param {Floor} [options.floor]
 * @param {string} [options.caption] what to look at, and what would be a wrong reading
 * @returns {Curves}
 */
export function createCurves(parent, options) {
  return new CurvesChart(parent, options);
}

class CurvesChart {
  constructor(
    parent,
    {
      t,
      title,
      series,
      unit,
      xLabel,
      xWords = grouped,
      valueWords = readable,
      log,
      range = null,
      floor = null,
      caption = "",
    },
  ) {
    this.t = t;
    this.series = series;
    this.xLabel = xLabel;
    this.xWords = xWords;
    this.valueWords = valueWords;
    this.log = log === true;
    this.range = range;
    this.floor = floor;
    this.x = [];
    this.columns = {};
    this.frame = 0;
    this.cursor = NaN;
    this.hovered = NaN;
    this.seek = () => {};
    this.build(title, unit, log !== undefined, caption);
    parent.append(this.node);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.plot);
  }

  build(title, unit, offersLog, caption) {
    const { t } = this;
    this.canvas = element("canvas", { role: "img", "aria-label": title });
    this.marker = element("div", { class: "curves-cursor", hidden: true });
    this.ghost = element("div", { class: "curves-cursor curves-ghost", hidden: true });
    this.empty = element("p", { class: "note curves-empty" }, t("curves.empty"));
    this.plot = element("div", { class: "curves-plot" }, this.canvas, this.marker, this.ghost, this.empty);
    this.left = element("p", { class: "note curves-left", hidden: true });
    this.legend = this.series.map(({ label, colour, line = "solid" }) => ({
      name: element("span", { class: `curves-swatch curves-${line}`, style: { color: `var(${colour})` } }),
      label,
      output: element("output", { class: "number" }),
    }));
    this.at = element("span", { class: "number curves-at" });
    this.floorName = element("li", { class: "curves-floor" });
    const items = this.legend.map(({ name, label, output }) =>
      element("li", {}, name, element("span", {}, label), output),
    );
    const head = element(
      "div",
      { class: "curves-head" },
      element("h3", {}, title),
      element("span", { class: "note" }, unit),
      this.at,
    );
    if (offersLog) head.append(this.logSwitch());
    this.node = element(
      "figure",
      { class: "curves" },
      head,
      this.plot,
      element("ul", { class: "curves-legend" }, ...items, this.floorName),
      this.left,
      element("figcaption", { class: "note" }, caption),
    );
    this.listen();
    this.nameFloor();
  }

  logSwitch() {
    const button = element(
      "button",
      { class: "segment curves-log", type: "button", "aria-pressed": this.log },
      this.t("curves.log"),
    );
    button.addEventListener("click", () => {
      this.log = !this.log;
      button.setAttribute("aria-pressed", String(this.log));
      this.draw();
    });
    return button;
  }

  listen() {
    const at = (event) => this.toX(event.clientX - this.plot.getBoundingClientRect().left);
    const choose = (event) => {
      const row = nearestRow(this.x, at(event));
      if (row >= 0) this.seek(this.x[row], event);
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.plot.setPointerCapture(event.pointerId);
      choose(event);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) choose(event);
      else this.hover(at(event));
    });
    this.plot.addEventListener("pointerleave", () => this.hover(NaN));
  }

  onSeek(callback) {
    this.seek = callback;
  }

  setRows(x, columns) {
    this.x = x;
    this.columns = columns;
    this.frame ||= requestAnimationFrame(() => this.draw()); // rows may come faster than the screen
  }

  setRange(range) {
    this.range = range;
  }

  setFloor(floor) {
    this.floor = floor;
    this.nameFloor();
    this.draw();
  }

  nameFloor() {
    this.floorName.hidden = !this.floor;
    if (!this.floor) return;
    const { label, value, low, high } = this.floor;
    const range = { value: this.valueWords(value), low: this.valueWords(low), high: this.valueWords(high) };
    const numbers = low === high ? range.value : this.t("curves.floor_values", range);
    this.floorName.replaceChildren(
      element("span", { class: "curves-swatch curves-dashed" }),
      element("span", {}, label),
      element("span", { class: "number" }, numbers),
    );
  }

  setCursor(x) {
    this.cursor = x;
    this.place(this.marker, x);
    if (Number.isNaN(this.hovered)) this.say(x);
  }

  hover(x) {
    const row = Number.isNaN(x) ? -1 : nearestRow(this.x, x);
    this.hovered = row < 0 ? NaN : this.x[row];
    this.place(this.ghost, this.hovered);
    this.say(Number.isNaN(this.hovered) ? this.cursor : this.hovered);
  }

  place(mark, x) {
    const left = this.scale ? this.scale.toPixel(x) : NaN;
    mark.hidden = !(left >= MARGINS.left - 1 && left <= this.width - MARGINS.right + 1);
    if (!mark.hidden) mark.style.transform = `translateX(${left}px)`;
  }

  /** Write the values of the row nearest to x into the legend. */
  say(x) {
    const row = Number.isNaN(x) ? -1 : nearestRow(this.x, x);
    this.series.forEach(({ key }, i) => {
      const value = row < 0 ? NaN : this.columns[key]?.[row];
      write(this.legend[i].output, value === undefined || Number.isNaN(value) ? "–" : this.valueWords(value));
    });
    write(this.at, row < 0 ? "" : `${this.xLabel} ${this.xWords(this.x[row])}`);
  }

  redraw() {
    this.draw();
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.width = this.plot.clientWidth;
    this.height = this.plot.clientHeight;
    if (!this.width || !this.height) return;
    const range = extent([...this.series.map(({ key }) => this.columns[key] ?? []), ...this.floorValues()], {
      log: this.log,
      range: this.range,
    });
    const rows = this.x.length;
    this.empty.hidden = rows > 0 && range !== null;
    const { width, height, x, log } = this;
    const frame = { width, height, x, log, range };
    this.scale = this.empty.hidden ? scalesOf(frame) : null;
    const context = fit(this.canvas, width, height);
    context.clearRect(0, 0, width, height);
    if (this.scale) this.paint(context, { ...frame, scale: this.scale });
    this.sayWhatIsLeftOut();
    this.place(this.marker, this.cursor);
    this.place(this.ghost, this.hovered);
    this.say(Number.isNaN(this.hovered) ? this.cursor : this.hovered);
  }

  floorValues() {
    return this.floor ? [[this.floor.low, this.floor.high, this.floor.value]] : [];
  }

  paint(context, frame) {
    const { series, columns, floor, xWords } = this;
    const style = getComputedStyle(this.node);
    const lines = series.map(({ key, colour, line }) => ({ column: columns[key] ?? [], colour, line }));
    paintCurves(context, frame, { lines, floor, xWords }, (name) => style.getPropertyValue(name).trim());
  }

  toX(pixel) {
    return this.scale ? this.scale.toX(pixel) : NaN;
  }

  /** A logarithmic axis has no place for zero and below: say how many values that leaves out. */
  sayWhatIsLeftOut() {
    const without = (column) => Array.prototype.reduce.call(column, (count, value) => count + (value <= 0 ? 1 : 0), 0);
    const count = this.log ? this.series.reduce((sum, { key }) => sum + without(this.columns[key] ?? []), 0) : 0;
    this.left.hidden = count === 0;
    this.left.textContent = count ? this.t("curves.left_out", { count: grouped(count) }) : "";
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.node.remove();
  }
}

/** Set a text only where it differs: most frames of a scrub change few of them. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
