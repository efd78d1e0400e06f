/**
 * Everything that can be chosen about a planar GAN. The panel keeps what was typed, checks it as a whole, and says
 * beside the field what is wrong; only settings that can be trained leave it.
 */

import { element } from "../../dom.js";
import { Complaint } from "../../parts/messages.js";
import { createList, createNumber, createNumbers, createSwitch } from "../../parts/fields.js";
import { ModelError } from "../../runtime/errors.js";
import { DEFAULTS, OPTIONS, TRAINABLE_LOSSES, checkSettings } from "../../runtime/planar/settings.js";
import { PARTS, singleSettings, together } from "./address.js";
import { DataChoice } from "./data-choice.js";

/**
 * Settings that may change while a run trains: they alter steps to come, and nothing that exists.
 * @type {readonly SettingPath[]}
 */
export const LIVE = Object.freeze([
  "optimisers.generator.learning_rate",
  "optimisers.discriminator.learning_rate",
  "generator_steps",
  "discriminator_steps",
]);

/**
 * @typedef {import("../../runtime/planar/settings.js").Settings} Settings
 * @typedef {import("./address.js").Part} Part
 * @typedef {import("./address.js").SettingPath} SettingPath
 * @typedef {import("./address.js").SingleSettings} SingleSettings
 * @typedef {{node: HTMLElement, show(value: unknown, settings: SingleSettings): void, complain(words: string): void}}
 *   Field
 */

export class SettingsPanel {
  /** @type {HTMLElement} */
  node;
  #t;
  #onChange;
  #data;
  /** @type {Map<string, Field>} by path */
  #fields = new Map();
  /** What was chosen and typed, possible or not. */
  #draft = singleSettings(DEFAULTS);
  #unplaced = new Complaint();
  #untrainable;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(settings: Settings, path: SettingPath) => void} options.onChange possible settings, and the path of the
   *   one that changed
   * @param {() => void} options.onDraw the visitor wants to draw data
   */
  constructor({ t, onChange, onDraw }) {
    this.#t = t;
    this.#onChange = onChange;
    this.#data = new DataChoice({ t, onChoose: (data) => this.#take("data", data), onDraw });
    this.#fields.set("data", this.#data);
    this.#untrainable = element("p", { class: "note lab-untrainable", hidden: true }, t("lab.untrainable"));
    this.node = element(
      "section",
      { class: "lab-settings", "aria-label": t("lab.settings") },
      element("h2", {}, t("lab.settings")),
      element("p", { class: "note" }, t("lab.settings_note")),
      this.#group("data", [this.#data.node, ...this.#noise()]),
      this.#group("training", this.#training()),
      ...PARTS.map((part) => this.#group(part, this.#network(part))),
      this.#unplaced.node,
    );
  }

  /** Show settings and forget every complaint. @param {Settings} settings */
  show(settings) {
    this.#draft = singleSettings(settings);
    for (const [path, value] of Object.entries(this.#draft)) this.#fields.get(path)?.show(value, this.#draft);
    this.#complain(null);
    this.#reveal();
  }

  /** After a change of theme. */
  redraw() {
    this.#data.redraw();
  }

  #group(/** @type {string} */ name, /** @type {HTMLElement[]} */ fields) {
    return element(
      "fieldset",
      { class: `lab-group lab-group-${name}` },
      element("legend", {}, this.#t(`lab.group_${name}`)),
      ...fields,
    );
  }

  #noise() {
    const t = this.#t;
    return [
      this.#choice("noise.kind", "lab.noise", OPTIONS.noise, (kind) => t(`lab.noise_${kind}`)),
      this.#choice("noise.dimensions", "lab.dimensions", [1, 2], (count) => t("lab.dimensions_count", { count })),
    ];
  }

  #training() {
    return [
      this.#choice("loss", "lab.loss", OPTIONS.loss, (loss) => this.#t(`lab.loss_${loss}`)),
      this.#number("clip", "lab.clip"),
      this.#number("penalty", "lab.penalty"),
      this.#number("batch", "lab.batch"),
      this.#number("seed", "lab.seed"),
      this.#untrainable,
    ];
  }

  #network(/** @type {Part} */ part) {
    const { activation, normalisation, optimiser } = OPTIONS;
    const said = (/** @type {string} */ name) => (/** @type {string | number} */ value) =>
      this.#t(`lab.${name}_${value}`);
    return [
      this.#widths(`${part}.widths`),
      this.#choice(`${part}.activation`, "lab.activation", activation, said("activation")),
      this.#choice(`${part}.normalisation`, "lab.normalisation", normalisation[part], said("normalisation")),
      this.#choice(`optimisers.${part}.kind`, "lab.optimiser", optimiser, said("optimiser")),
      this.#number(`optimisers.${part}.learning_rate`, "lab.learning_rate"),
      this.#number(`optimisers.${part}.beta1`, "lab.beta_one"),
      this.#number(`optimisers.${part}.beta2`, "lab.beta_two"),
      this.#number(`${part}_steps`, `lab.steps_${part}`),
    ];
  }

  /**
   * @param {SettingPath} path
   * @param {string} key of its name
   * @param {readonly (string | number)[]} values
   * @param {(value: string | number) => string} words
   */
  #choice(path, key, values, words) {
    /** @type {[string | number, string][]} */
    const entries = values.map((value) => [value, words(value)]);
    const onChoose = (/** @type {string | number} */ value) => this.#take(path, value);
    const create = values.length > 2 ? createList : createSwitch;
    return this.#add(path, create({ label: this.#t(key), entries, onChoose }));
  }

  #number(/** @type {SettingPath} */ path, /** @type {string} */ key) {
    const onInput = (/** @type {number} */ value) => this.#take(path, value);
    return this.#add(path, createNumber({ label: this.#t(key), onInput }));
  }

  #widths(/** @type {SettingPath} */ path) {
    const [label, hint] = [this.#t("lab.widths"), this.#t("lab.widths_hint")];
    const onInput = (/** @type {number[]} */ widths) => this.#take(path, widths);
    return this.#add(path, createNumbers({ label, hint, onInput }));
  }

  #add(/** @type {SettingPath} */ path, /** @type {Field} */ field) {
    this.#fields.set(path, field);
    field.node.dataset.setting = path;
    return field.node;
  }

  #take(/** @type {SettingPath} */ path, /** @type {unknown} */ value) {
    this.#draft = { ...this.#draft, [path]: value };
    if (path === "data" && value !== "drawn") this.#draft.points = null;
    this.#fields.get(path)?.show(value, this.#draft);
    this.#reveal();
    let settings;
    try {
      settings = checkSettings(together(this.#draft));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      this.#complain(error);
      return;
    }
    this.#complain(null);
    if (TRAINABLE_LOSSES.includes(settings.loss)) this.#onChange(settings, path);
  }

  /** Fields that mean nothing beside the others are put away. */
  #reveal() {
    const { loss } = this.#draft;
    this.#hide("clip", loss !== "wasserstein_clip");
    this.#hide("penalty", loss !== "wasserstein_penalty");
    this.#untrainable.hidden = TRAINABLE_LOSSES.includes(loss);
    for (const part of PARTS) {
      const hidden = this.#draft[`optimisers.${part}.kind`] !== "adam";
      this.#hide(`optimisers.${part}.beta1`, hidden);
      this.#hide(`optimisers.${part}.beta2`, hidden);
    }
  }

  #hide(/** @type {SettingPath} */ path, /** @type {boolean} */ hidden) {
    const field = this.#fields.get(path);
    if (field) field.node.hidden = hidden;
  }

  /** Say what is wrong where it is wrong; null takes the words back. @param {ModelError | null} error */
  #complain(error) {
    const words = error ? this.#t(error.key, error.values) : "";
    const place = error ? this.#fields.get(error.values.setting) : undefined;
    for (const field of this.#fields.values()) field.complain(field === place ? words : "");
    this.#unplaced.say(place === undefined ? words : "");
  }
}
