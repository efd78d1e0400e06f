/** Gates and states of several units as curves over the text: those that are pinned, and the chosen one. */

import { extent, grouped, readable } from "../../charts/axis.js";
import { createMenu } from "../../charts/chart/menu.js";
import { isBounded, rangeOf } from "../../charts/scale.js";
import { element } from "../../dom.js";
import { Plot } from "./across/plot.js";
import { seriesOf } from "./across/series.js";
import { MOST_PINNED, nameOfUnit, same } from "./reading.js";

const CHOSEN = "--text"; // the chosen unit's colour while it is not pinned
const WINDOWS = Object.freeze(/** @type {const} */ (["whole", "letters"]));
/** What makes other lines or values. @type {ReadonlySet<import("../gates.js").ChangedKey>} */
const LINES = new Set(["text", "computed", "unit", "quantity", "pinned", "theme", "size"]);

/**
 * @typedef {import("./across/plot.js").Line & {chosen: boolean}} Line `chosen`: not pinned, and here because it is
 *   chosen
 */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(place, reading, surroundings) {
  return new UnitCurves(place, reading, surroundings);
}

class UnitCurves {
  #place;
  #reading;
  #t;
  #title = element("h2", {});
  #modes;
  #plot;
  #legend = element("ul", { class: "across-curves-legend" });
  /** Of the legend's lines, in their order. @type {HTMLElement[]} */
  #values = [];
  #axes = element("p", { class: "note" });
  #empty;
  #menu;

  /**
   * @param {HTMLElement} place
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(place, reading, { t }) {
    this.#place = place;
    this.#reading = reading;
    this.#t = t;
    this.#plot = new Plot(reading, { label: t("gates.curves_label"), onWindow: () => this.#showWindow() });
    const hint = t("gates.curves_hint");
    this.#menu = createMenu({ t, describe: () => this.#describe(), node: this.#plot.node, hint });
    this.#empty = element("p", { class: "note" }, t("gates.heat_empty"));
    this.#modes = WINDOWS.map((name) => {
      const choose = () => this.#plot.setWhole(name === "whole");
      const properties = { class: "segment", type: "button", on: { click: choose } };
      return { name, button: element("button", properties, t(`gates.curves_${name}`)) };
    });
    const group = element(
      "div",
      { class: "segments", role: "group", "aria-label": t("gates.curves_window") },
      ...this.#modes.map(({ button }) => button),
    );
    const tools = element("div", { class: "across-curves-tools" }, group, this.#menu.node);
    place.append(this.#title, this.#legend, tools, this.#empty, this.#plot.node, this.#axes);
    this.#showWindow();
  }

  #showWindow() {
    for (const { name, button } of this.#modes) button.setAttribute("aria-pressed", String(name === this.#plot.window));
  }

  /** The pinned units in their colours, and the chosen one if it is none of them. @returns {Line[]} */
  #lines() {
    const { pinned, unit } = this.#reading;
    const lines = pinned.map(({ layer, index, colour }) => ({ unit: { layer, index }, colour, chosen: false }));
    return this.#reading.isPinned(unit) ? lines : [...lines, { unit, colour: CHOSEN, chosen: true }];
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    const { length, quantity } = this.#reading;
    const lines = this.#lines();
    this.#empty.hidden = length > 0;
    this.#plot.node.hidden = length === 0;
    this.#plot.draw(changed, lines, this.#range(lines));
    if ([...changed].some((key) => LINES.has(key))) this.#drawLegend(lines);
    this.#drawValues(lines);
    const name = this.#t(`gates.quantity_${quantity}`);
    this.#title.textContent = this.#t("gates.curves_title", { quantity: name });
    this.#axes.textContent = this.#t("gates.curves_axes", { quantity: name });
  }

  /** What the axis holds: a bounded quantity's bounds, else zero and all that the lines reach. @param {Line[]} lines */
  #range(lines) {
    const { quantity } = this.#reading;
    const reached = [[0], ...lines.map(({ unit }) => seriesOf(this.#reading).values(unit, quantity))];
    return (isBounded(quantity) ? null : extent(reached)) ?? rangeOf(quantity, 1);
  }

  /** @param {Line[]} lines */
  #drawLegend(lines) {
    this.#values = lines.map(() => element("output", { class: "number" }));
    this.#legend.replaceChildren(...lines.map((line, i) => this.#chip(line, this.#values[i])));
  }

  /** @param {Line} line @param {HTMLElement} value */
  #chip({ unit, colour, chosen }, value) {
    const [reading, t] = [this.#reading, this.#t];
    const full = chosen && reading.pinned.length === MOST_PINNED;
    const choose = (/** @type {Event} */ event) => reading.set({ unit }, event);
    const toggle = (/** @type {Event} */ event) => reading.togglePin(unit, event);
    const name = element(
      "button",
      { class: "across-chip-name", type: "button", title: t("gates.choose_unit"), on: { click: choose } },
      element("span", { class: "across-swatch", style: { color: `var(${colour})` } }),
      nameOfUnit(unit),
    );
    const words = t(chosen ? "gates.pin" : "gates.unpin");
    const pin = element(
      "button",
      { class: "across-chip-pin", type: "button", "aria-label": words, disabled: full, on: { click: toggle } },
      chosen ? "+" : "×",
    );
    pin.title = full ? t("gates.pins_full") : words;
    const item = element("li", { class: "across-chip" }, name, value, pin);
    item.classList.toggle("across-chip-chosen", same(unit, reading.unit));
    item.addEventListener("pointerenter", (event) => reading.set({ hover: { unit } }, event));
    item.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
    return item;
  }

  /** The values at the character that is pointed at, else at the cursor. @param {Line[]} lines */
  #drawValues(lines) {
    const { trace, hover, cursor, quantity } = this.#reading;
    const time = hover.time ?? cursor;
    const known = time >= 0 && time < trace.computed;
    lines.forEach(({ unit }, i) => {
      const value = known ? readable(trace.quantity(unit.layer, quantity, time)[unit.index]) : "–";
      this.#values[i].textContent = value;
    });
  }

  /**
   * The same curves for a picture, a table or a large figure.
   * @returns {import("../../charts/description.js").Description}
   */
  #describe() {
    const { quantity, trace } = this.#reading;
    const lines = this.#lines();
    const name = this.#t(`gates.quantity_${quantity}`);
    return {
      title: this.#t("gates.curves_title", { quantity: name }),
      unit: "",
      caption: this.#t("gates.curves_axes", { quantity: name }),
      x: { label: this.#t("gates.curves_step"), log: false, words: grouped },
      y: { label: name, log: false, words: readable },
      series: lines.map(({ unit, colour }) => ({ key: nameOfUnit(unit), label: nameOfUnit(unit), colour })),
      rows: Int32Array.from({ length: trace.computed }, (_, step) => step + 1),
      columns: Object.fromEntries(
        lines.map(({ unit }) => [nameOfUnit(unit), seriesOf(this.#reading).values(unit, quantity)]),
      ),
      labels: null,
      floor: null,
      seen: { x: this.#plot.seen, y: this.#range(lines), strip: false },
    };
  }

  destroy() {
    this.#menu.destroy();
    this.#place.replaceChildren();
  }
}
