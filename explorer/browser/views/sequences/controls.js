/** Seed, class, noise and temperature: the controls above the sheet of sequences. */
import { element } from "../../dom.js";
import { createCondition } from "../../parts/condition.js";
import { createField, createSlider, createSwitch } from "../../parts/fields.js";
import { SeedField } from "../../parts/seed.js";
import { HOTTEST } from "./address.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/config.js").Config} options.config the model's
 * @param {boolean} options.writes whether notes are drawn, rather than made from noise
 * @param {(changes: Partial<import("./address.js").Drawn>, event: Event) => void} options.onChange
 */
export function createControls({ t, config: { condition }, writes, onChange }) {
  const seed = new SeedField(t, onChange);
  const classes = condition ? createCondition({ t, condition, onChange }) : null;
  const noise = createSwitch({
    label: t("sequences.noise"),
    entries: [
      ["step", t("sequences.noise_step")],
      ["constant", t("sequences.noise_constant")],
    ],
    onChoose: (value, event) => onChange({ hold: value === "constant" }, event),
  });
  const slider = createSlider({
    label: t("gates.temperature"),
    hint: t("gates.temperature_hint"),
    most: HOTTEST,
    step: 0.05,
    words: (value) => value.toFixed(2),
    onInput: (value, event) => onChange({ temperature: value }, event),
  });
  const temperature = createField(t("gates.temperature"), slider.input, slider.output);
  temperature.classList.add("sequence-slider");
  const node = element(
    "div",
    { class: "controls" },
    element("div", { class: "control-row" }, seed.node, writes ? temperature : noise.node),
    ...(classes ? [classes.node] : []),
    seed.complaint,
    element("p", { class: "note" }, t(writes ? "sequences.note_draws" : "sequences.note_noise")),
  );
  return {
    node,
    /** @param {import("./address.js").Drawn} settings */
    update(settings) {
      seed.show(settings.seed);
      noise.show(settings.hold ? "constant" : "step");
      classes?.show(settings);
      slider.show(settings.temperature);
    },
  };
}
