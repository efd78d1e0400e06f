/**
 * Pictures from the visitor's own files, as `explorer/pictures.py` reads them. Type and size are read from a file's
 * first bytes, before anything is decoded.
 */
import { offscreen2d } from "../../charts/canvas.js";
import { readImageHeader, takeOrientation } from "../../files/image-header.js";
import { ModelError } from "../../runtime/errors.js";
import { AreaMeans, LUMA } from "./resample.js";

export const LIMITS = Object.freeze({ megabytes: 10, megapixels: 16 });
const BAND = 1 << 20; // pixels that are read from a picture at once
const BLANK = 0.05; // where all values lie closer together, there is nothing to see
const BRIGHT = 0.5 + 1e-6; // a little above half, so that the last digit of a sum does not decide

/** Where along its longer side the square is cut out of a picture. */
export const CROPS = Object.freeze({ start: 0, centre: 0.5, end: 1 });

/**
 * @typedef {import("../../parts/pictures.js").ImageShape} ImageShape
 * @typedef {keyof typeof CROPS} Crop
 *
 * @typedef {object} Fitted
 * @property {Float32Array} pixels (C·H·W), unit range
 * @property {"black" | "white" | null} ground what transparent parts were laid on; null where there are none
 *
 * @typedef {object} Opened
 * @property {boolean} turned whether the file said that it lies on its side
 * @property {{width: number, height: number} | null} whole pixels of which only a square is taken; null for a square
 * @property {(crop: Crop) => Fitted} fit to what a model reads
 */

/**
 * Open a file as pictures for a model: upright, of a square each pixel the mean of the area that it covers, transparent
 * parts on black or white, whichever is farther from what is visible.
 * @param {File} file
 * @param {ImageShape} shape
 * @returns {Promise<Opened>}
 * @throws {ModelError} that says what was expected
 */
export async function openPicture(file, shape) {
  if (file.size > LIMITS.megabytes * 1e6) {
    throw new ModelError("latent.upload_heavy", { limit: LIMITS.megabytes, found: (file.size / 1e6).toFixed(1) });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const header = readImageHeader(bytes);
  if (header === null)
    throw new ModelError("latent.upload_no_image", { megabytes: LIMITS.megabytes, megapixels: LIMITS.megapixels });
  if (header.width * header.height > LIMITS.megapixels * 1e6) {
    throw new ModelError("latent.upload_large", {
      limit: LIMITS.megapixels,
      width: header.width,
      height: header.height,
    });
  }
  const { orientation, parts } = takeOrientation(bytes);
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob(parts), { colorSpaceConversion: "none" });
  } catch {
    throw new ModelError("latent.upload_broken", { type: header.type.toUpperCase() });
  }
  const size = orientation < 5 ? bitmap : { width: bitmap.height, height: bitmap.width };
  const whole = { width: size.width, height: size.height };
  const square = whole.width * shape.height === whole.height * shape.width;
  /** @type {Map<Crop, Fitted>} */
  const fitted = new Map();
  return {
    turned: orientation > 1,
    whole: square ? null : whole,
    fit(crop) {
      const known = fitted.get(crop) ?? fit(bitmap, orientation, whole, shape, CROPS[crop]);
      fitted.set(crop, known);
      return known;
    },
  };
}

/**
 * @param {ImageBitmap} bitmap as stored @param {number} orientation of EXIF
 * @param {{width: number, height: number}} whole its size when upright
 * @param {ImageShape} shape @param {number} place of the square, from 0 to 1
 * @returns {Fitted}
 */
function fit(bitmap, orientation, whole, { channels, height, width }, place) {
  const scale = Math.min(whole.width / width, whole.height / height);
  const [x, y] = [(whole.width - width * scale) * place, (whole.height - height * scale) * place];
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const columns = Math.min(whole.width, Math.ceil(x + width * scale)) - left;
  const rows = Math.min(whole.height, Math.ceil(y + height * scale)) - top;
  const window = { x: x - left, y: y - top, scale };
  const means = new AreaMeans({ width: columns, height: rows }, window, { width, height }, channels);
  const band = Math.min(rows, Math.max(1, Math.floor(BAND / columns)));
  const context = offscreen2d(new OffscreenCanvas(columns, band), { willReadFrequently: true });
  context.imageSmoothingEnabled = false; // whole pixels go to whole pixels
  for (let row = 0; row < rows; row += band) {
    context.resetTransform();
    context.clearRect(0, 0, columns, band);
    context.translate(-left, -top - row);
    context.transform(...upright(orientation, whole));
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, columns, Math.min(band, rows - row));
    for (let at = 0; at < data.length; at += 4 * columns)
      means.add(row + at / (4 * columns), data.subarray(at, at + 4 * columns));
  }
  return lay(means);
}

/**
 * From stored to upright, as the six numbers of a canvas transform.
 * @param {number} orientation of EXIF @param {{width: number, height: number}} size upright
 * @returns {[number, number, number, number, number, number]}
 */
function upright(orientation, { width, height }) {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, width, 0];
    case 3:
      return [-1, 0, 0, -1, width, height];
    case 4:
      return [1, 0, 0, -1, 0, height];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, width, 0];
    case 7:
      return [0, -1, -1, 0, width, height];
    case 8:
      return [0, -1, 1, 0, 0, height];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}

/** On an opaque ground: black under what is bright, white under what is dark. @returns {Fitted} */
function lay(/** @type {AreaMeans} */ { planes, opacity }) {
  const pixels = new Float32Array(planes.length * opacity.length);
  const clear = opacity.some((value) => value <= 1 - 1e-9);
  const weights = planes.length === 1 ? [1] : LUMA;
  const light = planes.reduce((sum, plane, channel) => sum + weights[channel] * total(plane), 0);
  const white = clear && light < BRIGHT * total(opacity);
  planes.forEach((plane, channel) =>
    plane.forEach((value, i) => {
      const laid = white ? value + (1 - opacity[i]) : value;
      pixels[channel * opacity.length + i] = Math.min(1, Math.max(0, laid));
    }),
  );
  return { pixels, ground: clear ? (white ? "white" : "black") : null };
}

const total = (/** @type {Float64Array} */ values) => values.reduce((sum, value) => sum + value, 0);

/** Whether there is nothing to see. @param {Float32Array} picture */
export function isBlank(picture) {
  const [low, high] = picture.reduce(([least, most], x) => [Math.min(least, x), Math.max(most, x)], [1, 0]);
  return high - low < BLANK;
}

/**
 * Whether a grey picture is dark on light: its border is brighter than half.
 * @param {Float32Array} picture (H·W)
 * @param {ImageShape} shape
 */
export function isDarkOnLight(picture, { height, width }) {
  const border = picture.filter(
    (_, i) => i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1,
  );
  return border.reduce((sum, value) => sum + value, 0) / border.length > BRIGHT;
}
