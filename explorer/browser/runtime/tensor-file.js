/** The tensors of one safetensors file, each taken by its name, the shape and the type that it must have. */
import { isRecord } from "./checks.js";
import { ModelError, pathname } from "./errors.js";
import { allFinite } from "./numbers.js";
import { openSafetensors } from "./safetensors.js";

/** @typedef {import("./safetensors.js").TensorData} TensorData */
/** @typedef {import("./safetensors.js").StoredTensor} StoredTensor */

/**
 * Of a kind of numbers.
 * @template {TensorData} Data
 * @typedef {{new (length: number): Data, readonly name: string}} Type
 */

export class TensorFile {
  #tensors;

  /**
   * @param {string} file its path, for messages
   * @param {Map<string, StoredTensor>} tensors
   * @param {Record<string, string>} metadata
   */
  constructor(file, tensors, metadata) {
    this.file = file;
    this.metadata = metadata;
    this.#tensors = tensors;
  }

  /** @param {string} url @returns {Promise<TensorFile>} @throws {ModelError} */
  static async open(url) {
    const opened = await openSafetensors(url);
    return new TensorFile(pathname(url), await opened.read(opened.tensors.keys()), opened.metadata);
  }

  /** @param {string} tensor */
  has(tensor) {
    return this.#tensors.has(tensor);
  }

  entries() {
    return this.#tensors.entries();
  }

  get names() {
    return [...this.#tensors.keys()];
  }

  /** How many numbers a tensor has; 0 where it is missing. @param {string} tensor */
  length(tensor) {
    return this.#tensors.get(tensor)?.data.length ?? 0;
  }

  /**
   * @template {TensorData} Data
   * @param {string} tensor
   * @param {(number | null)[]} shape null where any length will do
   * @param {Type<Data>} type
   * @returns {Data}
   * @throws {ModelError} if it is missing, of another shape or type, or not finite
   */
  take(tensor, shape, type) {
    const found = this.#tensors.get(tensor);
    if (found === undefined) return this.refuse("runtime.missingTensor", { tensor });
    const { data } = found;
    const fits =
      found.shape.length === shape.length && shape.every((length, i) => length === null || length === found.shape[i]);
    if (!fits || !(data instanceof type)) {
      const kind = type.name.replace("Array", "").toLowerCase();
      const expected = `${kind} [${shape.map((length) => length ?? "*").join(", ")}]`;
      return this.refuse("runtime.tensorShape", { tensor, expected, found: found.shape });
    }
    if (data instanceof Float32Array && !allFinite(data)) return this.refuse("runtime.notFinite", { tensor });
    return data;
  }

  /**
   * A JSON entry of the metadata.
   * @template {Record<string, unknown>} Content
   * @param {string} name
   * @param {(content: Record<string, unknown>) => content is Content} fits
   * @returns {Content}
   * @throws {ModelError} `runtime.description` if it is missing or does not fit
   */
  describe(name, fits) {
    try {
      /** @type {unknown} */
      const content = JSON.parse(this.metadata[name]);
      if (isRecord(content) && fits(content)) return content;
    } catch {
      // Falls through to the one message for every way to be wrong.
    }
    return this.refuse("runtime.description", { name });
  }

  /** @param {string} key @param {Record<string, unknown>} values @returns {never} */
  refuse(key, values) {
    throw new ModelError(key, { file: this.file, ...values });
  }
}
