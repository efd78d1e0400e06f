/** The batches of a training run, written straight into the arena, feature by feature. */
import { STREAMS, UNIFORMS_PER_POINT, distribution, placePoints } from "./data.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./arena.js").Arena} Arena */

const TWO_32 = 2 ** 32;

export class Batches {
  /** Uniforms, or what is made of them, of one update. */
  draws = new Float64Array(0);

  /** Plan the areas. @param {Arena} arena @param {Settings} settings @param {number} pitch */
  constructor(arena, settings, pitch) {
    this.arena = arena;
    this.settings = settings;
    this.pitch = pitch;
    this.distribution = distribution(settings);
    /** Places of the rows of the real batch and of the noise. */
    this.real = arena.take(2 * pitch);
    this.noise = arena.take(2 * pitch);
    this.drawsPlace = arena.take(2 * UNIFORMS_PER_POINT * settings.batch);
  }

  /** Once the arena is open. */
  open() {
    this.draws = this.arena.doubles(this.drawsPlace, UNIFORMS_PER_POINT * this.settings.batch);
  }

  /** Draw the real batch of D's update number `index`. */
  drawReal(/** @type {number} */ index) {
    const { batch } = this.settings;
    this.#drawUniforms(STREAMS.realBatch, index, UNIFORMS_PER_POINT * batch);
    placePoints(this.distribution, this.draws, batch, this.arena.heap, { start: this.real, step: 1, gap: this.pitch });
  }

  /** Draw the noise of an update of one of the networks. */
  drawNoise(/** @type {"discriminator" | "generator"} */ part, /** @type {number} */ index) {
    const { noise, batch } = this.settings;
    const values = batch * noise.dimensions;
    this.#drawUniforms(part === "generator" ? STREAMS.generatorNoise : STREAMS.discriminatorNoise, index, values);
    if (noise.kind === "gaussian") boxMuller(this.draws, values);
    else for (let i = 0; i < values; i++) this.draws[i] = 2 * this.draws[i] - 1;
    for (let k = 0; k < noise.dimensions; k++) {
      const row = this.noise + k * this.pitch;
      for (let i = 0; i < batch; i++) this.arena.heap[row + i] = this.draws[i * noise.dimensions + k];
    }
  }

  /** The uniforms of `philox.js`, from its twin in C. */
  #drawUniforms(/** @type {number} */ stream, /** @type {number} */ index, /** @type {number} */ count) {
    const { seed } = this.settings;
    const high = Math.floor(seed / TWO_32);
    this.arena.functions.planar_uniforms(
      this.arena.address(this.drawsPlace),
      Math.ceil(count / 4),
      seed % TWO_32,
      high,
      stream,
      index,
    );
  }
}

/** Pairs of uniforms → pairs of standard normals, in place; what an odd last one lacks lies behind it. */
function boxMuller(/** @type {Float64Array} */ draws, /** @type {number} */ count) {
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(draws[i]));
    const angle = 2 * Math.PI * draws[i + 1];
    draws[i] = radius * Math.cos(angle);
    draws[i + 1] = radius * Math.sin(angle);
  }
}
