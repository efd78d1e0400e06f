/** Which quantity of which unit the text is coloured by; and what a colour or a place says in words. */

import { readable } from "../../../charts/axis.js";
import { element, freshId } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";
import { MOST_PINNED, nameOfUnit } from "../reading.js";

/**
 * @param {import("../reading.js").Reading} reading
 * @param {import("../../../i18n.js").Translator} t
 * @returns {{node: HTMLElement, draw(): void}}
 */
export function createQuantityMenu(reading, t) {
  const id = freshId("across-quantity");
  const options = reading.language.quantities.map((name) =>
    element("option", { value: name }, t(`gates.quantity_${name}`)),
  );
  const select = element("select", { class: "select", id }, ...options);
  select.addEventListener("change", (event) => reading.set({ quantity: select.value }, event));
  const node = element(
    "label",
    { class: "field", for: id },
    element("span", { class: "field-name" }, t("gates.quantity")),
    select,
  );
  return { node, draw: () => (select.value = reading.quantity) };
}

/**
 * Fields for the unit, and a button that pins it.
 * @param {import("../reading.js").Reading} reading
 * @param {import("../../../i18n.js").Translator} t
 * @returns {{node: HTMLElement, draw(): void}}
 */
export function createUnitControls(reading, t) {
  const { layers, hiddenSize } = reading.language;
  const field = (/** @type {string} */ key, /** @type {number} */ max) => {
    const input = element("input", {
      class: "input across-number",
      type: "number",
      min: 0,
      max,
      step: 1,
      id: freshId("across-field"),
    });
    const label = element(
      "label",
      { class: "field", for: input.id },
      element("span", { class: "field-name" }, t(key)),
      input,
    );
    input.addEventListener("input", (event) => choose(event));
    input.addEventListener("blur", () => draw()); // what was refused gives way to what is shown
    const show = (/** @type {number} */ value) => {
      if (input.value !== String(value)) input.value = String(value);
      input.setAttribute("aria-invalid", "false");
    };
    return { input, label, show };
  };
  const layer = field("gates.layer", layers - 1);
  const index = field("gates.across_unit", hiddenSize - 1);
  const choose = (/** @type {Event} */ event) => {
    const unit = { layer: Number(layer.input.value), index: Number(index.input.value) };
    const known = layer.input.value !== "" && index.input.value !== "" && reading.hasUnit(unit);
    for (const { input } of [layer, index]) input.setAttribute("aria-invalid", String(!known));
    if (known) reading.set({ unit }, event);
  };
  const pin = element("button", { class: "button", type: "button" });
  pin.addEventListener("click", (event) => reading.togglePin(reading.unit, event));
  const draw = () => {
    layer.show(reading.unit.layer);
    index.show(reading.unit.index);
    const pinned = reading.isPinned(reading.unit);
    const full = !pinned && reading.pinned.length === MOST_PINNED;
    pin.textContent = t(pinned ? "gates.unpin" : "gates.pin");
    pin.disabled = full;
    pin.title = full ? t("gates.pins_full") : "";
  };
  layer.label.hidden = layers === 1;
  return { node: element("div", { class: "across-unit-controls" }, layer.label, index.label, pin), draw };
}

/**
 * The scale as a bar with its numbers.
 * @param {import("../../../i18n.js").Translator} t
 * @returns {{node: HTMLElement, draw(scale: import("../../../charts/scale.js").Scale, quantity: string): void}}
 */
export function createLegend(t) {
  const bar = element("span", { class: "across-legend-bar" });
  const numbers = [0, 1, 2].map(() => element("span", { class: "number" }));
  const node = element(
    "span",
    { class: "across-legend" },
    element(
      "span",
      { class: "across-legend-scale" },
      bar,
      element("span", { class: "across-legend-numbers" }, ...numbers),
    ),
  );
  return {
    node,
    draw({ low, high, colours }, quantity) {
      const stops = Array.from({ length: 17 }, (_, i) => colours[Math.round((i / 16) * (colours.length - 1))]);
      bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
      [low, (low + high) / 2, high].forEach((value, i) => (numbers[i].textContent = readable(value)));
      node.title = t(quantity === "cell" ? "gates.legend_cell" : "gates.legend");
    },
  };
}

/**
 * One step in words: the character, its place, and the value there.
 * @param {import("../reading.js").Reading} reading
 * @param {number} time
 * @param {import("../reading.js").Unit} unit
 * @param {import("../../../i18n.js").Translator} t
 */
export function describe(reading, time, unit, t) {
  const { trace, quantity } = reading;
  if (time < 0) return "";
  const character = visible(trace.characters[time]);
  const key = trace.unknown.includes(time) ? "gates.at_unknown" : "gates.at";
  const computed = time < trace.computed;
  const value = computed ? readable(trace.quantity(unit.layer, quantity, time)[unit.index]) : "…";
  return t(key, {
    character,
    time: time + 1,
    unit: nameOfUnit(unit),
    quantity: t(`gates.quantity_${quantity}`),
    value,
  });
}
