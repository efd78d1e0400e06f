/** A character model that runs in the page: it reads characters one by one and predicts the next. */
import { ModelError } from "../errors.js";
import { CELLS } from "./cells.js";
import { compileClamps } from "./clamps.js";
import { Engine } from "./engine.js";
import { readWeights } from "./weights.js";

export const UNKNOWN = "\ufffd";
/** Read before every text, so that its first character is predicted, too. */
export const START = "\n";

/**
 * @typedef {{values: Float32Array}} State what the next step reads; opaque
 * @typedef {{state: State, quantities: Float32Array}} Step quantities (layers · Q · H) in the order layer, quantity,
 *   unit
 */

/**
 * @param {import("../kernels.js").Kernels} kernels
 * @param {import("../layers.js").Graph | undefined} graph `language` of
 *   `graph.json`
 * @param {Map<string, import("../layers.js").Tensor>} tensors
 * @param {unknown} vocabulary the characters in the order of their tokens, the first U+FFFD, a line feed among them
 * @returns {Language}
 * @throws {ModelError} naming what does not fit
 */
export function createLanguage(kernels, graph, tensors, vocabulary) {
  const characters = typeof vocabulary === "string" ? Array.from(vocabulary) : [];
  const distinct = new Set(characters).size === characters.length;
  if (characters[0] !== UNKNOWN || !characters.includes(START) || !distinct) {
    throw new ModelError("runtime.config", { file: "config.json", name: "arguments.vocabulary" });
  }
  const expected = `[1] → [${characters.length}]`;
  if (
    !Array.isArray(graph?.layers) ||
    String(graph.input) !== "1" ||
    String(graph.output) !== String(characters.length)
  ) {
    throw new ModelError("runtime.graph", {
      part: "language",
      expected,
      found: `[${graph?.input}] → [${graph?.output}]`,
    });
  }
  return new Language(kernels, readWeights(graph, tensors), characters);
}

export class Language {
  #tokens;

  /**
   * @param {import("../kernels.js").Kernels} kernels
   * @param {import("./weights.js").LanguageWeights} weights
   * @param {string[]} vocabulary
   */
  constructor(kernels, weights, vocabulary) {
    this.kernels = kernels;
    this.weights = weights;
    /** Characters by token. */
    this.vocabulary = vocabulary;
    this.cell = weights.cell;
    this.layers = weights.layers.length;
    this.hiddenSize = weights.hiddenSize;
    this.quantities = CELLS[weights.cell].quantities;
    /** For the modules beside this one: who uses it sets clamps and state first. */
    this.engine = new Engine(kernels, weights);
    this.#tokens = new Map(vocabulary.map((character, token) => [character, token]));
  }

  /**
   * A text as the model reads it: code points, "\r\n" and "\r" as "\n", what the vocabulary lacks as token 0.
   * @param {string} text
   * @returns {{characters: string[], tokens: Int32Array, unknown: number[]}} the characters as they were written, their
   *   tokens, and the indices of those that are read as token 0
   */
  read(text) {
    const characters = Array.from(text.replace(/\r\n?/g, "\n"));
    const tokens = Int32Array.from(characters, (character) => this.#tokens.get(character) ?? 0);
    /** @type {number[]} */
    const unknown = [];
    for (let i = 0; i < tokens.length; i++) if (tokens[i] === 0) unknown.push(i);
    return { characters, tokens, unknown };
  }

  /**
   * The state after the line feed that is read before every text.
   * @param {import("./clamps.js").Clamp[]} [clamps]
   * @returns {State}
   */
  start(clamps = []) {
    const nothing = { values: new Float32Array(this.engine.stateSize) };
    return this.step(nothing, this.vocabulary.indexOf(START), clamps).state;
  }

  /**
   * @param {State} state before the step; left as it is
   * @param {number} token
   * @param {import("./clamps.js").Clamp[]} [clamps]
   * @returns {Step}
   * @throws {ModelError} for clamps that do not fit
   */
  step(state, token, clamps = []) {
    const quantities = new Float32Array(this.engine.width);
    this.engine.clamp(compileClamps(this, clamps));
    this.engine.load(state.values);
    this.engine.advance(token);
    this.engine.read(quantities, 0);
    return { state: { values: this.engine.save() }, quantities };
  }

  /**
   * @param {Step | Float32Array} step or the top layer's hidden state (H)
   * @returns {Float32Array} (V) logits of the next character
   */
  logits(step) {
    this.engine.place(0, step instanceof Float32Array ? step : step.quantities.subarray(-this.hiddenSize));
    return this.engine.logits();
  }

  /**
   * The softmax, token 0 included: what the model says.
   * @param {Float32Array} logits (V)
   * @returns {Float32Array} (V)
   */
  probabilities(logits) {
    let largest = -Infinity;
    for (const logit of logits) if (logit > largest) largest = logit;
    const weights = new Float64Array(logits.length);
    let sum = 0;
    for (let token = 0; token < weights.length; token++) sum += weights[token] = Math.exp(logits[token] - largest);
    const shares = new Float32Array(weights.length);
    for (let token = 0; token < shares.length; token++) shares[token] = weights[token] / sum;
    return shares;
  }

  /** Where a quantity begins in a step's quantities. @param {number} layer @param {string} name @returns {number} */
  place(layer, name) {
    const index = this.quantities.indexOf(name);
    if (index < 0 || !(layer >= 0 && layer < this.layers)) throw new RangeError(`layer ${layer}, quantity ${name}`);
    return (layer * this.quantities.length + index) * this.hiddenSize;
  }

  /** The top layer's hidden state in a state. @param {State} state @returns {Float32Array} (H) */
  hidden(state) {
    const parts = CELLS[this.cell].state;
    const start = ((this.layers - 1) * parts.length + parts.indexOf("hidden")) * this.hiddenSize;
    return state.values.subarray(start, start + this.hiddenSize);
  }
}

/** @param {State} state @returns {State} */
export const copyState = (state) => ({ values: state.values.slice() });
