/** Gates and states of several units as curves over the text: those that are pinned, and the chosen one. */

import { element } from "../../dom.js";
import { extent, readable } from "../../charts/axis.js";
import { Plot } from "./across/plot.js";
import { isBounded, rangeOf } from "../../charts/scale.js";
import { seriesOf } from "./across/series.js";
import { MOST_PINNED, same } from "./reading.js";
import { writeUnit } from "./state.js";

const CHOSEN = "--text"; // the chosen unit's colour while it is not pinned
const LINES = new Set(["text", "computed", "unit", "quantity", "pinned", "theme", "size"]); // what makes other lines or values

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(place, reading, { t }) {
  return new UnitCurves(place, reading, t);
}

class UnitCurves {
  constructor(place, reading, t) {
    this.place = place;
    this.reading = reading;
    this.t = t;
    this.title = element("h2", {});
    const modes = [true, false].map((whole) => {
      const button = element(
        "button",
        { class: "segment", type: "button" },
        t(whole ? "gates.curves_whole" : "gates.curves_letters"),
      );
      button.addEventListener("click", () => this.setWhole(whole));
      return { whole, button };
    });
    this.modes = modes;
    this.plot = new Plot(reading, { label: t("gates.curves_label") });
    this.legend = element("ul", { class: "across-curves-legend" });
    this.axes = element("p", { class: "note" });
    this.empty = element("p", { class: "note" }, t("gates.heat_empty"));
    const group = element(
      "div",
      { class: "segments", role: "group", "aria-label": t("gates.curves_window") },
      ...modes.map(({ button }) => button),
    );
    this.place.append(this.title, this.legend, group, this.empty, this.plot.node, this.axes);
    this.setWhole(true);
  }

  setWhole(whole) {
    this.plot.setWhole(whole);
    for (const mode of this.modes) mode.button.setAttribute("aria-pressed", String(mode.whole === whole));
  }

  /** The pinned units in their colours, and the chosen one if it is none of them. */
  lines() {
    const { pinned, unit, isPinned } = this.reading;
    const lines = pinned.map(({ layer, index, colour }) => ({ unit: { layer, index }, colour, chosen: false }));
    return isPinned.call(this.reading, unit) ? lines : [...lines, { unit, colour: CHOSEN, chosen: true }];
  }

  draw(changed) {
    const { reading, t } = this;
    const { quantity } = reading;
    const lines = this.lines();
    this.empty.hidden = reading.length > 0;
    this.plot.node.hidden = reading.length === 0;
    this.plot.draw(changed, lines, this.range(lines));
    if ([...changed].some((key) => LINES.has(key))) this.drawLegend(lines);
    this.drawValues(lines);
    const name = t(`gates.quantity_${quantity}`);
    this.title.textContent = t("gates.curves_title", { quantity: name });
    this.axes.textContent = t("gates.curves_axes", { quantity: name });
  }

  /** What the axis holds: a bounded quantity's bounds, else zero and all that the lines reach. */
  range(lines) {
    const { quantity } = this.reading;
    if (isBounded(quantity)) return rangeOf(quantity, 1);
    return extent([[0], ...lines.map(({ unit }) => seriesOf(this.reading).values(unit, quantity))]);
  }

  drawLegend(lines) {
    const { reading, t } = this;
    const items = lines.map(({ unit, colour, chosen }) => {
      const swatch = element("span", { class: "across-swatch", style: { color: `var(${colour})` } });
      const name = element(
        "button",
        { class: "across-chip-name", type: "button", title: t("gates.choose_unit") },
        swatch,
        writeUnit(unit),
      );
      name.addEventListener("click", (event) => reading.set({ unit }, event));
      const toggle = element(
        "button",
        { class: "across-chip-pin", type: "button", "aria-label": t(chosen ? "gates.pin" : "gates.unpin") },
        chosen ? "+" : "×",
      );
      toggle.addEventListener("click", (event) => reading.togglePin(unit, event));
      toggle.disabled = chosen && reading.pinned.length === MOST_PINNED;
      toggle.title = toggle.disabled ? t("gates.pins_full") : t(chosen ? "gates.pin" : "gates.unpin");
      const item = element("li", { class: "across-chip" }, name, element("output", { class: "number" }), toggle);
      item.classList.toggle("across-chip-chosen", same(unit, reading.unit));
      item.addEventListener("pointerenter", (event) => reading.set({ hover: { unit } }, event));
      item.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
      return item;
    });
    this.legend.replaceChildren(...items);
  }

  /** The values at the character that is pointed at, else at the cursor. */
  drawValues(lines) {
    const { trace, hover, cursor, quantity } = this.reading;
    const time = hover.time ?? cursor;
    lines.forEach(({ unit }, i) => {
      const known = time >= 0 && time < trace.computed;
      this.legend.children[i].querySelector("output").textContent = known
        ? readable(trace.quantity(unit.layer, quantity, time)[unit.index])
        : "–";
    });
  }

  destroy() {
    this.place.replaceChildren();
  }
}
