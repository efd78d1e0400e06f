/** A path between two samples: a strip of frames, a slider along it, and what the latent does on the way. */

import { download, element } from "../../dom.js";
import { mixLabels } from "../../runtime/condition.js";
import { paint } from "../../parts/pictures.js";
import { WAYS, between, norm } from "../../runtime/interpolation.js";
import { pasteTiles } from "../../files/tiles.js";
import { nameLabel } from "../../parts/subject-names.js";

export const FRAMES = 9;
const DURATION = 4000; // milliseconds of playing from A to B

/** @typedef {{name: string, subject: import("../../runtime/subjects.js").Subject}} Endpoint */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {ReturnType<typeof import("../../parts/painter.js").createPainter>} options.painter
 * @param {(end: "a" | "b") => void} options.onTake the sample on the stage shall be this end
 * @param {(changes: {share?: number, way?: import("../../runtime/interpolation.js").Way}, event?: Event) => void} options.onChange
 * @param {(error: Error) => void} options.onError
 */
export function createPath(options) {
  return new Path(options);
}

class Path {
  constructor({ model, t, painter, onTake, onChange, onError }) {
    this.model = model;
    this.t = t;
    this.painter = painter;
    this.onChange = onChange;
    this.onError = onError;
    this.playing = 0;
    this.key = "";
    this.painted = Promise.resolve(false);
    const { height, width } = model.imageShape;
    this.canvas = element("canvas", { class: "picture path-picture", width, height });
    this.frames = Array.from({ length: FRAMES }, () => element("canvas", { class: "picture", width, height }));
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.001,
      class: "path-slider",
      "aria-label": t("sample.path_place"),
    });
    this.slider.addEventListener("input", (event) => {
      this.pause();
      onChange({ share: Number(this.slider.value) }, event);
    });
    this.play = element(
      "button",
      { class: "button path-play", type: "button", on: { click: () => (this.playing ? this.pause() : this.start()) } },
      t("sample.path_play"),
    );
    this.names = { a: element("span", { class: "path-end" }), b: element("span", { class: "path-end" }) };
    const take = (end, key) =>
      element("button", { class: "button", type: "button", "data-end": end, on: { click: () => onTake(end) } }, t(key));
    this.ways = WAYS.map((way) => [
      way,
      element(
        "button",
        { class: "segment", type: "button", "data-way": way, on: { click: (event) => onChange({ way }, event) } },
        t(`sample.path_${way}`),
      ),
    ]);
    this.line = element("p", { class: "path-line number" });
    const save = element(
      "button",
      { class: "button", type: "button", on: { click: () => this.save() } },
      t("sample.path_png"),
    );
    const strip = element(
      "div",
      { class: "path-strip" },
      ...this.frames.map((frame, index) => this.frameButton(frame, index)),
    );
    this.node = element(
      "section",
      { class: "sample-extra path" },
      element("h3", {}, t("sample.path")),
      element(
        "p",
        { class: "note" },
        model.classes ? `${t("sample.path_note")} ${t("sample.path_note_classes")}` : t("sample.path_note"),
      ),
      element(
        "div",
        { class: "path-body" },
        this.canvas,
        element(
          "div",
          { class: "path-main" },
          element("div", { class: "path-ends" }, this.names.a, this.names.b),
          strip,
          this.slider,
          this.line,
          element(
            "div",
            { class: "path-controls" },
            this.play,
            element(
              "div",
              { class: "segments", role: "group", "aria-label": t("sample.path_way") },
              ...this.ways.map(([, button]) => button),
            ),
            take("a", "sample.path_take_a"),
            take("b", "sample.path_take_b"),
            save,
          ),
        ),
      ),
    );
  }

  frameButton(frame, index) {
    const share = index / (FRAMES - 1);
    const label = this.t("sample.path_frame", { share: Math.round(100 * share) });
    const go = (event) => (this.pause(), this.onChange({ share }, event));
    return element(
      "button",
      { class: "path-frame", type: "button", title: label, "aria-label": label, on: { click: go } },
      frame,
    );
  }

  /**
   * Show a path, and a place on it.
   * @param {{a: Endpoint, b: Endpoint, share: number, way: import("../../runtime/interpolation.js").Way}} path
   * @param {Event} [event] the input that asked for it
   */
  update(path, event) {
    this.path = path;
    const { t } = this;
    this.names.a.textContent = `A: ${path.a.name}`;
    this.names.b.textContent = `B: ${path.b.name}`;
    this.ways.forEach(([way, button]) => button.setAttribute("aria-pressed", String(way === path.way)));
    if (Number(this.slider.value) !== path.share) this.slider.value = String(path.share);
    const { z, label } = this.at(path.share);
    const values = {
      share: path.share.toFixed(2),
      length: norm(z).toFixed(2),
      typical: Math.sqrt(z.length).toFixed(2),
    };
    const named = nameLabel(label, this.model.config.condition, t.language);
    this.line.textContent = named
      ? t("sample.path_line_class", { ...values, label: named })
      : t("sample.path_line", values);
    const show = (picture) => {
      paint(this.canvas, picture, this.model.imageShape);
      if (event) performance.measure("explorer:sample", { start: event.timeStamp, detail: "path" });
    };
    const picture = this.model.decode(z, label);
    if (picture instanceof Promise) picture.then(show, (error) => error.name !== "AbortError" && this.onError(error));
    else show(picture);
    this.drawStrip();
  }

  /** What is decoded at a share of the way. @param {number} share */
  at(share) {
    const [a, b] = [this.path.a.subject, this.path.b.subject];
    return {
      z: between(this.path.way, a.z, b.z, share),
      label: a.label && mixLabels([a.label, b.label], [1 - share, share]),
    };
  }

  /** The strip hangs on the ends and the way alone: scrubbing leaves it as it is. */
  drawStrip() {
    const { a, b, way } = this.path;
    const key = [way, ...[a, b].flatMap(({ subject }) => [subject.z, subject.label])].join(";");
    if (key === this.key) return;
    this.key = key;
    this.painted = this.painter.paint(
      "path",
      this.frames.map((canvas, index) => ({ canvas, ...this.at(index / (FRAMES - 1)) })),
    );
    this.node.setAttribute("aria-busy", "true");
    this.painted.then((complete) => complete && this.node.removeAttribute("aria-busy"), this.onError);
  }

  start() {
    const from = this.path.share < 1 ? this.path.share : 0;
    let began;
    const step = (now) => {
      began ??= now;
      const share = Math.min(1, from + (now - began) / DURATION);
      this.playing = share < 1 ? requestAnimationFrame(step) : 0;
      this.sayPlaying();
      this.onChange({ share: Math.round(share * 1000) / 1000 });
    };
    this.playing = requestAnimationFrame(step);
    this.sayPlaying();
  }

  pause() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.sayPlaying();
  }

  sayPlaying() {
    this.play.textContent = this.t(this.playing ? "sample.path_pause" : "sample.path_play");
  }

  async save() {
    await this.painted;
    download(`${this.model.name}-path.png`, await pasteTiles(this.frames, FRAMES, this.model.imageShape));
  }
}
