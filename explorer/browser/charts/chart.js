/**
 * The one chart of the page: every curve, histogram, bar list and scatter stands on it. A view says what is shown;
 * reading values, zoom, keys, the menu (picture, table, large figure) and the words for what is left out come with it.
 *
 *     const chart = new Chart(parent, {
 *       t, title, unit, caption,
 *       x: { label },                               // words: how an x is written; log; range
 *       y: { log: false, range: [0, 1] },           // log: offers the switch; words; range: always held; label
 *       series: [{ key: "real", label, colour: "--real" }], // kinds: see description.js
 *     });
 *     chart.onSeek((x) => player.seek(x));          // a press and a drag choose rows; then shift and a drag zoom
 *     chart.setRows(steps, { real: values });       // again whenever there are others; drawn once a frame
 *     chart.setCursor(step);                        // moves one element: nothing is painted
 *
 * - Its style sheet is `charts/chart.css`; its colours are CSS variables, and it follows a change of theme by itself.
 * - Histograms (`steps`) have the edges of their bins as rows, one more than there are values.
 * - Rows may have names: `setRows(x, columns, names)`.
 * - Heat maps have the edges of their columns as rows, and their lines' values one after another.
 * - An interval around values is two more columns, named by the series' `low` and `high`.
 */

import { element } from "../dom.js";
import { grouped, nearestRow, readable } from "./axis.js";
import { prepare } from "./canvas.js";
import { isPlane } from "./description.js";
import { createBeyond } from "./chart/beyond.js";
import { createFrame } from "./chart/frame.js";
import { listen } from "./chart/gestures.js";
import { createHead } from "./chart/head.js";
import { heatOf } from "./chart/heat.js";
import { createMarks } from "./chart/marks.js";
import { createMenu } from "./chart/menu.js";
import { paintChart } from "./chart/paint.js";
import { fitRows, fitValues, readableValues } from "./chart/range.js";
import { createReadout, inWords } from "./chart/readout.js";
import { countOf, rowAt, xOf } from "./chart/rows.js";
import { Window } from "./chart/window.js";
import { watchTheme } from "./theme.js";

/**
 * @typedef {import("./description.js").Series} Series
 * @typedef {import("./description.js").Axis} Axis
 * @typedef {import("./description.js").Floor} Floor
 * @typedef {import("./description.js").Columns} Columns
 * @typedef {import("./description.js").Description} Description
 * @typedef {import("./chart/frame.js").Frame} Frame
 * @typedef {import("./chart/range.js").Span} Span
 * @typedef {import("./chart/gestures.js").Place} Place
 *
 * @typedef {object} Options
 * @property {import("../i18n.js").Translator} t
 * @property {string} title
 * @property {string} [unit] of the values, in words
 * @property {Axis} x
 * @property {Axis} [y]
 * @property {readonly Series[]} series
 * @property {Floor | null} [floor]
 * @property {string} [caption] what to look at, and what would be a wrong reading
 *
 * @typedef {(x: number, event: Event, row: number) => void} OnSeek told the x of the row that was chosen
 */

export class Chart {
  /** @type {ArrayLike<number>} */
  x = [];
  /** @type {Columns} */
  columns = {};
  /** @type {readonly string[] | null} */
  labels = null;
  /** @type {readonly Series[]} */
  series;
  /** @type {Floor | null} */
  floor;
  /** @type {[number, number] | null} values that the axis always holds */
  range;
  cursor = NaN;

  #options;
  #caption;
  #log;
  #window = new Window();
  #whole = false;
  /** The row that is read; −1 for that of the cursor. */
  #row = -1;
  #cell = -1;
  #request = 0;
  /** @type {Frame | null} */
  #frame = null;
  /** @type {OnSeek | null} */
  #seek = null;
  /** @type {(x: number | null) => void} */
  #read = () => {};

  /** @param {HTMLElement} parent gets the chart appended @param {Options} options */
  constructor(parent, options) {
    const { t, title, unit = "", y = {}, series, floor = null, caption = "" } = options;
    this.#options = options;
    this.#caption = caption;
    this.#log = y.log === true;
    this.range = y.range ?? null;
    this.series = series;
    this.floor = floor;
    this.canvas = element("canvas", { role: "img", "aria-label": title });
    this.readout = createReadout(t);
    this.empty = element("p", { class: "note chart-empty" }, t("charts.empty"));
    this.plot = element(
      "div",
      { class: "chart-plot", tabindex: 0, role: "group", "aria-label": title },
      this.canvas,
      this.empty,
    );
    this.marks = createMarks(this.plot);
    this.beyond = createBeyond(t, () => {
      this.#whole = !this.#whole;
      this.redraw();
    });
    this.figcaption = element("figcaption", { class: "note" }, caption);
    this.menu = createMenu({ t, describe: () => this.describe(), node: this.plot });
    this.head = createHead({
      ...{ t, title, unit, at: this.readout.at, menu: this.menu.node, log: y.log },
      onLog: (log) => {
        this.#log = log;
        this.redraw();
      },
      onBack: () => this.#look(() => this.#window.reset()),
    });
    this.node = element("figure", { class: "chart" }, this.head.node, this.plot);
    this.node.append(this.readout.node, this.beyond.node, this.figcaption, this.readout.spoken);
    this.readout.name(this.describe());
    this.#listen();
    parent.append(this.node);
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(this.plot);
    this.stopWatching = watchTheme(this);
  }

  /** @param {OnSeek} callback */
  onSeek(callback) {
    this.#seek = callback;
    this.node.classList.add("chart-seeks");
  }

  /** @param {(x: number | null) => void} callback told the x that is pointed at or read by keys; null when that ends */
  onRead(callback) {
    this.#read = callback;
  }

  /**
   * @param {ArrayLike<number>} x
   * @param {Columns} columns
   * @param {readonly string[] | null} [labels] names of the rows
   */
  setRows(x, columns, labels = null) {
    this.x = x;
    this.columns = columns;
    this.labels = labels;
    if (this.#row >= countOf(this.describe())) this.#row = -1;
    this.#request ||= requestAnimationFrame(() => this.redraw()); // rows may come faster than the screen
  }

  /** Other series, with the next rows. @param {readonly Series[]} series */
  setSeries(series) {
    this.series = series;
    this.columns = {};
    this.readout.name(this.describe());
  }

  /** Values that the axis always holds, from the next rows on. @param {[number, number] | null} range */
  setRange(range) {
    this.range = range;
  }

  /** What the axis begins with where no range is held, for charts that share one. @returns {[number, number] | null} */
  get readable() {
    const found = readableValues(this.describe());
    return found && [found.low, found.high];
  }

  /** @param {Floor | null} floor a line with a band, the value that chance alone gives */
  setFloor(floor) {
    this.floor = floor;
    this.readout.name(this.describe());
    this.redraw();
  }

  /** @param {string} caption */
  setCaption(caption) {
    this.#caption = caption;
    this.figcaption.textContent = caption;
  }

  /** @param {number} x values are those of the nearest row */
  setCursor(x) {
    this.cursor = x;
    this.marks.placeCursor(this.#frame, x);
    if (this.#row < 0) this.#say();
  }

  /** @param {number} cell of a heat map: the one that is marked, and read while no other is */
  setCell(cell) {
    this.#cell = cell;
    this.#place();
  }

  /**
   * Read the row at an x, as if the pointer were there.
   * @param {number | null} x no row where null or where none is there
   */
  setReading(x) {
    const row = x === null ? -1 : nearestRow(this.x, x);
    this.#readRow(row >= 0 && this.x[row] === x ? row : -1);
  }

  /** What is shown. @returns {Description} */
  describe() {
    const { title, unit = "", x, y = {} } = this.#options;
    return {
      title,
      unit,
      caption: this.#caption,
      x: { ...x, label: x.label ?? "", log: x.log === true, words: x.words ?? grouped },
      y: { ...y, label: y.label ?? unit, log: this.#log, words: y.words ?? readable, range: this.range },
      series: this.series,
      rows: this.x,
      columns: this.columns,
      labels: this.labels,
      floor: this.floor,
      seen: this.#frame && { x: this.#frame.x, y: this.#frame.y, strip: this.#frame.strip },
    };
  }

  /** Draw at once. */
  redraw() {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (!width || !height) return;
    const description = this.describe();
    const { span, below, above } = fitValues(description, { window: this.#window.x, whole: this.#whole });
    const across = fitRows(description);
    this.empty.hidden = span !== null && across !== null;
    const strip = description.y.log && below.count > 0;
    this.#frame =
      span && across
        ? createFrame(
            { width, height },
            { span: this.#window.x ?? across, log: description.x.log },
            { span: this.#window.y ?? span, log: description.y.log },
            strip,
          )
        : null;
    this.#paint(description);
    this.beyond.show(description.y, { below, above, whole: this.#whole });
    this.#place();
  }

  destroy() {
    cancelAnimationFrame(this.#request);
    this.observer.disconnect();
    this.stopWatching();
    this.menu.destroy();
    this.node.remove();
  }

  #listen() {
    const seeks = () => this.#seek !== null;
    const lines = () => heatOf(this.series) !== null;
    listen(this.plot, {
      get seeks() {
        return seeks();
      },
      hover: (place) => this.#hover(place),
      choose: (place, event) => this.#choose(this.#rowAt(place), event),
      drag: (from, to) => this.marks.select(this.#frame, from, to, isPlane(this.series)),
      select: (from, to) => this.#look((frame, all, plane) => this.#window.select(frame, all, from, to, plane)),
      zoom: (factor, about) =>
        this.#look((frame, all, plane) => this.#window.zoom(frame, all, factor, about ?? this.#centre(frame), plane)),
      pan: (share) => this.#look((_, all) => this.#window.pan(all, share)),
      reset: () => this.#look(() => this.#window.reset()),
      get lines() {
        return lines();
      },
      move: (rows, lines = false) => this.#moveTo(this.#shownRow() + rows * (lines ? this.x.length - 1 : 1)),
      end: (last) => this.#moveTo(last ? Infinity : -Infinity),
      confirm: (event) => this.#choose(this.#shownRow(), event),
    });
  }

  /** @param {Description} description */
  #paint(description) {
    const { context } = prepare(this.canvas);
    if (!this.#frame) return;
    const style = getComputedStyle(this.node);
    paintChart(context, this.#frame, description, (name) => style.getPropertyValue(name).trim());
    this.canvas.setAttribute("aria-label", inWords(description, this.#options.t));
  }

  #place() {
    this.marks.placeCursor(this.#frame, this.cursor);
    this.marks.placeChosen(this.#frame, this.describe(), this.#cell);
    this.marks.placeReading(this.#frame, this.describe(), this.#row);
    this.#say();
  }

  /** @param {Place} place @returns {number} −1 for none */
  #rowAt(place) {
    return this.#frame ? rowAt(this.#frame, this.describe(), place) : -1;
  }

  /** The row whose values are written: the one that is read, else the cursor's. */
  #shownRow() {
    if (this.#row >= 0) return this.#row;
    if (heatOf(this.series)) return this.#cell;
    return Number.isNaN(this.cursor) ? -1 : nearestRow(this.x, this.cursor);
  }

  /** @param {Place | null} place */
  #hover(place) {
    const row = place === null ? -1 : this.#rowAt(place);
    this.#readRow(row);
    this.#read(row < 0 ? null : xOf(this.describe(), row));
  }

  /** @param {number} row */
  #readRow(row) {
    this.#row = row;
    this.marks.placeReading(this.#frame, this.describe(), row);
    this.#say();
  }

  /** @param {number} row @param {Event} event */
  #choose(row, event) {
    if (row >= 0) this.#seek?.(xOf(this.describe(), row), event, row);
  }

  /** Read a row by keys; what is seen follows it. @param {number} row */
  #moveTo(row) {
    const last = countOf(this.describe()) - 1;
    if (last < 0) return;
    const next = Math.min(Math.max(row, 0), last);
    this.#look((frame) => this.#window.follow(frame.pixelToPlace(frame.toPixel(xOf(this.describe(), next)))));
    this.#readRow(next);
    this.#read(xOf(this.describe(), next));
    this.readout.speak();
  }

  #say() {
    this.readout.show(this.describe(), this.#shownRow());
  }

  /**
   * Change the window; what is seen then is drawn.
   * @param {(frame: Frame, all: Span, plane: boolean) => boolean} change
   */
  #look(change) {
    const all = fitRows(this.describe());
    if (!this.#frame || !all || !change(this.#frame, all, isPlane(this.series))) return false;
    this.head.offerBack(this.#window.x !== null);
    this.redraw();
    return true;
  }

  /** Where a key zooms: at the row that is read, else in the middle. @param {Frame} frame @returns {Place} */
  #centre({ left, right, top, bottom, toPixel }) {
    const row = this.#shownRow();
    return { x: row < 0 ? (left + right) / 2 : toPixel(xOf(this.describe(), row)), y: (top + bottom) / 2 };
  }
}
