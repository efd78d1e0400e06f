/** The latent map of a moment with its legend and its words: where held-out images lie, and how one of them came there. */

import { element } from "../../dom.js";
import { attributeName } from "../../measures.js";
import { createColouring } from "../../charts/colours.js";
import { Legend } from "../../charts/legend.js";
import { axisNames } from "./latents.js";
import { MomentCanvas } from "./map-canvas.js";

/** @typedef {{axes: string, frame: "run" | "end"}} Arrangement */

export class MomentMap {
  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./latents.js").Latents} options.latents
   * @param {Arrangement} options.arrangement
   * @param {(image: number | null) => void} options.onPick an image was chosen, or none
   * @param {(event: KeyboardEvent) => boolean} options.onPress a key was pressed; false leaves it alone
   */
  constructor({ t, latents, arrangement, onPick, onPress }) {
    this.t = t;
    this.latents = latents;
    this.arrangement = arrangement;
    this.moment = -1;
    this.image = null;
    this.hovered = -1;
    this.canvas = new MomentCanvas({ label: t("training.map_label"), onDraw: () => this.#say() });
    this.legend = new Legend({ t, onChange: () => this.#draw() });
    this.legend.node.hidden = latents.attribute === null;
    this.pointed = element("p", { class: "note training-map-pointed" });
    this.count = element("p", { class: "note training-map-count" });
    this.axes = element("p", { class: "note" });
    this.node = element(
      "figure",
      { class: "training-figure training-map" },
      element("h3", {}, t("training.map")),
      this.canvas.node,
      this.pointed,
      this.count,
      this.legend.node,
      element("figcaption", {}, this.axes, element("p", { class: "note" }, t("training.map_note"))),
    );
    this.#listen(onPick);
    this.canvas.node.addEventListener("keydown", (event) => onPress(event) && event.preventDefault());
  }

  /** @param {number} moment −1 before the first */
  show(moment) {
    this.moment = moment;
    this.node.classList.toggle("absent", moment < 0);
    if (!this.colouring)
      this.redraw(); // the page's colours hold once the figure is on it
    else this.#mark();
  }

  /** @param {Arrangement} arrangement */
  arrange(arrangement) {
    this.arrangement = arrangement;
    this.#draw();
  }

  /** Mark an image and its way, or none. @param {number | null} image */
  follow(image) {
    this.image = image !== null && image < this.latents.count ? image : null;
    this.#mark();
  }

  /** Take the colours of the theme, and draw. */
  redraw() {
    const { attribute } = this.latents;
    const darkness = this.node.closest("[data-theme]")?.dataset.theme === "dark" ? "dark" : "light";
    const keep = this.colouring !== undefined;
    this.colouring = createColouring(attribute ?? withoutClasses(this.latents.count), darkness, this.t.language);
    this.legend.show(this.colouring, keep);
    this.#draw();
  }

  destroy() {
    this.canvas.destroy();
  }

  #listen(/** @type {(image: number | null) => void} */ onPick) {
    const { node } = this.canvas;
    const hit = (/** @type {MouseEvent} */ event) => {
      const { left, top } = node.getBoundingClientRect();
      return this.canvas.hit(event.clientX - left, event.clientY - top);
    };
    const point = (/** @type {number} */ image) => {
      this.hovered = image;
      node.classList.toggle("pointing", image >= 0);
      this.#say();
    };
    node.addEventListener("pointermove", (event) => point(hit(event)));
    node.addEventListener("pointerleave", () => point(-1));
    node.addEventListener("click", (event) => {
      const image = hit(event);
      if (image >= 0 || this.image !== null) onPick(image < 0 || image === this.image ? null : image);
    });
  }

  #draw() {
    const { t, latents, legend, colouring } = this;
    const places = latents.places(this.arrangement.axes);
    const names = axisNames(places, t);
    this.canvas.show({ places, names, frame: this.arrangement.frame, colouring, chosen: (image) => legend.chosen(image) });
    this.axes.textContent = t(`training.axes_${places.name}`, names);
    this.#mark();
  }

  #mark() {
    const { moment, image, latents } = this;
    const deviation = image === null || moment < 0 ? null : latents.deviation(image, moment);
    this.canvas.mark({ moment, image, deviation });
    this.#say();
  }

  #say() {
    const { t, latents } = this;
    const image = this.hovered >= 0 ? this.hovered : this.image;
    this.pointed.textContent = image === null ? t("training.map_hint") : this.#describe(image);
    const attribute = latents.attribute && attributeName(latents.attribute.name, t);
    const said = [
      attribute === null
        ? t("training.map_count_plain", { count: latents.count })
        : t("training.map_count", { count: latents.count, attribute }),
    ];
    if (this.canvas.beyond) said.push(t("training.map_beyond", { count: this.canvas.beyond }));
    this.count.textContent = said.join(" ");
  }

  #describe(/** @type {number} */ image) {
    const { t, latents, colouring } = this;
    const number = image + 1;
    const name = latents.attribute
      ? t("training.map_image", { number, value: colouring.value(image) })
      : t("training.tile_image", { number });
    if (image !== this.image) return name;
    return `${name}${t(latents.followed.logVariance ? "training.map_way_posterior" : "training.map_way")}`;
  }
}

/** One colour for all images. @param {number} count @returns {import("../../runtime/map.js").Attribute} */
function withoutClasses(count) {
  return { kind: "categorical", data: new Int16Array(count), values: [""] };
}
