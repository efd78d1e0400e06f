/**
 * The two networks of a recurrent GAN (Esteban et al. 2017; Mogren 2016): noise → sequence, and sequence → D's output
 * at every step.
 */
import { checkLabel } from "../condition.js";
import { ModelError } from "../errors.js";
import { STREAMS, allFinite } from "../numbers.js";
import { normals } from "../philox.js";
import { END } from "./form.js";
import { createLinear, createStack, softmax, takeGraph } from "./parts.js";

/**
 * @typedef {Float32Array} Noise (N, L): the numbers of each step
 *
 * @typedef {object} Generated
 * @property {Float32Array} numbers (N, C) y of a signal, or the probabilities of pitches and durations
 * @property {Float32Array} heard (N, C) what D is asked of: y of a signal, or each step's notes, as certain as those of
 *   a real melody
 * @property {Float32Array | null} values (N) in the signal's unit
 * @property {import("./form.js").Tokens | null} tokens of notes, up to the end
 * @property {Float32Array} quantities (N, layers, Q, H) of the generator's cells
 *
 * @typedef {object} Judged
 * @property {Float32Array} outputs (N) D's raw output at each step
 * @property {number} mean of them: D's output for the sequence
 * @property {Float32Array} forward (N, 1, Q, H) quantities of the pass from the first step to the last
 * @property {Float32Array} backward (N, 1, Q, H) of the other, by the same steps
 */

export class Generator {
  #output;

  /**
   * @param {import("../kernels.js").Kernels} kernels
   * @param {Record<string, import("./parts.js").Graph>} graphs
   * @param {Map<string, import("../layers.js").Tensor>} tensors
   * @param {{form: import("./form.js").Form, latentSize: number, classes:
   *   number}} shape
   * @throws {ModelError} naming what does not fit
   */
  constructor(kernels, graphs, tensors, { form, latentSize, classes }) {
    this.form = form;
    this.latentSize = latentSize;
    this.classes = classes;
    const graph = takeGraph(graphs, "generator", latentSize + classes, form.channels);
    const { stack, rest } = createStack(kernels, graph, tensors);
    const expected = form.kind === "signal" ? ["linear", "tanh"] : ["linear"];
    if (String(rest.map(({ op }) => op)) !== String(expected))
      throw new ModelError("runtime.layer", { op: "generator", expected, found: rest.map(({ op }) => op) });
    this.stack = stack;
    this.#output = createLinear(rest[0], stack.hiddenSize, form.channels, tensors);
  }

  /** The noise of a seed. @param {number} seed integer in [0, 2⁵³) @returns {Noise} */
  noise(seed) {
    return Float32Array.from(normals(seed, STREAMS.noise, this.form.length * this.latentSize));
  }

  /**
   * @param {Noise} noise
   * @param {ArrayLike<number> | null} label (K) for a conditional model
   * @returns {Generated}
   * @throws {ModelError} for noise of another length, or no numbers, and labels that do not fit
   */
  generate(noise, label) {
    const { form, stack, latentSize, classes } = this;
    if (noise.length !== form.length * latentSize)
      throw new ModelError("runtime.inputLength", { expected: form.length * latentSize, found: noise.length });
    if (!allFinite(noise)) throw new ModelError("runtime.inputNotFinite", {});
    const quantities = stack.run(labelled(noise, latentSize, classes ? checkLabel(label, classes) : []));
    const numbers = new Float32Array(form.length * form.channels);
    for (let t = 0; t < form.length; t++)
      numbers.set(this.#squash(this.#output.apply(stack.hidden(quantities, t))), t * form.channels);
    if (form.kind === "signal")
      return { numbers, heard: numbers, values: form.values(numbers), tokens: null, quantities };
    const { tokens, length } = mostProbable(numbers, form);
    const before = { pitch: tokens.pitch.subarray(0, length), duration: tokens.duration.subarray(0, length) };
    return { numbers, heard: form.numbers(tokens), values: null, tokens: before, quantities };
  }

  #squash(/** @type {Float64Array} */ output) {
    if (this.form.kind === "signal") return output.map(Math.tanh);
    const { pitchTokens } = this.form;
    return [...softmax(output.subarray(0, pitchTokens)), ...softmax(output.subarray(pitchTokens))];
  }
}

/** The same noise at every step: that of the first. @param {Noise} noise @param {number} latentSize @returns {Noise} */
export function holdNoise(noise, latentSize) {
  return noise.map((_, i) => noise[i % latentSize]);
}

/**
 * Noise between two: cos(πa/2)·z + sin(πa/2)·z′, every number of which is standard normal for independent ones.
 * @param {Noise} first @param {Noise} second @param {number} share a, 0 to 1
 * @returns {Noise}
 */
export function blendNoise(first, second, share) {
  const [near, far] = share === 1 ? [0, 1] : [Math.cos((Math.PI * share) / 2), Math.sin((Math.PI * share) / 2)];
  return first.map((value, i) => near * value + far * second[i]);
}

/**
 * Each step's most probable pitch, its most probable duration of those that it can have, and how many notes come before
 * the first end.
 */
function mostProbable(
  /** @type {Float32Array} */ numbers,
  /** @type {import("./form.js").NotesForm} */ { length, channels, pitchTokens },
) {
  const pitch = Int32Array.from({ length }, (_, t) =>
    greatest(numbers.subarray(t * channels, t * channels + pitchTokens)),
  );
  const duration = pitch.map((token, t) =>
    token === END ? 0 : 1 + greatest(numbers.subarray(t * channels + pitchTokens + 1, (t + 1) * channels)),
  );
  const end = pitch.indexOf(END);
  return { tokens: { pitch, duration }, length: end < 0 ? length : end };
}

const greatest = (/** @type {Float32Array} */ values) =>
  values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

/** (T, C) → (T, C + K): the label after the numbers of every step. */
function labelled(
  /** @type {Float32Array} */ numbers,
  /** @type {number} */ channels,
  /** @type {ArrayLike<number>} */ label,
) {
  if (label.length === 0) return numbers;
  const width = channels + label.length;
  const joined = new Float32Array((numbers.length / channels) * width);
  for (let t = 0; t * width < joined.length; t++) {
    joined.set(numbers.subarray(t * channels, (t + 1) * channels), t * width);
    joined.set(label, t * width + channels);
  }
  return joined;
}

export class Judge {
  #forward;
  #backward;
  #output;

  /**
   * @param {import("../kernels.js").Kernels} kernels
   * @param {Record<string, import("./parts.js").Graph>} graphs
   * @param {Map<string, import("../layers.js").Tensor>} tensors
   * @param {{channels: number, classes: number}} shape
   * @throws {ModelError} naming what does not fit
   */
  constructor(kernels, graphs, tensors, { channels, classes }) {
    this.channels = channels;
    this.classes = classes;
    const pass = (/** @type {string} */ part) =>
      createStack(kernels, takeGraph(graphs, part, channels + classes, null), tensors).stack;
    this.#forward = pass("discriminator_forward");
    this.#backward = pass("discriminator_backward");
    /** What the passes' quantities are called, and how many units each has. */
    this.stack = this.#forward;
    const both = this.#forward.hiddenSize + this.#backward.hiddenSize;
    this.#output = createLinear(takeGraph(graphs, "discriminator_output", both, 1).layers[0], both, 1, tensors);
  }

  /**
   * @param {Float32Array} numbers (T, C), of any number of steps
   * @param {ArrayLike<number> | null} label (K) for a conditional model
   * @returns {Judged}
   * @throws {ModelError} for labels that do not fit
   */
  judge(numbers, label) {
    const inputs = labelled(numbers, this.channels, this.classes ? checkLabel(label, this.classes) : []);
    const forward = this.#forward.run(inputs);
    const backward = this.#backward.run(inputs, { reverse: true });
    const outputs = Float32Array.from(
      { length: numbers.length / this.channels },
      (_, t) => this.#output.apply([...this.#forward.hidden(forward, t), ...this.#backward.hidden(backward, t)])[0],
    );
    return { outputs, mean: outputs.reduce((sum, each) => sum + each, 0) / outputs.length, forward, backward };
  }
}
