/** One run on the page: its pictures of a moment, what was measured then, one tile's way, and the curves. */

import { grouped } from "../../charts/axis.js";
import { element } from "../../dom.js";
import { isFiniteNumber } from "../../runtime/checks.js";
import { RunningTimeline } from "../../runtime/running.js";
import { createCharts } from "./charts.js";
import { momentAt } from "./clock.js";
import { createDimensions } from "./dimensions.js";
import { downloadEnlarged } from "./enlarge.js";
import { createHistogram } from "./histogram.js";
import { MomentMap } from "./map.js";
import { Sheet } from "./sheet.js";
import { Strip } from "./strip.js";

const SMALLEST_SHEET = 640; // pixels that a downloaded sheet is wide at least
const SMALLEST_TILE = 56; // pixels that a tile of a downloaded strip is wide at least

/**
 * @typedef {import("../../runtime/model.js").Model | import("../../runtime/running.js").RunningModel} Model
 * @typedef {import("../../runtime/timeline.js").Timeline} Timeline
 *
 * @typedef {object} Shown a sheet on the page
 * @property {import("../../runtime/sheets.js").SheetSequence} pictures
 * @property {Sheet} sheet
 * @property {HTMLElement} box around it
 *
 * @typedef {object} Options
 * @property {Model} model
 * @property {Timeline} timeline
 * @property {import("./latents.js").Latents | null} latents
 * @property {import("./map.js").Arrangement} arrangement of the map
 * @property {import("../../i18n.js").Translator} t
 * @property {(kind: string, index: number) => void} onPick a tile of a sheet was chosen
 * @property {(image: number | null) => void} onImage an image on the map was chosen, or none
 * @property {(step: number) => void} onSeek
 * @property {(event: KeyboardEvent) => boolean} onPress a key that may move the clock
 * @property {(error: unknown) => void} onError
 */

export class Run {
  /** @type {HTMLElement} */
  node;
  model;
  timeline;
  latents;
  map;
  dimensions;
  /** @type {ReturnType<typeof createCharts>} */
  charts;
  #t;
  #onSeek;
  /** By kind. @type {Map<string, Shown>} */
  #sheets;
  #strip;
  #histogram;
  #kind = "samples";
  /** @type {number | null} */
  #pick = null;
  #moment = -1;
  #closed = false;
  /** That the curves are drawn of. */
  #columns = 0;
  #right = element("div", { class: "training-right" });
  #place = element("p", { class: "number training-place" });
  #followed = element("h3", {});
  #hint;
  #follow;

  /** @param {Options} options */
  constructor({ model, timeline, latents, arrangement, t, onPick, onImage, onSeek, onPress, onError }) {
    this.model = model;
    this.timeline = timeline;
    this.latents = latents;
    this.#t = t;
    this.#onSeek = onSeek;
    this.#strip = new Strip({
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
    this.#histogram = timeline.histograms && createHistogram({ t, histograms: timeline.histograms });
    this.#hint = element("p", { class: "note training-hint" }, t("training.hint"));
    this.#follow = element(
      "section",
      { class: "training-follow", hidden: true },
      this.#followed,
      this.#strip.node,
      this.#button(t("training.download_strip"), () => this.#downloadStrip()),
    );
    this.#sheets = new Map(
      [...timeline.sheets].map(([kind, pictures]) => [kind, this.#show(kind, pictures, onPick, onError)]),
    );
    this.node = this.#build();
    this.charts = this.#createCharts();
    for (const { pictures } of this.#sheets.values()) pictures.decodeAll(() => this.#closed).catch(onError);
  }

  /**
   * The place on the clock changed.
   * @param {number} step
   * @returns {Promise<void> | undefined} what is to be waited for
   */
  show(step) {
    const { steps } = this.timeline;
    const last = steps[steps.length - 1];
    this.#moment = momentAt(steps, step);
    for (const { sheet } of this.#sheets.values()) sheet.node.classList.toggle("absent", this.#moment < 0);
    this.charts.show(Math.min(step, last));
    this.map?.show(this.#moment);
    this.dimensions?.show(this.#moment);
    if (this.#moment < 0) {
      this.#place.textContent = this.#t("training.not_begun", { step: grouped(steps[0]) });
      return undefined;
    }
    this.#place.textContent = this.#describePlace(step > last);
    this.#histogram?.show(this.#moment);
    this.#strip.mark(this.#moment);
    const pending = [...this.#sheets.values()].flatMap(
      ({ sheet, pictures }) => sheet.show(pictures, this.#moment) ?? [],
    );
    if (pending.length) return Promise.all(pending).then(() => this.#balance());
    this.#balance();
    return undefined;
  }

  /**
   * Follow a tile through training, or none.
   * @param {string} kind of sheet
   * @param {number | null} index
   * @returns {Promise<void>} once the strip is drawn
   */
  async follow(kind, index) {
    const pictures = this.#sheets.get(kind)?.pictures;
    await pictures?.bitmap(0);
    this.#kind = kind;
    this.#pick = index !== null && index < (pictures?.tiles.count ?? 0) ? index : null;
    for (const [each, { sheet }] of this.#sheets) sheet.pick(each === kind ? this.#pick : null);
    this.#follow.hidden = this.#pick === null;
    this.#hint.hidden = this.#pick !== null;
    if (this.#pick === null || !pictures) return this.#strip.clear();
    this.#followed.textContent = this.#t("training.followed", { name: this.#tileName(kind, this.#pick) });
    return this.#strip.follow(pictures, this.timeline.steps, this.#pick);
  }

  /** How many images have a reconstruction that was recorded. Known once a moment is shown. */
  get reconstructed() {
    const sheet = this.#sheets.get("reconstructions");
    return sheet ? sheet.pictures.tiles.count >> 1 : 0;
  }

  /** Moments or rows came. @param {number} from the first moment that is new */
  async grow(from) {
    const { history, steps } = this.timeline;
    if (history.columns.length !== this.#columns) {
      // A run that just began has no columns yet.
      this.charts.destroy();
      this.charts.node.remove();
      this.charts = this.#createCharts();
    }
    this.charts.update();
    const followed = this.#sheets.get(this.#kind);
    if (followed && this.#pick !== null && from < steps.length)
      await this.#strip.follow(followed.pictures, steps, this.#pick, from);
  }

  destroy() {
    this.#closed = true;
    for (const part of [this.charts, this.map, this.dimensions, this.#histogram]) part?.destroy();
    this.#strip.clear();
    for (const { pictures } of this.#sheets.values()) pictures.close();
    this.node.remove();
  }

  #build() {
    const t = this.#t;
    const pictures = element("div", { class: "training-sheets" }, ...[...this.#sheets.values()].map(({ box }) => box));
    const measured = [this.map, this.dimensions, this.#histogram].flatMap((part) => (part ? [part.node] : []));
    const shown = [pictures, this.#hint];
    // The map of a model that has one stands where the pictures of the others do.
    const left = element(
      "div",
      { class: "training-left" },
      element("h2", {}, this.model.config.title[t.language]),
      this.#place,
      ...(this.map ? [] : shown),
      ...measured,
    );
    if (this.map && !this.dimensions)
      left.append(element("p", { class: "note training-kl-missing" }, t("training.kl_not_recorded")));
    this.#right.append(...(this.map ? shown : []), this.#follow);
    return element("section", { class: "training-run" }, left, this.#right);
  }

  /**
   * @param {string} kind
   * @param {Shown["pictures"]} pictures
   * @param {Options["onPick"]} onPick
   * @param {Options["onError"]} onError
   * @returns {Shown}
   */
  #show(kind, pictures, onPick, onError) {
    const t = this.#t;
    const sheet = new Sheet({
      label: t(`training.sheet_${kind}`),
      name: (index) => this.#tileName(kind, index),
      onPick: (index) => onPick(kind, index),
      onError,
    });
    const several = this.timeline.sheets.size > 1;
    const head = several ? [element("h3", {}, t(`training.sheet_${kind}`))] : [];
    const note = several ? [element("p", { class: "note" }, t(`training.note_${kind}`))] : [];
    const take = this.#button(t("training.download_sheet"), () => this.#downloadSheet(kind, sheet.canvas));
    const box = element(
      "section",
      { class: "training-pictures", "data-sheet": kind },
      ...head,
      sheet.node,
      ...note,
      element("div", { class: "downloads" }, take),
    );
    return { pictures, sheet, box };
  }

  /** @param {string} words @param {() => unknown} act */
  #button(words, act) {
    return element("button", { class: "button", type: "button", on: { click: act } }, words);
  }

  #createCharts() {
    const { timeline } = this;
    this.#columns = timeline.history.columns.length;
    const { settings } = this.model.config.training ?? {};
    const charts = createCharts({ t: this.#t, timeline, settings, onSeek: this.#onSeek });
    this.#right.append(charts.node);
    return charts;
  }

  /** Sheets share the width so that their tiles are of one size. How many columns each has is known once drawn. */
  #balance() {
    for (const { box, pictures } of this.#sheets.values())
      box.style.setProperty("--columns", String(pictures.tiles.columns));
  }

  /**
   * Which moment is shown, and why no later one.
   * @param {boolean} beyond whether the clock is past the run's last moment
   */
  #describePlace(beyond) {
    const t = this.#t;
    const { timeline } = this;
    const step = grouped(timeline.steps[this.#moment]);
    if (timeline instanceof RunningTimeline && timeline.running) {
      const { rows } = timeline.history;
      const now = Number(rows[rows.length - 1]?.[0] ?? timeline.steps.at(-1));
      return t("training.still_training", { step, now: grouped(now), total: grouped(timeline.total) });
    }
    const words = beyond ? t("training.ended", { step }) : t("training.shown_step", { step });
    const average = this.model.config.training?.settings?.average;
    return isFiniteNumber(average) && average > 0 ? `${words} ${t("training.averaged")}` : words;
  }

  /** @param {string} kind of sheet @param {number} index of a tile */
  #tileName(kind, index) {
    const t = this.#t;
    if (kind !== "samples")
      return t(index % 2 ? "training.tile_reconstruction" : "training.tile_image", {
        number: Math.floor(index / 2) + 1,
      });
    const { labels } = this.timeline;
    if (!labels) return t("training.tile_seed", { seed: index });
    const { condition } = this.model.config;
    const label = condition?.labels[t.language][labels[index]] ?? labels[index];
    return t("training.tile_class", { seed: index, label });
  }

  /** @param {string} kind @param {HTMLCanvasElement} canvas */
  async #downloadSheet(kind, canvas) {
    const middle = kind === "samples" ? "" : `-${kind}`;
    const step = this.timeline.steps[this.#moment];
    await downloadEnlarged(
      `${this.model.config.name}${middle}-step-${step}.png`,
      canvas,
      SMALLEST_SHEET / canvas.width,
    );
  }

  async #downloadStrip() {
    const row = this.#strip.picture();
    const pictures = this.#sheets.get(this.#kind)?.pictures;
    if (!row || !pictures) return;
    const name = `${this.model.config.name}-${this.#kind}-${this.#pick}.png`;
    await downloadEnlarged(name, row, SMALLEST_TILE / pictures.tiles.width);
  }
}
