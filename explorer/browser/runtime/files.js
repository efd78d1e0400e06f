/** The files of a checkpoint folder, each read once. */
import { ModelError } from "./errors.js";
import { WEIGHTS_FILE } from "./layers.js";
import { openSafetensors } from "./safetensors.js";

export class CheckpointFiles {
  /** @type {Map<string, Promise<any>>} */
  #loading = new Map();
  #names;

  /** @param {string} folder its URL, ending in a slash @param {Record<string, any>} config */
  constructor(folder, config) {
    this.folder = folder;
    this.#names = config.files ?? {};
  }

  /** Whether the folder has a file that not every checkpoint has. @param {string} file */
  has(file) {
    return Object.hasOwn(this.#names, file);
  }

  /**
   * Run `load` once for each key; a failure may be tried again.
   * @param {string} key
   * @param {() => Promise<any>} load
   */
  once(key, load) {
    if (!this.#loading.has(key)) {
      const promise = load().catch((error) => {
        this.#loading.delete(key);
        throw error;
      });
      this.#loading.set(key, promise);
    }
    return this.#loading.get(key);
  }

  /** @returns {Promise<import("./safetensors.js").Safetensors>} */
  weights() {
    return this.once("weights", () => openSafetensors(`${this.folder}${WEIGHTS_FILE}`));
  }
}

/** @param {string} url @throws {ModelError} naming the file */
export async function fetchJson(/** @type {string} */ url) {
  const file = new URL(url).pathname;
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file, status: response.status });
  try {
    return await response.json();
  } catch {
    throw new ModelError("runtime.notJson", { file });
  }
}
