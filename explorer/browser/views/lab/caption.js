/** The plot's layers in a sentence: its coloured words are switches, the same ones as in the model graph. */

import { element } from "../../dom.js";
import { ARROWS, LAYERS } from "./address.js";

/** @typedef {import("./address.js").Layer} Layer */
/** @typedef {import("./address.js").ArrowKind} ArrowKind */

const MARK = "\u0001"; // stands around a layer's name within the translated sentence

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(layer: Layer) => void} options.onToggle
 * @param {(arrows: ArrowKind) => void} options.onArrows
 */
export function createCaption({ t, onToggle, onArrows }) {
  const marked = Object.fromEntries(LAYERS.map((name) => [name, `${MARK}${name}${MARK}`]));
  /** @type {Map<Layer, HTMLButtonElement>} */
  const words = new Map();
  const children = t("lab.caption", marked)
    .split(MARK)
    .map((part) => {
      const layer = LAYERS.find((each) => each === part);
      if (layer === undefined) return part;
      const button = element(
        "button",
        { class: `lab-word lab-word-${layer}`, type: "button", on: { click: () => onToggle(layer) } },
        t(`lab.layer_${layer}`),
      );
      words.set(layer, button);
      return button;
    });
  const choices = ARROWS.map((kind) =>
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
    /** @param {import("./address.js").Layers} layers @param {ArrowKind} arrows */
    show(layers, arrows) {
      for (const [layer, button] of words) button.setAttribute("aria-pressed", String(layers[layer]));
      for (const button of choices) button.setAttribute("aria-pressed", String(button.dataset.value === arrows));
    },
  };
}
