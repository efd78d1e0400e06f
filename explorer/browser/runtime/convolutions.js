/** Convolutions and transposed convolutions → kernel calls. */
import { packChannels, packConvolution, packWinograd } from "./packing.js";

/**
 * Tiles that the Winograd kernel works on at a time: enough to use each weight several times, few enough for the
 * nearest caches.
 */
const TILES_PER_BAND = 16;
/** Below these sizes the Winograd transforms cost more than the products that they save. */
const LEAST_WINOGRAD_TILES = 4;
const LEAST_WINOGRAD_CHANNELS = 8;

/**
 * A convolution of any stride as the kernels see it.
 * @typedef {object} Convolution
 * @property {import("./place.js").Place} input
 * @property {import("./place.js").Place} output
 * @property {(output: number, input: number, row: number, column: number) => number} at its weights
 * @property {ArrayLike<number>} shift per output channel
 * @property {number} slope of the rectifier
 * @property {number} kernelRows
 * @property {number} kernelColumns
 * @property {number} stride
 * @property {[row: number, column: number]} first input pixel that the first output reads; negative in the margin
 * @property {number} rows of outputs
 * @property {number} columns of outputs
 * @property {[row: number, column: number]} phase the first output pixel
 * @property {number} spread distance of output pixels
 */

/**
 * @param {import("./plan.js").Plan} plan
 * @param {import("./layers.js").ConvolutionNode} node
 * @param {import("./place.js").Place} input
 * @returns {import("./place.js").Place}
 */
export function planConvolution(plan, node, input) {
  const { weight, scale, shift, slope, kernel, stride, padding } = node;
  const [channels, height, width] = node.shape;
  const output = plan.place(channels, height, width);
  input.needMargin(padding);
  convolve(plan, {
    input,
    output,
    shift,
    slope,
    stride,
    kernelRows: kernel,
    kernelColumns: kernel,
    first: [-padding, -padding],
    rows: output.height,
    columns: output.width,
    phase: [0, 0],
    spread: 1,
    at: (o, i, y, x) => weight[((o * input.channels + i) * kernel + y) * kernel + x] * scale[o],
  });
  return output;
}

/**
 * Outputs whose rows, and columns, leave the same remainder when divided by the stride meet the same kernel elements:
 * each of the stride² phases is an ordinary convolution with a part of the kernel, reversed, and writes every stride-th
 * pixel.
 * @param {import("./plan.js").Plan} plan
 * @param {import("./layers.js").ConvolutionNode} node
 * @param {import("./place.js").Place} input
 * @returns {import("./place.js").Place}
 */
export function planTransposedConvolution(plan, node, input) {
  const { weight, scale, shift, slope, kernel, stride, padding } = node;
  const [channels, height, width] = node.shape;
  const output = plan.place(channels, height, width);
  // Output 0 reads inputs from −(kernel − 1 − padding)/stride on, the last output as far beyond the other end.
  input.needMargin(Math.max(0, Math.floor((kernel - 1 - padding) / stride)));
  for (const vertical of phases(output.height, kernel, stride, padding)) {
    for (const horizontal of phases(output.width, kernel, stride, padding)) {
      convolve(plan, {
        input,
        output,
        shift,
        slope,
        stride: 1,
        kernelRows: vertical.taps,
        kernelColumns: horizontal.taps,
        first: [vertical.first, horizontal.first],
        rows: vertical.count,
        columns: horizontal.count,
        phase: [vertical.phase, horizontal.phase],
        spread: stride,
        at: (o, i, y, x) => {
          const row = vertical.kernelStart + stride * (vertical.taps - 1 - y);
          const column = horizontal.kernelStart + stride * (horizontal.taps - 1 - x);
          return weight[((i * output.channels + o) * kernel + row) * kernel + column] * scale[o];
        },
      });
    }
  }
  return output;
}

/** @param {import("./plan.js").Plan} plan @param {Convolution} convolution */
function convolve(plan, convolution) {
  const side = winogradSide(convolution);
  if (side === null) convolveDirectly(plan, convolution);
  else convolveFast(plan, convolution, side);
}

function convolveDirectly(/** @type {import("./plan.js").Plan} */ plan, /** @type {Convolution} */ convolution) {
  const { input, output, stride, kernelRows, kernelColumns, first, rows, columns, phase, spread, slope } = convolution;
  const weights = plan.constant(packConvolution(output.channels, input, kernelRows, kernelColumns, convolution.at));
  const shift = plan.constant(packChannels(convolution.shift));
  plan.call("convolve", () => [
    input.address(...first),
    weights(),
    shift(),
    output.address(...phase),
    rows,
    columns,
    stride * input.pitch,
    stride * input.step,
    input.pitch,
    kernelRows,
    kernelColumns * input.step,
    output.step / 4,
    spread * output.pitch,
    spread * output.step,
    slope,
  ]);
}

/**
 * The side of the Winograd kernel on a sub-lattice, or null: kernels of 2 or 3 a side at stride 1, and of 4 at stride
 * 2,
 * on even outputs and enough channels.
 * @param {Convolution} convolution
 * @returns {2 | 3 | null}
 */
function winogradSide(convolution) {
  const { kernelRows, kernelColumns, stride } = convolution;
  if (kernelRows !== kernelColumns || !suitsWinograd(convolution)) return null;
  if (stride === 1 && kernelRows === 3) return 3;
  return kernelRows === 2 * stride && stride <= 2 ? 2 : null;
}

/** Whether there are even outputs and enough channels. */
function suitsWinograd(/** @type {Convolution} */ { input, output, rows, columns }) {
  return (
    rows % 2 === 0 &&
    columns % 2 === 0 &&
    (rows / 2) * (columns / 2) >= LEAST_WINOGRAD_TILES &&
    input.step % 4 === 0 &&
    Math.min(input.channels, output.channels) >= LEAST_WINOGRAD_CHANNELS
  );
}

/** @param {import("./plan.js").Plan} plan @param {Convolution} convolution @param {2 | 3} side */
function convolveFast(plan, convolution, side) {
  const { input, output, stride, first, phase, spread, slope } = convolution;
  const [tileRows, tileColumns] = [convolution.rows / 2, convolution.columns / 2];
  const points = side + 1;
  const band = Math.min(tileRows, Math.max(1, Math.floor(TILES_PER_BAND / tileColumns)));
  const scratch = plan.place(points ** 2 * band * tileColumns * (stride ** 2 * input.step + output.step), 1, 1);
  const weights = plan.constant(packWinograd(output.channels, input, side, stride, convolution.at));
  const shift = packChannels(convolution.shift);
  const shiftAndZeros = new Float32Array(2 * shift.length);
  shiftAndZeros.set(shift);
  const bias = plan.constant(shiftAndZeros);
  plan.call("winograd", () => [
    input.address(...first),
    weights(),
    bias(),
    output.address(...phase),
    scratch.address(),
    points,
    tileRows,
    tileColumns,
    band,
    stride,
    input.step,
    input.pitch,
    output.step / 4,
    spread * output.pitch,
    spread * output.step,
    slope,
  ]);
}

/**
 * The phases of a transposed convolution along one axis.
 *
 * Output o = stride·j + phase receives input i through kernel element o + padding − stride·i. With
 * kernelStart = (phase + padding) mod stride and q = ⌊(phase + padding)/stride⌋ the elements are kernelStart +
 * stride·t, from input j + q − t.
 */
function phases(
  /** @type {number} */ length,
  /** @type {number} */ kernel,
  /** @type {number} */ stride,
  /** @type {number} */ padding,
) {
  return Array.from({ length: Math.min(stride, length) }, (_, phase) => {
    const kernelStart = (phase + padding) % stride;
    const taps = Math.max(0, Math.ceil((kernel - kernelStart) / stride));
    const first = Math.floor((phase + padding) / stride) - (taps - 1);
    return { phase, kernelStart, taps, first, count: Math.ceil((length - phase) / stride) };
  });
}
