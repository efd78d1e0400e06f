/** The compiled inner loops (`kernels.c`). */
import { ModelError } from "./errors.js";

const PAGE_BYTES = 65536;

/**
 * One instance of the kernels with a memory of its own.
 * @typedef {object} KernelInstance
 * @property {Record<string, (...operands: number[]) => number>} functions the exports of `kernels.c`; pointers are byte
 *   addresses
 * @property {Float32Array<ArrayBuffer>} heap the whole memory, in floats
 * @property {number} base address (bytes, 16-byte aligned) of the first byte that is free for use
 */

/**
 * Compiled kernels, from which each network makes its own instance.
 * @typedef {object} Kernels
 * @property {(bytes: number) => KernelInstance} instantiate with `bytes` free for use
 */

/** @type {Promise<Kernels> | undefined} */
let loading;

/**
 * Fetch and compile the kernels, once for the page.
 * @returns {Promise<Kernels>}
 * @throws {ModelError} `runtime.kernels` where they cannot be fetched or the browser has no WebAssembly SIMD
 */
export function loadKernels() {
  loading ??= compile().catch((error) => {
    loading = undefined;
    throw new ModelError("runtime.kernels", { reason: error instanceof Error ? error.message : error });
  });
  return loading;
}

async function compile() {
  const response = await fetch(new URL("kernels.wasm", import.meta.url));
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  // Not compileStreaming: it insists on a media type that plain file servers do not always send.
  const module = await WebAssembly.compile(await response.arrayBuffer());
  return { instantiate: (/** @type {number} */ bytes) => instantiate(module, bytes) };
}

/** @param {WebAssembly.Module} module @param {number} bytes @returns {KernelInstance} */
function instantiate(module, bytes) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { __heap_base: heapBase, ...functions } = exports;
  const base = Math.ceil(/** @type {WebAssembly.Global} */ (heapBase).value / 64) * 64;
  const missing = base + bytes - PAGE_BYTES;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return {
    functions: /** @type {KernelInstance["functions"]} */ (functions),
    heap: new Float32Array(memory.buffer),
    base,
  };
}
