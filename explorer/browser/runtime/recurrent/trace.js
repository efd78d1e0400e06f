/**
 * What a character model computes while it reads a text. The trace follows an edited text: steps of the unchanged
 * beginning stay, so that typing at the end costs one step.
 */
import { ModelError } from "../errors.js";
import { CELLS } from "./cells.js";
import { compileClamps } from "./clamps.js";
import { BATCH } from "./engine.js";
import { START } from "./language.js";

export const LONGEST_TEXT = 20_000;
const CHUNK = 256; // steps that are stored together
const HELD = 64; // distributions that are kept

export class Trace {
  #compiled;
  /** Step t is number t + 1 in here: the line feed's is number 0. @type {Float32Array[]} */
  #chunks = [];
  #surprises = new Float64Array(CHUNK);
  /** @type {Map<number, Float32Array>} */
  #distributions = new Map();

  /**
   * Of the empty text.
   * @param {import("./language.js").Language} language
   * @param {{clamps?: import("./clamps.js").Clamp[]}} [options] clamps hold in every step, that of the line feed
   *   included
   * @throws {ModelError} for clamps that do not fit
   */
  constructor(language, { clamps = [] } = {}) {
    this.language = language;
    this.clamps = clamps;
    this.#compiled = compileClamps(language, clamps);
    /** @type {string[]} */
    this.characters = [];
    /** @type {Int32Array} */
    this.tokens = new Int32Array(0);
    /** Indices of characters that are read as token 0. @type {number[]} */
    this.unknown = [];
    /** Steps that are there. */
    this.computed = 0;
    const { engine } = language;
    engine.clamp(this.#compiled);
    engine.load(new Float32Array(engine.stateSize));
    engine.advance(language.read(START).tokens[0]);
    this.#store(-1);
  }

  get length() {
    return this.characters.length;
  }

  /**
   * Read another text. Nothing is computed yet; views of steps that changed show other numbers once they are.
   * @param {string} text
   * @returns {number} the first step that changed
   * @throws {ModelError} `gates.error_long` beyond `LONGEST_TEXT` characters; the trace is then as it was
   */
  setText(text) {
    const { characters, tokens, unknown } = this.language.read(text);
    if (characters.length > LONGEST_TEXT)
      throw new ModelError("gates.error_long", { most: LONGEST_TEXT, found: characters.length });
    let common = 0;
    while (common < Math.min(tokens.length, this.tokens.length) && tokens[common] === this.tokens[common]) common++;
    this.characters = characters;
    this.tokens = tokens;
    this.unknown = unknown;
    this.computed = Math.min(this.computed, common);
    this.#chunks.length = Math.min(this.#chunks.length, Math.floor(this.length / CHUNK) + 1);
    for (const step of this.#distributions.keys()) if (step >= common) this.#distributions.delete(step);
    return common;
  }

  /**
   * Compute steps, each with its character's surprise.
   * @param {{until?: number, budget?: number}} [options] stop at so many steps, or, after at least a few, when so many
   *   milliseconds have passed
   * @returns {number} steps that are there
   */
  compute({ until = this.length, budget = Infinity } = {}) {
    const deadline = performance.now() + budget;
    const target = Math.min(until, this.length);
    const { engine } = this.language;
    if (this.computed >= target) return this.computed;
    engine.clamp(this.#compiled);
    engine.load(this.state(this.computed - 1).values);
    this.#reserve(target);
    while (this.computed < target) {
      const end = Math.min(this.computed + BATCH, target);
      for (let t = this.computed; t < end; t++) {
        engine.placeOwn(t - this.computed);
        engine.advance(this.tokens[t]);
        this.#store(t);
      }
      engine.score(this.tokens.subarray(this.computed, end), this.#surprises, this.computed);
      this.computed = end;
      if (performance.now() >= deadline) break;
    }
    return this.computed;
  }

  /**
   * @param {number} layer
   * @param {string} name
   * @param {number} t from −1, the line feed
   * @returns {Float32Array} (H), a view
   */
  quantity(layer, name, t) {
    const start = this.#place(t) + this.language.place(layer, name);
    return this.#chunk(t).subarray(start, start + this.language.hiddenSize);
  }

  /**
   * One unit's quantity over all steps that are there.
   * @param {number} layer
   * @param {string} name
   * @param {number} unit
   * @returns {Float32Array}
   */
  series(layer, name, unit) {
    const start = this.language.place(layer, name) + unit;
    const values = new Float32Array(this.computed);
    for (let t = 0; t < values.length; t++) values[t] = this.#chunk(t)[this.#place(t) + start];
    return values;
  }

  /** −log₂ p of the character t by what came before it. @param {number} t @returns {number} bits */
  surprise(t) {
    if (!(t >= 0)) throw new RangeError(`step ${t}`);
    this.#chunk(t);
    return this.#surprises[t];
  }

  /** What the model says of the character after step t. @param {number} t from −1 @returns {Float32Array} (V) */
  distribution(t) {
    const held = this.#distributions.get(t);
    if (held !== undefined) return held;
    const { language } = this;
    const distribution = language.probabilities(language.logits(this.quantity(language.layers - 1, "hidden", t)));
    if (this.#distributions.size >= HELD)
      this.#distributions.delete(/** @type {number} */ (this.#distributions.keys().next().value));
    this.#distributions.set(t, distribution);
    return distribution;
  }

  /** What to go on from after step t. @param {number} t from −1 @returns {import("./language.js").State} a copy */
  state(t) {
    const { layers, hiddenSize, cell, engine } = this.language;
    const names = CELLS[cell].state;
    const values = new Float32Array(engine.stateSize);
    for (let layer = 0; layer < layers; layer++) {
      names.forEach((name, index) =>
        values.set(this.quantity(layer, name, t), (layer * names.length + index) * hiddenSize),
      );
    }
    return { values };
  }

  #store(/** @type {number} */ t) {
    const index = Math.floor((t + 1) / CHUNK);
    const { engine } = this.language;
    this.#chunks[index] ??= new Float32Array(CHUNK * engine.width);
    engine.read(this.#chunks[index], this.#place(t));
  }

  #place(/** @type {number} */ t) {
    return ((t + 1) % CHUNK) * this.language.engine.width;
  }

  #chunk(/** @type {number} */ t) {
    if (!(t >= -1 && t < this.computed)) throw new RangeError(`step ${t} of ${this.computed}`);
    return this.#chunks[Math.floor((t + 1) / CHUNK)];
  }

  #reserve(/** @type {number} */ length) {
    if (length <= this.#surprises.length) return;
    const grown = new Float64Array(Math.ceil((2 * length) / CHUNK) * CHUNK);
    grown.set(this.#surprises);
    this.#surprises = grown;
  }
}
