/** What can be looked at, judged and heard: a generated sequence, a real one, or the visitor's own. */
import { blendNoise, holdNoise } from "./generator.js";
import { oneHot } from "../condition.js";
import { RATE } from "../sound/synthesis.js";
import { chosenLabel } from "../subjects.js";
import { PLAYED } from "./form.js";

/**
 * @typedef {object} OwnSettings
 * @property {boolean} hold whether the noise of the first step stays for all
 * @property {number} temperature of a model that draws notes
 *
 * @typedef {OwnSettings & import("../subjects.js").Choice} Settings what a sequence is drawn by
 *
 * @typedef {object} Subject
 * @property {"fake" | "real" | "own"} kind
 * @property {Float32Array | null} label (K)
 * @property {Float32Array | null} values of a signal, in its unit
 * @property {import("../sound/notes.js").Note[] | null} notes
 * @property {Float32Array} numbers (N, C) what D reads
 * @property {Float64Array | null} surprise bits of each note, where a model predicts them
 * @property {import("./form.js").Tokens | null} tokens
 * @property {Float32Array} [quantities] (N, layers, Q, H) of the cells that made it, or read it
 * @property {import("./note-model.js").Next[]} [next] what a note model expected in each note's place
 */

export class Subjects {
  /** @param {import("../model.js").Model} model @param {import("../sequences.js").SequenceModel} sequences */
  constructor(model, sequences) {
    const { form, generator, judge, notes } = sequences;
    this.model = model;
    this.form = form;
    this.generator = generator;
    this.judgeNetwork = judge;
    this.notes = notes;
    /** @type {WeakMap<Subject, Float32Array<ArrayBuffer>>} */
    this.sounds = new WeakMap();
  }

  /** What a seed gives. @param {number} seed @param {Settings} settings @returns {Subject} */
  ofSeed(seed, settings) {
    if (this.notes) return this.#melody("fake", this.notes.write({ seed, temperature: settings.temperature }));
    return this.#generated(this.#noise(seed, settings), this.#label(seed, settings));
  }

  /**
   * Between two seeds, in the class of the nearer one.
   * @param {number} one
   * @param {number} other
   * @param {number} share
   * @param {Settings} settings
   */
  between(one, other, share, settings) {
    const noise = blendNoise(this.#noise(one, settings), this.#noise(other, settings), share);
    return this.#generated(noise, this.#label(share <= 0.5 ? one : other, settings));
  }

  /** @param {import("./examples.js").Example} example @returns {Subject} */
  ofExample({ values, label }) {
    return this.#signal("real", values, label === null ? null : oneHot(label, this.model.classes));
  }

  /**
   * The visitor's curve, in the class that is chosen, or the first.
   * @param {Float32Array} values
   * @param {Settings} settings
   */
  ofCurve(values, settings) {
    const { classes } = this.model;
    return this.#signal("own", values, chosenLabel(settings, classes) ?? (classes ? oneHot(0, classes) : null));
  }

  /** The visitor's melody. @param {import("./form.js").Tokens} tokens @returns {Subject} */
  ofMelody(tokens) {
    if (this.notes) return this.#melody("own", this.notes.read(tokens));
    const form = this.#notesForm;
    return {
      kind: "own",
      label: null,
      values: null,
      notes: form.notes(tokens),
      numbers: form.numbers(tokens),
      surprise: null,
      tokens,
    };
  }

  /**
   * What a note model makes of the visitor's melody.
   * @param {import("./form.js").Tokens} prompt
   * @param {{seed: number, pick: number, temperature: number}} settings the seed of the first sequence, and the place
   *   of
   *   the one that goes on
   */
  continued(prompt, { seed, pick, temperature }) {
    const notes = required(this.notes, "a note model");
    return this.#melody("fake", notes.write({ seed: seed + pick, temperature, prompt }));
  }

  /** D's output at every step, or null where none can be told. @param {Subject} subject */
  judge({ numbers, label }) {
    return this.judgeNetwork && numbers.length > 0 ? this.judgeNetwork.judge(numbers, label) : null;
  }

  /** Seconds that a subject sounds. @param {Subject} subject */
  seconds({ notes }) {
    if (this.form.kind === "signal" || notes === null) return PLAYED;
    return (notes.reduce((sum, { quarters }) => sum + quarters, 0) * 60) / this.form.tempo;
  }

  /** Samples, made once. @param {Subject} subject @returns {{samples: Float32Array<ArrayBuffer>, rate: number}} */
  sound(subject) {
    let samples = this.sounds.get(subject);
    if (samples === undefined) {
      samples = this.form.sound(subject);
      this.sounds.set(subject, samples);
    }
    return { samples, rate: RATE };
  }

  #noise(/** @type {number} */ seed, /** @type {Settings} */ { hold }) {
    const generator = required(this.generator, "a generator");
    const noise = generator.noise(seed);
    return hold ? holdNoise(noise, generator.latentSize) : noise;
  }

  #label(/** @type {number} */ seed, /** @type {Settings} */ settings) {
    return chosenLabel(settings, this.model.classes) ?? this.model.sampleLabel(seed);
  }

  /** @param {Float32Array} noise @param {Float32Array | null} label @returns {Subject} */
  #generated(noise, label) {
    const { heard, values, tokens, quantities } = required(this.generator, "a generator").generate(noise, label);
    return {
      kind: "fake",
      label,
      values,
      notes: tokens && this.#notesForm.notes(tokens),
      numbers: heard,
      surprise: null,
      tokens,
      quantities,
    };
  }

  /**
   * @param {Subject["kind"]} kind
   * @param {Float32Array} values
   * @param {Float32Array | null} label
   * @returns {Subject}
   */
  #signal(kind, values, label) {
    const form = required(this.form.kind === "signal" ? this.form : null, "a model of signals");
    return { kind, label, values, notes: null, numbers: form.numbers(values), surprise: null, tokens: null };
  }

  get #notesForm() {
    return required(this.form.kind === "notes" ? this.form : null, "a model of notes");
  }

  /** @param {Subject["kind"]} kind @param {import("./note-model.js").Melody} melody @returns {Subject} */
  #melody(kind, { tokens, surprise, quantities, next }) {
    const form = this.#notesForm;
    return {
      kind,
      label: null,
      values: null,
      notes: form.notes(tokens),
      numbers: form.numbers(tokens),
      surprise,
      tokens,
      quantities,
      next,
    };
  }
}

/**
 * What the caller may only ask of models that have it.
 * @template T
 * @param {T | null} part
 * @param {string} name
 * @returns {T}
 */
function required(part, name) {
  if (part === null) throw new TypeError(`expected ${name}`);
  return part;
}
