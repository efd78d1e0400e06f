/** Seed, count, σ scale, prior and class: the controls above the sheet. */

import { element } from "../../dom.js";
import { createCondition } from "./condition.js";
import { LARGEST_SEED, parseSeed } from "./seed-space.js";
import { COUNTS, LARGEST_SCALE } from "./settings.js";

const DIE_LIMIT = 1_000_000; // a die's seeds stay short enough to read out loud

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

export function createSeed(t, onChange) {
  const complaint = element("p", { class: "complaint", id: "explorer-seed-complaint", role: "alert", hidden: true });
  const input = element("input", {
    class: "input seed number",
    id: "explorer-seed",
    inputmode: "numeric",
    autocomplete: "off",
    "aria-describedby": complaint.id,
  });
  const complain = (wrong) => {
    complaint.hidden = !wrong;
    complaint.textContent = wrong ? t("sample.seed_invalid", { largest: LARGEST_SEED }) : "";
    input.setAttribute("aria-invalid", String(wrong));
  };
  const take = (text, event) => {
    const seed = parseSeed(text);
    complain(seed === null);
    if (seed !== null) onChange({ seed }, event);
  };
  const step = (by, event) => {
    const seed = parseSeed(input.value);
    if (seed === null || seed + by < 0 || seed + by > LARGEST_SEED) return;
    input.value = String(seed + by);
    take(input.value, event);
  };
  input.addEventListener("input", (event) => take(input.value, event));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 100, PageDown: -100 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(by, event);
  });
  const button = (label, text, act) =>
    element("button", { class: "button step", type: "button", "aria-label": label, title: label, on: { click: act } }, text);
  const roll = (event) => {
    input.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % DIE_LIMIT);
    take(input.value, event);
  };
  const node = element(
    "div",
    { class: "field" },
    element("label", { class: "field-name", for: input.id }, t("sample.seed")),
    element(
      "div",
      { class: "seed-group" },
      button(t("sample.seed_previous"), "−", (event) => step(-1, event)),
      input,
      button(t("sample.seed_next"), "+", (event) => step(1, event)),
      element("button", { class: "button die", type: "button", title: t("sample.die_hint"), on: { click: roll } }, t("sample.die")),
    ),
  );
  return {
    node,
    complaint,
    update(seed) {
      if (parseSeed(input.value) !== seed) input.value = String(seed);
      complain(false);
    },
  };
}

function createScale(t, onChange) {
  const slider = element("input", { id: "explorer-scale", type: "range", min: 0, max: LARGEST_SCALE, step: 0.01, title: t("sample.scale_hint") });
  const output = element("output", { class: "number scale-value", for: slider.id });
  slider.addEventListener("input", (event) => onChange({ scale: Number(slider.value) }, event));
  return {
    node: element("div", { class: "field scale" }, element("label", { class: "field-name", for: slider.id }, t("sample.scale")), slider, output),
    update(scale) {
      if (Number(slider.value) !== scale) slider.value = String(scale);
      output.textContent = scale.toFixed(2);
    },
  };
}

/** One of a few: radio buttons in the shape of a segmented switch. */
export function createChoice({ label, entries, onChoose }) {
  const buttons = entries.map(([value, text]) =>
    element("button", { class: "segment", type: "button", "data-value": value, on: { click: (event) => onChoose(value, event) } }, text),
  );
  const group = element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
  return {
    node: element("div", { class: "field" }, element("span", { class: "field-name", "aria-hidden": true }, label), group),
    update(chosen) {
      entries.forEach(([value], index) => buttons[index].setAttribute("aria-pressed", String(value === chosen)));
    },
  };
}
