/**
 * How long the arrows are. The scale is kept while a run is open, so that arrows that shrink are gradients that vanish;
 * it gives way only where arrows would become too long for the plane, and when the visitor asks for it.
 */

const FITTED = 0.35; // data units that the 95th percentile of the arrows may be long when the scale is chosen
const LONGEST = 0.6; // data units beyond which another scale is chosen
const SAMPLE = 0.2; // data units of the legend's arrow
const ROOM = 4096; // vectors

/**
 * How long arrows are.
 * @typedef {object} ArrowLengths
 * @property {number | null} scale data units of arrow per unit of vector; null where all vectors are zero
 * @property {number} longest the longest vector's norm
 */

/**
 * Greatest scale of 1, 2 or 5 times a power of ten under which a gradient's arrow is at most 0.35 long.
 * @param {number} gradient norm, positive
 * @returns {number} data units of arrow per unit of gradient
 */
export function fittingScale(gradient) {
  const raw = FITTED / gradient;
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= raw * (1 + 1e-12)) ?? 1;
  return Number((factor * power).toPrecision(6));
}

export class ArrowScale {
  /** @type {number | null} */
  #scale = null;
  #lengths = new Float32Array(ROOM);

  /** Choose anew from what comes next. */
  reset() {
    this.#scale = null;
  }

  /**
   * The scale for vectors, chosen from them where there is none yet or they would be too long.
   * @param {Float32Array} vectors interleaved
   * @param {number} count of them, at most 4096
   * @returns {ArrowLengths}
   */
  fit(vectors, count) {
    for (let i = 0; i < count; i++) this.#lengths[i] = Math.hypot(vectors[2 * i], vectors[2 * i + 1]);
    const sorted = this.#lengths.subarray(0, count).sort();
    const usual = sorted[Math.floor(0.95 * (count - 1))];
    if (usual > 0 && (this.#scale === null || usual * this.#scale > LONGEST)) this.#scale = fittingScale(usual);
    return { scale: this.#scale, longest: count > 0 ? sorted[count - 1] : 0 };
  }
}

/** The legend's arrow: its length in data units, and the gradient that it stands for. @param {number} scale */
export function sampleArrow(scale) {
  return { length: SAMPLE, gradient: Number((SAMPLE / scale).toPrecision(6)) };
}
