/** The units that a span query found, the clearest first, with how often each is on elsewhere. */

import { grouped, readable } from "../../../charts/axis.js";
import { element } from "../../../dom.js";
import { nameOfUnit, same } from "../reading.js";
import { Task, inSlices, rethrow } from "../slices.js";
import { runsOn } from "./query.js";

const SHOWN = 12; // units, until more are asked for

/**
 * @typedef {import("./query.js").Found & {unit: import("../reading.js").Unit}} Hit
 * @typedef {{hit: Hit, node: HTMLElement, button: HTMLElement, fires: HTMLElement}} Item
 *
 * @typedef {object} Given what is searched for
 * @property {Hit[]} found
 * @property {Hit | null} chosen
 * @property {number} threshold
 * @property {import("../../../runtime/recurrent/trace.js").Trace | null} page null while it is being read
 * @property {import("../../../charts/scale.js").Palette} palette
 */

export class Hits {
  #reading;
  #t;
  #onChoose;
  #list = element("ol", { class: "find-hits" });
  #more = element("button", { class: "button", type: "button" });
  /** Whether all are listed. */
  #all = false;
  /** @type {Hit[]} */
  #found = [];
  /** @type {Item[]} */
  #items = [];
  /** What was counted last. @type {Given | null} */
  #counted = null;
  #recount = new Task(rethrow);

  /**
   * @param {object} options
   * @param {import("../reading.js").Reading} options.reading
   * @param {import("../../../i18n.js").Translator} options.t
   * @param {(hit: Hit, event: Event) => void} options.onChoose
   */
  constructor({ reading, t, onChoose }) {
    this.#reading = reading;
    this.#t = t;
    this.#onChoose = onChoose;
    const note = element("p", { class: "note" }, t("gates.hits_note"));
    const title = element("h3", {}, t("gates.hits_title"));
    this.node = element("div", { class: "find-hits-box" }, title, note, this.#list, this.#more);
    this.#more.addEventListener("click", () => {
      this.#all = !this.#all;
      this.show(this.#found, this.#counted?.chosen ?? null);
      const given = this.#counted;
      if (given) this.#recount.start((signal) => this.count(given, signal));
    });
  }

  /** @param {Hit[]} found @param {Hit | null} chosen */
  show(found, chosen) {
    this.node.hidden = !found.length;
    this.#found = found;
    this.#items = (this.#all ? found : found.slice(0, SHOWN)).map((hit) => this.#item(hit, hit === chosen));
    this.#list.replaceChildren(...this.#items.map(({ node }) => node));
    this.#more.hidden = found.length <= SHOWN;
    const count = grouped(found.length - SHOWN);
    this.#more.textContent = this.#t(this.#all ? "gates.hits_fewer" : "gates.hits_more", { count });
    this.mark();
  }

  /** Mark the unit that all panels show. */
  mark() {
    for (const { hit, node } of this.#items)
      node.classList.toggle("find-hit-current", same(hit.unit, this.#reading.unit));
  }

  /**
   * Fill in how often each listed unit is on in the text and on the page.
   * @param {Given} given
   * @param {AbortSignal} signal
   */
  async count(given, signal) {
    this.#counted = given;
    await inSlices(this.#fill(given, this.#items), signal);
  }

  /** @param {Given} given @param {readonly Item[]} items @returns {Generator<void, void, void>} */
  *#fill({ threshold, page }, items) {
    const { quantity, trace } = this.#reading;
    for (const { hit, fires } of items) {
      const within = (/** @type {import("../../../runtime/recurrent/trace.js").Trace} */ read) =>
        grouped(runsOn(read.series(hit.unit.layer, quantity, hit.unit.index), threshold, hit.sign).runs.length);
      fires.textContent = this.#t("gates.hit_fires", { text: within(trace), page: page ? within(page) : "…" });
      yield;
    }
  }

  /** @param {Hit} hit @param {boolean} chosen @returns {Item} */
  #item(hit, chosen) {
    const [reading, t] = [this.#reading, this.#t];
    const { unit, sign, least, beside } = hit;
    const choose = (/** @type {Event} */ event) => this.#onChoose(hit, event);
    const button = element(
      "button",
      { class: "find-hit-unit", type: "button", title: t("gates.choose_unit"), "aria-pressed": chosen },
      `${nameOfUnit(unit)}${sign < 0 ? " −" : ""}`,
    );
    button.addEventListener("click", choose);
    const side = sign < 0 ? "below" : "above";
    const inside = t(`gates.hit_${side}`, { value: readable(sign * least) });
    const outside = beside === null ? "" : t(`gates.hit_beside_${side}`, { value: readable(sign * beside) });
    const fires = element("span", { class: "note" });
    const values = element("span", { class: "number find-hit-values" }, inside);
    values.append(element("span", { class: "note" }, outside));
    const node = element("li", { class: "find-hit" }, button, values, fires);
    node.addEventListener("pointerenter", (event) => reading.set({ hover: { unit } }, event));
    node.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
    return { hit, node, button, fires };
  }

  destroy() {
    this.#recount.stop();
  }
}
