/** A sequence of pictures, one per moment, decoded when first wanted and held within a bound. */
import { ModelError } from "./errors.js";

/** Decoded pictures that a sequence holds at most; a run of 64 digit tiles and 48 moments takes 10 MB. */
const MAXIMUM_DECODED_BYTES = 64 * 2 ** 20;
const FEWEST_HELD = 4;
const RGBA_BYTES = 4;

/**
 * @typedef {{width: number, height: number, columns?: number, count?: number}} Tile of a sheet, in pixels, and how many
 *   there are; columns and count default to what the first picture has room for
 *
 * @typedef {object} Tiles how a sheet is divided; tiles stand row by row
 * @property {number} width of a tile, pixels
 * @property {number} height of a tile, pixels
 * @property {number} columns
 * @property {number} count
 */

export class SheetSequence {
  /** Decoded pictures, the longest unused first. @type {Map<number, ImageBitmap>} */
  #held = new Map();
  /** @type {Map<number, Promise<ImageBitmap>>} */
  #decoding = new Map();
  /** Sizes that every picture must have, known from the first. @type {{width: number, height: number} | null} */
  #size = null;

  /**
   * @param {string} file that the pictures come from, for messages
   * @param {string} key of the tensor, for messages
   * @param {Tile} tile
   */
  constructor(file, key, tile) {
    this.file = file;
    this.key = key;
    this.tile = tile;
    /** Encoded pictures. @type {Uint8Array<ArrayBuffer>[]} */
    this.pictures = [];
  }

  get length() {
    return this.pictures.length;
  }

  /** How the sheet is divided. Known once `bitmap` has resolved for any moment. @returns {Tiles} */
  get tiles() {
    const { width, height } = this.tile;
    const size = this.#size ?? { width: 0, height: 0 };
    const columns = this.tile.columns ?? Math.floor(size.width / width);
    const count = this.tile.count ?? columns * Math.floor(size.height / height);
    return { width, height, columns, count };
  }

  /** Where a tile is in the sheet, in pixels. @param {number} index */
  place(index) {
    const { width, height, columns } = this.tiles;
    return { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
  }

  /** The picture of a moment if it is decoded. @param {number} moment @returns {ImageBitmap | null} */
  ready(moment) {
    const bitmap = this.#held.get(moment);
    if (bitmap === undefined) return null;
    this.#held.delete(moment);
    this.#held.set(moment, bitmap);
    return bitmap;
  }

  /**
   * The picture of a moment. It stays valid until the caller next waits for anything.
   * @param {number} moment
   * @returns {Promise<ImageBitmap>}
   * @throws {ModelError} naming file, tensor and moment
   */
  async bitmap(moment) {
    const ready = this.ready(moment);
    if (ready !== null) return ready;
    const known = this.#decoding.get(moment);
    if (known !== undefined) return known;
    const decoding = this.#decode(moment).finally(() => this.#decoding.delete(moment));
    this.#decoding.set(moment, decoding);
    return decoding;
  }

  /**
   * Decode ahead, as many as may be held.
   * @param {() => boolean} isStopped asked between pictures
   */
  async decodeAll(isStopped) {
    for (let moment = 0; moment < Math.min(this.length, this.#capacity()); moment++) {
      if (isStopped()) return;
      if (!this.#held.has(moment)) await this.bitmap(moment);
    }
  }

  /** Give the decoded pictures back. */
  close() {
    for (const bitmap of this.#held.values()) bitmap.close();
    this.#held.clear();
  }

  #capacity() {
    if (this.#size === null) return FEWEST_HELD;
    return Math.max(
      FEWEST_HELD,
      Math.floor(MAXIMUM_DECODED_BYTES / (RGBA_BYTES * this.#size.width * this.#size.height)),
    );
  }

  async #decode(/** @type {number} */ moment) {
    let bitmap;
    try {
      // Stored bytes are wanted as they are: no colour management, no premultiplication.
      const picture = new Blob([this.pictures[moment]], { type: "image/webp" });
      bitmap = await createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    } catch {
      throw new ModelError("runtime.momentPicture", { file: this.file, tensor: this.key, moment });
    }
    this.#check(bitmap, moment);
    this.#held.set(moment, bitmap);
    for (const [oldest, held] of this.#held) {
      if (this.#held.size <= this.#capacity()) break;
      held.close();
      this.#held.delete(oldest);
    }
    return bitmap;
  }

  #check(/** @type {ImageBitmap} */ { width, height }, /** @type {number} */ moment) {
    const { tile } = this;
    const columns = tile.columns ?? 1;
    const rows = tile.count === undefined ? 1 : Math.ceil(tile.count / columns);
    const fits =
      width % tile.width === 0 &&
      height % tile.height === 0 &&
      width >= columns * tile.width &&
      height >= rows * tile.height;
    const same = this.#size === null || (this.#size.width === width && this.#size.height === height);
    if (!fits || !same) {
      const expected = this.#size
        ? `${this.#size.width}×${this.#size.height}`
        : `${columns * tile.width}×${rows * tile.height}`;
      throw new ModelError("runtime.momentSize", {
        file: this.file,
        tensor: this.key,
        moment,
        expected,
        found: `${width}×${height}`,
      });
    }
    this.#size ??= { width, height };
  }
}

/**
 * Cut pictures that stand end to end.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {ArrayLike<bigint>} offsets one more than there are pictures
 * @param {(found: string) => never} refuse told what is wrong
 * @returns {Uint8Array<ArrayBuffer>[]}
 */
export function cut(bytes, offsets, refuse) {
  const places = Array.from(offsets, Number);
  if (places[0] !== 0 || places.at(-1) !== bytes.length) refuse(`${places[0]} … ${places.at(-1)}`);
  return places.slice(1).map((end, i) => {
    if (end <= places[i]) refuse(`${places[i]}, ${end}`);
    return bytes.subarray(places[i], end);
  });
}
