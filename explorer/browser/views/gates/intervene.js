/**
 * The Intervene panel: hold gates or units at a value, let the model write on from the cursor without the clamps and with them,
 * and measure what they cost over the held-out page. The clamps are this panel's and the link's; no other panel knows them.
 */

import { element } from "../../dom.js";
import { bitsPerCharacter } from "../../runtime/recurrent/held-out.js";
import { checkClamps } from "../../runtime/recurrent/clamps.js";
import { createBitsTable } from "./intervene/bits.js";
import { createChooser } from "./intervene/choose.js";
import { formatClamps, parseClamps, withClamp } from "./intervene/clamps.js";
import { createComparison } from "./intervene/comparison.js";
import { pairedDifference } from "./intervene/paired.js";
import { writeBoth } from "./intervene/streams.js";
import { createTask, inSlices } from "./slices.js";

const WRITTEN = 300; // characters that are written on
const REST = 350; // milliseconds that the cursor rests before the model writes on from it

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(body, reading, surroundings) {
  return new Intervene(body, reading, surroundings);
}

class Intervene {
  constructor(body, reading, { t, host, model, state, texts, shared, complain }) {
    this.reading = reading;
    this.t = t;
    this.host = host;
    this.model = model;
    this.texts = texts;
    this.shared = shared;
    const { clamps, refused } = parseClamps(state.clamps, (clamp) => checkClamps(reading.language, [clamp]));
    this.clamps = clamps;
    for (const { key, values } of refused) complain(key, values);
    const fail = (/** @type {Error & {key?: string}} */ error) => {
      if (error.key === undefined) throw error;
      complain(error.key, error.values);
    };
    this.writing = createTask(fail);
    this.measuring = createTask(fail);
    this.unclamped = null; // bits per character of the held-out page as the model is; measured once
    this.from = NaN; // the step that is written on from
    this.build(body);
  }

  build(body) {
    const { t } = this;
    this.chooser = createChooser({
      t,
      language: this.reading.language,
      onAdd: (clamp) => {
        checkClamps(this.reading.language, [clamp]);
        this.hold(withClamp(this.clamps, clamp));
      },
      onRemove: (index) => this.hold(this.clamps.toSpliced(index, 1)),
    });
    this.comparison = createComparison(t);
    this.settings = element("p", { class: "note" });
    const again = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.write() } },
      t("gates.intervene_again"),
    );
    this.table = createBitsTable(t);
    body.append(
      element("p", { class: "note" }, t("gates.intervene_note")),
      this.chooser.node,
      element(
        "div",
        { class: "intervene-writing" },
        element("h3", {}, t("gates.intervene_title")),
        this.settings,
        again,
      ),
      this.comparison.node,
      this.table.node,
    );
    this.chooser.list(this.clamps);
  }

  draw(changed) {
    const { reading } = this;
    if (changed.has("unit")) this.chooser.select(reading.unit);
    if (changed.has("quantity")) this.chooser.look(reading.quantity);
    if (changed.has("text") || reading.cursor !== this.from) this.write(Number.isNaN(this.from) ? 0 : REST);
    if (!this.unclamped && !this.measured) this.measure();
  }

  /** Let these clamps hold, and no others. */
  hold(clamps) {
    this.clamps = clamps;
    this.chooser.list(clamps);
    this.host.emit("state", { clamps: formatClamps(clamps) });
    this.write();
    this.measure();
  }

  /** Write on from the cursor. @param {number} [delay] milliseconds */
  write(delay = 0) {
    const { reading, clamps, comparison } = this;
    this.from = reading.cursor;
    const read = reading.trace.characters.slice(0, reading.cursor + 1);
    const held = clamps.length > 0;
    const settings = this.shared.writing;
    this.settings.textContent = this.t("gates.intervene_settings", {
      seed: settings.seed,
      temperature: settings.temperature,
    });
    comparison.show(read, null, held);
    this.writing.start(async (signal) => {
      const streams = { before: { characters: [] }, after: { characters: [] } };
      const work = writeBoth(
        reading.language,
        () => reading.trace.state(this.from),
        settings,
        clamps,
        WRITTEN,
        streams,
      );
      await inSlices(work, signal, () => comparison.show(read, streams, held));
    }, delay);
  }

  /** Measure the held-out page: once as the model is, and at each change of the clamps. */
  measure() {
    const { table, clamps } = this;
    const { language } = this.reading;
    this.measured = true;
    table.show(this.unclamped, null, null);
    this.measuring.start(async (signal) => {
      const run = (held) =>
        bitsPerCharacter(language, this.texts.page, {
          clamps: held,
          signal,
          onProgress: (done, count) => table.progress(done / count),
        });
      this.unclamped ??= await run([]);
      table.show(this.unclamped, null, null);
      if (!clamps.length) return;
      const after = await run(clamps);
      table.show(this.unclamped, after, pairedDifference(this.unclamped.surprises, after.surprises));
    });
  }

  destroy() {
    this.writing.stop();
    this.measuring.stop();
  }
}
