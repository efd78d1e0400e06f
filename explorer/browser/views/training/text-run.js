/**
 * One run of a character model: what it wrote at a moment, what changed since the moment before, every moment's first
 * line, and the curves.
 */

import { grouped } from "../../charts/axis.js";
import { download, element } from "../../dom.js";
import { measureTitle } from "../../measures.js";
import { countChanged, stretches } from "./changes.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";

const LINE = 60; // characters of a moment's line in the list
const BITS = "bits_per_character";

export class TextRun {
  /** @type {HTMLElement} */
  node;
  model;
  timeline;
  charts;
  #t;
  #moment = -1;
  /** Characters of each moment's text. @type {string[][]} */
  #texts;
  #place = element("p", { class: "number training-place" });
  #written = element("span", {});
  #text;
  #changed = element("p", { class: "note number" });
  #lines;
  #list;

  /**
   * @param {object} options
   * @param {import("./run.js").Model} options.model
   * @param {import("../../runtime/recurrent/timeline.js").TextTimeline} options.timeline
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(step: number) => void} options.onSeek
   */
  constructor({ model, timeline, t, onSeek }) {
    this.model = model;
    this.timeline = timeline;
    this.#t = t;
    this.#texts = timeline.texts.map((text) => Array.from(text));
    this.charts = createCharts({ t, timeline, onSeek });
    this.#text = element(
      "div",
      { class: "training-text", tabindex: 0, role: "region", "aria-label": t("training.text"), dir: "auto" },
      element("span", { class: "training-prompt", title: t("training.text_prompt") }, timeline.prompt),
      this.#written,
    );
    this.#lines = this.#texts.map((text, moment) => this.#createLine(text, moment, onSeek));
    this.#list = element("ol", { class: "training-lines" }, ...this.#lines.map((line) => element("li", {}, line)));
    this.node = this.#build();
  }

  /** The place on the clock changed. @param {number} step */
  show(step) {
    const t = this.#t;
    const { steps } = this.timeline;
    const moment = momentAt(steps, step);
    const last = steps[steps.length - 1];
    this.charts.show(Math.min(step, last));
    this.#text.classList.toggle("absent", moment < 0);
    const words = { step: grouped(steps[Math.max(moment, 0)]) };
    if (moment < 0) this.#place.textContent = t("training.not_begun", words);
    else this.#place.textContent = t(step > last ? "training.ended" : "training.shown_step", words);
    if (moment !== this.#moment) this.#write(moment);
  }

  /** A text has no parts to follow. */
  follow() {}

  destroy() {
    this.charts.destroy();
    this.node.remove();
  }

  #build() {
    const t = this.#t;
    const { seed, temperature } = this.timeline;
    const take = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.#download() } },
      t("training.download_text"),
    );
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.#place,
      this.#text,
      this.#changed,
      element("p", { class: "note" }, t("training.text_note", { seed, temperature })),
      element("div", { class: "downloads" }, take),
      element("h3", {}, t("training.text_lines")),
      this.#list,
    );
    const right = element("div", { class: "training-right" }, this.charts.node);
    return element("section", { class: "training-run training-text-run" }, left, right);
  }

  /** @param {string[]} text @param {number} moment @param {(step: number) => void} onSeek */
  #createLine(text, moment, onSeek) {
    const { steps, measures } = this.timeline;
    const bits = measures.get(BITS)?.values[moment];
    const title = measureTitle("bits_per_character", this.#t);
    const line = text.slice(0, LINE).join("").replaceAll("\n", "↵");
    return element(
      "button",
      { class: "training-line", type: "button", tabindex: -1, on: { click: () => onSeek(steps[moment]) } },
      element("span", { class: "number" }, grouped(steps[moment])),
      element("span", { class: "number", title }, bits === undefined ? "" : bits.toFixed(2)),
      element("span", { class: "training-line-text", dir: "auto" }, line),
    );
  }

  /** @param {number} moment −1 before the first */
  #write(moment) {
    this.#mark(moment);
    this.#moment = moment;
    const text = moment < 0 ? [] : this.#texts[moment];
    const before = moment > 0 ? this.#texts[moment - 1] : null;
    this.#written.replaceChildren(
      ...stretches(text, before).map((part) =>
        part.changed ? element("mark", { class: "training-changed" }, part.text) : part.text,
      ),
    );
    const counts = { changed: before ? countChanged(text, before) : 0, count: text.length };
    this.#changed.textContent = before ? this.#t("training.text_changed", counts) : "";
  }

  /** The list says which moment is shown. @param {number} moment */
  #mark(moment) {
    const before = this.#lines.at(Math.max(this.#moment, 0));
    before?.removeAttribute("aria-current");
    before?.setAttribute("tabindex", "-1");
    const now = this.#lines.at(Math.max(moment, 0));
    now?.setAttribute("tabindex", "0");
    if (!now || moment < 0) return;
    now.setAttribute("aria-current", "true");
    // Within the list only: scrolling the page away under whoever scrubs would be rude.
    const list = this.#list;
    const [top, height] = [now.offsetTop - list.offsetTop, list.clientHeight];
    if (top < list.scrollTop || top + now.offsetHeight > list.scrollTop + height) list.scrollTop = top - height / 2;
  }

  #download() {
    const { timeline, model } = this;
    if (this.#moment < 0) return;
    const text = timeline.prompt + timeline.texts[this.#moment];
    download(
      `${model.config.name}-step-${timeline.steps[this.#moment]}.txt`,
      new Blob([text], { type: "text/plain;charset=utf-8" }),
    );
  }
}
