/**
 * Weights from torch's order to the order that the kernels read, with padding channels of zeros.
 *
 * A convolution's weights are a function `at(output, input, row, column)`, so that one packer serves plain convolutions
 * and the phases of transposed ones.
 */

/** Channels rounded up to whole vectors of 4. */
export const padded = (/** @type {number} */ count) => Math.ceil(count / 4) * 4;

/**
 * The kernels' blocks of outputs: as many of the first size as fit, then smaller ones.
 * @param {number} outputs a multiple of 4
 * @param {number[]} sizes descending, ending in 4
 * @returns {Array<{start: number, size: number}>}
 */
function blocks(outputs, sizes) {
  const result = [];
  let start = 0;
  for (const size of sizes) {
    for (; outputs - start >= size; start += size) result.push({ start, size });
  }
  return result;
}

/**
 * @param {number} outputs
 * @param {number} inputs
 * @param {(output: number, input: number) => number} at
 * @returns {Float32Array} for the kernel `affine`: padded(outputs) × inputs values
 */
export function packMatrix(outputs, inputs, at) {
  const packed = new Float32Array(padded(outputs) * inputs);
  let position = 0;
  for (const { start, size } of blocks(padded(outputs), [32, 16, 8, 4])) {
    for (let input = 0; input < inputs; input++) {
      for (let i = 0; i < size; i++, position++) {
        if (start + i < outputs) packed[position] = at(start + i, input);
      }
    }
  }
  return packed;
}

/**
 * @param {number} outputs
 * @param {{channels: number, step: number}} input its channels and the floats from pixel to pixel
 * @param {number} rows of the kernel
 * @param {number} columns of the kernel
 * @param {(output: number, input: number, row: number, column: number) => number} at
 * @returns {Float32Array} for the kernel `convolve`: padded(outputs) × rows × columns × step values
 */
export function packConvolution(outputs, { channels, step }, rows, columns, at) {
  const packed = new Float32Array(padded(outputs) * rows * columns * step);
  let position = 0;
  for (const { start, size } of blocks(padded(outputs), [8, 4])) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let input = 0; input < step; input++) {
          for (let i = 0; i < size; i++, position++) {
            if (start + i < outputs && input < channels) packed[position] = at(start + i, input, row, column);
          }
        }
      }
    }
  }
  return packed;
}

/**
 * @param {ArrayLike<number>} values one per channel
 * @returns {Float32Array} with zeros for the padding channels
 */
export function packChannels(values) {
  const packed = new Float32Array(padded(values.length));
  packed.set(values);
  return packed;
}
