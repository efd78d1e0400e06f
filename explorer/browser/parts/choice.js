/** A choice of a few. */

import { element } from "../dom.js";

/** One of a few: radio buttons in the shape of a segmented switch. */
export function createChoice({ label, entries, onChoose }) {
  const buttons = entries.map(([value, text]) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, on: { click: (event) => onChoose(value, event) } },
      text,
    ),
  );
  const group = element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
  return {
    node: element(
      "div",
      { class: "field" },
      element("span", { class: "field-name", "aria-hidden": true }, label),
      group,
    ),
    update(chosen) {
      entries.forEach(([value], index) => buttons[index].setAttribute("aria-pressed", String(value === chosen)));
    },
  };
}
