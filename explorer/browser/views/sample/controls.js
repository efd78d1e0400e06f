/** Seed, count, σ scale, prior and class: the controls above the sheet. */

import { element } from "../../dom.js";
import { createChoice } from "../../parts/choice.js";
import { createCondition } from "../../parts/condition.js";
import { createSeed } from "../../parts/seed.js";
import { COUNTS, LARGEST_SCALE } from "./settings.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {{priors: string[], capabilities: string[], condition?: import("../../runtime/config.js").Condition | null}} options.config the model's
 * @param {(changes: Partial<import("./settings.js").Settings>, event: Event) => void} options.onChange
 */
export function createControls({ t, config: { priors, capabilities, condition }, onChange }) {
  const seed = createSeed(t, onChange);
  const scale = createScale(t, onChange);
  const counts = createChoice({
    label: t("sample.count"),
    entries: COUNTS.map((count) => [count, String(count)]),
    onChoose: (count, event) => onChange({ count }, event),
  });
  const names = { mixture: t("sample.prior_mixture"), standard_normal: t("sample.prior_standard_normal") };
  const notes = priorNotes(priors, capabilities, t);
  const prior = createChoice({
    label: t("sample.prior"),
    entries: priors.map((name) => [name, names[name]]),
    onChoose: (name, event) => onChange({ prior: name }, event),
  });
  prior.node.hidden = priors.length === 1; // nothing to choose; the sentence below says which it is
  const note = element("p", { class: "note prior-note" });
  const classes = condition ? createCondition({ t, condition, onChange }) : null;
  const node = element(
    "div",
    { class: "sample-controls" },
    element("div", { class: "control-row" }, seed.node, counts.node, scale.node, prior.node),
    ...(classes ? [classes.node] : []),
    seed.complaint,
    note,
  );
  return {
    node,
    /** @param {import("./settings.js").Settings} settings */
    update(settings) {
      seed.update(settings.seed);
      scale.update(settings.scale);
      counts.update(settings.count);
      prior.update(settings.prior);
      classes?.update(settings);
      note.textContent = notes[settings.prior];
    },
  };
}

/** Where latents come from. A mixture was fitted to an encoder's latents, or else is what the generator was trained with. */
function priorNotes(priors, capabilities, t) {
  const fitted = capabilities.includes("Encodes");
  const foreign = !fitted && priors.includes("mixture");
  return {
    mixture: t(fitted ? "sample.prior_mixture_note" : "sample.prior_mixture_trained_note"),
    standard_normal: t(foreign ? "sample.prior_standard_normal_foreign_note" : "sample.prior_standard_normal_note"),
  };
}

function createScale(t, onChange) {
  const slider = element("input", {
    id: "explorer-scale",
    type: "range",
    min: 0,
    max: LARGEST_SCALE,
    step: 0.01,
    title: t("sample.scale_hint"),
  });
  const output = element("output", { class: "number scale-value", for: slider.id });
  slider.addEventListener("input", (event) => onChange({ scale: Number(slider.value) }, event));
  return {
    node: element(
      "div",
      { class: "field scale" },
      element("label", { class: "field-name", for: slider.id }, t("sample.scale")),
      slider,
      output,
    ),
    update(scale) {
      if (Number(slider.value) !== scale) slider.value = String(scale);
      output.textContent = scale.toFixed(2);
    },
  };
}
