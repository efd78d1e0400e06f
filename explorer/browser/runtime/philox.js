/**
 * The seeded generator that Python and page share: Philox4x32-10 (Salmon et al. 2011). Its twin is
 * `explorer/philox.py`; both give the same words bit for bit.
 */
import { ModelError } from "./errors.js";

const TWO_32 = 2 ** 32;
const SEED_LIMIT = 2 ** 53;
const ROUNDS = 10;

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(/** @type {number} */ a, /** @type {number} */ b) {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * Ten rounds of the Philox bijection.
 * @param {ArrayLike<number>} counter four words
 * @param {ArrayLike<number>} key two words
 * @returns {Uint32Array} four random words
 */
export function philox4x32(counter, key) {
  let [c0, c1, c2, c3] = [counter[0] >>> 0, counter[1] >>> 0, counter[2] >>> 0, counter[3] >>> 0];
  let [k0, k1] = [key[0] >>> 0, key[1] >>> 0];
  for (let round = 0; round < ROUNDS; round++) {
    const firstHigh = multiplyHigh(0xd2511f53, c0);
    const firstLow = Math.imul(0xd2511f53, c0) >>> 0;
    const secondHigh = multiplyHigh(0xcd9e8d57, c2);
    const secondLow = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (secondHigh ^ c1 ^ k0) >>> 0;
    c1 = secondLow;
    c2 = (firstHigh ^ c3 ^ k1) >>> 0;
    c3 = firstLow;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return Uint32Array.of(c0, c1, c2, c3);
}

/**
 * Uniforms in the open interval (0, 1): (word + ½)·2⁻³².
 * @param {number} seed integer in [0, 2⁵³)
 * @param {number} stream integer in [0, 2³²)
 * @param {number} count integer in [0, 2³⁴)
 * @param {number} [index] integer in [0, 2³²): numbers independent draws from one stream, such as one for each update
 *   of a training run
 * @returns {Float64Array}
 * @throws {ModelError} `runtime.seed` outside these ranges
 */
export function uniforms(seed, stream, count, index = 0) {
  const words = inRange(stream, TWO_32) && inRange(index, TWO_32);
  if (!inRange(seed, SEED_LIMIT) || !words || !inRange(count, 2 ** 34)) {
    throw new ModelError("runtime.seed", { seed, stream, index, count });
  }
  const key = [seed % TWO_32, Math.floor(seed / TWO_32)];
  const values = new Float64Array(count);
  for (let start = 0; start < count; start += 4) {
    const words = philox4x32([start / 4, 0, stream, index], key);
    for (let i = start; i < Math.min(start + 4, count); i++) values[i] = (words[i - start] + 0.5) / TWO_32;
  }
  return values;
}

/**
 * One of the numbers that `uniforms` gives, without those before it.
 * @param {number} seed integer in [0, 2⁵³)
 * @param {number} stream integer in [0, 2³²)
 * @param {number} position integer in [0, 2³⁴)
 * @returns {number}
 * @throws {ModelError} `runtime.seed` outside these ranges
 */
export function uniformAt(seed, stream, position) {
  if (!inRange(seed, SEED_LIMIT) || !inRange(stream, TWO_32) || !inRange(position, 2 ** 34)) {
    throw new ModelError("runtime.seed", { seed, stream, position });
  }
  const key = [seed % TWO_32, Math.floor(seed / TWO_32)];
  return (philox4x32([Math.floor(position / 4), 0, stream, 0], key)[position % 4] + 0.5) / TWO_32;
}

/**
 * Standard normals: Box–Muller pairs in float64, each rounded to float32.
 * @param {number} seed
 * @param {number} stream
 * @param {number} count
 * @param {number} [index]
 * @returns {Float64Array}
 */
export function normals(seed, stream, count, index = 0) {
  const pairs = uniforms(seed, stream, count + (count % 2), index);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(pairs[i]));
    const angle = 2 * Math.PI * pairs[i + 1];
    values[i] = Math.fround(radius * Math.cos(angle));
    if (i + 1 < count) values[i + 1] = Math.fround(radius * Math.sin(angle));
  }
  return values;
}

/** @param {number} value @param {number} limit */
function inRange(value, limit) {
  return Number.isInteger(value) && value >= 0 && value < limit;
}
