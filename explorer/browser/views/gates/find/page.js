/** The model's own held-out page, read once: in pieces, so that the visitor's inputs never wait for it. */

import { createTrace } from "../../../runtime/recurrent/trace.js";
import { inSlices } from "../slices.js";

const PIECE = 16; // steps between two looks at the clock

/** @type {WeakMap<object, HeldOutPage>} */
const pages = new WeakMap();

/**
 * The page of an opened model; the same one for all who ask.
 * @param {import("../../../runtime/recurrent/language.js").Language} language
 * @param {string} text
 * @returns {HeldOutPage}
 */
export function heldOutPage(language, text) {
  if (!pages.has(language)) pages.set(language, new HeldOutPage(language, text));
  return pages.get(language);
}

class HeldOutPage {
  constructor(language, text) {
    this.language = language;
    this.text = text;
    this.trace = null;
  }

  /** Whether every step is there. */
  get whole() {
    return this.trace !== null && this.trace.computed === this.trace.length;
  }

  /**
   * Read on to the end.
   * @param {AbortSignal} signal
   * @param {(share: number) => void} onProgress from 0 to 1
   * @returns {Promise<import("../../../runtime/recurrent/trace.js").Trace>} whole
   * @throws {import("../../../runtime/errors.js").ModelError} for a page that no trace can hold
   */
  async read(signal, onProgress) {
    if (!this.trace) {
      const trace = createTrace(this.language);
      trace.setText(this.text);
      this.trace = trace;
    }
    const { trace } = this;
    await inSlices(steps(trace), signal, () => onProgress(trace.length ? trace.computed / trace.length : 1));
    return trace;
  }
}

/** @returns {Generator<void, void, void>} */
function* steps(trace) {
  while (trace.computed < trace.length) {
    trace.compute({ until: trace.computed + PIECE });
    yield;
  }
}
