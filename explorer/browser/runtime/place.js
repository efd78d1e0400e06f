/** Where tensors lie in the kernels' memory, and in which of two forms; see plan.js. */
import { padded } from "./packing.js";

export const FLOAT_BYTES = 4;

/** A place in memory. A planar tensor has one row of one pixel whose channels are all its values. */
export class Place {
  /**
   * @param {number} channels
   * @param {number} height
   * @param {number} width
   * @param {number} [step] floats from pixel to pixel
   */
  constructor(channels, height, width, step = padded(channels)) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.step = step;
    this.margin = 0;
    this.start = 0;
  }
  get pitch() {
    return (this.width + 2 * this.margin) * this.step;
  }
  get floats() {
    return (this.height + 2 * this.margin) * this.pitch;
  }
  /** Byte address of pixel (row, column), which may lie in the margin. */
  address(row = 0, column = 0) {
    return FLOAT_BYTES * (this.start + (row + this.margin) * this.pitch + (column + this.margin) * this.step);
  }
  /** The pixels must be followed by at least this many zeros on each side. */
  needMargin(/** @type {number} */ margin) {
    this.margin = Math.max(this.margin, margin);
  }
}

/** What a node computes: in the form that it computes, and in the other one once that was asked for. */
export class Value {
  /** @type {Place | null} */
  converted = null;

  /** @param {number[]} shape @param {"planar" | "spatial"} form @param {Place} place */
  constructor(shape, form, place) {
    this.shape = shape;
    this.form = form;
    this.place = place;
  }

  /** Where it lies in a form, or null. @param {"planar" | "spatial"} form */
  in(form) {
    return form === this.form ? this.place : this.converted;
  }
}
