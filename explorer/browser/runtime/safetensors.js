/**
 * The safetensors file format (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header, the
 * tensors' bytes.
 *
 * Everything that the header claims is checked before anything is allocated by it.
 */
import { isRecord } from "./checks.js";
import { ModelError, pathname } from "./errors.js";

const MAXIMUM_HEADER_BYTES = 4 * 2 ** 20;
const MAXIMUM_FILE_BYTES = 2 ** 28;
const FIRST_REQUEST_BYTES = 2 ** 15;
const LENGTH_BYTES = 8;
/** Gaps between wanted tensors up to this long are fetched along rather than asked for around. */
const TOLERATED_GAP_BYTES = 2 ** 16;

/**
 * The numbers of a tensor: the typed array of its dtype, but F16 is widened to a Float32Array.
 * @typedef {Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> |
 *   Int32Array<ArrayBuffer>
 *   | Int16Array<ArrayBuffer> | Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} TensorData
 *
 * @typedef {{shape: number[], data: TensorData}} StoredTensor
 */

/** @type {Record<string, {bytes: number, numbers: (bytes: ArrayBuffer) => TensorData}>} */
const DTYPES = {
  F64: { bytes: 8, numbers: (bytes) => new Float64Array(bytes) },
  F32: { bytes: 4, numbers: (bytes) => new Float32Array(bytes) },
  F16: { bytes: 2, numbers: (bytes) => floatsFromHalves(new Uint16Array(bytes)) },
  I64: { bytes: 8, numbers: (bytes) => new BigInt64Array(bytes) },
  I32: { bytes: 4, numbers: (bytes) => new Int32Array(bytes) },
  I16: { bytes: 2, numbers: (bytes) => new Int16Array(bytes) },
  I8: { bytes: 1, numbers: (bytes) => new Int8Array(bytes) },
  U8: { bytes: 1, numbers: (bytes) => new Uint8Array(bytes) },
};

/**
 * @typedef {object} Safetensors
 * @property {Record<string, string>} metadata
 * @property {Map<string, {dtype: string, shape: number[]}>} tensors
 * @property {(names: Iterable<string>) => Promise<Map<string, StoredTensor>>} read fetches these tensors' bytes only,
 *   where the server answers Range requests
 */

/**
 * @param {string | URL} url
 * @returns {Promise<Safetensors>}
 * @throws {ModelError} naming file, tensor and expectation
 */
export async function openSafetensors(url) {
  const file = new RemoteFile(url);
  const first = new DataView(await file.read(0, LENGTH_BYTES, FIRST_REQUEST_BYTES));
  const headerBytes = first.getBigUint64(0, true);
  const limit = Math.min(MAXIMUM_HEADER_BYTES, file.size - LENGTH_BYTES);
  if (headerBytes > BigInt(limit)) file.refuse("runtime.headerLength", { expected: limit, found: headerBytes });
  const dataStart = LENGTH_BYTES + Number(headerBytes);
  const header = parseHeader(file, await file.read(LENGTH_BYTES, dataStart));
  const { __metadata__: described, ...entries } = header;
  const metadata = readMetadata(file, described);
  const tensors = checkEntries(file, entries, file.size - dataStart);

  async function read(/** @type {Iterable<string>} */ names) {
    const wanted = [...new Set(names)].map((name) => {
      const entry = tensors.get(name);
      if (entry === undefined) return file.refuse("runtime.missingTensor", { tensor: name });
      return { name, ...entry, start: dataStart + entry.begin, end: dataStart + entry.end };
    });
    /** @type {Map<string, StoredTensor>} */
    const result = new Map();
    await Promise.all(
      neighbours(wanted).map(async (group) => {
        const { start } = group[0];
        const bytes = await file.read(start, Math.max(...group.map(({ end }) => end)));
        for (const { name, dtype, shape, start: begin, end } of group) {
          result.set(name, { shape, data: DTYPES[dtype].numbers(bytes.slice(begin - start, end - start)) });
        }
      }),
    );
    return result;
  }
  return { metadata, tensors, read };
}

/** The numbers of the 2¹⁶ float16 bit patterns; made when first needed. @type {Float32Array | null} */
let halves = null;

/**
 * IEEE 754 half precision → single, exactly: sign, 5 bits of exponent (bias 15), 10 of fraction.
 * @param {Uint16Array} bits
 */
function floatsFromHalves(bits) {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, pattern) => {
    const [exponent, fraction] = [(pattern >> 10) & 31, (pattern & 1023) / 1024];
    const size =
      exponent === 0
        ? fraction * 2 ** -14
        : exponent < 31
          ? (1 + fraction) * 2 ** (exponent - 15)
          : fraction
            ? NaN
            : Infinity;
    return pattern >> 15 ? -size : size;
  });
  const numbers = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) numbers[i] = halves[bits[i]];
  return numbers;
}

/**
 * Byte ranges in the order of the file, those that are near each other together.
 * @template {{start: number, end: number}} Range
 * @param {Range[]} ranges
 * @returns {Range[][]}
 */
function neighbours(ranges) {
  /** @type {Range[][]} */
  const groups = [];
  let reached = -Infinity;
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    if (range.start - reached <= TOLERATED_GAP_BYTES) groups[groups.length - 1].push(range);
    else groups.push([range]);
    reached = range.end;
  }
  return groups;
}

/** @param {RemoteFile} file @param {ArrayBuffer} bytes @returns {Record<string, unknown>} */
function parseHeader(file, bytes) {
  /** @type {unknown} */
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return file.refuse("runtime.header", {});
  }
  return isRecord(header) ? header : file.refuse("runtime.header", {});
}

/** @param {RemoteFile} file @param {unknown} found @returns {Record<string, string>} */
function readMetadata(file, found = {}) {
  if (!isRecord(found)) return file.refuse("runtime.header", {});
  return Object.fromEntries(
    Object.entries(found).map(([name, text]) => [
      name,
      typeof text === "string" ? text : file.refuse("runtime.header", {}),
    ]),
  );
}

/**
 * The tensors must have known dtypes, agree with their byte ranges, and cover the data without holes or overlaps.
 * @param {RemoteFile} file
 * @param {Record<string, unknown>} entries
 * @param {number} dataBytes
 */
function checkEntries(file, entries, dataBytes) {
  /** @type {Map<string, {dtype: string, shape: number[], begin: number, end: number}>} */
  const tensors = new Map();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
    if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype)) {
      file.refuse("runtime.dtype", { tensor: name, expected: Object.keys(DTYPES), found: dtype });
    }
    if (!isCounts(shape)) file.refuse("runtime.shape", { tensor: name, found: shape });
    const bytes = shape.reduce((product, length) => product * length, DTYPES[dtype].bytes);
    if (!isRange(offsets, bytes) || offsets[1] > dataBytes) {
      file.refuse("runtime.offsets", { tensor: name, expected: bytes, found: offsets, available: dataBytes });
    }
    tensors.set(name, { dtype, shape, begin: offsets[0], end: offsets[1] });
  }
  let position = 0;
  for (const [name, { begin, end }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position) file.refuse("runtime.layout", { tensor: name, expected: position, found: begin });
    position = end;
  }
  if (position !== dataBytes) file.refuse("runtime.fileLength", { expected: position, found: dataBytes });
  return tensors;
}

/** @param {unknown} value @param {number} length @returns {value is [number, number]} */
function isRange(value, length) {
  return isCounts(value) && value.length === 2 && value[1] - value[0] === length;
}

/** @param {unknown} value @returns {value is number[]} */
function isCounts(value) {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

/** A file on a server, of which only the bytes asked for are fetched if the server can do that. */
class RemoteFile {
  /** @param {string | URL} url */
  constructor(url) {
    this.url = url;
    this.size = Infinity;
    /** The file's beginning, or all of it if the server sends no less. */
    this.head = new ArrayBuffer(0);
  }

  /** @param {string} key @param {Record<string, unknown>} values @returns {never} */
  refuse(key, values) {
    throw new ModelError(key, { file: pathname(this.url), ...values });
  }

  /** The bytes [start, end); where they must be fetched, `fetchBytes` of them are, to save a second request. */
  async read(/** @type {number} */ start, /** @type {number} */ end, fetchBytes = end - start) {
    if (end > this.size) this.refuse("runtime.fileLength", { expected: end, found: this.size });
    const bytes = end > this.head.byteLength ? await this.#fetch(start, start + fetchBytes) : this.head.slice(start);
    if (bytes.byteLength < end - start)
      this.refuse("runtime.fileLength", { expected: end, found: start + bytes.byteLength });
    return bytes.slice(0, end - start);
  }

  /** The bytes from `start` on, up to `end` at least where the file has so many. */
  async #fetch(/** @type {number} */ start, /** @type {number} */ end) {
    const response = await fetch(this.url, { headers: { Range: `bytes=${start}-${end - 1}` } });
    if (!response.ok) this.refuse("runtime.unreachable", { status: response.status });
    const partial = response.status === 206;
    const length = Number(partial ? this.#wholeLength(response, start) : (response.headers.get("Content-Length") ?? 0));
    if (length > MAXIMUM_FILE_BYTES)
      this.refuse("runtime.fileTooLong", { expected: MAXIMUM_FILE_BYTES, found: length });
    const bytes = await response.arrayBuffer();
    this.size = partial ? length : bytes.byteLength;
    if (!partial || start === 0) this.head = bytes;
    return partial ? bytes : bytes.slice(start);
  }

  /** What the answer to a request of a part says of the whole. */
  #wholeLength(/** @type {Response} */ response, /** @type {number} */ start) {
    const found = response.headers.get("Content-Range");
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(found ?? "");
    if (range === null || Number(range[1]) !== start)
      return this.refuse("runtime.range", { expected: `bytes ${start}-`, found });
    return range[2];
  }
}
