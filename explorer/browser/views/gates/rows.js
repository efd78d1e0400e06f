/** Every unit of a layer at the current character: one heat row for each gate and state, one column for each unit. */

import { context2d } from "../../charts/canvas.js";
import { createScale, isBounded, isGate, readPalette } from "../../charts/scale.js";
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { colourOf, decimals, symbolOf } from "../../parts/symbols.js";
import { ORDERS, byActivity, byCluster } from "./order.js";
import { createRowsHead } from "./rows-head.js";
import { Task, inSlices, rethrow } from "./slices.js";

const SETTLE = 300; // milliseconds without a change of text before the units are put in order again
const GAP = 2; // CSS pixels between rows
const FEWEST_STEPS = 8; // what correlations need at the least to say anything
/** @type {readonly import("../gates.js").ChangedKey[]} */
const PAINTED = Object.freeze(["text", "computed", "cursor", "theme", "size"]);

/**
 * @typedef {import("./reading.js").Unit} Unit
 * @typedef {import("../../charts/scale.js").Palette} Palette
 * @typedef {typeof ORDERS[number]} Order
 */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Rows(node, reading, surroundings);
}

class Rows {
  #node;
  #reading;
  #t;
  #keep;
  /** @type {Order} */
  #order;
  #layer = -1;
  /** The units in the order in which they stand. @type {Int32Array} */
  #units;
  /** Of each unit, the inverse. */
  #places;
  /** One pixel for each unit and row, before they are stretched. */
  #strips;
  #pixels;
  #ordering = new Task(rethrow);
  /**
   * What it is drawn with, once it is on the screen.
   * @type {{palette: Palette, sequential: Uint32Array, diverging: Uint32Array} | null}
   */
  #style = null;
  /** What the head says of the scales. @type {{palette: Palette, cell: number} | null} */
  #said = null;
  #head;
  #canvas = element("canvas", { class: "gates-rows-canvas", "aria-hidden": true });
  #chosen = element("div", { class: "gates-column gates-column-chosen" });
  #pointed = element("div", { class: "gates-column gates-column-pointed", hidden: true });
  #pins = element("div", { class: "gates-column-pins" });
  #plot;
  #values;

  /**
   * @param {HTMLElement} node
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(node, reading, { t, keep, settings }) {
    this.#node = node;
    this.#reading = reading;
    this.#t = t;
    this.#keep = keep;
    this.#order = settings.order;
    const { quantities, hiddenSize } = reading.language;
    this.#units = Int32Array.from({ length: hiddenSize }, (_, i) => i);
    this.#places = this.#units.slice();
    this.#strips = element("canvas", { width: hiddenSize, height: quantities.length });
    this.#pixels = context2d(this.#strips).createImageData(hiddenSize, quantities.length);
    this.#values = quantities.map(() => element("output", { class: "number" }));
    this.#head = this.#makeHead();
    this.#plot = this.#makePlot();
    node.append(
      this.#head.node,
      element(
        "div",
        { class: "gates-rows-body" },
        element("div", { class: "gates-rows-names" }, ...quantities.map((name) => this.#label(name))),
        this.#plot,
        element("div", { class: "gates-rows-values" }, ...this.#values),
      ),
      this.#head.legend,
    );
    this.#listen();
  }

  #makeHead() {
    const reading = this.#reading;
    const { quantities, layers, cell } = reading.language;
    return createRowsHead({
      t: this.#t,
      layers,
      bounded: quantities
        .filter((name) => !isGate(name) && isBounded(name))
        .map((name) => symbolOf(name, cell))
        .join(", "),
      orders: ORDERS,
      onOrder: (order) => this.#choose(order),
      onLayer: (layer, event) => reading.set({ unit: { layer, index: reading.unit.index } }, event),
      onPin: (event) => {
        if (!reading.togglePin(reading.unit, event)) this.#head.say(this.#t("gates.pins_full"));
      },
    });
  }

  /** @param {string} name of a quantity */
  #label(name) {
    return element(
      "span",
      { class: "gates-row-name", style: { color: `var(${colourOf(name)})` } },
      element("b", {}, symbolOf(name, this.#reading.language.cell)),
      element("span", {}, this.#t(`gates.quantity_${name}`)),
    );
  }

  #makePlot() {
    const { quantities, hiddenSize } = this.#reading.language;
    return element(
      "div",
      {
        class: "gates-rows-plot",
        style: { "--rows": String(quantities.length) },
        tabindex: 0,
        role: "slider",
        "aria-label": this.#t("gates.units"),
        "aria-valuemin": 1,
        "aria-valuemax": hiddenSize,
      },
      this.#canvas,
      this.#pins,
      this.#pointed,
      this.#chosen,
    );
  }

  #listen() {
    const plot = this.#plot;
    const reading = this.#reading;
    const at = (/** @type {PointerEvent} */ event) => {
      const box = plot.getBoundingClientRect();
      const place = Math.floor(((event.clientX - box.left) / box.width) * this.#units.length);
      return { layer: reading.unit.layer, index: this.#units[Math.max(0, Math.min(this.#units.length - 1, place))] };
    };
    plot.addEventListener("pointermove", (event) =>
      reading.set(event.buttons & 1 ? { unit: at(event) } : { hover: { unit: at(event) } }, event),
    );
    plot.addEventListener("pointerdown", (event) => event.button === 0 && reading.set({ unit: at(event) }, event));
    plot.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
  }

  /** ↑ and ↓ move to the unit that stands before or after. @param {KeyboardEvent} event */
  press(event) {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!by || event.shiftKey) return false;
    const { layer, index } = this.#reading.unit;
    const place = Math.max(0, Math.min(this.#units.length - 1, this.#places[index] + by));
    this.#reading.set({ unit: { layer, index: this.#units[place] } }, event);
    return true;
  }

  /** @param {Order} order */
  #choose(order) {
    this.#order = order;
    this.#keep({ order });
    this.#arrange();
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    const { unit, trace, length } = this.#reading;
    if (changed.has("theme") || changed.has("size")) this.#restyle();
    if (!this.#style) return;
    const otherLayer = unit.layer !== this.#layer;
    this.#layer = unit.layer;
    if (otherLayer || changed.has("text")) this.#arrange(otherLayer ? 0 : SETTLE);
    else if (changed.has("computed") && trace.computed === length) this.#arrange(SETTLE);
    if (otherLayer || PAINTED.some((key) => changed.has(key))) this.#paint();
    this.#mark();
    this.#say();
  }

  /** Put the units in order, once the text has settled. */
  #arrange(delay = 0) {
    this.#head.show(this.#order, this.#reading.unit.layer);
    this.#ordering.start(async (signal) => {
      const { trace, length, language, unit } = this.#reading;
      const index = Int32Array.from({ length: language.hiddenSize }, (_, i) => i);
      if (this.#order === "index" || length < FEWEST_STEPS) return this.#place(index);
      if (trace.computed < length) return undefined; // the last slice asks again
      const series = Array.from(index, (each) => trace.series(unit.layer, "hidden", each));
      return this.#place(this.#order === "activity" ? byActivity(series) : await inSlices(byCluster(series), signal));
    }, delay);
  }

  /** @param {Int32Array} units in the order in which they are to stand */
  #place(units) {
    this.#units = units;
    units.forEach((unit, place) => (this.#places[unit] = place));
    this.#paint();
    this.#mark();
    this.#say();
  }

  #restyle() {
    const palette = readPalette(this.#node);
    this.#style = { palette, sequential: wordsOf(palette.sequential), diverging: wordsOf(palette.diverging) };
    const ratio = globalThis.devicePixelRatio || 1;
    this.#canvas.width = Math.max(1, Math.round(this.#plot.clientWidth * ratio));
    this.#canvas.height = Math.max(1, Math.round(this.#plot.clientHeight * ratio));
  }

  #paint() {
    if (!this.#style) return;
    const { palette, sequential, diverging } = this.#style;
    const { language, trace, cursor } = this.#reading;
    const { quantities } = language;
    const units = this.#units;
    const words = new Uint32Array(this.#pixels.data.buffer);
    const cellRange = quantities.includes("cell") ? this.#reading.cellRange(this.#layer) : 1;
    this.#showRanges(palette, cellRange);
    quantities.forEach((name, row) => {
      const values = trace.quantity(this.#layer, name, cursor);
      const { level } = createScale(name, cellRange, palette);
      const colours = isGate(name) ? sequential : diverging;
      for (let place = 0; place < units.length; place += 1)
        words[row * units.length + place] = colours[level(values[units[place]])];
    });
    context2d(this.#strips).putImageData(this.#pixels, 0, 0);
    this.#stretch(quantities.length);
  }

  /** @param {Palette} palette @param {number} cell the cell state's range */
  #showRanges(palette, cell) {
    if (this.#said?.palette === palette && this.#said.cell === cell) return;
    this.#said = { palette, cell };
    const { quantities } = this.#reading.language;
    this.#head.showRanges(palette, {
      gate: quantities.some(isGate),
      bounded: quantities.some((name) => !isGate(name) && isBounded(name)),
      cell: quantities.includes("cell") ? cell : null,
    });
  }

  /** @param {number} rows */
  #stretch(rows) {
    const { width, height } = this.#canvas;
    const context = context2d(this.#canvas);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, width, height);
    const tall = height / rows;
    const gap = Math.round(GAP * (globalThis.devicePixelRatio || 1));
    for (let row = 0; row < rows; row += 1) {
      const [top, end] = [Math.round(row * tall), Math.round((row + 1) * tall) - gap];
      context.drawImage(this.#strips, 0, row, this.#units.length, 1, 0, top, width, end - top);
    }
  }

  #mark() {
    const { unit, hover, pinned } = this.#reading;
    const put = (/** @type {HTMLElement} */ node, /** @type {number} */ index) => {
      node.style.left = `${(100 * this.#places[index]) / this.#units.length}%`;
      node.style.width = `${100 / this.#units.length}%`;
    };
    put(this.#chosen, unit.index);
    const pointed = hover.unit?.layer === this.#layer ? hover.unit : null;
    this.#pointed.hidden = pointed === null;
    if (pointed) put(this.#pointed, pointed.index);
    const pins = pinned
      .filter(({ layer }) => layer === this.#layer)
      .map(({ index, colour }) => {
        const style = { "--colour": `var(${colour})` };
        const node = element("div", { class: "gates-column gates-column-pinned", style });
        put(node, index);
        return node;
      });
    this.#pins.replaceChildren(...pins);
  }

  /** The exact values of the unit that is pointed at, or else of the chosen one. */
  #say() {
    const t = this.#t;
    const { unit: chosen, hover, language, trace, cursor } = this.#reading;
    const unit = hover.unit?.layer === this.#layer ? hover.unit : chosen;
    const words = language.quantities.map((name, i) => {
      const value = decimals(trace.quantity(this.#layer, name, cursor)[unit.index]);
      this.#values[i].textContent = value;
      return `${symbolOf(name, language.cell)} ${value}`;
    });
    this.#head.name(t("gates.unit", unit), this.#reading.isPinned(chosen));
    this.#plot.setAttribute("aria-valuenow", String(this.#places[chosen.index] + 1));
    const said = t("words.named", { name: t("gates.unit", unit), value: joined("list", words, t) });
    this.#plot.setAttribute("aria-valuetext", said);
  }

  destroy() {
    this.#ordering.stop();
  }
}

/** Colours as the bytes of ImageData lie in memory. @param {readonly string[]} colours `rgb(…)` */
function wordsOf(colours) {
  return Uint32Array.from(colours, (colour) => {
    const [red, green, blue] = (colour.match(/\d+/g) ?? []).map(Number);
    return (255 << 24) | (blue << 16) | (green << 8) | red;
  });
}
