/** The page's end of a run's worker. */
import { ModelError } from "../errors.js";

/** @typedef {import("./worker.js").Commands} Commands */
/** @typedef {{resolve(result: unknown): void, reject(error: ModelError): void}} Waiting */

export class Background {
  #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  /** By the number of the request, each for the result of its own command. @type {Map<number, Waiting>} */
  #waiting = new Map();
  #count = 0;
  /** Told of progress. @type {(progress: import("./worker.js").Progress) => void} */
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
   * @template {keyof Commands} Command
   * @param {Command} command
   * @param {Commands[Command]["values"]} values
   * @returns {Promise<Commands[Command]["result"]>} rejects with a ModelError
   */
  ask(command, values) {
    const id = ++this.#count;
    this.#worker.postMessage({ id, command, values });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /**
   * Have something done whose failure concerns the run as a whole.
   * @template {keyof Commands} Command
   * @param {Command} command
   * @param {Commands[Command]["values"]} values
   */
  tell(command, values) {
    this.ask(command, values).catch((error) => this.onFailure(error));
  }

  destroy() {
    this.#worker.terminate();
    this.#waiting.clear();
  }

  #receive(/** @type {import("./worker.js").Message} */ message) {
    if ("progress" in message) {
      this.onProgress(message.progress);
      this.tell("taken", {});
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ("error" in message) waiting?.reject(new ModelError(message.error.key, message.error.values));
    else waiting?.resolve(message.result);
  }

  #fail(/** @type {string} */ reason) {
    const error = new ModelError("lab.error_worker", { reason });
    this.#waiting.forEach(({ reject }) => reject(error));
    this.#waiting.clear();
    this.onFailure(error);
  }
}
