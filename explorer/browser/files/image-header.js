/** What the first bytes of an image file say, before anything is decoded: type, size, and which way is up. */

/**
 * Type and size from the header of a PNG, GIF, WebP or JPEG file.
 * @param {Uint8Array} bytes the file, or its beginning
 * @returns {{type: string, width: number, height: number} | null} null for anything else, and for a cut header
 */
export function readImageHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sized = (/** @type {string} */ type, /** @type {number} */ width, /** @type {number} */ height) =>
    width > 0 && height > 0 ? { type, width, height } : null;
  return unlessCut(() => {
    const type = typeOf(bytes);
    if (type === "png" && text(bytes, 12, 4) === "IHDR") return sized(type, view.getUint32(16), view.getUint32(20));
    if (type === "gif") return sized(type, view.getUint16(6, true), view.getUint16(8, true));
    if (type === "webp") return sized(type, ...webpSize(view, text(bytes, 12, 4)));
    if (type === "jpeg") return sized(type, ...jpegSize(view));
    return null;
  }, null);
}

/**
 * Which way is up, from EXIF data. Browsers turn some types of files and not others: without the mark none is turned.
 * @param {Uint8Array<ArrayBuffer>} bytes the file
 * @returns {{orientation: number, parts: BlobPart[]}} from 1 to 8, 1 for upright, and the file without that mark
 */
export function takeOrientation(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const asItIs = { orientation: 1, parts: [bytes] };
  return unlessCut(() => {
    const type = typeOf(bytes);
    if (type === "png") return ofPng(bytes, view) ?? asItIs;
    const tiff = type === "jpeg" ? jpegExif(bytes, view) : type === "webp" ? webpExif(bytes, view) : null;
    if (tiff === null) return asItIs;
    const { orientation, at, little } = readTiff(view, tiff);
    if (at === null) return asItIs;
    const upright = Uint8Array.of(...(little ? [1, 0] : [0, 1]));
    return { orientation, parts: [bytes.subarray(0, at), upright, bytes.subarray(at + 2)] };
  }, asItIs);
}

/** @template T @param {() => T} read @param {T} otherwise where it reads past the end @returns {T} */
function unlessCut(read, otherwise) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return otherwise;
  }
}

const text = (/** @type {Uint8Array} */ bytes, /** @type {number} */ at, /** @type {number} */ length) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** @param {Uint8Array} bytes @returns {"png" | "gif" | "webp" | "jpeg" | null} */
function typeOf(bytes) {
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (["GIF87a", "GIF89a"].includes(text(bytes, 0, 6))) return "gif";
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") return "webp";
  return text(bytes, 0, 2) === "\xff\xd8" ? "jpeg" : null;
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
  for (const { marker, at } of jpegSegments(view)) {
    const notFrames = [0xc4, 0xc8, 0xcc]; // tables and reserved codes among the start-of-frame codes
    if (marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker))
      return [view.getUint16(at + 5), view.getUint16(at + 3)];
  }
  return [0, 0];
}

/** Segments before the picture's data, each with the place of its length. */
function* jpegSegments(/** @type {DataView} */ view) {
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xda) return; // start of scan
    yield { marker, at: at + 2 };
    at += 2 + view.getUint16(at + 2);
  }
}

/** @returns {number | null} where the TIFF data begin */
function jpegExif(/** @type {Uint8Array} */ bytes, /** @type {DataView} */ view) {
  for (const { marker, at } of jpegSegments(view))
    if (marker === 0xe1 && text(bytes, at + 2, 6) === "Exif\0\0") return at + 8;
  return null;
}

/** @returns {number | null} where the TIFF data begin */
function webpExif(/** @type {Uint8Array} */ bytes, /** @type {DataView} */ view) {
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (text(bytes, at, 4) === "EXIF") return at + 8 + (text(bytes, at + 8, 6) === "Exif\0\0" ? 6 : 0);
    at += 8 + length + (length % 2);
  }
  return null;
}

/** A PNG's data carry a checksum: the chunk as a whole is left out. */
function ofPng(/** @type {Uint8Array<ArrayBuffer>} */ bytes, /** @type {DataView} */ view) {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (text(bytes, at + 4, 4) !== "eXIf") continue;
    const { orientation } = readTiff(view, at + 8);
    return { orientation, parts: [bytes.subarray(0, at), bytes.subarray(at + 12 + view.getUint32(at))] };
  }
  return null;
}

/**
 * @param {DataView} view @param {number} tiff where the data begin
 * @returns {{orientation: number, at: number | null, little: boolean}} the place of the value; null where there is none
 */
function readTiff(view, tiff) {
  const none = { orientation: 1, at: null, little: false };
  const order = view.getUint16(tiff);
  if (order !== 0x4949 && order !== 0x4d4d) return none;
  const little = order === 0x4949;
  const start = tiff + view.getUint32(tiff + 4, little);
  const count = view.getUint16(start, little);
  for (let at = start + 2; at < start + 2 + 12 * count; at += 12) {
    if (view.getUint16(at, little) !== 0x112 || view.getUint16(at + 2, little) !== 3) continue;
    if (view.getUint32(at + 4, little) !== 1) continue;
    const value = view.getUint16(at + 8, little);
    return { orientation: value >= 1 && value <= 8 ? value : 1, at: at + 8, little };
  }
  return none;
}
