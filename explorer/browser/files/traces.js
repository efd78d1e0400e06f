/** What stands in files that others go on computing with: arrays, tables and Python. */
import { paint, writeRgba } from "../parts/pictures.js";
import { encodeGif } from "./gif.js";
import { encodeNpz } from "./npz.js";

const GIF_SIDE = 224; // pixels at least, so that a small picture can be seen

/** @param {Record<string, import("./npz.js").NamedArray>} arrays @returns {Blob} */
export function npzBlob(arrays) {
  return new Blob([encodeNpz(arrays)], { type: "application/zip" });
}

/**
 * One row a line, after a head; text in quotes.
 * @param {string[]} head
 * @param {ArrayLike<number | string>[]} rows
 * @returns {Blob}
 */
export function csvBlob(head, rows) {
  const cell = (/** @type {number | string} */ value) =>
    typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : String(value);
  return new Blob(
    [head, ...rows].map((row) => `${Array.from(row, cell).join(",")}\n`),
    { type: "text/csv" },
  );
}

/**
 * Names of the columns of a latent and of its picture's values.
 * @param {number} latentSize
 * @param {import("../parts/pictures.js").ImageShape} shape
 * @returns {string[]} z1 … zL, then pixel_channel_row_column from nought
 */
export function latentColumns(latentSize, { channels, height, width }) {
  const latents = Array.from({ length: latentSize }, (_, i) => `z${i + 1}`);
  const pixels = Array.from({ length: channels * height * width }, (_, i) => {
    const [channel, place] = [Math.floor(i / (height * width)), i % (height * width)];
    return `pixel_${channel}_${Math.floor(place / width)}_${place % width}`;
  });
  return [...latents, ...pixels];
}

/** Arrays of the same length below each other. @param {Float32Array[]} rows @returns {Float32Array} */
export function stack(rows) {
  const whole = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => whole.set(row, i * row.length));
  return whole;
}

/**
 * Pictures as a GIF, each pixel repeated so often that it can be seen.
 * @param {Float32Array[]} pictures (C·H·W) each
 * @param {import("../parts/pictures.js").ImageShape} shape
 */
export function gifOf(pictures, shape) {
  const frames = pictures.map((picture) => {
    const rgba = new Uint8ClampedArray(4 * shape.height * shape.width);
    writeRgba(rgba, picture, shape);
    return rgba;
  });
  return encodeGif(frames, shape, { scale: Math.ceil(GIF_SIDE / shape.width) });
}

/**
 * Pictures as canvases of their own.
 * @param {Float32Array[]} pictures
 * @param {import("../parts/pictures.js").ImageShape} shape
 */
export function canvasesOf(pictures, shape) {
  return pictures.map((picture) => {
    const canvas = new OffscreenCanvas(shape.width, shape.height);
    paint(canvas, picture, shape);
    return canvas;
  });
}

/**
 * A latent as Python, in the shortest decimals that give the same float32 numbers.
 * @param {string} formatted as `formatLatent` writes it
 */
export function pythonLatent(formatted) {
  return `np.array([${formatted.replaceAll(",", ", ")}], "float32")`;
}
