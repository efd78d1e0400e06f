/** How large numbers are, counted so quickly that a scale can follow a text as it is typed. No DOM. */

const ALL_BEFORE = 64; // steps that are all counted
const EVERY = 16; // of the later ones, one in so many
const SHIFT = 20; // leaves a float32's exponent and the first three bits of its mantissa: eight bins an octave
const BINS = 1 << (31 - SHIFT);

/** Counts of |x| over the steps of a text; what is counted depends on the text alone, not on how it was typed. */
export class Magnitudes {
  constructor() {
    /** The next step that is to be counted, from −1. */
    this.next = -1;
    this.count = 0;
    this.counts = new Uint32Array(BINS);
  }

  /** Count the step `next`. @param {Float32Array} values */
  add(values) {
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (const each of bits) this.counts[(each & 0x7fffffff) >>> SHIFT] += 1;
    this.count += values.length;
    this.next += this.next < ALL_BEFORE ? 1 : EVERY;
  }

  /**
   * @param {number} share
   * @returns {number} the smallest upper edge of a bin that so many of the counted numbers lie below
   */
  quantile(share) {
    let [below, bin] = [0, -1];
    while (below < share * this.count) below += this.counts[(bin += 1)];
    return new Float32Array(Uint32Array.of((bin + 1) << SHIFT).buffer)[0];
  }
}
