/**
 * The terms of the evidence lower bound as means over many draws of ε, made while nobody waits: a single draw may lie
 * far from what the bound of an image is.
 */
import { drawEpsilon, spreadOf, weigh } from "../../runtime/evidence.js";
import { klPerDimension } from "../../runtime/numbers.js";
import { IdleWorker } from "./idle.js";

export const AVERAGED = 256; // draws
export const AVERAGE_SEED = 0; // whatever ε is rolled: the mean is the image's, not the draw's

/**
 * @typedef {object} Averaged nats
 * @property {import("../../runtime/evidence.js").Spread} reconstruction ln p(x|z) over the draws
 * @property {number} kl closed form, the same for every draw
 */

export class Average {
  #model;
  #worker;
  #onFound;
  /** @type {Float32Array | null} */
  #input = null;

  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {() => boolean} options.isBusy whether draws must wait
   * @param {(found: Averaged | null) => void} options.onFound null once another input's are asked for
   */
  constructor({ model, isBusy, onFound }) {
    this.#model = model;
    this.#worker = new IdleWorker(isBusy);
    this.#onFound = onFound;
  }

  /**
   * Measure an input anew; the one that is measured already is left as it is.
   * @param {Float32Array | null} input (C·H·W); null while it is on its way
   * @param {{mean: Float32Array, logVariance: Float32Array}} posterior (L) each
   */
  measure(input, posterior) {
    if (input === this.#input) return;
    this.#input = input;
    this.#worker.stop();
    this.#onFound(null);
    if (input !== null && !this.#model.remote) this.#worker.run(this.#draw(input, posterior));
  }

  /** One draw a step. */
  *#draw(/** @type {Float32Array} */ input, /** @type {{mean: Float32Array, logVariance: Float32Array}} */ posterior) {
    const values = new Float64Array(AVERAGED);
    for (let draw = 0; draw < AVERAGED; draw++) {
      const epsilon = drawEpsilon(AVERAGE_SEED, this.#model.latentSize, draw);
      values[draw] = weigh(this.#model, input, posterior, epsilon).reconstruction;
      yield;
    }
    const kl = klPerDimension(posterior).reduce((sum, value) => sum + value, 0);
    this.#onFound({ reconstruction: spreadOf(values), kl });
  }

  stop() {
    this.#worker.stop();
  }
}
