/** A model that writes melodies note by note; `explorer/probes/sequences.py` writes the same ones. */
import { ModelError } from "../errors.js";
import { namedTensor } from "../layers.js";
import { uniforms } from "../philox.js";
import { END } from "./form.js";
import { createLinear, createStack, softmax, takeGraph } from "./parts.js";

/** Stream of the seeded generator. */
const WRITING = 20;
const EMBEDDINGS = Object.freeze(["pitch_embedding.weight", "duration_embedding.weight"]);

/** Tensors that the graphs do not name. */
export const NOTE_TENSORS = EMBEDDINGS;

/**
 * @typedef {object} Melody
 * @property {import("./form.js").Tokens} tokens (n)
 * @property {Float64Array} surprise (n) −log₂ p of each note, in bits
 * @property {Float32Array} quantities (n, layers, Q, H) once each note has been read
 * @property {Next[]} next (n + 1) what was expected in each note's place, and after the last
 * @property {boolean} ended whether the model ended it, or the greatest length did
 *
 * @typedef {{pitch: Float64Array, hidden: Float32Array}} Next probabilities (P) of the next pitch; `durations` tells
 *   those of its duration
 */

export class NoteModel {
  #pitch;
  #duration;
  /** @type {{width: number, data: Float32Array}[]} of pitches and of durations */
  #embeddings;

  /**
   * @param {import("../kernels.js").Kernels} kernels
   * @param {Record<string, import("./parts.js").Graph>} graphs
   * @param {Map<string, import("../layers.js").Tensor>} tensors
   * @param {import("./form.js").NotesForm} form
   * @throws {ModelError} naming what does not fit
   */
  constructor(kernels, graphs, tensors, form) {
    this.form = form;
    const { pitchTokens, durationTokens } = form;
    this.#embeddings = [pitchTokens, durationTokens].map((tokens, i) => {
      const { shape, data } = namedTensor(tensors, EMBEDDINGS[i], [tokens, null]);
      return { width: shape[1], data };
    });
    const [pitchWidth, durationWidth] = this.#embeddings.map(({ width }) => width);
    this.stack = createStack(kernels, takeGraph(graphs, "notes", pitchWidth + durationWidth, null), tensors).stack;
    const { hiddenSize } = this.stack;
    const head = (/** @type {string} */ part, /** @type {number} */ inputs, /** @type {number} */ outputs) =>
      createLinear(takeGraph(graphs, part, inputs, outputs).layers[0], inputs, outputs, tensors);
    this.#pitch = head("pitch", hiddenSize, pitchTokens);
    this.#duration = head("duration", hiddenSize + pitchWidth, durationTokens);
  }

  /**
   * Write a melody, or go on with one.
   * @param {{seed: number, temperature: number, prompt?: import("./form.js").Tokens}} settings note n is picked by the
   *   uniforms 0 and 1 of stream 20, index n, counted from the first note of the prompt; temperature 0 takes the most
   *   probable
   * @returns {Melody} the prompt first
   * @throws {ModelError} `runtime.seed`, `gates.error_temperature`
   */
  write({ seed, temperature, prompt }) {
    if (!(Number.isFinite(temperature) && temperature >= 0))
      throw new ModelError("gates.error_temperature", { found: temperature });
    return this.#run(this.form.length, (n, next) => {
      if (prompt && n < prompt.pitch.length) return [prompt.pitch[n], prompt.duration[n]];
      const draws = uniforms(seed, WRITING, 2, n);
      const pitch = pick(next.pitch, draws[0], temperature);
      return [pitch, pick(this.durations(next, pitch), draws[1], temperature)];
    });
  }

  /** What the model makes of a melody. @param {import("./form.js").Tokens} tokens @returns {Melody} */
  read({ pitch, duration }) {
    return this.#run(pitch.length, (n) => [pitch[n], duration[n]]);
  }

  /**
   * Probabilities of the next note's duration where its pitch is known: the end has none, all else has one.
   * @param {Next} next @param {number} pitch its token
   * @returns {Float64Array} (D)
   */
  durations(next, pitch) {
    if (pitch === END)
      return Float64Array.from({ length: this.form.durationTokens }, (_, token) => (token === 0 ? 1 : 0));
    const logits = this.#duration.apply([...next.hidden, ...this.#row(0, pitch)]);
    logits[0] = -Infinity;
    return softmax(logits);
  }

  /** Note by note, `choose` telling which comes next. */
  #run(/** @type {number} */ most, /** @type {(n: number, next: Next) => [number, number]} */ choose) {
    const { stack } = this;
    const steps = [];
    stack.reset();
    const expect = () => {
      const quantities = new Float32Array(stack.width);
      stack.read(quantities, 0);
      const hidden = quantities.slice(-stack.hiddenSize);
      return { quantities, next: { pitch: softmax(this.#pitch.apply(hidden)), hidden } };
    };
    this.#advance(END, 0);
    let { next } = expect();
    const expected = [next];
    let ended = false;
    while (steps.length < most && !ended) {
      const [pitch, duration] = choose(steps.length, next);
      ended = pitch === END;
      if (ended) break;
      const bits = -Math.log2(next.pitch[pitch]) - Math.log2(this.durations(next, pitch)[duration]);
      this.#advance(pitch, duration);
      const after = expect();
      steps.push({ pitch, duration, bits, quantities: after.quantities });
      expected.push((next = after.next));
    }
    const quantities = new Float32Array(steps.length * stack.width);
    steps.forEach((step, t) => quantities.set(step.quantities, t * stack.width));
    const tokens = {
      pitch: Int32Array.from(steps, ({ pitch }) => pitch),
      duration: Int32Array.from(steps, ({ duration }) => duration),
    };
    return { tokens, surprise: Float64Array.from(steps, ({ bits }) => bits), quantities, next: expected, ended };
  }

  #advance(/** @type {number} */ pitch, /** @type {number} */ duration) {
    this.stack.advance(Float32Array.of(...this.#row(0, pitch), ...this.#row(1, duration)));
  }

  #row(/** @type {number} */ index, /** @type {number} */ token) {
    const { width, data } = this.#embeddings[index];
    return data.subarray(token * width, (token + 1) * width);
  }
}

/**
 * The first token, in order, whose cumulated probability exceeds the uniform, after the logits were divided by the
 * temperature.
 * @param {Float64Array} probabilities @param {number} uniform in (0, 1) @param {number} temperature 0 takes the most
 *   probable, of equals the first
 * @returns {number}
 */
export function pick(probabilities, uniform, temperature) {
  const best = probabilities.reduce((most, each, token) => (each > probabilities[most] ? token : most), 0);
  if (temperature === 0) return best;
  // p^(1/τ), as a share of the greatest: the same as the exponential of logits divided by τ.
  const weights = probabilities.map((each) => Math.exp((Math.log(each) - Math.log(probabilities[best])) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let cumulated = 0;
  for (let token = 0; token < weights.length; token++) {
    cumulated += weights[token];
    if (cumulated > uniform * total) return token;
  }
  return best; // not reached: the uniform is below one
}
