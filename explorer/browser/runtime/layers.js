/**
 * The layer list of `graph.json` → checked nodes with shapes, batch norm and rectifiers folded into the layers before
 * them.
 *
 * An affine node (`linear`, `conv2d`, `conv_transpose2d`, `scale_shift`) computes, per output channel,
 * rectify(scale · (weight applied to the input) + shift, slope). Folding a batch norm in evaluation mode (Ioffe &
 * Szegedy 2015, algorithm 2) only changes scale and shift.
 */
import { isCount, isFiniteNumber, isRecord } from "./checks.js";
import { ModelError } from "./errors.js";
import { allFinite } from "./numbers.js";

/** Where a checkpoint keeps the tensors that a graph names. */
export const WEIGHTS_FILE = "model.safetensors";

/** A layer that the page has no code for: the caller may ask a server instead. */
export class UnsupportedLayer extends ModelError {
  /** @param {unknown} op */
  constructor(op) {
    super("runtime.unsupportedLayer", { op });
  }
}

/** @typedef {import("./safetensors.js").StoredTensor} Tensor */

/**
 * A layer of `graph.json`: its `op`, and by that its fields, which are checked as they are read.
 * @typedef {Record<string, unknown> & {op?: unknown}} Layer
 *
 * @typedef {{input: number[], output: number[], layers: Layer[]}} Graph one of `graph.json`'s graphs
 *
 * @typedef {object} Affine
 * @property {number[]} shape of the output, as of all nodes: [features] or [channels, height, width]
 * @property {Float64Array} scale per output channel
 * @property {Float64Array} shift per output channel
 * @property {number} slope of the rectifier below zero; 1 is no rectifier
 *
 * @typedef {object} Window
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 *
 * @typedef {Affine & {op: "linear", weight: Float32Array}} LinearNode
 * @typedef {Affine & Window & {op: "conv2d" | "conv_transpose2d", weight: Float32Array}} ConvolutionNode
 * @typedef {Affine & {op: "scale_shift"}} ScaleShiftNode
 * @typedef {{op: "rectify", shape: number[], slope: number}} RectifyNode
 * @typedef {{op: "sigmoid" | "tanh" | "silu", shape: number[]}} FunctionNode
 * @typedef {{op: "reshape" | "flatten", shape: number[]}} ReshapeNode
 * @typedef {{op: "pixel_shuffle" | "upsample_nearest", shape: number[], factor: number}} EnlargeNode
 * @typedef {{op: "residual", shape: number[], nodes: Node[], slope: number}} ResidualNode
 *
 * @typedef {LinearNode | ConvolutionNode | ScaleShiftNode | RectifyNode | FunctionNode | ReshapeNode | EnlargeNode
 *   | ResidualNode} Node
 */

/**
 * @param {Layer[]} layers
 * @param {number[]} inputShape
 * @param {Map<string, Tensor>} tensors
 * @returns {Node[]}
 * @throws {ModelError} naming the layer or tensor and what was expected of it
 */
export function resolveLayers(layers, inputShape, tensors) {
  /** @type {Node[]} */
  const nodes = [];
  let shape = inputShape;
  for (const layer of layers) {
    const { op } = layer;
    const resolve = typeof op === "string" && Object.hasOwn(RESOLVERS, op) ? RESOLVERS[op] : null;
    if (resolve === null) throw new UnsupportedLayer(op);
    const node = resolve(layer, shape, tensors);
    if (!fold(node, nodes)) nodes.push(node);
    shape = node.shape;
  }
  return nodes;
}

/** @param {Node} node @returns {node is LinearNode | ConvolutionNode | ScaleShiftNode} */
function isAffine(node) {
  const { op } = node;
  return op === "linear" || op === "conv2d" || op === "conv_transpose2d" || op === "scale_shift";
}

/**
 * Merge a batch norm or rectifier into the affine layer before it, also across a reshape; true where that was possible.
 */
function fold(/** @type {Node} */ node, /** @type {Node[]} */ nodes) {
  if (node.op !== "scale_shift" && node.op !== "rectify") return false;
  const target = nodes.findLast((each) => each.op !== "reshape");
  if (target === undefined || !(isAffine(target) || target.op === "residual") || target.slope !== 1) return false;
  if (node.op === "rectify") {
    target.slope = node.slope;
    return true;
  }
  if (!isAffine(target)) return false;
  const { scale, shift } = target;
  const repeats = scale.length / node.shape[0];
  for (let i = 0; i < scale.length; i++) {
    const channel = Math.floor(i / repeats);
    scale[i] *= node.scale[channel];
    shift[i] = shift[i] * node.scale[channel] + node.shift[channel];
  }
  return true;
}

/** @type {Record<string, (layer: Layer, shape: number[], tensors: Map<string, Tensor>) => Node>} */
const RESOLVERS = {
  linear(layer, shape, tensors) {
    requireShape(layer, shape, 1);
    const weight = namedTensor(tensors, layer.weight, [null, shape[0]]);
    const outputs = weight.shape[0];
    return { op: "linear", weight: weight.data, ...channels(outputs, layer.bias, tensors), shape: [outputs] };
  },
  conv2d(layer, shape, tensors) {
    const { weight, kernel, stride, padding } = convolution(layer, shape, tensors, [null, shape[0], null, null]);
    const size = (/** @type {number} */ length) => Math.floor((length + 2 * padding - kernel) / stride) + 1;
    const outputShape = [weight.shape[0], size(shape[1]), size(shape[2])];
    requirePositive(layer, outputShape);
    const affine = channels(outputShape[0], layer.bias, tensors);
    return { op: "conv2d", weight: weight.data, ...affine, kernel, stride, padding, shape: outputShape };
  },
  conv_transpose2d(layer, shape, tensors) {
    const { weight, kernel, stride, padding } = convolution(layer, shape, tensors, [shape[0], null, null, null]);
    const size = (/** @type {number} */ length) => (length - 1) * stride - 2 * padding + kernel;
    const outputShape = [weight.shape[1], size(shape[1]), size(shape[2])];
    requirePositive(layer, outputShape);
    const affine = channels(outputShape[0], layer.bias, tensors);
    return { op: "conv_transpose2d", weight: weight.data, ...affine, kernel, stride, padding, shape: outputShape };
  },
  batch_norm(layer, shape, tensors) {
    const { eps } = layer;
    if (typeof eps !== "number" || !(eps > 0)) refuse(layer, "eps > 0", eps);
    const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
      (name) => namedTensor(tensors, layer[name], [shape[0]]).data,
    );
    if (variance.some((value) => value < 0)) refuse(layer, "running_var ≥ 0", Math.min(...variance));
    const scale = Float64Array.from(weight, (value, i) => value / Math.sqrt(variance[i] + eps));
    const shift = Float64Array.from(bias, (value, i) => value - mean[i] * scale[i]);
    return { op: "scale_shift", scale, shift, slope: 1, shape };
  },
  relu: (_layer, shape) => ({ op: "rectify", slope: 0, shape }),
  leaky_relu(layer, shape) {
    const slope = layer.negative_slope;
    if (!isFiniteNumber(slope)) refuse(layer, "negative_slope", slope);
    return { op: "rectify", slope, shape };
  },
  sigmoid: (_layer, shape) => ({ op: "sigmoid", shape }),
  tanh: (_layer, shape) => ({ op: "tanh", shape }),
  silu: (_layer, shape) => ({ op: "silu", shape }),
  reshape(layer, shape) {
    const target = layer.shape;
    if (!isShape(target) || target.length !== 3 || size(target) !== size(shape)) refuse(layer, "[C, H, W]", target);
    return { op: "reshape", shape: target };
  },
  flatten: (_layer, shape) => ({ op: "flatten", shape: [size(shape)] }),
  pixel_shuffle(layer, shape) {
    requireShape(layer, shape, 3);
    const factor = integer(layer, "factor", 1);
    if (shape[0] % factor ** 2 !== 0) refuse(layer, `channels % ${factor ** 2} = 0`, shape);
    return { op: "pixel_shuffle", factor, shape: [shape[0] / factor ** 2, shape[1] * factor, shape[2] * factor] };
  },
  upsample_nearest(layer, shape) {
    requireShape(layer, shape, 3);
    const factor = integer(layer, "factor", 1);
    return { op: "upsample_nearest", factor, shape: [shape[0], shape[1] * factor, shape[2] * factor] };
  },
  residual(layer, shape, tensors) {
    const { layers } = layer;
    if (!Array.isArray(layers) || !layers.every(isRecord)) refuse(layer, "layers", layers);
    const nodes = resolveLayers(layers, shape, tensors);
    const output = nodes.at(-1)?.shape ?? shape;
    if (String(output) !== String(shape)) refuse(layer, shape, output);
    return { op: "residual", nodes, slope: 1, shape };
  },
};

/** @param {number[]} shape */
export const size = (shape) => shape.reduce((product, length) => product * length, 1);

/** @param {unknown} shape @returns {shape is number[]} */
export function isShape(shape) {
  return Array.isArray(shape) && shape.every(isCount);
}

/** The scale and shift of an affine layer before anything is folded into it: 1 and the bias. */
function channels(
  /** @type {number} */ count,
  /** @type {unknown} */ bias,
  /** @type {Map<string, Tensor>} */ tensors,
) {
  const shift = bias === null ? new Float64Array(count) : Float64Array.from(namedTensor(tensors, bias, [count]).data);
  return { scale: new Float64Array(count).fill(1), shift, slope: 1 };
}

/**
 * @param {Layer} layer
 * @param {number[]} shape
 * @param {Map<string, Tensor>} tensors
 * @param {(number | null)[]} expected
 */
function convolution(layer, shape, tensors, expected) {
  requireShape(layer, shape, 3);
  const weight = namedTensor(tensors, layer.weight, expected);
  const [, , kernel, kernelWidth] = weight.shape;
  if (kernel !== kernelWidth) refuse(layer, "(out, in, k, k)", weight.shape);
  return { weight, kernel, stride: integer(layer, "stride", 1), padding: integer(layer, "padding", 0) };
}

/**
 * The named tensor, whose shape must agree with `expected` where that is not null, and whose values must be finite.
 * @param {Map<string, Tensor>} tensors
 * @param {unknown} name
 * @param {(number | null)[]} expected
 * @returns {{shape: number[], data: Float32Array}}
 * @throws {ModelError} naming the tensor and what was expected of it
 */
export function namedTensor(tensors, name, expected) {
  const found = typeof name === "string" ? tensors.get(name) : undefined;
  if (found === undefined) throw new ModelError("runtime.missingTensor", { file: WEIGHTS_FILE, tensor: name });
  const fits =
    found.shape.length === expected.length &&
    expected.every((length, i) => length === null || length === found.shape[i]);
  const { shape, data } = found;
  if (!fits || !(data instanceof Float32Array)) {
    const wanted = expected.map((length) => length ?? "*");
    const expectation = `float32 [${wanted.join(", ")}]`;
    throw new ModelError("runtime.tensorShape", {
      file: WEIGHTS_FILE,
      tensor: name,
      expected: expectation,
      found: found.shape,
    });
  }
  if (!allFinite(data)) throw new ModelError("runtime.notFinite", { file: WEIGHTS_FILE, tensor: name });
  return { shape, data };
}

function integer(/** @type {Layer} */ layer, /** @type {string} */ field, /** @type {number} */ least) {
  const value = layer[field];
  if (typeof value !== "number" || !Number.isInteger(value) || value < least)
    return refuse(layer, `${field} ≥ ${least}`, value);
  return value;
}

function requireShape(/** @type {Layer} */ layer, /** @type {number[]} */ shape, /** @type {1 | 3} */ dimensions) {
  if (shape.length !== dimensions) refuse(layer, dimensions === 1 ? "[features]" : "[channels, height, width]", shape);
}

function requirePositive(/** @type {Layer} */ layer, /** @type {number[]} */ shape) {
  if (!isShape(shape)) refuse(layer, "output lengths ≥ 1", shape);
}

/** @param {Layer} layer @param {unknown} expected @param {unknown} found @returns {never} */
function refuse(layer, expected, found) {
  throw new ModelError("runtime.layer", { op: layer.op, expected, found });
}
