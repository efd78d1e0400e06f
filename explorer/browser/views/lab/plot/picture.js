/** The picture itself: computes what is wanted of a moment and paints it, layer upon layer. */
import { sizeCanvas } from "../../../charts/canvas.js";
import { createArrowScale } from "./arrow-scale.js";
import { heatScale } from "./colours.js";
import { clipToPlane } from "./frame.js";
import { createHeatImage } from "./heat.js";
import { drawArrows, drawDecision, drawHeat, drawManifold, drawPoints } from "./layers.js";
import { ARROWS, createScene } from "./model.js";
import { drawSubstep } from "./substep.js";

/** @typedef {"real" | "fake" | "heat" | "manifold" | "arrows" | "decision"} Layer */
/** @typedef {"generator_loss" | "discriminator"} ArrowKind */

/**
 * One moment, and what to show of it.
 * @typedef {object} Moment
 * @property {object} evaluator
 * @property {object | null} state
 * @property {object | null} substep of slow motion
 * @property {Record<Layer, boolean>} layers
 * @property {ArrowKind} arrowKind
 * @property {number} fraction of the way from the noise to the manifold
 */

export class Picture {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.heatImage = createHeatImage();
    this.arrowScale = createArrowScale();
    /** @type {import("./model.js").Scene | null} */
    this.scene = null;
  }

  /** @param {import("./frame.js").Viewport} viewport */
  resize(viewport) {
    this.viewport = viewport;
    this.realImage = null;
    this.context = sizeCanvas(this.canvas, viewport.width, viewport.height);
    clipToPlane(this.context, viewport);
  }

  /** @param {import("./colours.js").Theme} colours */
  theme(colours) {
    this.colours = colours;
    this.realImage = null;
    this.scale = heatScale(colours);
  }

  /** Prepare for a run. @param {import("../../../runtime/planar/settings.js").Settings} settings */
  open(settings) {
    this.realImage = null;
    ({ scene: this.scene, update: this.update } = createScene(settings));
    // Runs that differ in how they are trained alone keep one scale, so that their arrows can be compared.
    const { data, noise, generator, discriminator, loss, seed } = settings;
    const kin = JSON.stringify({ data, noise, generator, discriminator, loss, seed });
    if (kin !== this.kin) this.arrowScale.reset();
    this.kin = kin;
  }

  clear() {
    this.context.clearRect(0, 0, this.viewport.width, this.viewport.height);
  }

  /**
   * @param {Moment} moment
   * @returns {{layers: Record<Layer, boolean>, arrows: {scale: number | null, longest: number} | null}} what was drawn, and
   *   how long its arrows are
   */
  draw(moment) {
    const { context, viewport, colours, scene } = this;
    const layers = this.#compute(moment);
    this.clear();
    if (layers.heat) {
      this.heatImage.paint(scene, this.scale);
      drawHeat(context, viewport, this.heatImage.canvas);
    }
    if (layers.manifold) drawManifold(context, viewport, colours, scene.grid, scene.vertices, scene.densities);
    if (layers.real) context.drawImage(this.#realImage(), 0, 0, viewport.width, viewport.height);
    if (layers.fake) drawPoints(context, viewport, colours, scene.fake, "fake");
    if (layers.decision) drawDecision(context, viewport, colours, scene.decision, scene.decisions);
    if (moment.substep) return this.#drawSubstep(moment, layers);
    const arrows = layers.arrows ? this.arrowScale.fit(scene.arrows, ARROWS) : null;
    if (arrows !== null && arrows.scale !== null)
      drawArrows(context, viewport, colours, scene.fake, scene.arrows, arrows.scale, ARROWS);
    return { layers, arrows };
  }

  /** Compute what the layers need. @param {Moment} moment @returns {Record<Layer, boolean>} what can be drawn */
  #compute({ evaluator, state, substep, layers, arrowKind, fraction }) {
    const nothing = { real: layers.real, fake: false, heat: false, manifold: false, arrows: false, decision: false };
    if (!state) return nothing;
    const wanted = { ...layers };
    if (fraction < 1) Object.assign(wanted, { fake: true, manifold: true, arrows: false });
    if (substep) Object.assign(wanted, { real: false, fake: false, manifold: false, arrows: false });
    const { heat, decision, arrows } = wanted;
    this.update(evaluator, substep?.state ?? state, { heat, decision, arrows: arrows ? arrowKind : null, fraction });
    if (this.scene.broken === "generator") return nothing;
    return this.scene.broken ? { ...wanted, heat: false, decision: false, arrows: false } : wanted;
  }

  #drawSubstep({ evaluator, state, substep }, layers) {
    const { context, viewport, colours, scene } = this;
    let arrows = null;
    const fitArrows = (/** @type {Float32Array} */ vectors, /** @type {number} */ count) =>
      (arrows = this.arrowScale.fit(vectors, count));
    drawSubstep(context, viewport, colours, substep, { scene, evaluator, state, fitArrows });
    return { layers: { ...layers, arrows: arrows !== null }, arrows };
  }

  /** The real points are the same at every moment of a run. */
  #realImage() {
    if (this.realImage) return this.realImage;
    const { viewport, colours, scene } = this;
    this.realImage = document.createElement("canvas");
    drawPoints(sizeCanvas(this.realImage, viewport.width, viewport.height), viewport, colours, scene.real, "real");
    return this.realImage;
  }
}
