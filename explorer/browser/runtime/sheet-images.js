/** The pictures of a sheet of tiles: painted from it, and compared with others pixel by pixel. */
import { ModelError } from "./errors.js";
import { once } from "./files.js";
import { nearestRows } from "./numbers.js";

/** The pixels of the sheet's tiles, read from it when first asked for. */
export class SheetImages {
  /** @type {ImageBitmap | null} */
  sheet = null;
  /** @type {Uint8Array | null} (N, C, H, W) */
  pixels = null;

  /**
   * @param {() => Promise<ImageBitmap>} fetchSheet
   * @param {import("./map.js").BrowseSet["tile"]} tile
   * @param {number} count
   * @param {import("./config.js").ImageShape} shape
   */
  constructor(fetchSheet, tile, count, { channels, height, width }) {
    this.tile = tile;
    this.count = count;
    this.channels = channels;
    this.height = height;
    this.width = width;
    /** Fetch the sheet, once; a failure may be tried again. */
    this.load = once(async () => {
      this.sheet = await fetchSheet();
    });
  }

  /** @param {number} index @returns {Float32Array} */
  picture(index) {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new ModelError("runtime.index", { expected: `0…${this.count - 1}`, found: index });
    }
    const picture = new Float32Array(this.channels * this.height * this.width);
    this.#read(index, index + 1, (position, value) => (picture[position] = value / 255));
    return picture;
  }

  nearest(/** @type {ArrayLike<number>} */ x, /** @type {number} */ k) {
    const length = this.channels * this.height * this.width;
    if (x.length !== length) throw new ModelError("runtime.inputLength", { expected: length, found: x.length });
    if (this.pixels === null) {
      const pixels = new Uint8Array(this.count * length);
      this.#read(0, this.count, (position, value) => (pixels[position] = value));
      this.pixels = pixels;
    }
    const bytes = Float32Array.from(x, (value) => 255 * value);
    return nearestRows(this.pixels, bytes, k).map(({ index, squared }) => ({
      index,
      distance: Math.sqrt(squared / length) / 255,
    }));
  }

  /**
   * Call `put(position, byte)` for the pixels of the tiles [first, last), positions counted from the first in (N, C, H,
   * W).
   */
  #read(
    /** @type {number} */ first,
    /** @type {number} */ last,
    /** @type {(position: number, value: number) => void} */ put,
  ) {
    if (this.sheet === null) throw new ModelError("runtime.notLoaded", { method: "loadPictures" });
    const canvas = new OffscreenCanvas(this.sheet.width, this.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no 2d context");
    let position = 0;
    let row = -1;
    for (let index = first; index < last; index++) {
      const { x, y, width, height } = this.tile(index);
      if (y !== row) context.drawImage(this.sheet, 0, -y);
      row = y;
      const { data } = context.getImageData(x, 0, width, height);
      for (let c = 0; c < this.channels; c++) {
        for (let pixel = c; pixel < data.length; pixel += 4) put(position++, data[pixel]);
      }
    }
  }
}
