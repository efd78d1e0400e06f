/** What the readers of a character model's files share: tensors of known shapes, and JSON in the metadata. */
import { ModelError } from "../errors.js";
import { allFinite } from "../numbers.js";
import { openSafetensors } from "../safetensors.js";

/** All the tensors of one file, each taken by its name and the shape it must have. */
export class TensorFile {
  #tensors;

  /**
   * @param {string} file its path, for messages
   * @param {Map<string, {shape: number[], data: any}>} tensors
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
    const file = new URL(url, globalThis.location?.href).pathname;
    return new TensorFile(file, await opened.read(opened.tensors.keys()), opened.metadata);
  }

  /**
   * @template {Float32Array | Int32Array | Int16Array} Data
   * @param {string} tensor
   * @param {(number | null)[]} shape null where any length will do
   * @param {new (length: number) => Data} type
   * @returns {{shape: number[], data: Data}}
   * @throws {ModelError} if it is missing, of another shape or type, or not finite
   */
  take(tensor, shape, type) {
    const found = this.#tensors.get(tensor);
    if (found === undefined) return this.refuse("runtime.missingTensor", { tensor });
    const fits =
      found.shape.length === shape.length && shape.every((length, i) => length === null || length === found.shape[i]);
    if (!fits || !(found.data instanceof type)) {
      const expected = `${type.name.replace("Array", "").toLowerCase()} [${shape.map((length) => length ?? "*").join(", ")}]`;
      this.refuse("runtime.tensorShape", { tensor, expected, found: found.shape });
    }
    if (found.data instanceof Float32Array && !allFinite(found.data)) this.refuse("runtime.notFinite", { tensor });
    return /** @type {any} */ (found);
  }

  /** @param {string} tensor */
  has(tensor) {
    return this.#tensors.has(tensor);
  }

  /**
   * A JSON entry of the metadata.
   * @param {string} name @param {(content: any) => boolean} fits
   * @throws {ModelError} `runtime.description` if it is missing or does not fit
   */
  describe(name, fits) {
    try {
      const content = JSON.parse(this.metadata[name]);
      if (fits(content)) return content;
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

/** @param {unknown} value */
export const isCount = (value) => Number.isInteger(value) && /** @type {number} */ (value) > 0;

/** @param {any} title */
export const isTitle = (title) => ["en", "zh"].every((language) => typeof title?.[language] === "string");
