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

/** G of Lavin & Gray 2016, section 4: kernel elements → points, for kernels of 2 and of 3 a side. */
const KERNEL_TRANSFORMS = {
  2: [
    [1, 0],
    [1, 1],
    [0, 1],
  ],
  3: [
    [1, 0, 0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ],
};

/**
 * @param {number} outputs
 * @param {{channels: number, step: number}} input its channels and the floats from pixel to pixel
 * @param {2 | 3} side of the kernel, counted in pixels of a sub-lattice
 * @param {number} lattice the stride: the input's lattice² sub-lattices count as so many times its channels
 * @param {(output: number, input: number, row: number, column: number) => number} at
 * @returns {Float32Array} for the kernel `winograd`: (side + 1)² × padded(outputs) × lattice² × step values
 */
export function packWinograd(outputs, { channels, step }, side, lattice, at) {
  const transform = KERNEL_TRANSFORMS[side];
  const merged = lattice ** 2 * step;
  const planes = transform.flatMap((vertical) =>
    transform.map((horizontal) =>
      packConvolution(outputs, { channels: merged, step: merged }, 1, 1, (output, index) => {
        const input = index % step;
        if (input >= channels) return 0;
        const [p, q] = [Math.floor(index / step / lattice), Math.floor(index / step) % lattice];
        let sum = 0;
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            const factor = vertical[row] * horizontal[column];
            if (factor !== 0) sum += factor * at(output, input, row * lattice + p, column * lattice + q);
          }
        }
        return sum;
      }),
    ),
  );
  const packed = new Float32Array(planes.reduce((total, plane) => total + plane.length, 0));
  planes.forEach((plane, i) => packed.set(plane, i * plane.length));
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
