/** The model's own held-out page, read once: in pieces, so that the visitor's inputs never wait for it. */

import { Trace } from "../../../runtime/recurrent/trace.js";
import { inSlices } from "../slices.js";

const PIECE = 16; // steps between two looks at the clock

/** @typedef {import("../../../runtime/recurrent/language.js").Language} Language */

/** @type {WeakMap<Language, HeldOutPage>} */
const pages = new WeakMap();

/**
 * The page of an opened model; the same one for all who ask.
 * @param {Language} language
 * @param {string} text
 * @returns {HeldOutPage}
 */
export function heldOutPage(language, text) {
  const page = pages.get(language) ?? new HeldOutPage(language, text);
  pages.set(language, page);
  return page;
}

class HeldOutPage {
  #language;
  #text;
  /** Null before anyone has read. @type {Trace | null} */
  trace = null;

  /** @param {Language} language @param {string} text */
  constructor(language, text) {
    this.#language = language;
    this.#text = text;
  }

  /**
   * Read on to the end.
   * @param {AbortSignal} signal
   * @param {(share: number) => void} onProgress from 0 to 1
   * @returns {Promise<Trace>} whole
   * @throws {import("../../../runtime/errors.js").ModelError} for a page that no trace can hold
   */
  async read(signal, onProgress) {
    const trace = this.trace ?? new Trace(this.#language);
    if (!this.trace) trace.setText(this.#text);
    this.trace = trace;
    await inSlices(steps(trace), signal, () => onProgress(trace.length ? trace.computed / trace.length : 1));
    return trace;
  }
}

/** @param {Trace} trace @returns {Generator<void, void, void>} */
function* steps(trace) {
  while (trace.computed < trace.length) {
    trace.compute({ until: trace.computed + PIECE });
    yield;
  }
}
