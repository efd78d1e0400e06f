/** How a network's gradients become an update: torch's optimisers with torch's constants. */
import { wholeLines } from "./arena.js";
import { MOMENTS, checkLength } from "./layout.js";

/** @typedef {import("./settings.js").OptimiserSettings} OptimiserSettings */
/** @typedef {import("./network.js").PlanarNetwork} PlanarNetwork */

const MOMENTUM = 0.9;
const RMSPROP_DECAY = 0.99;
const EPSILON = 1e-8;

export class Optimiser {
  /**
   * Plan what the optimiser remembers.
   * @param {PlanarNetwork} network
   * @param {OptimiserSettings} settings may be replaced by others of the same kind
   */
  constructor(network, settings) {
    this.network = network;
    this.settings = settings;
    // Whole lines, so that the kernels need no remainder loop: the numbers behind the last stay zero.
    this.length = wholeLines(network.layout.parameters);
    this.moments = [network.arena.take(this.length), network.arena.take(this.length)];
  }

  /** @param {Float32Array} flat the moments of all parameters, one kind after the other */
  load(flat) {
    const { heap } = this.network.arena;
    this.#kept().forEach(([place, start, length]) => heap.set(flat.subarray(start, start + length), place));
    checkLength(flat, this.#kept().length * this.network.layout.parameters, "optimiser");
  }

  /** @returns {Float32Array<ArrayBuffer>} what `load` takes, a copy */
  store() {
    const { heap } = this.network.arena;
    const kept = this.#kept();
    const flat = new Float32Array(kept.length * this.network.layout.parameters);
    kept.forEach(([place, start, length]) => flat.set(heap.subarray(place, place + length), start));
    return flat;
  }

  /** Place in the arena, start in the flat state, and length, of each moment that this kind of optimiser has. */
  #kept() {
    const { parameters } = this.network.layout;
    const count = MOMENTS[this.settings.kind];
    return this.moments.slice(0, count).map((place, i) => [place, i * parameters, parameters]);
  }

  /**
   * Update the parameters by their gradients.
   * @param {number} updates done, this one included
   */
  step(updates) {
    const { arena, parameters, gradients } = this.network;
    const { functions } = arena;
    const { kind, learning_rate: rate, beta1, beta2 } = this.settings;
    const [target, gradient, first, second] = [parameters, gradients, ...this.moments].map((place) =>
      arena.address(place),
    );
    if (kind === "sgd") functions.planar_sgd(target, gradient, this.length, rate);
    if (kind === "momentum") functions.planar_momentum(target, gradient, first, this.length, rate, MOMENTUM);
    if (kind === "rmsprop")
      functions.planar_rmsprop(target, gradient, first, this.length, rate, RMSPROP_DECAY, 1 - RMSPROP_DECAY, EPSILON);
    if (kind === "adam") {
      const size = rate / (1 - beta1 ** updates);
      const root = Math.sqrt(1 - beta2 ** updates);
      functions.planar_adam(
        target,
        gradient,
        first,
        second,
        this.length,
        size,
        1 - beta1,
        beta2,
        1 - beta2,
        root,
        EPSILON,
      );
    }
  }
}
