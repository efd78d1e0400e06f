/** Units from a span: what is on throughout a marked piece of text and off beside it, and where else it is on. */

import { element } from "../../../dom.js";
import { grouped, readable } from "../../../charts/axis.js";
import { createLegend, createQuantityMenu, describe } from "../across/controls.js";
import { Flow } from "../across/flow.js";
import { isBounded, isGate } from "../../../charts/scale.js";
import { visible } from "../../../parts/characters.js";
import { same } from "../reading.js";
import { createTask } from "../slices.js";
import { writeUnit } from "../state.js";
import { createHits } from "./hits.js";
import { createMatches } from "./matches.js";
import { bestThreshold, unitsOnInside } from "./query.js";

const USUAL = Object.freeze({ gate: 0.5, state: 0.3 }); // thresholds to start with
const LEAST = 0.05;
const QUERY = new Set(["text", "computed", "quantity", "span"]); // what gives another answer
const QUOTED = 40; // characters of a span that are repeated in words
const SETTLE = 80; // milliseconds after the last change before the whole texts are searched

/**
 * @param {object} options
 * @param {import("../reading.js").Reading} options.reading
 * @param {import("../../../i18n.js").Translator} options.t
 */
export function createSpanQuery({ reading, t }) {
  return new SpanQuery({ reading, t });
}

class SpanQuery {
  constructor({ reading, t }) {
    this.reading = reading;
    this.t = t;
    this.found = [];
    this.thresholds = new Map();
    this.page = null;
    this.chosen = null;
    this.flow = new Flow(reading, { label: t("gates.heat_label") });
    this.quantity = createQuantityMenu(reading, t);
    this.legend = createLegend(t);
    this.says = element("output", { class: "note across-says" });
    this.answer = element("p", { class: "find-query-answer", role: "status" });
    this.offers = element("div", { class: "find-offers" });
    this.hits = createHits({ reading, t, onChoose: (hit, event) => this.choose(hit, event) });
    this.matches = createMatches({ reading, t });
    this.search = createTask((error) => {
      throw error;
    });
    const clear = element("button", { class: "button", type: "button" }, t("gates.query_clear"));
    clear.addEventListener("click", (event) => reading.set({ span: null }, event));
    this.clear = clear;
    const controls = element(
      "div",
      { class: "across-controls" },
      this.quantity.node,
      this.thresholdField(),
      this.sideFields(),
      clear,
      this.legend.node,
    );
    const results = element("div", { class: "find-query-results" }, this.hits.node, this.matches.node);
    this.node = element(
      "div",
      { class: "find-query" },
      element("p", { class: "note" }, t("gates.query_note")),
      controls,
      this.flow.node,
      this.says,
      this.answer,
      this.offers,
      results,
    );
  }

  thresholdField() {
    this.slider = element("input", { type: "range", min: LEAST, step: "any", id: "find-query-threshold" });
    this.written = element("output", { class: "number", for: "find-query-threshold" });
    this.slider.addEventListener("input", () => {
      this.thresholds.set(this.reading.quantity, Number(this.slider.value));
      this.ask();
    });
    return element(
      "label",
      { class: "field find-threshold", for: "find-query-threshold" },
      element("span", { class: "field-name" }, this.t("gates.query_threshold")),
      this.slider,
      this.written,
    );
  }

  sideFields() {
    this.sides = ["left", "right"].map((side) => {
      const box = element("input", { type: "checkbox", checked: true, id: `find-query-${side}` });
      box.addEventListener("change", () => this.ask());
      return {
        side,
        box,
        label: element(
          "label",
          { class: "field", for: box.id },
          box,
          element("span", {}, this.t(`gates.query_${side}`)),
        ),
      };
    });
    return element("span", { class: "find-query-sides" }, ...this.sides.map(({ label }) => label));
  }

  get threshold() {
    const { quantity } = this.reading;
    return this.thresholds.get(quantity) ?? (isGate(quantity) ? USUAL.gate : USUAL.state);
  }

  /** The held-out page is there. @param {import("../../../runtime/recurrent/trace.js").Trace} trace */
  setPage(trace) {
    this.page = trace;
    this.drawMatches();
  }

  /** @param {Set<string>} changed */
  draw(changed) {
    const { reading, t } = this;
    this.quantity.draw();
    this.flow.node.hidden = reading.length === 0;
    this.flow.draw(changed);
    const shown = this.flow.shown();
    this.legend.draw(this.flow.scale(), reading.quantity);
    this.says.textContent = reading.length
      ? `${t("gates.query_shown", { unit: writeUnit(shown) })} ${describe(reading, reading.hover.time ?? reading.cursor, shown, t)}`
      : "";
    if ([...changed].some((key) => QUERY.has(key))) this.ask();
    else if (changed.has("unit")) this.hits.mark();
    if (changed.has("theme")) this.drawMatches();
  }

  /** Put the question anew. The search through whole texts waits until the visitor has stopped moving. */
  ask() {
    const { reading } = this;
    const { span, trace } = reading;
    this.clear.disabled = span === null;
    const waiting = span !== null && span.to >= trace.computed;
    this.drawThreshold();
    this.found = span && !waiting ? this.query(span) : [];
    this.chosen =
      this.found.find((hit) => this.chosen && same(hit.unit, this.chosen.unit) && hit.sign === this.chosen.sign) ??
      this.found[0] ??
      null;
    this.say(span, waiting);
    this.offerMore(span, span !== null && !waiting && !this.found.length);
    this.hits.show(this.found, this.chosen);
    this.drawMatches();
  }

  /** What is asked of each layer. */
  asked(span, left, right) {
    const { trace, quantity, language } = this.reading;
    return Array.from({ length: language.layers }, (_, layer) => {
      const at = (/** @type {number} */ t) => trace.quantity(layer, quantity, t);
      return { at, units: language.hiddenSize, length: trace.computed, span, left, right, signed: !isGate(quantity) };
    });
  }

  query(span, [left, right] = this.sides.map(({ box }) => box.checked)) {
    const found = this.asked(span, left, right).map((asked, layer) =>
      unitsOnInside({ ...asked, threshold: this.threshold }).map((hit) => ({
        ...hit,
        unit: { layer, index: hit.index },
      })),
    );
    return found.flat().sort((first, second) => second.margin - first.margin);
  }

  /** Where nothing was found: what would find something, each as a button that does it. */
  offerMore(span, empty) {
    this.offers.replaceChildren();
    if (!empty) return;
    const [left, right] = this.sides.map(({ box }) => box.checked);
    const offer = (/** @type {string} */ key, /** @type {object} */ values, /** @type {() => void} */ change) => {
      const button = element("button", { class: "button", type: "button" }, this.t(key, values));
      button.addEventListener("click", () => {
        change();
        this.ask();
      });
      this.offers.append(button);
    };
    const free = [
      [false, right],
      [left, false],
      [false, false],
    ].filter(([before, after]) => before !== left || after !== right);
    const distinct = free.filter(
      ([before, after], i) => free.findIndex((other) => other[0] === before && other[1] === after) === i,
    );
    for (const sides of distinct) {
      const count = this.query(span, sides).length;
      const name = sides[0] ? "right" : sides[1] ? "left" : "both";
      if (count)
        offer(`gates.query_free_${name}`, { count: grouped(count) }, () =>
          this.sides.forEach(({ box }, i) => (box.checked = sides[i])),
        );
    }
    const best = bestThreshold(this.asked(span, left, right), LEAST);
    if (best)
      offer("gates.query_other_threshold", { threshold: readable(best.threshold), count: grouped(best.count) }, () =>
        this.thresholds.set(this.reading.quantity, best.threshold),
      );
  }

  /** A cell state has no bounds: its slider reaches as far as any unit does in the span. */
  drawThreshold() {
    const { quantity, span, trace, language } = this.reading;
    let most = 1;
    for (let t = span?.from ?? 0; !isBounded(quantity) && span && t <= Math.min(span.to, trace.computed - 1); t += 1) {
      for (let layer = 0; layer < language.layers; layer += 1)
        for (const value of trace.quantity(layer, quantity, t)) most = Math.max(most, Math.abs(value));
    }
    this.slider.max = String(Math.max(Math.ceil(most * 10) / 10, this.threshold));
    this.slider.value = String(this.threshold);
    this.written.textContent = readable(this.threshold);
  }

  say(span, waiting) {
    const { reading, t } = this;
    if (!reading.length) this.answer.textContent = t("gates.heat_empty");
    else if (!span) this.answer.textContent = t("gates.query_none");
    else if (waiting) this.answer.textContent = t("gates.query_waiting");
    else this.answer.textContent = t(this.found.length ? "gates.query_found" : "gates.query_empty", this.words(span));
  }

  words({ from, to }) {
    const { trace, language, quantity } = this.reading;
    const written = trace.characters
      .slice(from, Math.min(to + 1, from + QUOTED))
      .map((character) => (character === " " ? " " : visible(character)));
    return {
      span: written.join("") + (to - from + 1 > QUOTED ? "…" : ""),
      from: grouped(from + 1),
      to: grouped(to + 1),
      found: grouped(this.found.length),
      units: grouped(language.layers * language.hiddenSize),
      quantity: this.t(`gates.quantity_${quantity}`),
      threshold: readable(this.threshold),
    };
  }

  choose(hit, event) {
    this.chosen = hit;
    this.hits.show(this.found, hit);
    this.drawMatches();
    this.reading.set({ unit: hit.unit }, event);
  }

  drawMatches() {
    const given = {
      found: this.found,
      chosen: this.chosen,
      threshold: this.threshold,
      page: this.page,
      palette: this.flow.palette,
    };
    this.search.start(async (signal) => {
      await this.hits.count(given, signal);
      this.matches.show(given);
    }, SETTLE);
  }

  destroy() {
    this.search.stop();
  }
}
