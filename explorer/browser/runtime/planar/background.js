/** The page's end of a run's worker. */
import { ModelError } from "../errors.js";

export class Background {
  #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: ModelError) => void}>} */
  #waiting = new Map();
  #count = 0;
  /** Told of progress. @type {(progress: any) => void} */
  onProgress = () => {};
  /** Told when the worker cannot go on. @type {(error: ModelError) => void} */
  onFailure = () => {};

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(event.message ?? "worker.js");
    };
  }

  /**
   * @param {string} command
   * @param {object} [values]
   * @returns {Promise<any>} the answer; rejects with a ModelError
   */
  ask(command, values = {}) {
    const id = ++this.#count;
    this.#worker.postMessage({ ...values, id, command });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Have something done whose failure concerns the run as a whole. @param {string} command @param {object} [values] */
  tell(command, values) {
    this.ask(command, values).catch((error) => this.onFailure(error));
  }

  destroy() {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #receive({ id, result, error, progress }) {
    if (progress) {
      this.onProgress(progress);
      this.tell("taken");
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new ModelError(error.key, error.values));
    else waiting?.resolve(result);
  }

  #fail(/** @type {string} */ reason) {
    const error = new ModelError("lab.error_worker", { reason });
    this.#waiting.forEach(({ reject }) => reject(error));
    this.#waiting.clear();
    this.onFailure(error);
  }
}
