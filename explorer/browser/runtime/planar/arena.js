/** Areas of one WebAssembly memory, planned before the memory is made so that nothing moves afterwards. */

/** @typedef {import("../kernels.js").Kernels} Kernels */

/** Every area starts on a cache line: this many floats. */
const LINE = 16;

/** The length of `values` rounded up to whole lines. @param {number} values */
export const wholeLines = (values) => Math.ceil(values / LINE) * LINE;

/**
 * Floats between neighbouring rows of a batch: an odd number of cache lines, so that the same place in many rows does
 * not fall into the same few sets of the cache.
 * @param {number} batch a multiple of 16
 */
export const rowPitch = (batch) => ((batch / LINE) | 1) * LINE;

export class Arena {
  #length = 0;
  base = 0;
  /** The areas, in floats; empty before the memory is made. */
  heap = new Float32Array(0);
  /** @type {import("../kernels.js").KernelInstance["functions"]} */
  functions = {};

  /**
   * Plan an area of so many floats, which will be zeros.
   * @param {number} length
   * @returns {number} its place in `heap`
   */
  take(length) {
    const start = this.#length;
    this.#length += wholeLines(length);
    return start;
  }

  /** Make the memory, once everything is planned. @param {Kernels} kernels */
  open(kernels) {
    const instance = kernels.instantiate(4 * this.#length);
    this.functions = instance.functions;
    this.base = instance.base;
    this.heap = new Float32Array(instance.heap.buffer, instance.base, this.#length);
    return this;
  }

  /** Address (bytes) of a place in the heap. @param {number} place */
  address(place) {
    return this.base + 4 * place;
  }

  /**
   * The area at `place` as float64.
   * @param {number} place
   * @param {number} length
   * @returns {Float64Array<ArrayBuffer>}
   */
  doubles(place, length) {
    return new Float64Array(this.heap.buffer, this.address(place), length);
  }
}
