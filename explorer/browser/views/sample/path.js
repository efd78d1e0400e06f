/** A path between two samples: a strip of frames, a slider along it, and what the latent does on the way. */

import { download, element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { pasteTiles } from "../../files/tiles.js";
import { lengthWords } from "../../parts/lengths.js";
import { paint } from "../../parts/pictures.js";
import { nameLabel } from "../../parts/subject-names.js";
import { mixLabels } from "../../runtime/condition.js";
import { WAYS, between, norm } from "../../runtime/interpolation.js";

const FRAMES = 9;
const DURATION = 4000; // milliseconds of playing from A to B

/**
 * @typedef {import("../../runtime/interpolation.js").Way} Way
 * @typedef {{name: string, subject: import("../../runtime/subjects.js").Subject}} Endpoint
 * @typedef {{a: Endpoint, b: Endpoint, share: number, way: Way}} Shown a path, and a place on it
 *
 * @typedef {object} Options
 * @property {import("../../runtime/model.js").Model} model
 * @property {import("../../i18n.js").Translator} t
 * @property {import("./sheet.js").Painter} painter
 * @property {(end: "a" | "b") => void} onTake the sample on the stage shall be this end
 * @property {(changes: {share?: number, way?: Way}, event?: Event) => void} onChange
 * @property {(error: unknown) => void} onError
 */

export class Path {
  /** @type {HTMLElement} */
  node;
  #options;
  /** How long latents usually are, in words. */
  #usual;
  /** @type {Shown | null} */
  #path = null;
  /** Of the animation, while it plays. */
  #playing = 0;
  /** What the strip shows. */
  #key = "";
  /** Whether the newest strip was completed. */
  #painted = Promise.resolve(false);
  #canvas;
  #frames;
  #slider;
  #play;
  #names = { a: element("span", { class: "path-end" }), b: element("span", { class: "path-end" }) };
  /** @type {{way: Way, button: HTMLButtonElement}[]} */
  #ways;
  #line = element("p", { class: "path-line number" });

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    const { model, t, onChange } = options;
    const { height, width } = model.imageShape;
    this.#usual = lengthWords(model.latentSize, t);
    this.#canvas = element("canvas", { class: "picture path-picture", width, height });
    this.#frames = Array.from({ length: FRAMES }, () => element("canvas", { class: "picture", width, height }));
    this.#slider = element("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.001,
      class: "path-slider",
      "aria-label": t("sample.path_place"),
    });
    this.#slider.addEventListener("input", (event) => this.#go(Number(this.#slider.value), event));
    this.#play = button(t("sample.path_play"), () => (this.#playing ? this.pause() : this.#start()), "path-play");
    this.#ways = WAYS.map((way) => ({
      way,
      button: element(
        "button",
        { class: "segment", type: "button", "data-way": way, on: { click: (event) => onChange({ way }, event) } },
        t(`sample.path_${way}`),
      ),
    }));
    const { note, body } = this.#build();
    this.node = element("section", { class: "sample-extra path" }, element("h3", {}, t("sample.path")), note, body);
  }

  #build() {
    const { model, t, onTake } = this.#options;
    const ways = this.#ways.map((each) => each.button);
    const controls = [
      this.#play,
      element("div", { class: "segments", role: "group", "aria-label": t("sample.path_way") }, ...ways),
      button(t("sample.path_take_a"), () => onTake("a")),
      button(t("sample.path_take_b"), () => onTake("b")),
      button(t("sample.path_png"), () => this.#save()),
    ];
    const main = [
      element("div", { class: "path-ends" }, this.#names.a, this.#names.b),
      element("div", { class: "path-strip" }, ...this.#frames.map((frame, index) => this.#frameButton(frame, index))),
      this.#slider,
      this.#line,
      element("div", { class: "path-controls" }, ...controls),
    ];
    const words = [t("sample.path_note"), ...(model.classes ? [t("sample.path_note_classes")] : [])];
    return {
      note: element("p", { class: "note" }, joined("sentences", words, t)),
      body: element("div", { class: "path-body" }, this.#canvas, element("div", { class: "path-main" }, ...main)),
    };
  }

  #frameButton(/** @type {HTMLCanvasElement} */ frame, /** @type {number} */ index) {
    const share = index / (FRAMES - 1);
    const label = this.#options.t("sample.path_frame", { share: Math.round(100 * share) });
    return element(
      "button",
      {
        class: "path-frame",
        type: "button",
        title: label,
        "aria-label": label,
        on: { click: (event) => this.#go(share, event) },
      },
      frame,
    );
  }

  /**
   * @param {Shown} path
   * @param {Event} [event] the input that asked for it
   */
  update(path, event) {
    this.#path = path;
    const { model, onError, t } = this.#options;
    this.#names.a.textContent = t("words.named", { name: "A", value: path.a.name });
    this.#names.b.textContent = t("words.named", { name: "B", value: path.b.name });
    for (const { way, button: each } of this.#ways) each.setAttribute("aria-pressed", String(way === path.way));
    if (Number(this.#slider.value) !== path.share) this.#slider.value = String(path.share);
    const { z, label } = subjectOn(path, path.share);
    this.#say(path.share, z, label);
    const show = (/** @type {Float32Array} */ picture) => {
      paint(this.#canvas, picture, model.imageShape);
      if (event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "path" });
    };
    const picture = model.decode(z, label);
    if (picture instanceof Promise) picture.then(show, (error) => error.name !== "AbortError" && onError(error));
    else show(picture);
    this.#drawStrip(path);
  }

  pause() {
    cancelAnimationFrame(this.#playing);
    this.#playing = 0;
    this.#sayPlaying();
  }

  /** @param {number} share @param {Float32Array} z @param {Float32Array | null} label */
  #say(share, z, label) {
    const { t, model } = this.#options;
    const values = {
      share: share.toFixed(2),
      length: norm(z).toFixed(2),
      usual: this.#usual,
    };
    const named = nameLabel(label, model.config.condition ?? null, t);
    this.#line.textContent = named
      ? t("sample.path_line_class", { ...values, label: named })
      : t("sample.path_line", values);
  }

  /** The strip hangs on the ends and the way alone: scrubbing leaves it as it is. @param {Shown} path */
  #drawStrip(path) {
    const { painter, onError } = this.#options;
    const { a, b, way } = path;
    const key = [way, ...[a, b].flatMap(({ subject }) => [subject.z, subject.label])].join(";");
    if (key === this.#key) return;
    this.#key = key;
    const jobs = this.#frames.map((canvas, index) => ({ canvas, ...subjectOn(path, index / (FRAMES - 1)) }));
    this.#painted = painter.paint("path", jobs);
    this.node.setAttribute("aria-busy", "true");
    this.#painted.then((complete) => complete && this.node.removeAttribute("aria-busy"), onError);
  }

  /** The visitor chose a place: playing ends, so that the picture stays. */
  #go(/** @type {number} */ share, /** @type {Event} */ event) {
    this.pause();
    this.#options.onChange({ share }, event);
  }

  #start() {
    const from = this.#path && this.#path.share < 1 ? this.#path.share : 0;
    /** @type {number | null} */
    let began = null;
    const step = (/** @type {number} */ now) => {
      began ??= now;
      const share = Math.min(1, from + (now - began) / DURATION);
      this.#playing = share < 1 ? requestAnimationFrame(step) : 0;
      this.#sayPlaying();
      this.#options.onChange({ share: Math.round(share * 1000) / 1000 });
    };
    this.#playing = requestAnimationFrame(step);
    this.#sayPlaying();
  }

  #sayPlaying() {
    this.#play.textContent = this.#options.t(this.#playing ? "sample.path_pause" : "sample.path_play");
  }

  async #save() {
    const { model } = this.#options;
    await this.#painted;
    download(`${model.name}-path.png`, await pasteTiles(this.#frames, FRAMES, model.imageShape));
  }
}

/** What is decoded at a share of the way. @param {Shown} path @param {number} share */
function subjectOn({ a, b, way }, share) {
  const [from, to] = [a.subject, b.subject];
  return {
    z: between(way, from.z, to.z, share),
    label: from.label && to.label && mixLabels([from.label, to.label], [1 - share, share]),
  };
}

/** @param {string} words @param {() => void} act @param {string} [kind] */
function button(words, act, kind = "") {
  return element("button", { class: `button ${kind}`, type: "button", on: { click: act } }, words);
}
