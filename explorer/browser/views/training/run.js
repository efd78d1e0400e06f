/** One run on the page: the sheet of a moment, what D says of it, one tile's way through training, and the curves. */

import { download, element } from "../../dom.js";
import { grouped } from "../axis.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";
import { createHistogram } from "./histogram.js";
import { createSheet } from "./sheet.js";
import { createStrip } from "./strip.js";

const SMALLEST_SHEET = 640; // pixels that a downloaded sheet is wide at least
const SMALLEST_TILE = 56; // pixels that a tile of a downloaded strip is wide at least

export class Run {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/timeline.js").Timeline} options.timeline
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(index: number) => void} options.onPick a tile was chosen
   * @param {(step: number) => void} options.onSeek
   * @param {(error: Error) => void} options.onError
   */
  constructor({ model, timeline, t, onPick, onSeek, onError }) {
    Object.assign(this, { model, timeline, t, kind: "samples", pick: null, moment: -1, closed: false });
    this.sheet = createSheet({ label: t("training.sheet"), name: (index) => this.tileName(index), onPick, onError });
    this.strip = createStrip({
      label: t("training.strip"),
      name: (step) => t("training.at_step", { step: grouped(step) }),
      onSeek: (moment) => onSeek(timeline.steps[moment]),
      onError,
    });
    this.histogram = timeline.histograms && createHistogram({ t, histograms: timeline.histograms });
    this.right = element("div", { class: "training-right" });
    this.onSeek = onSeek;
    this.build(onError);
    this.buildCharts();
  }

  build(onError) {
    const { t } = this;
    this.place = element("p", { class: "number training-place" });
    this.followed = element("h3", {});
    this.stripDownload = element("button", { class: "button", type: "button", on: { click: () => this.downloadStrip() } }, t("training.download_strip"));
    this.stripBox = element("section", { class: "training-follow", hidden: true }, this.followed, this.strip.node, this.stripDownload);
    const take = element("button", { class: "button", type: "button", on: { click: () => this.downloadSheet() } }, t("training.download_sheet"));
    this.hint = element("p", { class: "note" }, t("training.hint"));
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.place,
      this.sheet.node,
      this.hint,
      element("div", { class: "downloads" }, take),
      ...(this.histogram ? [this.histogram.node] : []),
    );
    this.right.append(this.stripBox);
    this.node = element("section", { class: "training-run" }, left, this.right);
    this.shown.decodeAll(() => this.closed).catch(onError);
  }

  /** A run that just began has no columns yet. */
  buildCharts() {
    this.charts?.destroy();
    this.charts?.node.remove();
    this.columns = this.timeline.history.columns.length;
    this.charts = createCharts({ t: this.t, timeline: this.timeline, onSeek: this.onSeek });
    this.right.append(this.charts.node);
  }

  /** The sequence that is shown. */
  get shown() {
    return this.timeline.sheets.get(this.kind);
  }

  /** The place on the clock changed. @param {number} step @returns {Promise<void> | undefined} what is to be waited for */
  show(step) {
    const { timeline, t } = this;
    this.moment = momentAt(timeline.steps, step);
    const last = timeline.steps.at(-1);
    this.sheet.node.classList.toggle("absent", this.moment < 0);
    this.charts.show(Math.min(step, last));
    if (this.moment < 0) {
      this.place.textContent = t("training.not_begun", { step: grouped(timeline.steps[0]) });
      return undefined;
    }
    this.place.textContent = this.describePlace(step > last);
    this.histogram?.show(this.moment);
    this.strip.mark(this.moment);
    return this.sheet.show(this.shown, this.moment);
  }

  /** Which moment is shown, and why no later one. @param {boolean} beyond whether the clock is past the run's last moment */
  describePlace(beyond) {
    const { timeline, t } = this;
    const step = grouped(timeline.steps[this.moment]);
    if (timeline.running) {
      const now = timeline.history.rows.at(-1)?.[0] ?? timeline.steps.at(-1);
      return t("training.still_training", { step, now: grouped(now), total: grouped(timeline.total) });
    }
    return beyond ? t("training.ended", { step }) : t("training.shown_step", { step });
  }

  /** Another kind of sheet. @param {string} kind @param {number} step of the clock */
  choose(kind, step) {
    this.kind = this.timeline.sheets.has(kind) ? kind : "samples";
    this.sheet.reset();
    this.strip.clear();
    this.shown.decodeAll(() => this.closed).catch(() => {}); // whoever shows the moment is told
    return this.show(step);
  }

  /** Follow a tile through training, or none. @param {number | null} index @returns {Promise<boolean | void>} once the strip is drawn */
  async follow(index) {
    await this.shown.bitmap(0);
    this.pick = index !== null && index < this.shown.tiles.count ? index : null;
    this.sheet.pick(this.pick);
    this.stripBox.hidden = this.pick === null;
    this.hint.hidden = this.pick !== null;
    if (this.pick === null) return this.strip.clear();
    this.followed.textContent = this.t("training.followed", { name: this.tileName(this.pick) });
    return this.strip.follow(this.shown, this.timeline.steps, this.pick);
  }

  /** Moments or rows came. @param {number} from the first moment that is new */
  async grow(from) {
    const columns = this.timeline.history.columns.length;
    if (columns !== this.columns) this.buildCharts();
    this.charts.update();
    if (this.pick !== null && from < this.timeline.steps.length) await this.strip.follow(this.shown, this.timeline.steps, this.pick, from);
  }

  /** @param {number} index of a tile */
  tileName(index) {
    const { t, timeline } = this;
    if (this.kind !== "samples") return t(index % 2 ? "training.tile_reconstruction" : "training.tile_image", { number: Math.floor(index / 2) + 1 });
    if (!timeline.labels) return t("training.tile_seed", { seed: index });
    const { condition } = this.model.config;
    return t("training.tile_class", { seed: index, label: condition?.labels[t.language][timeline.labels[index]] ?? timeline.labels[index] });
  }

  async downloadSheet() {
    const scale = Math.max(1, Math.ceil(SMALLEST_SHEET / this.sheet.canvas.width));
    download(`${this.model.config.name}-step-${this.timeline.steps[this.moment]}.png`, await enlarged(this.sheet.canvas, scale));
  }

  async downloadStrip() {
    const row = this.strip.picture();
    const scale = Math.max(1, Math.ceil(SMALLEST_TILE / this.shown.tiles.width));
    if (row) download(`${this.model.config.name}-${this.kind}-${this.pick}.png`, await enlarged(row, scale));
  }

  destroy() {
    this.closed = true;
    this.charts.destroy();
    this.strip.clear();
    for (const sheet of this.timeline.sheets.values()) sheet.close();
    this.node.remove();
  }
}

/** A canvas as PNG, each pixel a square. @param {HTMLCanvasElement} canvas @param {number} scale @returns {Promise<Blob>} */
function enlarged(canvas, scale) {
  const large = element("canvas", { width: canvas.width * scale, height: canvas.height * scale });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return new Promise((resolve) => large.toBlob(resolve, "image/png"));
}
