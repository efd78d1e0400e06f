/**
 * The Intervene panel: hold gates or units at a value, let the model write on from the cursor without the clamps and
 * with them, and measure what they cost over the held-out page. The clamps are this panel's and the link's; no other
 * panel knows them.
 */

import { element } from "../../dom.js";
import { ModelError } from "../../runtime/errors.js";
import { checkClamps } from "../../runtime/recurrent/clamps.js";
import { bitsPerCharacter } from "../../runtime/recurrent/held-out.js";
import { createBitsTable } from "./intervene/bits.js";
import { createChooser } from "./intervene/choose.js";
import { withClamp } from "./intervene/clamps.js";
import { Comparison } from "./intervene/comparison.js";
import { pairedDifference } from "./intervene/paired.js";
import { writeBoth } from "./intervene/streams.js";
import { Task, inSlices } from "./slices.js";

const WRITTEN = 300; // characters that are written on
const REST = 350; // milliseconds that the cursor rests before the model writes on from it

/** @typedef {import("./intervene/clamps.js").Clamp} Clamp */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new Intervene(body, reading, surroundings);
}

class Intervene {
  #reading;
  #surroundings;
  /** @type {readonly Clamp[]} */
  #clamps;
  #writing;
  #measuring;
  /**
   * Of the held-out page as the model is; measured once.
   * @type {Awaited<ReturnType<typeof bitsPerCharacter>> | null}
   */
  #unclamped = null;
  #begun = false;
  /** The step that is written on from; NaN before any was. */
  #from = NaN;
  #chooser;
  #settings = element("p", { class: "note" });
  #table;

  /**
   * @param {HTMLElement} body
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(body, reading, surroundings) {
    const { t, settings, complain } = surroundings;
    this.#reading = reading;
    this.#surroundings = surroundings;
    this.#clamps = settings.clamps;
    const fail = (/** @type {unknown} */ error) => {
      if (!(error instanceof ModelError)) throw error;
      complain(error.key, error.values);
    };
    this.#writing = new Task(fail);
    this.#measuring = new Task(fail);
    this.comparison = new Comparison(t);
    this.#table = createBitsTable(t);
    this.#chooser = createChooser({
      t,
      language: reading.language,
      onAdd: (clamp) => {
        checkClamps(reading.language, [clamp]);
        this.#hold(withClamp(this.#clamps, clamp));
      },
      onRemove: (index) => this.#hold(this.#clamps.toSpliced(index, 1)),
    });
    this.#chooser.list(this.#clamps);
    body.append(
      element("p", { class: "note" }, t("gates.intervene_note")),
      this.#chooser.node,
      this.#head(),
      this.comparison.node,
      this.#table.node,
    );
  }

  #head() {
    const { t } = this.#surroundings;
    const title = element("h3", {}, t("gates.intervene_title"));
    const again = element("button", { class: "button", type: "button" }, t("gates.intervene_again"));
    again.addEventListener("click", () => this.#write());
    return element("div", { class: "intervene-writing" }, title, this.#settings, again);
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    const { unit, quantity, cursor } = this.#reading;
    if (changed.has("unit")) this.#chooser.select(unit);
    if (changed.has("quantity")) this.#chooser.look(quantity);
    if (changed.has("text") || cursor !== this.#from) this.#write(Number.isNaN(this.#from) ? 0 : REST);
    if (!this.#begun) this.#measure();
    this.#begun = true;
  }

  /** Let these clamps hold, and no others. @param {readonly Clamp[]} clamps */
  #hold(clamps) {
    this.#clamps = clamps;
    this.#chooser.list(clamps);
    this.#surroundings.keep({ clamps });
    this.#write();
    this.#measure();
  }

  /** Write on from the cursor. @param {number} [delay] milliseconds */
  #write(delay = 0) {
    const { trace, cursor, language } = this.#reading;
    const clamps = [...this.#clamps];
    const { t, shared } = this.#surroundings;
    this.#from = cursor;
    const read = trace.characters.slice(0, cursor + 1);
    const held = clamps.length > 0;
    const state = trace.state(cursor); // taken now: once the cursor has rested, the text may be another one
    const settings = shared.writing;
    const { seed, temperature } = settings;
    this.#settings.textContent = t("gates.intervene_settings", { seed, temperature });
    this.comparison.show(read, null, held);
    this.#writing.start(async (signal) => {
      /** @type {import("./intervene/streams.js").Streams} */
      const streams = { before: { characters: [] }, after: { characters: [] } };
      const work = writeBoth(language, state, settings, clamps, WRITTEN, streams);
      await inSlices(work, signal, () => this.comparison.show(read, streams, held));
    }, delay);
  }

  /** Measure the held-out page: once as the model is, and at each change of the clamps. */
  #measure() {
    const table = this.#table;
    const clamps = [...this.#clamps];
    table.show(this.#unclamped, null, null);
    this.#measuring.start(async (signal) => {
      this.#unclamped ??= await this.#bits([], signal);
      table.show(this.#unclamped, null, null);
      if (!clamps.length) return;
      const after = await this.#bits(clamps, signal);
      table.show(this.#unclamped, after, pairedDifference(this.#unclamped.surprises, after.surprises));
    });
  }

  /** @param {Clamp[]} clamps @param {AbortSignal} signal */
  #bits(clamps, signal) {
    return bitsPerCharacter(this.#reading.language, this.#surroundings.texts.page, {
      clamps,
      signal,
      onProgress: (done, count) => this.#table.progress(done / count),
    });
  }

  destroy() {
    this.#writing.stop();
    this.#measuring.stop();
  }
}
