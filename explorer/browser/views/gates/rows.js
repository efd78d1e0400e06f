/** Every unit of a layer at the current character: one heat row for each gate and state, one column for each unit. */

import { element } from "../../dom.js";
import { createScale, isBounded, isGate, readPalette } from "../../charts/scale.js";
import { byActivity, byCluster } from "./order.js";
import { createRowsHead } from "./rows-head.js";
import { createTask, inSlices } from "./slices.js";
import { colourOf, decimals, symbolOf } from "../../parts/symbols.js";

const SETTLE = 300; // milliseconds without a change of text before the units are put in order again
const GAP = 2; // CSS pixels between rows
const ORDERS = Object.freeze(["index", "activity", "cluster"]);
const FEWEST_STEPS = 8; // what correlations need at the least to say anything

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Rows(node, reading, surroundings);
}

class Rows {
  constructor(node, reading, { t, host, state }) {
    this.node = node;
    this.reading = reading;
    this.t = t;
    this.host = host;
    const { quantities, hiddenSize } = reading.language;
    this.order = ORDERS.includes(state.order) ? state.order : ORDERS[0];
    this.units = Int32Array.from({ length: hiddenSize }, (_, i) => i); // in the order in which they stand
    this.places = this.units.slice(); // of each unit, the inverse
    this.strips = element("canvas", { width: hiddenSize, height: quantities.length });
    this.context = this.strips.getContext("2d");
    this.pixels = this.context.createImageData(hiddenSize, quantities.length);
    this.ordering = createTask((error) => {
      throw error;
    });
    this.build();
    this.listen();
  }

  build() {
    const { t, reading } = this;
    const { quantities, layers, cell } = reading.language;
    this.head = createRowsHead({
      t,
      layers,
      bounded: quantities
        .filter((name) => !isGate(name) && isBounded(name))
        .map((name) => symbolOf(name, cell))
        .join(", "),
      orders: ORDERS,
      onOrder: (order) => this.choose(order),
      onLayer: (layer, event) => this.chooseLayer(layer, event),
      onPin: (event) => this.pin(event),
    });
    const label = (/** @type {string} */ name) =>
      element(
        "span",
        { class: "gates-row-name", style: { color: `var(${colourOf(name)})` } },
        element("b", {}, symbolOf(name, cell)),
        element("span", {}, t(`gates.quantity_${name}`)),
      );
    this.labels = element("div", { class: "gates-rows-names" }, ...quantities.map(label));
    this.canvas = element("canvas", { class: "gates-rows-canvas", "aria-hidden": true });
    this.chosen = element("div", { class: "gates-column gates-column-chosen" });
    this.pointed = element("div", { class: "gates-column gates-column-pointed", hidden: true });
    this.pins = element("div", { class: "gates-column-pins" });
    this.plot = element(
      "div",
      {
        class: "gates-rows-plot",
        style: { "--rows": String(quantities.length) },
        tabindex: 0,
        role: "slider",
        "aria-label": t("gates.units"),
        "aria-valuemin": 1,
        "aria-valuemax": reading.language.hiddenSize,
      },
      this.canvas,
      this.pins,
      this.pointed,
      this.chosen,
    );
    this.values = quantities.map(() => element("output", { class: "number" }));
    const values = element("div", { class: "gates-rows-values" }, ...this.values);
    this.node.append(
      this.head.node,
      element("div", { class: "gates-rows-body" }, this.labels, this.plot, values),
      this.head.legend,
    );
  }

  listen() {
    const { plot, reading } = this;
    const at = (/** @type {PointerEvent} */ event) => {
      const box = plot.getBoundingClientRect();
      const place = Math.floor(((event.clientX - box.left) / box.width) * this.units.length);
      return { layer: reading.unit.layer, index: this.units[Math.max(0, Math.min(this.units.length - 1, place))] };
    };
    plot.addEventListener("pointermove", (event) =>
      reading.set(event.buttons & 1 ? { unit: at(event) } : { hover: { unit: at(event) } }, event),
    );
    plot.addEventListener("pointerdown", (event) => event.button === 0 && reading.set({ unit: at(event) }, event));
    plot.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
  }

  /** ↑ and ↓ move to the unit that stands before or after. */
  press(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.shiftKey) return false;
    const { layer, index } = this.reading.unit;
    const place = Math.max(0, Math.min(this.units.length - 1, this.places[index] + by));
    this.reading.set({ unit: { layer, index: this.units[place] } }, event);
    return true;
  }

  choose(order) {
    this.order = order;
    this.host.emit("state", { order: order === ORDERS[0] ? null : order });
    this.arrange();
  }

  chooseLayer(layer, event) {
    this.reading.set({ unit: { layer, index: this.reading.unit.index } }, event);
  }

  pin(event) {
    if (!this.reading.togglePin(this.reading.unit, event)) this.head.say(this.t("gates.pins_full"));
  }

  draw(changed) {
    const { reading } = this;
    const { layer } = reading.unit;
    if (changed.has("theme") || changed.has("size")) this.restyle();
    if (!this.palette) return;
    const otherLayer = layer !== this.layer;
    this.layer = layer;
    if (otherLayer || changed.has("text")) this.arrange(otherLayer ? 0 : SETTLE);
    else if (changed.has("computed") && reading.trace.computed === reading.length) this.arrange(SETTLE);
    if (["text", "computed", "cursor", "theme", "size"].some((key) => changed.has(key)) || otherLayer) this.paint();
    this.mark();
    this.say();
  }

  /** Put the units in order, once the text has settled. */
  arrange(delay = 0) {
    this.head.show(this.order, this.reading.unit.layer);
    this.ordering.start(async (signal) => {
      const { trace, length, language, unit } = this.reading;
      const index = Int32Array.from({ length: language.hiddenSize }, (_, i) => i);
      if (this.order === "index" || length < FEWEST_STEPS) return this.place(index);
      if (trace.computed < length) return undefined; // the last slice asks again
      const series = Array.from(index, (each) => trace.series(unit.layer, "hidden", each));
      return this.place(this.order === "activity" ? byActivity(series) : await inSlices(byCluster(series), signal));
    }, delay);
  }

  place(units) {
    this.units = units;
    units.forEach((unit, place) => (this.places[unit] = place));
    this.paint();
    this.mark();
    this.say();
  }

  restyle() {
    this.palette = readPalette(this.node);
    const words = (/** @type {readonly string[]} */ colours) =>
      Uint32Array.from(colours, (colour) => {
        const [red, green, blue] = colour.match(/\d+/g).map(Number);
        return (255 << 24) | (blue << 16) | (green << 8) | red; // as the bytes of ImageData lie in memory
      });
    this.colours = { sequential: words(this.palette.sequential), diverging: words(this.palette.diverging) };
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(this.plot.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.plot.clientHeight * ratio));
    this.ratio = ratio;
  }

  paint() {
    const { reading, units } = this;
    const { quantities } = reading.language;
    const words = new Uint32Array(this.pixels.data.buffer);
    const cellRange = quantities.includes("cell") ? reading.cellRange(this.layer) : 1;
    this.showRanges(cellRange);
    quantities.forEach((name, row) => {
      const values = reading.trace.quantity(this.layer, name, reading.cursor);
      const { level } = createScale(name, cellRange, this.palette);
      const colours = isGate(name) ? this.colours.sequential : this.colours.diverging;
      for (let place = 0; place < units.length; place += 1)
        words[row * units.length + place] = colours[level(values[units[place]])];
    });
    this.context.putImageData(this.pixels, 0, 0);
    this.stretch(quantities.length);
  }

  showRanges(range) {
    if (range === this.range && this.palette === this.rangesPalette) return;
    this.range = range;
    this.rangesPalette = this.palette;
    const { quantities } = this.reading.language;
    const bounded = quantities.some((name) => !isGate(name) && isBounded(name));
    this.head.showRanges(this.palette, {
      gate: quantities.some(isGate),
      bounded,
      cell: quantities.includes("cell") ? range : null,
    });
  }

  stretch(rows) {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, width, height);
    const tall = height / rows;
    const gap = Math.round(GAP * this.ratio);
    for (let row = 0; row < rows; row += 1) {
      const [top, end] = [Math.round(row * tall), Math.round((row + 1) * tall) - gap];
      context.drawImage(this.strips, 0, row, this.units.length, 1, 0, top, width, end - top);
    }
  }

  mark() {
    const { reading, places, units } = this;
    const here = (/** @type {import("./reading.js").Unit | null} */ unit) => unit !== null && unit.layer === this.layer;
    const put = (/** @type {HTMLElement} */ node, /** @type {number} */ index) => {
      node.style.left = `${(100 * places[index]) / units.length}%`;
      node.style.width = `${100 / units.length}%`;
    };
    put(this.chosen, reading.unit.index);
    this.pointed.hidden = !here(reading.hover.unit);
    if (!this.pointed.hidden) put(this.pointed, reading.hover.unit.index);
    const pins = reading.pinned.filter(here).map(({ index, colour }) => {
      const node = element("div", {
        class: "gates-column gates-column-pinned",
        style: { "--colour": `var(${colour})` },
      });
      put(node, index);
      return node;
    });
    this.pins.replaceChildren(...pins);
  }

  /** The exact values of the unit that is pointed at, or else of the chosen one. */
  say() {
    const { reading, t } = this;
    const unit = reading.hover.unit?.layer === this.layer ? reading.hover.unit : reading.unit;
    const words = reading.language.quantities.map((name, i) => {
      const value = decimals(reading.trace.quantity(this.layer, name, reading.cursor)[unit.index]);
      this.values[i].textContent = value;
      return `${symbolOf(name, reading.language.cell)} ${value}`;
    });
    this.head.name(t("gates.unit", unit), reading.isPinned(reading.unit));
    this.plot.setAttribute("aria-valuenow", String(this.places[reading.unit.index] + 1));
    this.plot.setAttribute("aria-valuetext", `${t("gates.unit", unit)}: ${words.join(", ")}`);
  }

  destroy() {
    this.ordering.stop();
  }
}
