/** One run on the page: its pictures of a moment, what was measured then, one tile's way through training, and the curves. */

import { download, element } from "../../dom.js";
import { grouped } from "../../charts/axis.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";
import { createDimensions } from "./dimensions.js";
import { createHistogram } from "./histogram.js";
import { MomentMap } from "./map.js";
import { createSheet } from "./sheet.js";
import { createStrip } from "./strip.js";

const SMALLEST_SHEET = 640; // pixels that a downloaded sheet is wide at least
const SMALLEST_TILE = 56; // pixels that a tile of a downloaded strip is wide at least

export class Run {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/timeline.js").Timeline} options.timeline
   * @param {import("./latents.js").Latents | null} options.latents
   * @param {import("./map.js").Arrangement} options.arrangement of the map
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(kind: string, index: number) => void} options.onPick a tile of a sheet was chosen
   * @param {(image: number | null) => void} options.onImage an image on the map was chosen, or none
   * @param {(step: number) => void} options.onSeek
   * @param {(event: KeyboardEvent) => boolean} options.onPress a key that may move the clock
   * @param {(error: Error) => void} options.onError
   */
  constructor({ model, timeline, latents, arrangement, t, onPick, onImage, onSeek, onPress, onError }) {
    this.model = model;
    this.timeline = timeline;
    this.latents = latents;
    this.t = t;
    this.kind = "samples";
    this.pick = null;
    this.moment = -1;
    this.closed = false;
    this.sheets = new Map([...timeline.sheets.keys()].map((kind) => [kind, this.createSheet(kind, onPick, onError)]));
    this.strip = createStrip({
      label: t("training.strip"),
      name: (step) => t("training.at_step", { step: grouped(step) }),
      onSeek: (moment) => onSeek(timeline.steps[moment]),
      onError,
    });
    this.map = latents && new MomentMap({ t, latents, arrangement, onPick: onImage, onPress });
    this.dimensions =
      timeline.klPerDimension &&
      latents &&
      createDimensions({ t, rows: timeline.klPerDimension, order: latents.order, count: latents.count });
    this.histogram = timeline.histograms && createHistogram({ t, histograms: timeline.histograms });
    this.onSeek = onSeek;
    this.build();
    this.buildCharts();
    for (const sheet of timeline.sheets.values()) sheet.decodeAll(() => this.closed).catch(onError);
  }

  createSheet(kind, onPick, onError) {
    return createSheet({
      label: this.t(`training.sheet_${kind}`),
      name: (index) => this.tileName(kind, index),
      onPick: (index) => onPick(kind, index),
      onError,
    });
  }

  build() {
    const { t } = this;
    this.place = element("p", { class: "number training-place" });
    this.followed = element("h3", {});
    this.stripDownload = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.downloadStrip() } },
      t("training.download_strip"),
    );
    this.stripBox = element(
      "section",
      { class: "training-follow", hidden: true },
      this.followed,
      this.strip.node,
      this.stripDownload,
    );
    this.hint = element("p", { class: "note training-hint" }, t("training.hint"));
    const sheets = [...this.sheets].map(([kind, sheet]) => this.sheetBox(kind, sheet));
    const pictures = element("div", { class: "training-sheets" }, ...sheets);
    const title = element("h2", {}, this.model.config.title[t.language]);
    const measured = [this.map, this.dimensions, this.histogram].filter(Boolean).map(({ node }) => node);
    // The map of a model that has one stands where the pictures of the others do.
    const left = element(
      "div",
      { class: "training-left" },
      title,
      this.place,
      ...(this.map ? [] : [pictures, this.hint]),
      ...measured,
    );
    if (this.map && !this.dimensions)
      left.append(element("p", { class: "note training-kl-missing" }, t("training.kl_not_recorded")));
    this.right = element("div", { class: "training-right" }, ...(this.map ? [pictures, this.hint] : []), this.stripBox);
    this.node = element("section", { class: "training-run" }, left, this.right);
  }

  sheetBox(kind, sheet) {
    const { t } = this;
    const take = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.downloadSheet(kind) } },
      t("training.download_sheet"),
    );
    const several = this.sheets.size > 1;
    const head = several ? [element("h3", {}, t(`training.sheet_${kind}`))] : [];
    const note = several ? [element("p", { class: "note" }, t(`training.note_${kind}`))] : [];
    return element(
      "section",
      { class: "training-pictures", "data-sheet": kind },
      ...head,
      sheet.node,
      ...note,
      element("div", { class: "downloads" }, take),
    );
  }

  /** A run that just began has no columns yet. */
  buildCharts() {
    this.charts?.destroy();
    this.charts?.node.remove();
    this.columns = this.timeline.history.columns.length;
    const { settings } = this.model.config.training ?? {};
    this.charts = createCharts({ t: this.t, timeline: this.timeline, settings, onSeek: this.onSeek });
    this.right.append(this.charts.node);
  }

  /** The place on the clock changed. @param {number} step @returns {Promise<unknown> | undefined} what is to be waited for */
  show(step) {
    const { timeline, t } = this;
    this.moment = momentAt(timeline.steps, step);
    const last = timeline.steps.at(-1);
    for (const { node } of this.sheets.values()) node.classList.toggle("absent", this.moment < 0);
    this.charts.show(Math.min(step, last));
    this.map?.show(this.moment);
    this.dimensions?.show(this.moment);
    if (this.moment < 0) {
      this.place.textContent = t("training.not_begun", { step: grouped(timeline.steps[0]) });
      return undefined;
    }
    this.place.textContent = this.describePlace(step > last);
    this.histogram?.show(this.moment);
    this.strip.mark(this.moment);
    const pending = [...this.sheets]
      .map(([kind, sheet]) => sheet.show(timeline.sheets.get(kind), this.moment))
      .filter(Boolean);
    if (pending.length) return Promise.all(pending).then(() => this.balance());
    this.balance();
    return undefined;
  }

  /** Sheets share the width so that their tiles are of one size. How many columns each has is known once it is drawn. */
  balance() {
    for (const [kind, sheet] of this.sheets)
      sheet.node.parentElement.style.setProperty("--columns", String(this.timeline.sheets.get(kind).tiles.columns));
  }

  /** Which moment is shown, and why no later one. @param {boolean} beyond whether the clock is past the run's last moment */
  describePlace(beyond) {
    const { timeline, t } = this;
    const step = grouped(timeline.steps[this.moment]);
    if (timeline.running) {
      const now = timeline.history.rows.at(-1)?.[0] ?? timeline.steps.at(-1);
      return t("training.still_training", { step, now: grouped(now), total: grouped(timeline.total) });
    }
    const words = beyond ? t("training.ended", { step }) : t("training.shown_step", { step });
    return this.model.config.training?.settings?.average > 0 ? `${words} ${t("training.averaged")}` : words;
  }

  /** Follow a tile through training, or none. @param {string} kind of sheet @param {number | null} index @returns {Promise<boolean | void>} once the strip is drawn */
  async follow(kind, index) {
    const sheet = this.timeline.sheets.get(kind);
    await sheet?.bitmap(0);
    this.kind = kind;
    this.pick = index !== null && index < (sheet?.tiles.count ?? 0) ? index : null;
    for (const [each, shown] of this.sheets) shown.pick(each === kind ? this.pick : null);
    this.stripBox.hidden = this.pick === null;
    this.hint.hidden = this.pick !== null;
    if (this.pick === null) return this.strip.clear();
    this.followed.textContent = this.t("training.followed", { name: this.tileName(kind, this.pick) });
    return this.strip.follow(sheet, this.timeline.steps, this.pick);
  }

  /** How many images have a reconstruction that was recorded. Known once a moment is shown. */
  get reconstructed() {
    const sheet = this.timeline.sheets.get("reconstructions");
    return sheet ? sheet.tiles.count >> 1 : 0;
  }

  /** Moments or rows came. @param {number} from the first moment that is new */
  async grow(from) {
    const columns = this.timeline.history.columns.length;
    if (columns !== this.columns) this.buildCharts();
    this.charts.update();
    if (this.pick !== null && from < this.timeline.steps.length)
      await this.strip.follow(this.timeline.sheets.get(this.kind), this.timeline.steps, this.pick, from);
  }

  /** After a change of theme. */
  redraw() {
    this.charts.redraw();
    this.map?.redraw();
  }

  /** @param {string} kind of sheet @param {number} index of a tile */
  tileName(kind, index) {
    const { t, timeline } = this;
    if (kind !== "samples")
      return t(index % 2 ? "training.tile_reconstruction" : "training.tile_image", {
        number: Math.floor(index / 2) + 1,
      });
    if (!timeline.labels) return t("training.tile_seed", { seed: index });
    const { condition } = this.model.config;
    return t("training.tile_class", {
      seed: index,
      label: condition?.labels[t.language][timeline.labels[index]] ?? timeline.labels[index],
    });
  }

  /** @param {string} kind */
  async downloadSheet(kind) {
    const { canvas } = this.sheets.get(kind);
    const scale = Math.max(1, Math.ceil(SMALLEST_SHEET / canvas.width));
    const middle = kind === "samples" ? "" : `-${kind}`;
    download(
      `${this.model.config.name}${middle}-step-${this.timeline.steps[this.moment]}.png`,
      await enlarged(canvas, scale),
    );
  }

  async downloadStrip() {
    const row = this.strip.picture();
    const scale = Math.max(1, Math.ceil(SMALLEST_TILE / this.timeline.sheets.get(this.kind).tiles.width));
    if (row) download(`${this.model.config.name}-${this.kind}-${this.pick}.png`, await enlarged(row, scale));
  }

  destroy() {
    this.closed = true;
    this.charts.destroy();
    this.map?.destroy();
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
