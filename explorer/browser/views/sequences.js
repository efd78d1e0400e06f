/**
 * The Sample view of a model of signals or melodies: sequences of several seeds side by side, one of them large, judged
 * step by step and played as sound; the way between two of them; real ones and the visitor's own beside them.
 * Everything is computed in the page.
 */
import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { Messages, errorWords } from "../parts/messages.js";
import { nameLabel } from "../parts/subject-names.js";
import { createTiles } from "../parts/tiles.js";
import { LARGEST_SEED } from "../runtime/seed-space.js";
import { Subjects } from "../runtime/sequences/subjects.js";
import { COUNT, address } from "./sequences/address.js";
import { createBlend } from "./sequences/blend.js";
import { createControls } from "./sequences/controls.js";
import { createMeasures } from "./sequences/measures.js";
import { Stage } from "./sequences/stage.js";
import { createYours } from "./sequences/yours.js";

export { address };

const MOST_EXAMPLES = 6;

/**
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 * @typedef {import("../parts/host.js").ViewOptions} ViewOptions
 * @typedef {import("../runtime/model.js").Model} Model
 * @typedef {import("../runtime/sequences/subjects.js").Subject} Subject
 * @typedef {import("../runtime/sequences/examples.js").Example} Example
 * @typedef {import("../runtime/sequences/evaluation.js").SequenceEvaluation | null} Evaluation
 */

/**
 * @param {HTMLElement} root
 * @param {ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [sequences, examples, evaluation] = await Promise.all([
    model.loadSequences(),
    model.loadExamples(),
    model.loadEvaluation(),
  ]);
  const subjects = new Subjects(model, sequences);
  return new SequencesView(root, { model, t, state, subjects, examples, evaluation }, host);
}

class SequencesView {
  #root;
  #model;
  #t;
  #host;
  #subjects;
  #settings;
  /** Of the seeds on the sheet. @type {Subject[]} */
  #sheet = [];
  /** Held-out ones. @type {Subject[]} */
  #reals;
  #messages = new Messages();
  #controls;
  #tiles;
  #realTiles;
  #step;
  #stage;
  #blend;
  #measures;

  /**
   * @param {HTMLElement} root
   * @param {ViewOptions & {subjects: Subjects, examples: Example[], evaluation: Evaluation}} options
   * @param {ViewHost} host
   */
  constructor(root, { model, t, state, subjects, examples, evaluation }, host) {
    this.#root = root;
    this.#model = model;
    this.#t = t;
    this.#host = host;
    this.#subjects = subjects;
    const { values, refused } = address.read(state, model.config);
    this.#settings = values;
    if (!subjects.generator) values.share = null; // there is no way between seeds without noise
    this.#messages.show(...refusals(refused, t));
    this.#reals = examples.slice(0, MOST_EXAMPLES).map((example) => subjects.ofExample(example));
    this.#controls = createControls({
      t,
      config: model.config,
      writes: subjects.generator === null,
      onChange: (changes, event) => this.#change({ ...changes, share: null }, event),
    });
    this.#tiles = this.#createTiles(t("sequences.sheet"), COUNT, (pick, event) =>
      this.#change({ pick, share: null }, event),
    );
    this.#realTiles = this.#reals.length
      ? this.#createTiles(t("sequences.real"), this.#reals.length, (index) => this.#lookAtReal(index))
      : null;
    this.#step = element(
      "button",
      { class: "button sequence-step", type: "button", on: { click: () => this.#stepThrough() } },
      t("sequences.step_through"),
    );
    const onError = (/** @type {unknown} */ error) => this.#messages.show(errorWords(error, t));
    this.#stage = new Stage({ model, t, subjects, onError, buttons: [this.#step] });
    this.#blend = subjects.generator && this.#createBlend();
    this.#measures = createMeasures({ t, own: measured(model, evaluation, t), rival: this.#measureRival() });
    this.#build();
    this.#draw();
  }

  destroy() {
    for (const part of [this.#tiles, this.#realTiles, this.#blend, this.#stage, this.#measures]) part?.destroy();
    this.#root.replaceChildren();
  }

  #build() {
    const t = this.#t;
    const sheet = element(
      "div",
      { class: "sequence-sheet" },
      element("h2", {}, t("sequences.sheet")),
      this.#tiles.node,
      ...(this.#realTiles ? [element("h2", {}, t("sequences.real")), this.#realTiles.node] : []),
    );
    const below = [this.#blend, this.#createYours(), this.#measures];
    this.#root.append(
      this.#messages.node,
      this.#controls.node,
      element("div", { class: "sequence-columns" }, sheet, this.#stage.node),
      ...below.flatMap((part) => (part ? [part.node] : [])),
    );
  }

  /** @param {string} label @param {number} count @param {(index: number, event: Event) => void} onPick */
  #createTiles(label, count, onPick) {
    return createTiles({ label, count, form: this.#subjects.form, onPick });
  }

  #createBlend() {
    return createBlend({
      t: this.#t,
      subjects: this.#subjects,
      onChange: (changes, event) => this.#change({ share: this.#settings.share ?? 0.5, ...changes }, event),
    });
  }

  #createYours() {
    const t = this.#t;
    const subjects = this.#subjects;
    return createYours({
      t,
      form: subjects.form,
      judged: subjects.generator !== null,
      onCurve: (values) => this.#look(subjects.ofCurve(values, this.#settings), t("sequences.own")),
      onMelody: (tokens, said) => this.#look(subjects.ofMelody(tokens), t("sequences.own"), said),
      onContinue: (tokens) => {
        const title = t("sequences.own_continued", { count: tokens.pitch.length });
        this.#look(subjects.continued(tokens, this.#settings), title);
      },
    });
  }

  /** What was measured of another model of the same data, trained in another way. */
  async #measureRival() {
    const { config } = this.#model;
    const { checkpoints, open } = this.#host;
    const kinds = ["GeneratesSequences", "WritesNotes"];
    const others = checkpoints.filter(
      ({ family, capabilities }) => family !== config.family && kinds.some((kind) => capabilities.includes(kind)),
    );
    const opened = await Promise.all(others.map(({ name }) => open(name)));
    const { name, sha256 } = config.dataset;
    const found = opened.find(({ config: { dataset } }) => dataset.name === name && dataset.sha256 === sha256);
    return found ? measured(found, await found.loadEvaluation(), this.#t) : null;
  }

  /** @param {Partial<import("./sequences/address.js").Settings>} changes @param {Event} event */
  #change(changes, event) {
    Object.assign(this.#settings, changes);
    this.#messages.show();
    this.#draw();
    performance.measure("explorer:sample", { start: event.timeStamp, detail: "sequences" });
    this.#host.emit("state", address.write(this.#settings, this.#model.config));
  }

  /** Everything anew. */
  #draw() {
    const [settings, subjects] = [this.#settings, this.#subjects];
    this.#controls.update(settings);
    const seeds = Array.from({ length: COUNT }, (_, i) => settings.seed + i).filter((seed) => seed <= LARGEST_SEED);
    settings.pick = Math.min(settings.pick, seeds.length - 1);
    this.#sheet = seeds.map((seed) => subjects.ofSeed(seed, settings));
    this.#tiles.show(this.#sheet, seeds.map(String));
    this.#realTiles?.show(
      this.#reals,
      this.#reals.map((subject) => this.#labelled(subject)),
    );
    const one = settings.seed + settings.pick;
    const other = settings.to ?? (one < LARGEST_SEED ? one + 1 : one - 1);
    this.#blend?.update(settings, { one, other });
    if (settings.share === null) this.#lookAtPicked(one);
    else this.#lookBetween(one, other, settings.share);
  }

  /** @param {number} seed */
  #lookAtPicked(seed) {
    const subject = this.#sheet[this.#settings.pick];
    this.#look(subject, this.#t("sequences.of_seed", { seed }), this.#labelled(subject));
    this.#tiles.mark(this.#settings.pick);
  }

  /** @param {number} one seed @param {number} other seed @param {number} share */
  #lookBetween(one, other, share) {
    const subject = this.#subjects.between(one, other, share, this.#settings);
    const title = this.#t("sequences.of_blend", { one, other, share: Math.round(100 * share) });
    this.#look(subject, title, this.#labelled(subject));
  }

  /** @param {number} index */
  #lookAtReal(index) {
    const subject = this.#reals[index];
    this.#look(subject, this.#t("sequences.of_real", { number: index + 1 }), this.#labelled(subject));
    this.#realTiles?.mark(index);
  }

  /** @param {Subject} subject */
  #labelled({ label }) {
    return nameLabel(label, this.#model.config.condition ?? null, this.#t);
  }

  /** @param {Subject} subject @param {string} title @param {string} [said] */
  #look(subject, title, said) {
    this.#tiles.mark(null);
    this.#realTiles?.mark(null);
    this.#step.hidden = !this.#sheet.includes(subject);
    this.#stage.show(subject, title, said);
  }

  /** Look into the cells that made it. */
  #stepThrough() {
    const state = address.write({ ...this.#settings, share: null, to: null }, this.#model.config);
    const said = Object.entries(state).filter(([, value]) => value !== null);
    this.#host.emit("state", { view: "gates", ...Object.fromEntries(said) });
  }
}

/** @param {Model} model @param {Evaluation} evaluation @param {import("../i18n.js").Translator} t */
function measured({ config: { title, metrics } }, evaluation, t) {
  return { title: title[t.language], metrics, evaluation };
}
