/**
 * Pictures from the visitor's own files. Type and size are read from a file's first bytes, before anything is decoded.
 */
import { ModelError } from "../../runtime/errors.js";
import { offscreen2d } from "../../charts/canvas.js";
import { planesFromRgba, resampleArea } from "./resample.js";

export const LIMITS = Object.freeze({ megabytes: 10, megapixels: 16 });
const WORKING_SIDE = 1024; // pixels: larger pictures are first scaled by the browser, to spare memory

/**
 * Type and size from the header of a PNG, GIF, WebP or JPEG file.
 * @param {Uint8Array} bytes the file, or its beginning
 * @returns {{type: string, width: number, height: number} | null} null for anything else, and for a cut header
 */
export function readImageHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (/** @type {number} */ at, /** @type {number} */ length) =>
    String.fromCharCode(...bytes.subarray(at, at + length));
  const sized = (/** @type {string} */ type, /** @type {number} */ width, /** @type {number} */ height) =>
    width > 0 && height > 0 ? { type, width, height } : null;
  try {
    if (text(0, 8) === "\x89PNG\r\n\x1a\n" && text(12, 4) === "IHDR")
      return sized("png", view.getUint32(16), view.getUint32(20));
    if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a")
      return sized("gif", view.getUint16(6, true), view.getUint16(8, true));
    if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return sized("webp", ...webpSize(view, text(12, 4)));
    if (view.getUint16(0) === 0xffd8) return sized("jpeg", ...jpegSize(view));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a RangeError is a read past the end: the header is cut
  }
  return null;
}

/** @returns {[number, number]} of the three WebP variants; zeros for an unknown one */
function webpSize(/** @type {DataView} */ view, /** @type {string} */ chunk) {
  const triple = (/** @type {number} */ at) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X") return [triple(24) + 1, triple(27) + 1];
  if (chunk === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (chunk !== "VP8L") return [0, 0];
  const bits = view.getUint32(21, true);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}

/** @returns {[number, number]} from the first start-of-frame segment */
function jpegSize(/** @type {DataView} */ view) {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return [0, 0];
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const notFrames = [0xc4, 0xc8, 0xcc]; // tables and reserved codes among the start-of-frame codes
    if (marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
}

/**
 * Open a file as the model's picture: centre square, scaled by area.
 * @param {File} file
 * @param {import("../../parts/pictures.js").ImageShape} shape
 * @returns {Promise<Float32Array>} (C·H·W), unit range
 * @throws {ModelError} that says what was expected
 */
export async function pictureFromFile(file, shape) {
  if (file.size > LIMITS.megabytes * 1e6) {
    throw new ModelError("latent.upload_heavy", { limit: LIMITS.megabytes, found: (file.size / 1e6).toFixed(1) });
  }
  const header = readImageHeader(new Uint8Array(await file.arrayBuffer()));
  if (header === null)
    throw new ModelError("latent.upload_no_image", { megabytes: LIMITS.megabytes, megapixels: LIMITS.megapixels });
  if (header.width * header.height > LIMITS.megapixels * 1e6) {
    throw new ModelError("latent.upload_large", {
      limit: LIMITS.megapixels,
      width: header.width,
      height: header.height,
    });
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new ModelError("latent.upload_broken", { type: header.type.toUpperCase() });
  }
  return fitBitmap(bitmap, shape);
}

/** The centre of a bitmap with the model's proportions, as the model's picture. */
function fitBitmap(
  /** @type {ImageBitmap} */ bitmap,
  /** @type {import("../../parts/pictures.js").ImageShape} */ { channels, height, width },
) {
  const covered = Math.min(bitmap.width / width, bitmap.height / height); // file pixels per model pixel
  const scale = Math.min(covered, WORKING_SIDE / Math.max(width, height)); // working pixels per model pixel
  const cut = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const canvas = new OffscreenCanvas(cut.width, cut.height);
  const context = offscreen2d(canvas, { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  const drawn = { width: (bitmap.width * scale) / covered, height: (bitmap.height * scale) / covered };
  context.drawImage(
    bitmap,
    (width * scale - drawn.width) / 2,
    (height * scale - drawn.height) / 2,
    drawn.width,
    drawn.height,
  );
  bitmap.close();
  const planes = planesFromRgba(context.getImageData(0, 0, cut.width, cut.height).data, channels);
  const picture = new Float32Array(channels * height * width);
  planes.forEach((plane, channel) => {
    picture.set(resampleArea(plane, cut, { x: 0, y: 0, scale }, { width, height }), channel * height * width);
  });
  return picture;
}

/**
 * Whether a grey picture is dark on light: its border is brighter than half.
 * @param {Float32Array} picture (H·W)
 * @param {import("../../parts/pictures.js").ImageShape} shape
 */
export function isDarkOnLight(picture, { height, width }) {
  const border = picture.filter(
    (_, i) => i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1,
  );
  return border.reduce((sum, value) => sum + value, 0) / border.length > 0.5;
}
