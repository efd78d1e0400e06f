/**
 * A recurrent layer's weights, from torch's order of rows to that of the kernels: each gate's H rows, padded to whole
 * vectors.
 */
import { packMatrix, padded } from "../packing.js";

/**
 * @param {import("./cells.js").Cell} cell
 * @param {number} hiddenSize H
 */
export function createGatePacker({ gates }, hiddenSize) {
  const pitch = padded(hiddenSize);
  const row = (/** @type {number} */ output) =>
    output % pitch < hiddenSize ? Math.floor(output / pitch) * hiddenSize + (output % pitch) : -1;
  return {
    /** @param {Float32Array} values (G·H, columns) @param {number} columns @returns {Float32Array} */
    matrix: (values, columns) =>
      packMatrix(gates * pitch, columns, (output, input) =>
        row(output) < 0 ? 0 : values[row(output) * columns + input],
      ),
    /** @param {(row: number) => number} at of G·H rows @returns {Float32Array} (G·pitch) */
    spread: (at) =>
      Float32Array.from({ length: gates * pitch }, (_, output) => (row(output) < 0 ? 0 : at(row(output)))),
  };
}
