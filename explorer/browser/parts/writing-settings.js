/** Seed, temperature, top-k and top-p: how the model is to write. */

import { element } from "../dom.js";

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
  const complaint = element("p", { class: "complaint", role: "alert", hidden: true });
  const field = (
    /** @type {string} */ name,
    /** @type {string} */ words,
    /** @type {string} */ hint,
    /** @type {number} */ low,
    /** @type {number} */ high,
    whole = true,
  ) => {
    const input = element("input", {
      class: "input number",
      inputmode: "decimal",
      autocomplete: "off",
      value: shared.writing[name],
      title: hint,
    });
    input.addEventListener("input", () => {
      const value = input.value.trim() === "" ? NaN : Number(input.value);
      const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
      input.setAttribute("aria-invalid", String(!fits));
      complaint.hidden = fits;
      complaint.textContent = fits
        ? ""
        : t(whole ? "gates.setting_whole" : "gates.setting_number", { name: words, low, high });
      if (!fits) return;
      shared.writing = { ...shared.writing, [name]: value };
      onChange();
    });
    return element("label", { class: "gates-setting" }, element("span", { class: "field-name" }, words), input);
  };
  const node = element(
    "div",
    { class: "gates-settings" },
    field("seed", t("gates.seed"), t("gates.seed_hint"), 0, LARGEST_SEED),
    field("temperature", t("gates.temperature"), t("gates.temperature_hint"), 0, HOTTEST, false),
    field("topK", t("gates.top_k"), t("gates.top_k_hint"), 0, limit),
    field("topP", t("gates.top_p"), t("gates.top_p_hint"), SMALLEST_SHARE, 1, false),
    complaint,
  );
  return { node };
}
