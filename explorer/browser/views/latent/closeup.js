/** The posterior close up: on the map it is often smaller than a dot. Same axes and units as the map, its own scale. */
import { element } from "../../dom.js";
import { drawAxes, drawLatent, drawPosterior, drawStep } from "../../charts/plane.js";
import { context2d, sizeCanvas } from "../../charts/canvas.js";
import { createViewport } from "../../charts/viewport.js";

const REACH = 3.2; // standard deviations from the mean to the edge
const MARGIN = Object.freeze({ left: 46, right: 6, top: 6, bottom: 24 });

export class Closeup {
  #canvas;
  #side = 0; // CSS pixels; read once, since reading it during a drag would force a layout

  /** @param {import("../../i18n.js").Translator} t */
  constructor(t) {
    const label = t("latent.closeup");
    this.#canvas = element("canvas", { class: "latent-closeup-canvas", role: "img", "aria-label": label });
    const caption = element("figcaption", { class: "note" }, label);
    this.node = element("figure", { class: "latent-closeup", hidden: true }, caption, this.#canvas);
  }

  /** The page has another width. */
  resize() {
    this.#side = this.node.clientWidth;
    if (this.#side > 0) sizeCanvas(this.#canvas, this.#side, this.#side);
  }

  /**
   * @param {import("./map.js").Marks} marks
   * @param {import("../../charts/plane.js").Theme} theme
   */
  show({ z, posterior }, theme) {
    this.node.hidden = !posterior?.covariance;
    if (!posterior?.covariance) return;
    if (this.#side === 0) this.resize();
    const side = this.#side;
    if (side === 0) return;
    const { mean, covariance, sample } = posterior;
    const radius = REACH * Math.sqrt(Math.max(covariance.xx, covariance.yy));
    const fit = (/** @type {number} */ aspect) => {
      const height = radius / aspect;
      return { left: mean.x - radius, right: mean.x + radius, bottom: mean.y - height, top: mean.y + height };
    };
    const viewport = createViewport(side, side, fit, MARGIN);
    const context = context2d(this.#canvas);
    context.clearRect(0, 0, side, side);
    drawAxes(context, viewport, theme, { x: "", y: "" });
    const { plot } = viewport;
    context.save();
    context.beginPath();
    context.rect(plot.left, plot.top, plot.width, plot.height);
    context.clip();
    drawPosterior(context, viewport, theme, mean, covariance);
    drawStep(context, viewport, theme, mean, sample);
    drawLatent(context, viewport, theme, z, false);
    context.restore();
  }
}
