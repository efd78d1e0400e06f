/** The files of a checkpoint folder, each read once. */
import { ModelError, pathname } from "./errors.js";
import { WEIGHTS_FILE } from "./layers.js";
import { openSafetensors } from "./safetensors.js";

export class CheckpointFiles {
  #names;

  /**
   * @param {string} folder its URL, ending in a slash
   * @param {{files?: Record<string, string>}} config
   */
  constructor(folder, { files = {} }) {
    this.folder = folder;
    this.#names = files;
    this.weights = once(() => openSafetensors(`${folder}${WEIGHTS_FILE}`));
  }

  /** Whether the folder has a file that not every checkpoint has. @param {string} file */
  has(file) {
    return Object.hasOwn(this.#names, file);
  }
}

/**
 * What loads when it is first asked to, and never again unless it failed.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {() => Promise<T>}
 */
export function once(load) {
  /** @type {Promise<T> | null} */
  let loading = null;
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

/** @param {string} url @returns {Promise<unknown>} @throws {ModelError} naming the file */
export async function fetchJson(url) {
  const file = pathname(url);
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file, status: response.status });
  try {
    return await response.json();
  } catch {
    throw new ModelError("runtime.notJson", { file });
  }
}
