/** What stands around the heat rows: the chosen unit, the order of the units, the layer, and the scales' ranges. */

import { element } from "../../dom.js";
import { decimals } from "../../parts/symbols.js";

/** @typedef {typeof import("./order.js").ORDERS[number]} Order */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {number} options.layers
 * @param {string} options.bounded symbols of what lies between −1 and 1
 * @param {readonly Order[]} options.orders
 * @param {(order: Order) => void} options.onOrder
 * @param {(layer: number, event: Event) => void} options.onLayer
 * @param {(event: Event) => void} options.onPin
 */
export function createRowsHead({ t, layers, bounded: symbols, orders, onOrder, onLayer, onPin }) {
  const segment = (
    /** @type {string | number} */ value,
    /** @type {string} */ words,
    /** @type {(event: Event) => void} */ act,
    /** @type {string | null} */ hint = null,
  ) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, title: hint, on: { click: act } },
      words,
    );
  const byOrder = orders.map((order) =>
    segment(order, t(`gates.order_${order}`), () => onOrder(order), t(`gates.order_${order}_hint`)),
  );
  const byLayer = Array.from({ length: layers }, (_, layer) =>
    segment(layer, String(layer), (event) => onLayer(layer, event)),
  );
  const group = (/** @type {string} */ label, /** @type {HTMLElement[]} */ buttons) =>
    element(
      "div",
      { class: "field" },
      element("span", { class: "field-name", "aria-hidden": true }, label),
      element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons),
    );
  const unit = element("h2", { class: "gates-unit" });
  const pin = element("button", { class: "button", type: "button", on: { click: onPin } });
  const message = element("p", { class: "note", role: "status" });
  const layer = group(t("gates.layer"), byLayer);
  layer.hidden = layers === 1;
  const node = element(
    "div",
    { class: "gates-row gates-rows-head" },
    unit,
    pin,
    layer,
    group(t("gates.order"), byOrder),
    message,
  );

  const range = (/** @type {string} */ words) => {
    const [low, bar, high] = [
      element("span", { class: "number" }),
      element("span", { class: "gates-range-bar" }),
      element("span", { class: "number" }),
    ];
    return { node: element("span", { class: "gates-range" }, low, bar, high, words), low, bar, high };
  };
  const ranges = { gate: range(t("gates.range_gates")), bounded: range(symbols), cell: range(t("gates.range_cell")) };
  const legend = element("div", { class: "note gates-ranges" }, ...Object.values(ranges).map((each) => each.node));

  const fill = (
    /** @type {ReturnType<typeof range>} */ { low, bar, high },
    /** @type {readonly string[]} */ colours,
    /** @type {string} */ from,
    /** @type {string} */ to,
  ) => {
    [low.textContent, high.textContent] = [from, to];
    const stops = colours.filter((_, i) => i % 32 === 0 || i === colours.length - 1);
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  };
  return {
    node,
    legend,
    /** @param {Order} order @param {number} chosen layer */
    show(order, chosen) {
      for (const button of byOrder) button.setAttribute("aria-pressed", String(button.dataset.value === order));
      for (const button of byLayer)
        button.setAttribute("aria-pressed", String(Number(button.dataset.value) === chosen));
    },
    /** @param {string} words the unit's name @param {boolean} pinned */
    name(words, pinned) {
      unit.textContent = words;
      pin.textContent = t(pinned ? "gates.unpin" : "gates.pin");
      pin.setAttribute("aria-pressed", String(pinned));
      message.textContent = "";
    },
    /** @param {string} words */
    say(words) {
      message.textContent = words;
    },
    /**
     * Say what the scales' ends stand for.
     * @param {import("../../charts/scale.js").Palette} palette
     * @param {{gate: boolean, bounded: boolean, cell: number | null}} has which scales there are; the cell's by its
     *   range
     */
    showRanges({ sequential, diverging }, { gate, bounded, cell }) {
      ranges.gate.node.hidden = !gate;
      ranges.bounded.node.hidden = !bounded;
      ranges.cell.node.hidden = cell === null;
      fill(ranges.gate, sequential, "0", "1");
      fill(ranges.bounded, diverging, "−1", "1");
      if (cell !== null) fill(ranges.cell, diverging, decimals(-cell), decimals(cell));
    },
  };
}
