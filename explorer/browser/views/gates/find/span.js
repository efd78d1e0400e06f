/** Units from a span: what is on throughout a marked piece of text and off beside it, and where else it is on. */

import { grouped, readable } from "../../../charts/axis.js";
import { isBounded, isGate } from "../../../charts/scale.js";
import { element, freshId } from "../../../dom.js";
import { visible } from "../../../parts/characters.js";
import { createLegend, createQuantityMenu, describe } from "../across/controls.js";
import { Flow } from "../across/flow.js";
import { nameOfUnit, same } from "../reading.js";
import { Task, rethrow } from "../slices.js";
import { Hits } from "./hits.js";
import { createMatches } from "./matches.js";
import { bestThreshold, unitsOnInside } from "./query.js";

const USUAL = Object.freeze({ gate: 0.5, state: 0.3 }); // thresholds to start with
const LEAST = 0.05;
/** What gives another answer. @type {ReadonlySet<import("../../gates.js").ChangedKey>} */
const QUERY = new Set(["text", "computed", "quantity", "span"]);
const QUOTED = 40; // characters of a span that are repeated in words
const SETTLE = 80; // milliseconds after the last change before the whole texts are searched

/**
 * @typedef {import("../reading.js").Span} Span
 * @typedef {import("./hits.js").Hit} Hit
 * @typedef {{left: boolean, right: boolean}} Sides of the span where a unit must be off
 */

export class SpanQuery {
  #reading;
  #t;
  /** @type {Hit[]} */
  #found = [];
  /** @type {Hit | null} */
  #chosen = null;
  /** Those that the visitor set, by quantity. @type {Map<string, number>} */
  #thresholds = new Map();
  /** @type {import("../../../runtime/recurrent/trace.js").Trace | null} */
  #page = null;
  #flow;
  #quantity;
  #legend;
  #slider = element("input", { type: "range", min: LEAST, step: "any", id: freshId("find-query-threshold") });
  #written = element("output", { class: "number", for: this.#slider.id });
  #left = element("input", { type: "checkbox", checked: true });
  #right = element("input", { type: "checkbox", checked: true });
  #clear = element("button", { class: "button", type: "button" });
  #says = element("output", { class: "note across-says" });
  #answer = element("p", { class: "find-query-answer", role: "status" });
  #offers = element("div", { class: "find-offers" });
  #hits;
  #matches;
  #search = new Task(rethrow);

  /**
   * @param {object} options
   * @param {import("../reading.js").Reading} options.reading
   * @param {import("../../../i18n.js").Translator} options.t
   */
  constructor({ reading, t }) {
    this.#reading = reading;
    this.#t = t;
    this.#flow = new Flow(reading, { label: t("gates.heat_label") });
    this.#quantity = createQuantityMenu(reading, t);
    this.#legend = createLegend(t);
    this.#hits = new Hits({ reading, t, onChoose: (hit, event) => this.#choose(hit, event) });
    this.#matches = createMatches({ reading, t });
    this.#clear.textContent = t("gates.query_clear");
    this.node = element(
      "div",
      { class: "find-query" },
      element("p", { class: "note" }, t("gates.query_note")),
      this.#controls(),
      this.#flow.node,
      this.#says,
      this.#answer,
      this.#offers,
      element("div", { class: "find-query-results" }, this.#hits.node, this.#matches.node),
    );
    this.#listen();
  }

  #controls() {
    const t = this.#t;
    const side = (/** @type {"left" | "right"} */ name, /** @type {HTMLInputElement} */ box) =>
      element("label", { class: "field" }, box, element("span", {}, t(`gates.query_${name}`)));
    const threshold = element(
      "label",
      { class: "field find-threshold", for: this.#slider.id },
      element("span", { class: "field-name" }, t("gates.query_threshold")),
      this.#slider,
      this.#written,
    );
    return element(
      "div",
      { class: "across-controls" },
      this.#quantity.node,
      threshold,
      element("span", { class: "find-query-sides" }, side("left", this.#left), side("right", this.#right)),
      this.#clear,
      this.#legend.node,
    );
  }

  #listen() {
    this.#slider.addEventListener("input", () => this.#setThreshold(Number(this.#slider.value)));
    for (const box of [this.#left, this.#right]) box.addEventListener("change", () => this.#ask());
    this.#clear.addEventListener("click", (event) => this.#reading.set({ span: null }, event));
  }

  get #threshold() {
    const { quantity } = this.#reading;
    return this.#thresholds.get(quantity) ?? (isGate(quantity) ? USUAL.gate : USUAL.state);
  }

  /** @param {number} threshold of the quantity that is shown */
  #setThreshold(threshold) {
    this.#thresholds.set(this.#reading.quantity, threshold);
    this.#ask();
  }

  /** @returns {Sides} */
  get #sides() {
    return { left: this.#left.checked, right: this.#right.checked };
  }

  /** @param {Sides} sides */
  #setSides({ left, right }) {
    [this.#left.checked, this.#right.checked] = [left, right];
    this.#ask();
  }

  /** The held-out page is there. @param {import("../../../runtime/recurrent/trace.js").Trace} trace */
  setPage(trace) {
    this.#page = trace;
    this.#drawMatches();
  }

  /** @param {import("../../gates.js").Changed} changed */
  draw(changed) {
    const { length, quantity } = this.#reading;
    this.#quantity.draw();
    this.#flow.node.hidden = length === 0;
    this.#flow.draw(changed);
    this.#legend.draw(this.#flow.scale(), quantity);
    this.#says.textContent = length ? this.#wordsOfPlace() : "";
    if ([...changed].some((key) => QUERY.has(key))) this.#ask();
    else if (changed.has("unit")) this.#hits.mark();
    if (changed.has("theme")) this.#drawMatches();
  }

  /** What unit colours the text, and its value at the character that is pointed at, else at the cursor. */
  #wordsOfPlace() {
    const shown = this.#flow.shown();
    const { hover, cursor } = this.#reading;
    const unit = this.#t("gates.query_shown", { unit: nameOfUnit(shown) });
    return `${unit} ${describe(this.#reading, hover.time ?? cursor, shown, this.#t)}`;
  }

  /** Put the question anew. The search through whole texts waits until the visitor has stopped moving. */
  #ask() {
    const { span, trace } = this.#reading;
    const waiting = span !== null && span.to >= trace.computed;
    const asked = waiting ? null : span;
    this.#clear.disabled = span === null;
    this.#drawThreshold();
    this.#found = asked ? this.#query(asked, this.#sides) : [];
    this.#chosen = this.#found.find((hit) => alike(hit, this.#chosen)) ?? this.#found[0] ?? null;
    this.#answer.textContent = this.#wordsOfAnswer(span, waiting);
    this.#offerMore(this.#found.length ? null : asked);
    this.#hits.show(this.#found, this.#chosen);
    this.#drawMatches();
  }

  /** What is asked of each layer. @param {Span} span @param {Sides} sides @returns {import("./query.js").Asked[]} */
  #asked(span, { left, right }) {
    const { trace, quantity, language } = this.#reading;
    return Array.from({ length: language.layers }, (_, layer) => {
      const at = (/** @type {number} */ t) => trace.quantity(layer, quantity, t);
      return { at, units: language.hiddenSize, length: trace.computed, span, left, right, signed: !isGate(quantity) };
    });
  }

  /** @param {Span} span @param {Sides} sides @returns {Hit[]} the clearest first */
  #query(span, sides) {
    const threshold = this.#threshold;
    return this.#asked(span, sides)
      .flatMap((asked, layer) =>
        unitsOnInside({ ...asked, threshold }).map((hit) => ({ ...hit, unit: { layer, index: hit.index } })),
      )
      .sort((first, second) => second.margin - first.margin);
  }

  /** Where nothing was found: what would find something, each as a button that does it. @param {Span | null} span */
  #offerMore(span) {
    this.#offers.replaceChildren();
    if (!span) return;
    const offer = (
      /** @type {string} */ key,
      /** @type {Record<string, string>} */ values,
      /** @type {() => void} */ change,
    ) =>
      this.#offers.append(
        element("button", { class: "button", type: "button", on: { click: change } }, this.#t(key, values)),
      );
    for (const { name, sides } of freer(this.#sides)) {
      const count = this.#query(span, sides).length;
      if (count) offer(`gates.query_free_${name}`, { count: grouped(count) }, () => this.#setSides(sides));
    }
    const best = bestThreshold(this.#asked(span, this.#sides), LEAST);
    if (!best) return;
    const values = { threshold: readable(best.threshold), count: grouped(best.count) };
    offer("gates.query_other_threshold", values, () => this.#setThreshold(best.threshold));
  }

  /** A cell state has no bounds: its slider reaches as far as any unit does in the span. */
  #drawThreshold() {
    const threshold = this.#threshold;
    this.#slider.max = String(Math.max(Math.ceil(this.#largest() * 10) / 10, threshold));
    this.#slider.value = String(threshold);
    this.#written.textContent = readable(threshold);
  }

  /** The largest absolute value of any unit in the span; at least 1, and 1 for what is bounded. */
  #largest() {
    const { quantity, span, trace, language } = this.#reading;
    let most = 1;
    if (isBounded(quantity) || !span) return most;
    for (let t = span.from; t <= Math.min(span.to, trace.computed - 1); t += 1) {
      for (let layer = 0; layer < language.layers; layer += 1)
        for (const value of trace.quantity(layer, quantity, t)) most = Math.max(most, Math.abs(value));
    }
    return most;
  }

  /** @param {Span | null} span @param {boolean} waiting whether not all of it is computed */
  #wordsOfAnswer(span, waiting) {
    const t = this.#t;
    if (!this.#reading.length) return t("gates.heat_empty");
    if (!span) return t("gates.query_none");
    if (waiting) return t("gates.query_waiting");
    return t(this.#found.length ? "gates.query_found" : "gates.query_empty", this.#words(span));
  }

  /** @param {Span} span */
  #words({ from, to }) {
    const { trace, language, quantity } = this.#reading;
    const written = trace.characters
      .slice(from, Math.min(to + 1, from + QUOTED))
      .map((character) => (character === " " ? " " : visible(character)));
    return {
      span: written.join("") + (to - from + 1 > QUOTED ? "…" : ""),
      from: grouped(from + 1),
      to: grouped(to + 1),
      found: grouped(this.#found.length),
      units: grouped(language.layers * language.hiddenSize),
      quantity: this.#t(`gates.quantity_${quantity}`),
      threshold: readable(this.#threshold),
    };
  }

  /** @param {Hit} hit @param {Event} event */
  #choose(hit, event) {
    this.#chosen = hit;
    this.#hits.show(this.#found, hit);
    this.#drawMatches();
    this.#reading.set({ unit: hit.unit }, event);
  }

  #drawMatches() {
    const given = {
      found: this.#found,
      chosen: this.#chosen,
      threshold: this.#threshold,
      page: this.#page,
      palette: this.#flow.palette,
    };
    this.#search.start(async (signal) => {
      await this.#hits.count(given, signal);
      this.#matches.show(given);
    }, SETTLE);
  }

  destroy() {
    this.#search.stop();
    this.#hits.destroy();
  }
}

/** @param {Hit} hit @param {Hit | null} other */
function alike(hit, other) {
  return other !== null && same(hit.unit, other.unit) && hit.sign === other.sign;
}

/**
 * Which sides could be asked less of.
 * @param {Sides} sides
 * @returns {{name: "left" | "right" | "both", sides: Sides}[]}
 */
function freer({ left, right }) {
  /** @type {{name: "left" | "right" | "both", sides: Sides}[]} */
  const ways = [];
  if (left) ways.push({ name: right ? "left" : "both", sides: { left: false, right } });
  if (right) ways.push({ name: left ? "right" : "both", sides: { left, right: false } });
  if (left && right) ways.push({ name: "both", sides: { left: false, right: false } });
  return ways;
}
