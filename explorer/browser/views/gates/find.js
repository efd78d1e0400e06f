/** Finding units: by ready-made probes over held-out text, and by a span that the visitor marks. */

import { element } from "../../dom.js";
import { grouped } from "../../charts/axis.js";
import { spanKey } from "./across/brush.js";
import { readPalette } from "../../charts/scale.js";
import { renderEvidence } from "./find/evidence.js";
import { heldOutPage } from "./find/page.js";
import { createProbes } from "./find/probes.js";
import { rankUnits } from "./find/ranking.js";
import { createSpanQuery } from "./find/span.js";

const SETTLE = 300; // milliseconds after the last change of the span before the address is written

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(place, reading, surroundings) {
  return new FindUnits(place, reading, surroundings);
}

class FindUnits {
  constructor(place, reading, { t, host, model, state, texts }) {
    this.place = place;
    this.reading = reading;
    this.t = t;
    this.host = host;
    this.model = model;
    this.state = state;
    this.mark = null;
    this.page = null;
    this.subject = null;
    if (state.unit !== undefined) this.subject = reading.unit;
    this.held = heldOutPage(reading.language, texts.page);
    this.stopping = new AbortController();
    this.loading = element("p", { class: "note" }, t("gates.probes_loading"));
    this.progress = element("p", { class: "note", role: "status" });
    this.evidence = element("div", { class: "find-evidence" });
    this.probesPlace = element(
      "section",
      { class: "find-part" },
      element("h2", {}, t("gates.probes_title")),
      element("p", { class: "note" }, t("gates.probes_note")),
      this.loading,
    );
    this.query = createSpanQuery({ reading, t });
    const byHand = element(
      "section",
      { class: "find-part" },
      element("h2", {}, t("gates.query_title")),
      this.query.node,
    );
    place.append(this.probesPlace, byHand);
    this.restore(state.span);
    this.unsubscribe = reading.subscribe((changed) => {
      if (changed.has("unit")) this.subject = reading.unit;
      if (changed.has("span")) this.remember();
    });
  }

  /** A link may carry a span, written as from-to. */
  restore(written) {
    const match = /^(\d{1,6})-(\d{1,6})$/.exec(written ?? "");
    if (match) this.reading.set({ span: { from: Number(match[1]), to: Number(match[2]) } });
  }

  remember() {
    clearTimeout(this.telling);
    const { span } = this.reading;
    this.telling = setTimeout(() => this.host.emit("state", { span: span && `${span.from}-${span.to}` }), SETTLE);
  }

  draw(changed) {
    this.begin();
    this.query.draw(changed);
    if (changed.has("unit") || changed.has("theme")) this.drawEvidence();
  }

  /** Nothing is loaded or read before someone looks. */
  begin() {
    if (this.begun) return;
    this.begun = true;
    this.loadProbes();
    this.readPage();
  }

  async loadProbes() {
    try {
      const probes = await this.model.loadMarks();
      if (this.stopping.signal.aborted) return;
      if (!probes?.marks.length) this.loading.textContent = this.t("gates.probes_none");
      else this.showProbes(probes);
    } catch (error) {
      this.loading.textContent = error.key ? this.t(error.key, error.values) : error.message;
    }
  }

  showProbes(probes) {
    this.scored = probes.quantity;
    this.probes = createProbes({
      reading: this.reading,
      probes,
      t: this.t,
      onChoose: (mark, event) => this.choose(mark, event),
    });
    this.loading.replaceWith(this.probes.node, this.progress, this.evidence);
    this.choose(probes.marks.find(({ name }) => name === this.state.mark) ?? probes.marks[0], null);
  }

  /** A mark of one's own choice brings its best unit to every panel. */
  choose(mark, event) {
    this.mark = mark;
    const [best] = rankUnits(mark);
    if (event) {
      this.host.emit("state", { mark: mark.name });
      if (best) this.reading.set({ unit: best.unit, quantity: this.scored }, event);
    }
    this.drawEvidence();
  }

  async readPage() {
    const { signal } = this.stopping;
    try {
      const say = (/** @type {number} */ share) =>
        (this.progress.textContent = this.t("gates.page_reading", { percent: Math.floor(100 * share) }));
      this.page = await this.held.read(signal, say);
      this.progress.textContent = "";
      this.query.setPage(this.page);
      this.drawEvidence();
    } catch (error) {
      if (!signal.aborted) this.progress.textContent = error.key ? this.t(error.key, error.values) : error.message;
    }
  }

  /** Of the unit that was chosen, or, before there was a choice, of the mark's best. */
  drawEvidence() {
    const { page, mark, scored, reading, t } = this;
    if (!mark) return;
    const unit = this.subject ?? rankUnits(mark)[0]?.unit ?? reading.unit;
    this.probes.draw(mark, unit);
    if (!page) return;
    if (page.length !== mark.values.length) {
      this.evidence.replaceChildren(
        element(
          "p",
          {},
          t("gates.marks_mismatch", { marks: grouped(mark.values.length), characters: grouped(page.length) }),
        ),
      );
      return;
    }
    this.evidence.replaceChildren(
      ...renderEvidence({ trace: page, mark, quantity: scored, unit, palette: readPalette(this.place), t }),
    );
  }

  press(event) {
    const changes = this.place.closest("[hidden]") ? null : spanKey(event, this.reading);
    if (changes) this.reading.set(changes, event);
    return changes !== null;
  }

  destroy() {
    this.stopping.abort();
    clearTimeout(this.telling);
    this.query.destroy();
    this.unsubscribe();
    this.place.replaceChildren();
  }
}
