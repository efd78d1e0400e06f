/** Arrays as .npz, which `numpy.load` reads: a zip archive of .npy files (NumPy format 1.0), stored, not compressed. */
import { join } from "./bytes.js";

/** @typedef {Float32Array | Float64Array | Int32Array | Uint8Array} Numbers */

/** NumPy's word for the type of numbers. @param {Numbers} data */
function kindOf(data) {
  if (data instanceof Float32Array) return "<f4";
  if (data instanceof Float64Array) return "<f8";
  return data instanceof Int32Array ? "<i4" : "|u1";
}

const ALIGNED = 64; // a .npy header ends at a multiple of it
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/**
 * @typedef {{data: Numbers, shape: number[]} | string} NamedArray a string becomes an array of no dimensions
 */

/**
 * @param {Record<string, NamedArray>} arrays by name; names of ASCII characters
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {RangeError} where a shape does not hold its data
 */
export function encodeNpz(arrays) {
  const files = Object.entries(arrays).map(([name, array]) => ({ name: ascii(`${name}.npy`), body: npy(name, array) }));
  const directory = [];
  const parts = [];
  let offset = 0;
  for (const { name, body } of files) {
    const common = [
      ...shorts(20, 0, 0, 0, 0x21),
      ...words(checksum(body), body.length, body.length),
      ...shorts(name.length, 0),
    ];
    const local = Uint8Array.of(0x50, 0x4b, 3, 4, ...common, ...name);
    directory.push(0x50, 0x4b, 1, 2, ...shorts(20), ...common, ...shorts(0, 0, 0), ...words(0, offset), ...name);
    parts.push(local, body);
    offset += local.length + body.length;
  }
  parts.push(Uint8Array.from(directory));
  parts.push(
    Uint8Array.of(
      0x50,
      0x4b,
      5,
      6,
      ...shorts(0, 0, files.length, files.length),
      ...words(directory.length, offset),
      ...shorts(0),
    ),
  );
  return join(parts);
}

/** One array in NumPy's format. */
function npy(/** @type {string} */ name, /** @type {NamedArray} */ array) {
  const { kind, shape, bytes } = typeof array === "string" ? textArray(array) : numberArray(name, array);
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const description = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const padding = ALIGNED - ((10 + description.length + 1) % ALIGNED);
  const header = ascii(`${description}${" ".repeat(padding % ALIGNED)}\n`);
  return join([Uint8Array.of(0x93, ...ascii("NUMPY"), 1, 0, ...shorts(header.length)), header, bytes]);
}

/** @param {string} name @param {{data: Numbers, shape: number[]}} array */
function numberArray(name, { data, shape }) {
  if (shape.reduce((product, side) => product * side, 1) !== data.length) {
    throw new RangeError(`${name}: expected ${shape.join(" × ")} numbers, got ${data.length}`);
  }
  return {
    kind: kindOf(data),
    shape,
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** Text in UTF-32; NumPy has no text of no characters at all. */
function textArray(/** @type {string} */ text) {
  const points = Uint32Array.from(text === "" ? [0] : [...text].map((character) => character.codePointAt(0) ?? 0));
  return { kind: `<U${points.length}`, shape: [], bytes: new Uint8Array(points.buffer) };
}

/** CRC-32, as zip has it (ISO 3309). */
function checksum(/** @type {Uint8Array} */ bytes) {
  let rest = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) rest = TABLE[(rest ^ bytes[i]) & 0xff] ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

function ascii(/** @type {string} */ text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function shorts(/** @type {number[]} */ ...values) {
  return values.flatMap((value) => [value & 0xff, value >> 8]);
}

function words(/** @type {number[]} */ ...values) {
  return values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]);
}
