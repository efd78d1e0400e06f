/**
 * One unit's values over the whole text, kept while they are looked at, so that an edit or a slice of computing costs
 * what is new.
 */

const KEPT = 16; // series; more than are ever drawn at once

/**
 * @typedef {{trace: import("../../../runtime/recurrent/trace.js").Trace}} Traced
 * @typedef {import("../reading.js").Unit} Unit
 * @typedef {object} Entry a series
 * @property {Float32Array} values room for all steps
 * @property {Float32Array} largest of each step, the largest absolute value up to it
 * @property {number} computed steps whose values are there
 */

/** @type {WeakMap<Traced, SeriesCache>} */
const caches = new WeakMap();

/** The cache of a reading; the same one for all panels. @param {Traced} reading @returns {SeriesCache} */
export function seriesOf(reading) {
  const cache = caches.get(reading) ?? new SeriesCache(reading);
  caches.set(reading, cache);
  return cache;
}

class SeriesCache {
  #reading;
  /** @type {readonly string[]} */
  #characters = [];
  /** Oldest use first. @type {Map<string, Entry>} */
  #entries = new Map();

  /** @param {Traced} reading */
  constructor(reading) {
    this.#reading = reading;
  }

  /**
   * @param {Unit} unit
   * @param {string} quantity
   * @returns {Float32Array} its value after every step that is computed; a view that the next edit may overwrite
   */
  values(unit, quantity) {
    const { values, computed } = this.#entry(unit, quantity);
    return values.subarray(0, computed);
  }

  /**
   * The largest absolute value of a unit among the steps that are computed; 0 where none is.
   * @param {Unit} unit
   * @param {string} quantity
   */
  largest(unit, quantity) {
    const { largest, computed } = this.#entry(unit, quantity);
    return computed ? largest[computed - 1] : 0;
  }

  /** @param {Unit} unit @param {string} quantity */
  #entry(unit, quantity) {
    this.#follow();
    const key = `${unit.layer} ${unit.index} ${quantity}`;
    const entry = this.#entries.get(key) ?? { values: new Float32Array(0), computed: 0, largest: new Float32Array(0) };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= KEPT) break;
      this.#entries.delete(oldest);
    }
    this.#extend(entry, unit, quantity);
    return entry;
  }

  /** @param {Entry} entry @param {Unit} unit @param {string} quantity */
  #extend(entry, { layer, index }, quantity) {
    const { trace } = this.#reading;
    if (entry.values.length < trace.length) {
      entry.values = grown(entry.values, trace.length);
      entry.largest = grown(entry.largest, trace.length);
    }
    for (let t = entry.computed; t < trace.computed; t += 1) {
      const value = trace.quantity(layer, quantity, t)[index];
      entry.values[t] = value;
      entry.largest[t] = Math.max(Math.abs(value), t ? entry.largest[t - 1] : 0);
    }
    entry.computed = trace.computed;
  }

  /** After an edit, what stands before the first changed character is as it was. */
  #follow() {
    const { characters } = this.#reading.trace;
    if (characters === this.#characters) return;
    const same = commonPrefix(this.#characters, characters);
    for (const entry of this.#entries.values()) entry.computed = Math.min(entry.computed, same);
    this.#characters = characters;
  }
}

function grown(/** @type {Float32Array} */ old, /** @type {number} */ length) {
  const larger = new Float32Array(Math.ceil(length * 1.25)); // typing at the end must not copy all at every key
  larger.set(old);
  return larger;
}

function commonPrefix(/** @type {readonly string[]} */ first, /** @type {readonly string[]} */ second) {
  let length = 0;
  while (length < first.length && length < second.length && first[length] === second[length]) length += 1;
  return length;
}
