/** Seed, temperature, top-k and top-p: how the model is to write. */

import { element } from "../dom.js";
import { createNumber } from "./fields.js";

/** @typedef {{seed: number, temperature: number, topK: number, topP: number}} Writing how a model is to write */

/** @type {Readonly<Writing>} */
export const USUAL_WRITING = Object.freeze({ seed: 0, temperature: 0.7, topK: 0, topP: 1 });
export const HOTTEST = 1e9;
export const SMALLEST_SHARE = 0.01;
export const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {{writing: Writing}} options.shared its `writing` is replaced when a setting changes
 * @param {number} options.limit characters of the vocabulary
 * @param {() => void} options.onChange
 * @returns {{node: HTMLElement}}
 */
export function createWritingSettings({ t, shared, limit, onChange }) {
  const field = (
    /** @type {keyof Writing} */ name,
    /** @type {string} */ key,
    /** @type {[number, number]} */ [low, high],
    whole = true,
  ) => {
    const label = t(`gates.${key}`);
    const complaint = t(whole ? "gates.setting_whole" : "gates.setting_number", { name: label, low, high });
    const { node, show, complain } = createNumber({
      label,
      hint: t(`gates.${key}_hint`),
      onInput(value) {
        const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
        complain(fits ? "" : complaint);
        if (!fits) return;
        shared.writing = { ...shared.writing, [name]: value };
        onChange();
      },
    });
    show(shared.writing[name]);
    return node;
  };
  const node = element(
    "div",
    { class: "writing-settings" },
    field("seed", "seed", [0, LARGEST_SEED]),
    field("temperature", "temperature", [0, HOTTEST], false),
    field("topK", "top_k", [0, limit]),
    field("topP", "top_p", [SMALLEST_SHARE, 1], false),
  );
  return { node };
}
