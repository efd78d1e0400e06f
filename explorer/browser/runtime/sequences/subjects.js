/** What can be looked at, judged and heard: a generated sequence, a real one, or the visitor's own. */
import { blendNoise, holdNoise } from "./generator.js";
import { oneHot } from "../condition.js";
import { schedule } from "../sound/notes.js";
import { RATE, renderCurve, renderNotes } from "../sound/synthesis.js";
import { chosenLabel } from "../subjects.js";

export const PLAYED = 2.5; // seconds of sound that a signal becomes, whatever time it spans

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
    /** @type {WeakMap<Subject, Float32Array>} */
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
    return {
      kind: "own",
      label: null,
      values: null,
      notes: this.form.notes(tokens),
      numbers: this.form.numbers(tokens),
      surprise: null,
      tokens,
    };
  }

  /**
   * What a note model makes of the visitor's melody.
   * @param {import("./form.js").Tokens} prompt
   * @param {Settings} settings
   */
  continued(prompt, { seed, pick, temperature }) {
    return this.#melody("fake", this.notes.write({ seed: seed + pick, temperature, prompt }));
  }

  /** D's output at every step, or null where none can be told. @param {Subject} subject */
  judge({ numbers, label }) {
    return this.judgeNetwork && numbers.length > 0 ? this.judgeNetwork.judge(numbers, label) : null;
  }

  /** Seconds that a subject sounds. @param {Subject} subject */
  seconds({ notes }) {
    return notes ? (notes.reduce((sum, { quarters }) => sum + quarters, 0) * 60) / this.form.tempo : PLAYED;
  }

  /** Samples, made once. @param {Subject} subject @returns {{samples: Float32Array, rate: number}} */
  sound(subject) {
    let samples = this.sounds.get(subject);
    if (samples === undefined) {
      samples = subject.notes
        ? renderNotes(schedule(subject.notes, this.form.tempo))
        : renderCurve(subject.values, this.form.range, PLAYED);
      this.sounds.set(subject, samples);
    }
    return { samples, rate: RATE };
  }

  /**
   * Where a time of the sound is in the picture: milliseconds of a signal, quarter notes of a melody.
   * @param {Subject} subject
   * @param {number} seconds
   */
  place({ values }, seconds) {
    return values
      ? (seconds / PLAYED) * ((1000 * (values.length - 1)) / this.form.rate)
      : (seconds * this.form.tempo) / 60;
  }

  #noise(/** @type {number} */ seed, /** @type {Settings} */ { hold }) {
    const noise = this.generator.noise(seed);
    return hold ? holdNoise(noise, this.generator.latentSize) : noise;
  }

  #label(/** @type {number} */ seed, /** @type {Settings} */ settings) {
    return chosenLabel(settings, this.model.classes) ?? this.model.sampleLabel(seed);
  }

  #generated(/** @type {Float32Array} */ noise, /** @type {Float32Array | null} */ label) {
    const { heard, values, tokens, quantities } = this.generator.generate(noise, label);
    return {
      kind: "fake",
      label,
      values,
      notes: tokens && this.form.notes(tokens),
      numbers: heard,
      surprise: null,
      tokens,
      quantities,
    };
  }

  #signal(
    /** @type {Subject["kind"]} */ kind,
    /** @type {Float32Array} */ values,
    /** @type {Float32Array | null} */ label,
  ) {
    return { kind, label, values, notes: null, numbers: this.form.numbers(values), surprise: null, tokens: null };
  }

  #melody(
    /** @type {Subject["kind"]} */ kind,
    /** @type {import("./note-model.js").Melody} */ { tokens, surprise, quantities, next },
  ) {
    return {
      kind,
      label: null,
      values: null,
      notes: this.form.notes(tokens),
      numbers: this.form.numbers(tokens),
      surprise,
      tokens,
      quantities,
      next,
    };
  }
}
