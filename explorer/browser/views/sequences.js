/**
 * The Sample view of a model of signals or melodies: sequences of several seeds side by side, one of them large, judged step by step and
 * played as sound; the way between two of them; real ones and the visitor's own beside them. Everything is computed in the page.
 */
import { element } from "../dom.js";
import { createBlend } from "./sequences/blend.js";
import { createControls } from "./sequences/controls.js";
import { createMeasures } from "./sequences/measures.js";
import { COUNT, readSettings, writeSettings } from "./sequences/settings.js";
import { Stage } from "./sequences/stage.js";
import { Subjects } from "../runtime/sequences/subjects.js";
import { createTiles } from "../parts/tiles.js";
import { createYours } from "./sequences/yours.js";
import { LARGEST_SEED } from "../runtime/seed-space.js";
import { nameLabel } from "../parts/subject-names.js";

const MOST_EXAMPLES = 6;

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  const [sequences, examples, evaluation] = await Promise.all([
    model.loadSequences(),
    model.loadExamples(),
    model.loadEvaluation(),
  ]);
  return new SequencesView(
    root,
    { model, t, subjects: new Subjects(model, sequences), examples, evaluation },
    state,
    host,
  );
}

class SequencesView {
  constructor(root, parts, state, host) {
    Object.assign(this, { root, host, ...parts });
    this.classes = this.model.config.condition?.values ?? [];
    const { settings, refused } = readSettings(state, this.classes);
    this.settings = settings;
    this.build();
    this.complain(
      ...refused.map(({ name, value, expected }) =>
        this.t("write.state_refused", { name, value: value.slice(0, 60), expected }),
      ),
    );
    if (!this.subjects.generator) this.settings.share = null; // there is no way between seeds without noise
    this.redraw();
    host.onUpdate(() => this.recolour());
  }

  build() {
    const { t, model, subjects, root } = this;
    this.refusals = element("div", { class: "refusals", role: "alert" });
    this.controls = createControls({
      t,
      config: model.config,
      writes: subjects.generator === null,
      onChange: (changes, event) => this.change({ ...changes, share: null }, event),
    });
    this.tiles = createTiles({
      label: t("sequences.sheet"),
      count: COUNT,
      form: subjects.form,
      onPick: (pick, event) => this.change({ pick, share: null }, event),
    });
    this.step = element(
      "button",
      { class: "button sequence-step", type: "button", on: { click: () => this.stepThrough() } },
      t("sequences.step_through"),
    );
    this.stage = new Stage({ model, t, subjects, onError: (error) => this.refuse(error), buttons: [this.step] });
    this.blend =
      subjects.generator &&
      createBlend({
        t,
        subjects,
        onChange: (changes, event) => this.change({ share: this.settings.share ?? 0.5, ...changes }, event),
      });
    this.yours = createYours({
      t,
      form: subjects.form,
      judged: subjects.generator !== null,
      onCurve: (values) => this.look(subjects.ofCurve(values, this.settings), t("sequences.own")),
      onMelody: (tokens, said) => this.look(subjects.ofMelody(tokens), t("sequences.own"), said),
      onContinue: (tokens) =>
        this.look(
          subjects.continued(tokens, this.settings),
          t("sequences.own_continued", { count: tokens.pitch.length }),
        ),
    });
    const measured = (/** @type {import("../runtime/model.js").Model} */ each, evaluation) => ({
      title: each.config.title[t.language],
      metrics: each.config.metrics,
      evaluation,
    });
    const rival = this.findRival().then(async (other) => other && measured(other, await other.loadEvaluation()));
    const measures = createMeasures({ t, own: measured(model, this.evaluation), rival });
    const sheet = element(
      "div",
      { class: "sequence-sheet" },
      element("h2", {}, t("sequences.sheet")),
      this.tiles.node,
      ...this.realOnes(),
    );
    root.append(
      this.refusals,
      this.controls.node,
      element("div", { class: "sequence-columns" }, sheet, this.stage.node),
    );
    root.append(...[this.blend, this.yours, measures].flatMap((part) => (part ? [part.node] : [])));
  }

  /** Another model of the same data, trained in another way. @returns {Promise<import("../runtime/model.js").Model | null>} */
  async findRival() {
    const { model, host } = this;
    const kinds = ["GeneratesSequences", "WritesNotes"];
    const other = (/** @type {{family: string, capabilities: string[]}} */ { family, capabilities }) =>
      family !== model.config.family && kinds.some((kind) => capabilities.includes(kind));
    const opened = await Promise.all(host.checkpoints.filter(other).map(({ name }) => host.open(name)));
    return (
      opened.find(
        ({ config }) =>
          config.dataset.name === model.config.dataset.name && config.dataset.sha256 === model.config.dataset.sha256,
      ) ?? null
    );
  }

  /** Held-out sequences, where they may be shown. */
  realOnes() {
    const { t, examples, subjects } = this;
    if (examples.length === 0) return [];
    this.reals = examples.slice(0, MOST_EXAMPLES).map((example) => subjects.ofExample(example));
    this.realTiles = createTiles({
      label: t("sequences.real"),
      count: this.reals.length,
      form: subjects.form,
      onPick: (index) => this.lookAtReal(index),
    });
    return [element("h2", {}, t("sequences.real")), this.realTiles.node];
  }

  /** @param {Partial<import("./sequences/settings.js").Settings>} changes @param {Event} event */
  change(changes, event) {
    Object.assign(this.settings, changes);
    this.refusals.replaceChildren();
    this.redraw(event);
    this.host.emit("state", writeSettings(this.settings, this.classes));
  }

  /** Everything anew. @param {Event} [event] the input that asked for it */
  redraw(event) {
    const { settings, subjects } = this;
    this.controls.update(settings);
    const seeds = Array.from({ length: COUNT }, (_, i) => settings.seed + i).filter((seed) => seed <= LARGEST_SEED);
    settings.pick = Math.min(settings.pick, seeds.length - 1);
    this.sheet = seeds.map((seed) => subjects.ofSeed(seed, settings));
    this.tiles.show(this.sheet, seeds.map(String));
    this.realTiles?.show(
      this.reals,
      this.reals.map((subject) => this.labelled(subject)),
    );
    const one = settings.seed + settings.pick;
    const other = settings.to ?? (one < LARGEST_SEED ? one + 1 : one - 1);
    this.blend?.update(settings, { one, other });
    this.lookAtSheet(one, other);
    if (event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "sequences" });
  }

  lookAtSheet(/** @type {number} */ one, /** @type {number} */ other) {
    const { t, settings, subjects } = this;
    if (settings.share === null) {
      const subject = this.sheet[settings.pick];
      this.look(subject, t("sequences.of_seed", { seed: one }), this.labelled(subject));
      this.tiles.mark(settings.pick);
      return;
    }
    const subject = subjects.between(one, other, settings.share, settings);
    this.look(
      subject,
      t("sequences.of_blend", { one, other, share: Math.round(100 * settings.share) }),
      this.labelled(subject),
    );
  }

  lookAtReal(/** @type {number} */ index) {
    const subject = this.reals[index];
    this.look(subject, this.t("sequences.of_real", { number: index + 1 }), this.labelled(subject));
    this.realTiles.mark(index);
  }

  labelled({ label }) {
    return nameLabel(label, this.model.config.condition, this.t.language);
  }

  /** @param {import("../runtime/sequences/subjects.js").Subject} subject @param {string} title @param {string} [said] */
  look(subject, title, said) {
    this.tiles.mark(null);
    this.realTiles?.mark(null);
    this.step.hidden = !this.sheet.includes(subject);
    this.stage.show(subject, title, said);
  }

  /** Look into the cells that made it. */
  stepThrough() {
    const { share, to, ...state } = writeSettings(this.settings, this.classes);
    const kept = Object.entries(state).filter(([, value]) => value !== null);
    this.host.emit("state", { view: "gates", ...Object.fromEntries(kept) });
  }

  recolour() {
    requestAnimationFrame(() => {
      for (const part of [this.tiles, this.realTiles, this.blend, this.stage]) part?.redraw();
    });
  }

  refuse(error) {
    this.complain(error.key ? this.t(error.key, error.values) : error.message);
  }

  complain(/** @type {string[]} */ ...sentences) {
    this.refusals.replaceChildren(...sentences.map((words) => element("div", { class: "message" }, words)));
  }

  destroy() {
    for (const part of [this.tiles, this.realTiles, this.blend, this.stage]) part?.destroy();
    this.root.replaceChildren();
  }
}
