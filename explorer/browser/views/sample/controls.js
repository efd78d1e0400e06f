/** Seed, count, σ scale, prior and class: the controls above the sheet. */

import { element } from "../../dom.js";
import { createCondition } from "../../parts/condition.js";
import { createField, createSlider, createSwitch } from "../../parts/fields.js";
import { SeedField } from "../../parts/seed.js";
import { COUNTS, LARGEST_SCALE } from "./address.js";

/**
 * @typedef {import("../../i18n.js").Translator} Translator
 * @typedef {import("./address.js").Settings} Settings
 * @typedef {(changes: Partial<Settings>, event: Event) => void} OnChange
 */

/**
 * @param {object} options
 * @param {Translator} options.t
 * @param {import("../../runtime/config.js").Config} options.config the model's
 * @param {OnChange} options.onChange
 */
export function createControls({ t, config: { priors, capabilities, condition }, onChange }) {
  const seed = new SeedField(t, onChange);
  const scale = createSlider({
    label: t("sample.scale"),
    hint: t("sample.scale_hint"),
    most: LARGEST_SCALE,
    step: 0.01,
    words: (value) => value.toFixed(2),
    onInput: (value, event) => onChange({ scale: value }, event),
  });
  const scaled = createField(t("sample.scale"), scale.input, scale.output);
  scaled.classList.add("scale");
  const counts = createSwitch({
    label: t("sample.count"),
    entries: COUNTS.map((count) => [count, String(count)]),
    onChoose: (count, event) => onChange({ count }, event),
  });
  const notes = priorNotes(priors, capabilities, t);
  const prior = createSwitch({
    label: t("sample.prior"),
    entries: priors.map((name) => [name, t(`sample.prior_${name}`)]),
    onChoose: (name, event) => onChange({ prior: name }, event),
  });
  prior.node.hidden = priors.length === 1; // nothing to choose; the sentence below says which it is
  const note = element("p", { class: "note prior-note" });
  const classes = condition ? createCondition({ t, condition, onChange }) : null;
  const node = element(
    "div",
    { class: "controls" },
    element("div", { class: "control-row" }, seed.node, counts.node, scaled, prior.node),
    ...(classes ? [classes.node] : []),
    seed.complaint,
    note,
  );
  return {
    node,
    /** @param {Settings} settings */
    show(settings) {
      seed.show(settings.seed);
      scale.show(settings.scale);
      counts.show(settings.count);
      prior.show(settings.prior);
      classes?.show(settings);
      note.textContent = notes[settings.prior];
    },
  };
}

/**
 * Where latents come from. A mixture was fitted to an encoder's latents, or else is what the generator was trained
 * with.
 * @param {string[]} priors
 * @param {string[]} capabilities
 * @param {Translator} t
 * @returns {Record<string, string>} by prior
 */
function priorNotes(priors, capabilities, t) {
  const fitted = capabilities.includes("Encodes");
  const foreign = !fitted && priors.includes("mixture");
  return {
    mixture: t(fitted ? "sample.prior_mixture_note" : "sample.prior_mixture_trained_note"),
    standard_normal: t(foreign ? "sample.prior_standard_normal_foreign_note" : "sample.prior_standard_normal_note"),
  };
}
