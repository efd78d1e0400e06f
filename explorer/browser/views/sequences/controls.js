/** Seed, class, noise and temperature: the controls above the sheet of sequences. */
import { element } from "../../dom.js";
import { createCondition } from "../../parts/condition.js";
import { createChoice } from "../../parts/choice.js";
import { createSeed } from "../../parts/seed.js";
import { HOTTEST } from "./settings.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {Record<string, any>} options.config the model's
 * @param {boolean} options.writes whether notes are drawn, rather than made from noise
 * @param {(changes: Partial<import("./settings.js").Settings>, event: Event) => void} options.onChange
 */
export function createControls({ t, config: { condition }, writes, onChange }) {
  const seed = createSeed(t, onChange);
  const classes = condition ? createCondition({ t, condition, onChange }) : null;
  const noise = createChoice({
    label: t("sequences.noise"),
    entries: [
      ["step", t("sequences.noise_step")],
      ["constant", t("sequences.noise_constant")],
    ],
    onChoose: (/** @type {string} */ value, /** @type {Event} */ event) =>
      onChange({ hold: value === "constant" }, event),
  });
  const slider = element("input", {
    id: "sequence-temperature",
    type: "range",
    min: 0,
    max: HOTTEST,
    step: 0.05,
    title: t("gates.temperature_hint"),
  });
  const output = element("output", { class: "number scale-value", for: slider.id });
  slider.addEventListener("input", (event) => onChange({ temperature: Number(slider.value) }, event));
  const temperature = element(
    "div",
    { class: "field sequence-slider" },
    element("label", { class: "field-name", for: slider.id }, t("gates.temperature")),
    slider,
    output,
  );
  const node = element(
    "div",
    { class: "sample-controls" },
    element("div", { class: "control-row" }, seed.node, writes ? temperature : noise.node),
    ...(classes ? [classes.node] : []),
    seed.complaint,
    element("p", { class: "note" }, t(writes ? "sequences.note_draws" : "sequences.note_noise")),
  );
  return {
    node,
    /** @param {import("./settings.js").Settings} settings */
    update(settings) {
      seed.update(settings.seed);
      noise.update(settings.hold ? "constant" : "step");
      classes?.update(settings);
      if (Number(slider.value) !== settings.temperature) slider.value = String(settings.temperature);
      output.textContent = settings.temperature.toFixed(2);
    },
  };
}
