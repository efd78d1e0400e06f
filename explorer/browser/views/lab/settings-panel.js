/**
 * Everything that can be chosen about a planar GAN. The panel keeps what was typed, checks it as a whole, and says beside the
 * field what is wrong; only settings that can be trained leave it.
 */

import { element } from "../../dom.js";
import { OPTIONS, TRAINABLE_LOSSES, checkSettings } from "../../runtime/planar/settings.js";
import { leaves, replaced } from "./address.js";
import { dataChoice } from "./data-choice.js";
import { choiceField, numberField, widthsField } from "../../parts/fields.js";

/** Settings that may change while a run trains: they alter steps to come, and nothing that exists. */
export const LIVE = Object.freeze([
  "optimisers.generator.learning_rate",
  "optimisers.discriminator.learning_rate",
  "generator_steps",
  "discriminator_steps",
]);

/** @typedef {import("../../runtime/planar/settings.js").Settings} Settings */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(settings: Settings, path: string) => void} options.onChange possible settings, and the path of the one that changed
 * @param {() => void} options.onDraw the visitor wants to draw data
 */
export function createSettingsPanel(options) {
  return new SettingsPanel(options);
}

class SettingsPanel {
  constructor({ t, onChange, onDraw }) {
    this.t = t;
    this.onChange = onChange;
    this.fields = new Map();
    const add = (path, field) => {
      this.fields.set(path, field);
      return field.node;
    };
    const take = (path) => (value) => this.take(path, value);
    this.unplaced = element("p", { class: "complaint", role: "alert", hidden: true });
    this.untrainable = element("p", { class: "note lab-untrainable", hidden: true }, t("lab.untrainable"));
    this.node = element(
      "section",
      { class: "lab-settings", "aria-label": t("lab.settings") },
      element("h2", {}, t("lab.settings")),
      element("p", { class: "note" }, t("lab.settings_note")),
      this.group("data", [add("data", dataChoice({ t, onChoose: take("data"), onDraw })), ...this.noise(add, take)]),
      this.group("training", this.training(add, take)),
      ...["generator", "discriminator"].map((part) => this.group(part, this.network(part, add, take))),
      this.unplaced,
    );
  }

  group(name, fields) {
    return element(
      "fieldset",
      { class: `lab-group lab-group-${name}` },
      element("legend", {}, this.t(`lab.group_${name}`)),
      ...fields,
    );
  }

  choice(path, label, values, words, add, take) {
    const entries = values.map((value) => [value, words(value)]);
    return add(path, choiceField({ id: idOf(path), label, entries, onChoose: take(path) }));
  }

  noise(add, take) {
    const { t } = this;
    return [
      this.choice("noise.kind", t("lab.noise"), OPTIONS.noise, (value) => t(`lab.noise_${value}`), add, take),
      this.choice(
        "noise.dimensions",
        t("lab.dimensions"),
        [1, 2],
        (count) => t("lab.dimensions_count", { count }),
        add,
        take,
      ),
    ];
  }

  training(add, take) {
    const { t } = this;
    const number = (path, key) => add(path, numberField({ id: idOf(path), label: t(key), onInput: take(path) }));
    return [
      this.choice("loss", t("lab.loss"), OPTIONS.loss, (value) => t(`lab.loss_${value}`), add, take),
      number("clip", "lab.clip"),
      number("penalty", "lab.penalty"),
      number("batch", "lab.batch"),
      number("seed", "lab.seed"),
      this.untrainable,
    ];
  }

  network(part, add, take) {
    const { t } = this;
    const optimiser = `optimisers.${part}`;
    const number = (path, key) => add(path, numberField({ id: idOf(path), label: t(key), onInput: take(path) }));
    return [
      add(
        `${part}.widths`,
        widthsField({
          id: idOf(`${part}.widths`),
          label: t("lab.widths"),
          hint: t("lab.widths_hint"),
          onInput: take(`${part}.widths`),
        }),
      ),
      this.choice(
        `${part}.activation`,
        t("lab.activation"),
        OPTIONS.activation,
        (value) => t(`lab.activation_${value}`),
        add,
        take,
      ),
      this.choice(
        `${part}.normalisation`,
        t("lab.normalisation"),
        OPTIONS.normalisation[part],
        (value) => t(`lab.normalisation_${value}`),
        add,
        take,
      ),
      this.choice(
        `${optimiser}.kind`,
        t("lab.optimiser"),
        OPTIONS.optimiser,
        (value) => t(`lab.optimiser_${value}`),
        add,
        take,
      ),
      number(`${optimiser}.learning_rate`, "lab.learning_rate"),
      number(`${optimiser}.beta1`, "lab.beta_one"),
      number(`${optimiser}.beta2`, "lab.beta_two"),
      number(`${part}_steps`, `lab.steps_${part}`),
    ];
  }

  /** Show settings and forget every complaint. @param {Settings} settings */
  show(settings) {
    this.draft = structuredClone(settings);
    for (const [path, value] of leaves(this.draft)) this.fields.get(path)?.show(value, this.draft);
    this.complain(null);
    this.reveal();
  }

  /** After a change of theme. */
  redraw() {
    this.fields.get("data").redraw();
  }

  take(path, value) {
    this.draft = replaced(this.draft, path, value);
    if (path === "data" && value !== "drawn") this.draft.points = null;
    this.fields.get(path).show(value, this.draft);
    this.reveal();
    let settings;
    try {
      settings = checkSettings(this.draft);
    } catch (error) {
      if (!error.key) throw error;
      this.complain(error);
      return;
    }
    this.complain(null);
    if (TRAINABLE_LOSSES.includes(settings.loss)) this.onChange(settings, path);
  }

  /** Fields that mean nothing beside the others are put away. */
  reveal() {
    const { loss, optimisers } = this.draft;
    this.fields.get("clip").node.hidden = loss !== "wasserstein_clip";
    this.fields.get("penalty").node.hidden = loss !== "wasserstein_penalty";
    this.untrainable.hidden = TRAINABLE_LOSSES.includes(loss);
    for (const part of ["generator", "discriminator"]) {
      const hidden = optimisers[part].kind !== "adam";
      for (const beta of ["beta1", "beta2"]) this.fields.get(`optimisers.${part}.${beta}`).node.hidden = hidden;
    }
  }

  /** Say what is wrong where it is wrong; null takes the words back. */
  complain(error) {
    const words = error ? this.t(error.key, error.values) : "";
    const place = error ? this.fields.get(error.values.setting) : null;
    for (const field of this.fields.values()) field.complain(field === place ? words : "");
    this.unplaced.hidden = !error || Boolean(place);
    this.unplaced.textContent = this.unplaced.hidden ? "" : words;
  }
}

function idOf(/** @type {string} */ path) {
  return `lab-${path.replaceAll(".", "-")}`;
}
