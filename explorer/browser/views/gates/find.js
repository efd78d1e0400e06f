/** Finding units: by ready-made probes over held-out text, and by a span that the visitor marks. */

import { grouped } from "../../charts/axis.js";
import { readPalette } from "../../charts/scale.js";
import { element } from "../../dom.js";
import { errorWords } from "../../parts/messages.js";
import { spanKey } from "./across/brush.js";
import { renderEvidence } from "./find/evidence.js";
import { heldOutPage } from "./find/page.js";
import { Probes } from "./find/probes.js";
import { rankUnits } from "./find/ranking.js";
import { SpanQuery } from "./find/span.js";

/**
 * @typedef {import("./find/ranking.js").Mark} Mark
 * @typedef {{probes: Probes, quantity: string, mark: Mark}} Shown the probes, what they scored, and the mark that is
 *   chosen
 */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(place, reading, surroundings) {
  return new FindUnits(place, reading, surroundings);
}

class FindUnits {
  #place;
  #reading;
  #surroundings;
  /** The unit whose evidence is shown; null while nobody has chosen one. @type {import("./reading.js").Unit | null} */
  #subject;
  /** @type {Shown | null} */
  #shown = null;
  /** The held-out page, once all of it was read. @type {import("../../runtime/recurrent/trace.js").Trace | null} */
  #page = null;
  #begun = false;
  #stopping = new AbortController();
  #unsubscribe;
  #loading;
  #progress = element("p", { class: "note", role: "status" });
  #evidence = element("div", { class: "find-evidence" });
  #query;

  /**
   * @param {HTMLElement} place
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(place, reading, surroundings) {
    const { t, settings } = surroundings;
    this.#place = place;
    this.#reading = reading;
    this.#surroundings = surroundings;
    this.#subject = settings.unit;
    this.#loading = element("p", { class: "note" }, t("gates.probes_loading"));
    this.#query = new SpanQuery({ reading, t });
    const part = (/** @type {string} */ title, /** @type {HTMLElement[]} */ ...nodes) =>
      element("section", { class: "find-part" }, element("h2", {}, title), ...nodes);
    place.append(
      part(t("gates.probes_title"), element("p", { class: "note" }, t("gates.probes_note")), this.#loading),
      part(t("gates.query_title"), this.#query.node),
    );
    this.#unsubscribe = reading.subscribe((changed) => {
      if (changed.has("unit")) this.#subject = reading.unit;
    });
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    this.#begin();
    this.#query.draw(changed);
    if (changed.has("unit") || changed.has("theme")) this.#drawEvidence();
  }

  /** Nothing is loaded or read before someone looks. */
  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#loadProbes();
    this.#readPage();
  }

  async #loadProbes() {
    const { model, t } = this.#surroundings;
    try {
      const marks = await model.loadMarks();
      if (this.#stopping.signal.aborted) return;
      if (marks?.marks.length) this.#showProbes(marks);
      else this.#loading.textContent = t("gates.probes_none");
    } catch (error) {
      this.#loading.textContent = errorWords(error, t);
    }
  }

  /** @param {import("../../runtime/recurrent/marks.js").Marks} marks at least one */
  #showProbes({ quantity, marks }) {
    const { t, settings } = this.#surroundings;
    const probes = new Probes({
      reading: this.#reading,
      quantity,
      marks,
      t,
      onChoose: (mark, event) => this.#choose(mark, event),
    });
    this.#shown = { probes, quantity, mark: marks.find(({ name }) => name === settings.mark) ?? marks[0] };
    this.#loading.replaceWith(probes.node, this.#progress, this.#evidence);
    this.#drawEvidence();
  }

  /** A mark of one's own choice brings its best unit to every panel. @param {Mark} mark @param {Event} event */
  #choose(mark, event) {
    if (!this.#shown) return;
    this.#shown.mark = mark;
    this.#surroundings.keep({ mark: mark.name });
    const [best] = rankUnits(mark);
    if (best) this.#reading.set({ unit: best.unit, quantity: this.#shown.quantity }, event);
    this.#drawEvidence();
  }

  async #readPage() {
    const { t, texts } = this.#surroundings;
    const { signal } = this.#stopping;
    const say = (/** @type {number} */ share) =>
      (this.#progress.textContent = t("gates.page_reading", { percent: Math.floor(100 * share) }));
    try {
      const page = await heldOutPage(this.#reading.language, texts.page).read(signal, say);
      this.#page = page;
      this.#progress.textContent = "";
      this.#query.setPage(page);
      this.#drawEvidence();
    } catch (error) {
      if (!signal.aborted) this.#progress.textContent = errorWords(error, t);
    }
  }

  /** Of the unit that was chosen, or, before there was a choice, of the mark's best. */
  #drawEvidence() {
    if (!this.#shown) return;
    const { t } = this.#surroundings;
    const { probes, quantity, mark } = this.#shown;
    const trace = this.#page;
    const unit = this.#subject ?? rankUnits(mark)[0]?.unit ?? this.#reading.unit;
    probes.draw(mark, unit);
    if (!trace) return;
    const palette = readPalette(this.#place);
    const nodes =
      trace.length === mark.values.length
        ? renderEvidence({ trace, mark, quantity, unit, palette, t })
        : [element("p", {}, t("gates.marks_mismatch", countsOf(mark, trace)))];
    this.#evidence.replaceChildren(...nodes);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const changes = this.#place.closest("[hidden]") ? null : spanKey(event, this.#reading);
    if (changes) this.#reading.set(changes, event);
    return changes !== null;
  }

  destroy() {
    this.#stopping.abort();
    this.#query.destroy();
    this.#unsubscribe();
    this.#place.replaceChildren();
  }
}

/** @param {Mark} mark @param {import("../../runtime/recurrent/trace.js").Trace} trace */
function countsOf({ values }, { length }) {
  return { marks: grouped(values.length), characters: grouped(length) };
}
