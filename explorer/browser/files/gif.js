/**
 * Moving pictures as GIF 89a (CompuServe 1990): one palette of at most 256 colours for all frames, LZW-coded, looping.
 * Pictures with at most 256 different colours, such as all grey ones, keep every pixel.
 */
import { join } from "./bytes.js";
import { choosePalette } from "./palette.js";

const CODE_LIMIT = 4096; // LZW codes have at most twelve bits
const CODE_SIZE = 8; // bits of a palette index

/**
 * @param {Uint8ClampedArray[]} frames RGBA bytes (4·H·W) each, opaque, at least one
 * @param {{width: number, height: number}} size of each
 * @param {object} [options]
 * @param {number} [options.delay] of each frame, hundredths of a second
 * @param {number} [options.scale] whole factor by which each pixel is repeated across and down
 * @returns {{bytes: Uint8Array<ArrayBuffer>, colours: number, largest: number}} how many colours the palette has, and
 *   by how many of 255 levels a channel of a pixel is off at most: 0 where no colour had to give way
 * @throws {RangeError} where there are no frames, or one has another size
 */
export function encodeGif(frames, { width, height }, { delay = 10, scale = 1 } = {}) {
  if (frames.length === 0 || frames.some((frame) => frame.length !== 4 * width * height)) {
    throw new RangeError(
      `expected frames of ${width} × ${height} pixels, got ${frames.map(({ length }) => length / 4)}`,
    );
  }
  const { palette, find, largest } = choosePalette(frames);
  const out = new ByteWriter();
  const [wide, tall] = [width * scale, height * scale];
  out.text("GIF89a").short(wide).short(tall).byte(0xf7, 0, 0); // a global table of 256 colours of eight bits
  for (let i = 0; i < 3 * 256; i++) out.byte(palette[i] ?? 0);
  out.byte(0x21, 0xff, 11).text("NETSCAPE2.0").byte(3, 1, 0, 0, 0); // loop for ever
  for (const frame of frames) {
    out.byte(0x21, 0xf9, 4, 4).short(delay).byte(0, 0); // left in place until the next one
    out.byte(0x2c).short(0).short(0).short(wide).short(tall).byte(0, CODE_SIZE);
    out.blocks(compress(enlarge(frame, width, height, scale, find)));
  }
  out.byte(0x3b);
  return { bytes: out.finish(), colours: palette.length / 3, largest };
}

/** Palette indices of a frame, each pixel repeated. */
function enlarge(
  /** @type {Uint8ClampedArray} */ frame,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {number} */ scale,
  /** @type {(colour: number) => number} */ find,
) {
  const indices = new Uint8Array(width * height * scale * scale);
  for (let row = 0; row < height; row++) {
    const start = row * scale * width * scale;
    for (let column = 0; column < width; column++) {
      const at = 4 * (row * width + column);
      indices.fill(
        find((frame[at] << 16) | (frame[at + 1] << 8) | frame[at + 2]),
        start + column * scale,
        start + (column + 1) * scale,
      );
    }
    for (let copy = 1; copy < scale; copy++)
      indices.copyWithin(start + copy * width * scale, start, start + width * scale);
  }
  return indices;
}

/** LZW with codes that grow from nine to twelve bits (Welch 1984, as the GIF specification's appendix F has it). */
function compress(/** @type {Uint8Array} */ indices) {
  const [clear, end] = [1 << CODE_SIZE, (1 << CODE_SIZE) + 1];
  const children = new Int16Array(CODE_LIMIT << CODE_SIZE); // of a code, by the next index; 0 where there is none
  const bits = new BitWriter();
  let [next, length] = [end + 1, CODE_SIZE + 1];
  bits.write(clear, length);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const place = (prefix << CODE_SIZE) | indices[i];
    if (children[place] !== 0) {
      prefix = children[place];
      continue;
    }
    bits.write(prefix, length);
    if (next < CODE_LIMIT) {
      if (next === 1 << length) length += 1;
      children[place] = next++;
    } else {
      bits.write(clear, length);
      children.fill(0);
      [next, length] = [end + 1, CODE_SIZE + 1];
    }
    prefix = indices[i];
  }
  bits.write(prefix, length);
  if (next === 1 << length && length < 12) length += 1;
  bits.write(end, length);
  return bits.finish();
}

class ByteWriter {
  constructor() {
    /** @type {Uint8Array[]} */
    this.parts = [];
  }

  byte(/** @type {number[]} */ ...values) {
    this.parts.push(Uint8Array.from(values));
    return this;
  }

  short(/** @type {number} */ value) {
    return this.byte(value & 0xff, value >> 8);
  }

  text(/** @type {string} */ text) {
    return this.byte(...[...text].map((letter) => letter.charCodeAt(0)));
  }

  /** Data in sub-blocks of at most 255 bytes, ended by an empty one. */
  blocks(/** @type {Uint8Array} */ data) {
    for (let start = 0; start < data.length; start += 255) {
      const block = data.subarray(start, start + 255);
      this.byte(block.length);
      this.parts.push(block);
    }
    this.byte(0);
  }

  finish() {
    return join(this.parts);
  }
}

/** Codes packed from the lowest bit of each byte on. */
class BitWriter {
  constructor() {
    this.bytes = new Uint8Array(4096);
    this.count = 0;
    this.held = 0;
    this.width = 0;
  }

  write(/** @type {number} */ code, /** @type {number} */ length) {
    this.held |= code << this.width;
    this.width += length;
    while (this.width >= 8) this.#push();
  }

  finish() {
    if (this.width > 0) this.#push();
    return this.bytes.subarray(0, this.count);
  }

  #push() {
    if (this.count === this.bytes.length) {
      const longer = new Uint8Array(2 * this.count);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[this.count++] = this.held & 0xff;
    this.held >>>= 8;
    this.width -= 8;
  }
}
