/** A network that a server runs, for models with a layer that the page lacks. */
import { ModelError, refusal } from "./errors.js";

export class RemoteNetwork {
  #request = new AbortController();

  /**
   * @param {"decode" | "encode"} route
   * @param {string} name of the checkpoint
   * @param {number} outputLength
   */
  constructor(route, name, outputLength) {
    this.url = `api/${route}/${encodeURIComponent(name)}`;
    this.outputLength = outputLength;
  }

  /**
   * The newest request wins: the one before it is aborted and rejects with an `AbortError`.
   * @param {Float32Array} input
   * @returns {Promise<Float32Array>}
   */
  async run(input) {
    this.#request.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const response = await fetch(this.url, { method: "POST", body: input.slice(), signal });
    if (!response.ok) throw refusal(this.url, response, await response.json().catch(() => null));
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength !== 4 * this.outputLength) {
      throw new ModelError("runtime.fileLength", {
        file: this.url,
        expected: 4 * this.outputLength,
        found: bytes.byteLength,
      });
    }
    return new Float32Array(bytes);
  }
}
