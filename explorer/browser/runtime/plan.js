/**
 * Nodes → kernel calls on tensors whose places in memory are settled once all of them are known.
 *
 * A value exists channels-first ("planar": contiguous, torch's order, what `linear`, `reshape` and `flatten` need) or
 * channels-last with a margin of zeros ("spatial": what convolutions need); `Plan` converts only where a node asks for
 * the other form. The margin of a spatial tensor is the widest that any of its readers asks for.
 */
import { planConvolution, planTransposedConvolution } from "./convolutions.js";
import { size } from "./layers.js";
import { packChannels, packMatrix, padded } from "./packing.js";
import { FLOAT_BYTES, Place, Value } from "./place.js";

const ALIGNMENT_FLOATS = 16;
/** Below this many, padding channels are a large part of a convolution's work. */
const FEW_CHANNELS = 8;

/** @typedef {import("./layers.js").Node} Node */

export class Plan {
  /** @param {number[]} inputShape */
  constructor(inputShape) {
    /** @type {Place[]} */
    this.places = [];
    /** @type {Array<{values: Float32Array, start: number}>} */
    this.constants = [];
    /** @type {Array<{name: string, operands: () => number[]}>} */
    this.steps = [];
    this.input = this.#planar(size(inputShape));
    this.value = new Value(inputShape, "planar", this.input);
  }

  /** @param {Node[]} nodes */
  addNodes(nodes) {
    for (const node of nodes) this.value = this.#add(node, this.value);
  }

  /**
   * Lay out the memory, copy the weights there and bind the kernel calls.
   * @param {import("./kernels.js").Kernels} kernels
   */
  bind(kernels) {
    const output = this.#asPlanar(this.value);
    let floats = 0;
    /** @type {[{start: number}, number][]} */
    const items = [
      ...this.constants.map((each) => pair(each, each.values.length)),
      ...this.places.map((each) => pair(each, each.floats)),
    ];
    for (const [item, length] of items) {
      item.start = floats;
      floats += Math.ceil(length / ALIGNMENT_FLOATS) * ALIGNMENT_FLOATS;
    }
    const { functions, heap, base } = kernels.instantiate(floats * FLOAT_BYTES);
    for (const [item] of items) item.start += base / FLOAT_BYTES;
    for (const { values, start } of this.constants) heap.set(values, start);
    const calls = this.steps.map(({ name, operands }) => {
      const call = functions[name];
      const bound = operands();
      return () => call(...bound);
    });
    return { heap, input: this.input.start, output: output.start, calls, bytes: heap.byteLength };
  }

  #planar(/** @type {number} */ length) {
    return this.place(length, 1, 1);
  }

  /** @param {number} channels @param {number} height @param {number} width @param {number} [step] */
  place(channels, height, width, step) {
    const place = new Place(channels, height, width, step);
    this.places.push(place);
    return place;
  }

  constant(/** @type {Float32Array} */ values) {
    const constant = { values, start: 0 };
    this.constants.push(constant);
    return () => constant.start * FLOAT_BYTES;
  }

  call(/** @type {string} */ name, /** @type {() => number[]} */ operands) {
    this.steps.push({ name, operands });
  }

  /** @param {Value} value @returns {Place} */
  #asPlanar(value) {
    if (value.form === "planar") return value.place;
    value.converted ??= this.#unpacked(value.place, this.#planar(size(value.shape)));
    return value.converted;
  }

  /** @param {Value} value @returns {Place} */
  #asSpatial(value) {
    if (value.form === "spatial") return value.place;
    const [channels, height = 1, width = 1] = value.shape;
    value.converted ??= this.#packed(value.place, this.place(channels, height, width));
    return value.converted;
  }

  /** What only a convolution reads needs no padding channels, which are a quarter of the work on RGB images. */
  #asConvolutionInput(/** @type {Value} */ value) {
    const [channels, height, width] = value.shape;
    const wasteful = channels < FEW_CHANNELS && padded(channels) !== channels;
    return value.in("spatial") === null && wasteful
      ? this.#packed(value.place, this.place(channels, height, width, channels))
      : this.#asSpatial(value);
  }

  #unpacked(/** @type {Place} */ source, /** @type {Place} */ target) {
    this.call("unpack", () => [source.address(), target.address(), ...layout(source)]);
    return target;
  }

  #packed(/** @type {Place} */ source, /** @type {Place} */ target) {
    this.call("pack", () => [source.address(), target.address(), ...layout(target)]);
    return target;
  }

  /** @param {Node} node @param {Value} value @returns {Value} */
  #add(node, value) {
    const { shape } = node;
    const planar = (/** @type {Place} */ place) => new Value(shape, "planar", place);
    const spatial = (/** @type {Place} */ place) => new Value(shape, "spatial", place);
    switch (node.op) {
      case "reshape":
      case "flatten":
        return planar(this.#asPlanar(value));
      case "linear":
        return planar(this.#linear(node, this.#asPlanar(value)));
      case "conv2d":
        return spatial(planConvolution(this, node, this.#asConvolutionInput(value)));
      case "conv_transpose2d":
        return spatial(planTransposedConvolution(this, node, this.#asConvolutionInput(value)));
      case "scale_shift":
        return spatial(this.#scaleShift(node, this.#asSpatial(value)));
      case "residual":
        return this.#residual(node, value);
      case "pixel_shuffle":
      case "upsample_nearest":
        return spatial(this.#enlarge(node, this.#asSpatial(value)));
      default:
        return this.#elementwise(node, value);
    }
  }

  /** @param {import("./layers.js").LinearNode} node @param {Place} input */
  #linear(node, input) {
    const [outputs] = node.shape;
    const inputs = input.channels;
    const output = this.#planar(outputs);
    const weights = this.constant(packMatrix(outputs, inputs, (o, i) => node.weight[o * inputs + i] * node.scale[o]));
    const shift = this.constant(packChannels(node.shift));
    this.call("affine", () => [
      input.address(),
      weights(),
      shift(),
      output.address(),
      inputs,
      output.step / 4,
      node.slope,
    ]);
    return output;
  }

  /** @param {import("./layers.js").ScaleShiftNode} node @param {Place} input */
  #scaleShift(node, input) {
    const output = this.place(input.channels, input.height, input.width);
    const [scale, shift] = [this.constant(packChannels(node.scale)), this.constant(packChannels(node.shift))];
    this.call("scale_shift", () => [
      input.address(),
      input.pitch,
      output.address(),
      output.pitch,
      input.height,
      input.width,
      input.step,
      scale(),
      shift(),
      node.slope,
    ]);
    return output;
  }

  /** @param {import("./layers.js").ResidualNode} node @param {Value} value @returns {Value} */
  #residual(node, value) {
    this.addNodes(node.nodes);
    const branch = this.value;
    const [first, second] = [value.in("planar"), branch.in("planar")];
    if (first && second) return new Value(node.shape, "planar", this.#sum(first, second, node.slope));
    const sum = this.#sum(this.#asSpatial(value), this.#asSpatial(branch), node.slope);
    return new Value(node.shape, "spatial", sum);
  }

  #sum(/** @type {Place} */ first, /** @type {Place} */ second, /** @type {number} */ slope) {
    const output = this.place(first.channels, first.height, first.width);
    this.call("add", () => [
      first.address(),
      first.pitch,
      second.address(),
      second.pitch,
      output.address(),
      output.pitch,
      first.height,
      first.width * first.step,
      slope,
    ]);
    return output;
  }

  /** @param {import("./layers.js").EnlargeNode} node @param {Place} input */
  #enlarge(node, input) {
    const [channels, height, width] = node.shape;
    const output = this.place(channels, height, width);
    this.call(node.op, () =>
      node.op === "pixel_shuffle"
        ? [
            input.address(),
            input.pitch,
            input.step,
            output.address(),
            output.pitch,
            output.step,
            output.channels,
            input.height,
            input.width,
            node.factor,
          ]
        : [
            input.address(),
            input.pitch,
            output.address(),
            output.pitch,
            input.step,
            input.height,
            input.width,
            node.factor,
          ],
    );
    return output;
  }

  /**
   * @param {import("./layers.js").RectifyNode | import("./layers.js").FunctionNode} node
   * @param {Value} value
   * @returns {Value}
   */
  #elementwise(node, value) {
    const spatial = value.in("spatial");
    return spatial === null
      ? new Value(node.shape, "planar", this.#applied(node, value.place))
      : new Value(node.shape, "spatial", this.#applied(node, spatial));
  }

  /** @param {import("./layers.js").RectifyNode | import("./layers.js").FunctionNode} node @param {Place} input */
  #applied(node, input) {
    const output = this.place(input.channels, input.height, input.width);
    const extra = node.op === "rectify" ? [node.slope] : [];
    this.call(node.op, () => [
      input.address(),
      input.pitch,
      output.address(),
      output.pitch,
      input.height,
      input.width * input.step,
      ...extra,
    ]);
    return output;
  }
}

/** @param {{start: number}} item @param {number} floats @returns {[{start: number}, number]} */
const pair = (item, floats) => [item, floats];

/** The operands that `pack` and `unpack` share. */
const layout = (/** @type {Place} */ place) => [place.channels, place.step, place.height, place.width, place.pitch];
