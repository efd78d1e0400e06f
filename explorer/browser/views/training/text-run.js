/** One run of a character model: what it wrote at a moment, what changed since the moment before, every moment's first line, and the curves. */

import { download, element } from "../../dom.js";
import { grouped } from "../../charts/axis.js";
import { countChanged, stretches } from "./changes.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";

const LINE = 60; // characters of a moment's line in the list
const BITS = "bits_per_character";

export class TextRun {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/recurrent/timeline.js").TextTimeline} options.timeline
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(step: number) => void} options.onSeek
   */
  constructor({ model, timeline, t, onSeek }) {
    this.model = model;
    this.timeline = timeline;
    this.t = t;
    this.moment = -1;
    /** @type {string[][]} characters of each moment's text */
    this.texts = timeline.texts.map((text) => Array.from(text));
    this.charts = createCharts({ t, timeline, onSeek });
    this.build(onSeek);
  }

  build(onSeek) {
    const { t, timeline } = this;
    this.place = element("p", { class: "number training-place" });
    this.prompt = element("span", { class: "training-prompt", title: t("training.text_prompt") }, timeline.prompt);
    this.written = element("span", {});
    this.text = element(
      "div",
      { class: "training-text", tabindex: 0, role: "region", "aria-label": t("training.text"), dir: "auto" },
      this.prompt,
      this.written,
    );
    this.changed = element("p", { class: "note number" });
    this.lines = timeline.texts.map((text, moment) => this.createLine(text, moment, onSeek));
    this.list = element("ol", { class: "training-lines" }, ...this.lines.map((line) => element("li", {}, line)));
    const take = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.download() } },
      t("training.download_text"),
    );
    const drawn = { seed: timeline.seed, temperature: timeline.temperature };
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.place,
      this.text,
      this.changed,
      element("p", { class: "note" }, t("training.text_note", drawn)),
      element("div", { class: "downloads" }, take),
      element("h3", {}, t("training.text_lines")),
      this.list,
    );
    this.node = element(
      "section",
      { class: "training-run training-text-run" },
      left,
      element("div", { class: "training-right" }, this.charts.node),
    );
  }

  createLine(text, moment, onSeek) {
    const { steps, measures } = this.timeline;
    const bits = measures.get(BITS)?.values[moment];
    const line = element(
      "button",
      { class: "training-line", type: "button", tabindex: -1 },
      element("span", { class: "number" }, grouped(steps[moment])),
      element(
        "span",
        { class: "number", title: this.t("training.measure_bits_per_character") },
        bits === undefined ? "" : bits.toFixed(2),
      ),
      element(
        "span",
        { class: "training-line-text", dir: "auto" },
        Array.from(text).slice(0, LINE).join("").replaceAll("\n", "↵"),
      ),
    );
    line.addEventListener("click", () => onSeek(steps[moment]));
    return line;
  }

  /** The place on the clock changed. @param {number} step */
  show(step) {
    const { timeline, t } = this;
    const moment = momentAt(timeline.steps, step);
    const last = timeline.steps.at(-1);
    this.charts.show(Math.min(step, last));
    this.text.classList.toggle("absent", moment < 0);
    const words = { step: grouped(timeline.steps[Math.max(moment, 0)]) };
    if (moment < 0) this.place.textContent = t("training.not_begun", words);
    else this.place.textContent = t(step > last ? "training.ended" : "training.shown_step", words);
    if (moment !== this.moment) this.write(moment);
  }

  /** @param {number} moment −1 before the first */
  write(moment) {
    const { t } = this;
    this.mark(moment);
    this.moment = moment;
    const text = moment < 0 ? [] : this.texts[moment];
    const before = moment > 0 ? this.texts[moment - 1] : null;
    this.written.replaceChildren(
      ...stretches(text, before).map((part) =>
        part.changed ? element("mark", { class: "training-changed" }, part.text) : part.text,
      ),
    );
    const counts = { changed: before ? countChanged(text, before) : 0, count: text.length };
    this.changed.textContent = before ? t("training.text_changed", counts) : "";
  }

  /** The list says which moment is shown. @param {number} moment */
  mark(moment) {
    const [before, now] = [this.lines[this.moment], this.lines[moment]];
    before?.removeAttribute("aria-current");
    before?.setAttribute("tabindex", "-1");
    now?.setAttribute("aria-current", "true");
    (now ?? this.lines[0]).setAttribute("tabindex", "0");
    if (!now) return;
    // Within the list only: scrolling the page away under whoever scrubs would be rude.
    const [top, height] = [now.offsetTop - this.list.offsetTop, this.list.clientHeight];
    if (top < this.list.scrollTop || top + now.offsetHeight > this.list.scrollTop + height)
      this.list.scrollTop = top - height / 2;
  }

  /** A text has no parts to follow. */
  follow() {}

  download() {
    const { timeline, moment, model } = this;
    if (moment < 0) return;
    const text = timeline.prompt + timeline.texts[moment];
    download(
      `${model.config.name}-step-${timeline.steps[moment]}.txt`,
      new Blob([text], { type: "text/plain;charset=utf-8" }),
    );
  }

  redraw() {
    this.charts.redraw();
  }

  destroy() {
    this.charts.destroy();
    this.node.remove();
  }
}
