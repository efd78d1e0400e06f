/** The latent map of a moment with its legend and its words: where held-out images lie, and how one came there. */

import { createMenu } from "../../charts/chart/menu.js";
import { createColouring } from "../../charts/colours.js";
import { Legend } from "../../charts/legend.js";
import { describeMap } from "../../charts/map.js";
import { watchTheme } from "../../charts/theme.js";
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { attributeName } from "../../measures.js";
import { axisNames } from "./latents.js";
import { MomentCanvas } from "./map-canvas.js";

/**
 * @typedef {import("../../charts/colours.js").Colouring} Colouring
 * @typedef {{axes: "pca" | "pair", frame: "run" | "end"}} Arrangement
 */

export class MomentMap {
  /** @type {MomentCanvas} */
  canvas;
  /** @type {HTMLElement} */
  node;
  #t;
  #latents;
  #arrangement;
  #legend;
  #menu;
  #pointed = element("p", { class: "note training-map-pointed" });
  #count = element("p", { class: "note training-map-count" });
  #axes = element("p", { class: "note" });
  /** The page's colours hold once the figure is on it. @type {Colouring | null} */
  #colouring = null;
  #moment = -1;
  /** The image that is followed. @type {number | null} */
  #image = null;
  #hovered = -1;
  #stopWatching;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./latents.js").Latents} options.latents
   * @param {Arrangement} options.arrangement
   * @param {(image: number | null) => void} options.onPick an image was chosen, or none
   * @param {(event: KeyboardEvent) => boolean} options.onPress a key was pressed; false leaves it alone
   */
  constructor({ t, latents, arrangement, onPick, onPress }) {
    this.#t = t;
    this.#latents = latents;
    this.#arrangement = arrangement;
    this.canvas = new MomentCanvas({ label: t("training.map_label"), onDraw: () => this.#say() });
    this.#legend = new Legend({ t, onChange: () => this.#draw() });
    this.#legend.node.hidden = latents.attribute === null;
    const { node, layers } = this.canvas;
    this.#menu = createMenu({ t, describe: () => this.#describe(), node, layers, hint: t("training.map_hint") });
    this.node = element(
      "figure",
      { class: "training-figure training-map" },
      element("div", { class: "training-map-head" }, element("h3", {}, t("training.map")), this.#menu.node),
      this.canvas.node,
      this.#pointed,
      this.#count,
      this.#legend.node,
      element("figcaption", {}, this.#axes, element("p", { class: "note" }, t("training.map_note"))),
    );
    this.#listen(onPick);
    this.#stopWatching = watchTheme(this);
    this.canvas.node.addEventListener("keydown", (event) => onPress(event) && event.preventDefault());
  }

  /** @param {number} moment −1 before the first */
  show(moment) {
    this.#moment = moment;
    this.node.classList.toggle("absent", moment < 0);
    if (this.#colouring) this.#mark();
    else this.redraw();
  }

  /** @param {Arrangement} arrangement */
  arrange(arrangement) {
    this.#arrangement = arrangement;
    this.#draw();
  }

  /** Mark an image and its way, or none. @param {number | null} image */
  follow(image) {
    this.#image = image !== null && image < this.#latents.count ? image : null;
    this.#mark();
  }

  /** Take the colours of the theme, and draw. */
  redraw() {
    const keep = this.#colouring !== null;
    this.#colouring = this.#colour();
    this.#legend.show(this.#colouring, keep);
    this.#draw();
  }

  destroy() {
    this.#stopWatching();
    this.canvas.destroy();
    this.#menu.destroy();
  }

  /** @param {(image: number | null) => void} onPick */
  #listen(onPick) {
    const { node } = this.canvas;
    const hit = (/** @type {MouseEvent} */ event) => {
      const { left, top } = node.getBoundingClientRect();
      return this.canvas.hit(event.clientX - left, event.clientY - top);
    };
    const point = (/** @type {number} */ image) => {
      this.#hovered = image;
      node.classList.toggle("pointing", image >= 0);
      this.#say();
    };
    node.addEventListener("pointermove", (event) => point(hit(event)));
    node.addEventListener("pointerleave", () => point(-1));
    node.addEventListener("click", (event) => {
      const image = hit(event);
      if (image >= 0 || this.#image !== null) onPick(image < 0 || image === this.#image ? null : image);
    });
  }

  /** @returns {Colouring} */
  #colour() {
    const { attribute, count } = this.#latents;
    const darkness = this.node.closest("[data-theme]")?.getAttribute("data-theme") === "dark" ? "dark" : "light";
    return createColouring(attribute?.classes ?? withoutClasses(count), darkness, this.#t.language);
  }

  /** The places of the moment for a table or a large figure. */
  #describe() {
    const t = this.#t;
    const { attribute, count } = this.#latents;
    const places = this.#latents.places(this.#arrangement.axes);
    const axes = axisNames(places, t);
    return describeMap({
      title: t("training.map"),
      caption: t(`training.axes_${places.name}`, axes),
      axes,
      points: places.points[Math.max(0, this.#moment)],
      labels: Array.from({ length: count }, (_, image) => String(image + 1)),
      attribute: { ...this.#colour(), label: attribute ? attributeName(attribute.name, t) : "" },
      viewport: this.canvas.viewport,
    });
  }

  #draw() {
    if (!this.#colouring) return;
    const places = this.#latents.places(this.#arrangement.axes);
    const names = axisNames(places, this.#t);
    this.canvas.show({
      places,
      names,
      frame: this.#arrangement.frame,
      colouring: this.#colouring,
      chosen: (image) => this.#legend.chosen(image),
    });
    this.#axes.textContent = this.#t(`training.axes_${places.name}`, names);
    this.#mark();
  }

  #mark() {
    const [moment, image] = [this.#moment, this.#image];
    const deviation = image === null || moment < 0 ? null : this.#latents.deviation(image, moment);
    this.canvas.mark({ moment, image, deviation });
    this.#say();
  }

  #say() {
    const t = this.#t;
    const { attribute, count } = this.#latents;
    const image = this.#hovered >= 0 ? this.#hovered : this.#image;
    this.#pointed.textContent = image === null ? t("training.map_hint") : this.#wordsOf(image);
    const said = [
      attribute === null
        ? t("training.map_count_plain", { count })
        : t("training.map_count", { count, attribute: attributeName(attribute.name, t) }),
    ];
    if (this.canvas.beyond) said.push(t("training.map_beyond", { count: this.canvas.beyond }));
    this.#count.textContent = joined("sentences", said, t);
  }

  /** @param {number} image */
  #wordsOf(image) {
    const t = this.#t;
    const number = image + 1;
    const name =
      this.#latents.attribute && this.#colouring
        ? t("training.map_image", { number, value: this.#colouring.value(image) })
        : t("training.tile_image", { number });
    if (image !== this.#image) return name;
    return `${name}${t(this.#latents.followed.logVariance ? "training.map_way_posterior" : "training.map_way")}`;
  }
}

/** One colour for all images. @param {number} count @returns {import("../../charts/colours.js").Classes} */
function withoutClasses(count) {
  return { kind: "categorical", data: new Int16Array(count), values: [""] };
}
