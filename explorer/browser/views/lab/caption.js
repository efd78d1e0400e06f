/** The plot's layers in a sentence: its coloured words are switches, the same ones as in the model graph. */

import { element } from "../../dom.js";
import { LAYERS } from "./address.js";

const MARK = "\u0001"; // stands around a layer's name within the translated sentence

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(layer: string) => void} options.onToggle
 * @param {(arrows: "generator_loss" | "discriminator") => void} options.onArrows
 */
export function createCaption({ t, onToggle, onArrows }) {
  const marked = Object.fromEntries(LAYERS.map((name) => [name, `${MARK}${name}${MARK}`]));
  const buttons = new Map();
  const children = t("lab.caption", marked)
    .split(MARK)
    .map((part) => {
      if (!LAYERS.includes(part)) return part;
      const button = element(
        "button",
        { class: `lab-word lab-word-${part}`, type: "button", on: { click: () => onToggle(part) } },
        t(`lab.layer_${part}`),
      );
      buttons.set(part, button);
      return button;
    });
  const choices = ["generator_loss", "discriminator"].map((kind) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": kind, on: { click: () => onArrows(kind) } },
      t(`lab.arrows_${kind}`),
    ),
  );
  return {
    node: element(
      "div",
      { class: "lab-caption" },
      element("p", {}, ...children),
      element(
        "div",
        { class: "field lab-arrows" },
        element("span", { class: "field-name", "aria-hidden": true }, t("lab.arrows")),
        element("div", { class: "segments", role: "group", "aria-label": t("lab.arrows") }, ...choices),
      ),
    ),
    /** @param {Record<string, boolean>} layers @param {"generator_loss" | "discriminator"} arrows */
    show(layers, arrows) {
      for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(layers[name]));
      for (const button of choices) button.setAttribute("aria-pressed", String(button.dataset.value === arrows));
    },
  };
}
