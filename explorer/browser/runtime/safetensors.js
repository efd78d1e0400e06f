/**
 * The safetensors file format (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header, the tensors' bytes.
 *
 * Everything that the header claims is checked before anything is allocated by it.
 */
import { ModelError } from "./errors.js";

const MAXIMUM_HEADER_BYTES = 4 * 2 ** 20;
const MAXIMUM_FILE_BYTES = 2 ** 28;
const FIRST_REQUEST_BYTES = 2 ** 15;
const LENGTH_BYTES = 8;
/** Gaps between wanted tensors up to this long are fetched along rather than asked for around. */
const TOLERATED_GAP_BYTES = 2 ** 16;

/** @type {Record<string, {bytes: number, array: any, widen?: (data: any) => any}>} */
const DTYPES = {
  F64: { bytes: 8, array: Float64Array },
  F32: { bytes: 4, array: Float32Array },
  F16: { bytes: 2, array: Uint16Array, widen: floatsFromHalves },
  I64: { bytes: 8, array: BigInt64Array },
  I32: { bytes: 4, array: Int32Array },
  I16: { bytes: 2, array: Int16Array },
  I8: { bytes: 1, array: Int8Array },
  U8: { bytes: 1, array: Uint8Array },
};

/**
 * @typedef {object} Safetensors
 * @property {Record<string, string>} metadata
 * @property {Map<string, {dtype: string, shape: number[]}>} tensors
 * @property {(names: Iterable<string>) => Promise<Map<string, {shape: number[], data: any}>>} read fetches these
 *   tensors' bytes only, where the server answers Range requests; `data` is the typed array of the tensor's dtype, but
 *   F16 is widened to a Float32Array
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
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = checkEntries(file, entries, file.size - dataStart);

  async function read(/** @type {Iterable<string>} */ names) {
    const wanted = [...new Set(names)].map((name) => {
      const entry = tensors.get(name);
      if (entry === undefined) file.refuse("runtime.missingTensor", { tensor: name });
      return { name, ...entry, start: dataStart + entry.begin, end: dataStart + entry.end };
    });
    const result = new Map();
    await Promise.all(
      neighbours(wanted).map(async (group) => {
        const { start } = group[0];
        const bytes = await file.read(start, Math.max(...group.map(({ end }) => end)));
        for (const { name, dtype, shape, start: begin, end } of group) {
          const { array, widen } = DTYPES[dtype];
          const data = new array(bytes.slice(begin - start, end - start));
          result.set(name, { shape, data: widen?.(data) ?? data });
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
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const previous = groups.at(-1);
    if (previous !== undefined && range.start - previous.at(-1).end <= TOLERATED_GAP_BYTES) previous.push(range);
    else groups.push([range]);
  }
  return groups;
}

/** @param {RemoteFile} file @param {ArrayBuffer} bytes */
function parseHeader(file, bytes) {
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return file.refuse("runtime.header", {});
  }
  if (!isRecord(header) || !Object.values(header.__metadata__ ?? {}).every((value) => typeof value === "string")) {
    file.refuse("runtime.header", {});
  }
  return header;
}

/** The tensors must have known dtypes, agree with their byte ranges, and cover the data without holes or overlaps. */
function checkEntries(
  /** @type {RemoteFile} */ file,
  /** @type {Record<string, any>} */ entries,
  /** @type {number} */ dataBytes,
) {
  const tensors = new Map();
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
    if (!Object.hasOwn(DTYPES, dtype)) {
      file.refuse("runtime.dtype", { tensor: name, expected: Object.keys(DTYPES), found: dtype });
    }
    if (!isCounts(shape)) file.refuse("runtime.shape", { tensor: name, found: shape });
    const bytes = shape.reduce(
      (/** @type {number} */ product, /** @type {number} */ length) => product * length,
      DTYPES[dtype].bytes,
    );
    if (!isCounts(offsets) || offsets.length !== 2 || offsets[1] - offsets[0] !== bytes || offsets[1] > dataBytes) {
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

/** @param {unknown} value @returns {value is Record<string, any>} */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
    throw new ModelError(key, { file: new URL(this.url, globalThis.location?.href).pathname, ...values });
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
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "");
    if (partial && (range === null || Number(range[1]) !== start)) {
      this.refuse("runtime.range", { expected: `bytes ${start}-`, found: response.headers.get("Content-Range") });
    }
    const length = Number(partial ? range[2] : (response.headers.get("Content-Length") ?? 0));
    if (length > MAXIMUM_FILE_BYTES)
      this.refuse("runtime.fileTooLong", { expected: MAXIMUM_FILE_BYTES, found: length });
    const bytes = await response.arrayBuffer();
    this.size = partial ? length : bytes.byteLength;
    if (!partial || start === 0) this.head = bytes;
    return partial ? bytes : bytes.slice(start);
  }
}
