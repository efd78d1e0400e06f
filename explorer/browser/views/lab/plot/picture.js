/** The picture itself: computes what is wanted of a moment and paints it, layer upon layer. */
import { sizeCanvas } from "../../../charts/canvas.js";
import { element } from "../../../dom.js";
import { ArrowScale } from "./arrow-scale.js";
import { heatScale } from "./colours.js";
import { sizeToFrame } from "./frame.js";
import { HeatImage } from "./heat.js";
import { drawArrows, drawDecision, drawHeat, drawManifold, drawPoints } from "./layers.js";
import { ARROWS, Scene } from "./scene.js";
import { drawSubstep } from "./substep.js";

/** @typedef {import("../address.js").Layer} Layer */
/** @typedef {import("./arrow-scale.js").ArrowLengths} ArrowLengths */
/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("./frame.js").Viewport} Viewport */
/** @typedef {import("../../../runtime/planar/initial.js").State} State */

/**
 * One moment, and what to show of it.
 * @typedef {object} Moment
 * @property {import("../../../runtime/planar/evaluate.js").Evaluator} evaluator
 * @property {State | null} state
 * @property {import("../../../runtime/planar/explain.js").Step | null} substep of slow motion
 * @property {Record<Layer, boolean>} layers
 * @property {import("./scene.js").ArrowKind} arrowKind
 * @property {number} fraction of the way from the noise to the manifold
 *
 * @typedef {{layers: Record<Layer, boolean>, arrows: ArrowLengths | null}} Drawn what was drawn, and how long its
 *   arrows are
 */

export class Picture {
  /** Of the run that is open. @type {Scene | null} */
  scene = null;
  /** Of the heat map. @type {Uint32Array} */
  scale;
  #canvas;
  #heatImage = new HeatImage();
  #arrowScale = new ArrowScale();
  /** @type {import("./layers.js").Surface} */
  #surface;
  /** The real points, which are the same at every moment of a run. @type {HTMLCanvasElement | null} */
  #realImage = null;
  /** What runs have in common that keep one scale of arrows. */
  #kin = "";

  /** @param {HTMLCanvasElement} canvas @param {Viewport} viewport @param {Theme} theme */
  constructor(canvas, viewport, theme) {
    this.#canvas = canvas;
    this.#surface = { context: sizeToFrame(canvas, viewport), viewport, theme };
    this.scale = heatScale(theme);
  }

  get context() {
    return this.#surface.context;
  }

  /** @param {Viewport} viewport */
  resize(viewport) {
    this.#realImage = null;
    this.#surface = { ...this.#surface, context: sizeToFrame(this.#canvas, viewport), viewport };
  }

  /** @param {Theme} theme */
  follow(theme) {
    this.#realImage = null;
    this.#surface = { ...this.#surface, theme };
    this.scale = heatScale(theme);
  }

  /** Prepare for a run. @param {import("../../../runtime/planar/settings.js").Settings} settings */
  open(settings) {
    this.#realImage = null;
    this.scene = new Scene(settings);
    // Runs that differ in how they are trained alone keep one scale, so that their arrows can be compared.
    const { data, noise, generator, discriminator, loss, seed } = settings;
    const kin = JSON.stringify({ data, noise, generator, discriminator, loss, seed });
    if (kin !== this.#kin) this.fitArrows();
    this.#kin = kin;
  }

  /** Choose the arrows' scale anew, from what is drawn next. */
  fitArrows() {
    this.#arrowScale.reset();
  }

  clear() {
    const { context, viewport } = this.#surface;
    context.clearRect(0, 0, viewport.width, viewport.height);
  }

  /**
   * @param {Scene} scene of the run that is open
   * @param {Moment} moment
   * @returns {Drawn}
   */
  draw(scene, moment) {
    const { context, viewport } = this.#surface;
    const layers = compute(scene, moment);
    this.clear();
    if (layers.heat) {
      this.#heatImage.paint(scene, this.scale);
      drawHeat(this.#surface, this.#heatImage.canvas);
    }
    if (layers.manifold) drawManifold(this.#surface, scene.grid, scene.vertices, scene.densities);
    if (layers.real) context.drawImage(this.#paintedReal(scene), 0, 0, viewport.width, viewport.height);
    if (layers.fake) drawPoints(this.#surface, scene.fake, "fake");
    if (layers.decision) drawDecision(this.#surface, scene.decision, scene.decisions);
    const arrows = moment.substep ? this.#drawSubstep(scene, moment) : this.#drawArrows(scene, layers);
    return { layers: { ...layers, arrows: moment.substep ? arrows !== null : layers.arrows }, arrows };
  }

  /** @param {Scene} scene @param {Record<Layer, boolean>} layers */
  #drawArrows(scene, layers) {
    if (!layers.arrows) return null;
    const arrows = this.#arrowScale.fit(scene.arrows, ARROWS);
    if (arrows.scale !== null) drawArrows(this.#surface, scene.fake, scene.arrows, arrows.scale, ARROWS);
    return arrows;
  }

  /**
   * @param {Scene} scene
   * @param {Moment} moment
   * @returns {ArrowLengths | null} null where the sub-step has no arrows
   */
  #drawSubstep(scene, { evaluator, state, substep }) {
    if (!state || !substep) return null;
    return drawSubstep(this.#surface, substep, { scene, evaluator, state, arrowScale: this.#arrowScale });
  }

  /** @param {Scene} scene */
  #paintedReal(scene) {
    if (this.#realImage) return this.#realImage;
    const { viewport } = this.#surface;
    this.#realImage = element("canvas");
    const context = sizeCanvas(this.#realImage, viewport.width, viewport.height);
    drawPoints({ ...this.#surface, context }, scene.real, "real");
    return this.#realImage;
  }
}

/**
 * Compute what the layers need.
 * @param {Scene} scene
 * @param {Moment} moment
 * @returns {Record<Layer, boolean>} what can be drawn
 */
function compute(scene, { evaluator, state, substep, layers, arrowKind, fraction }) {
  const nothing = { real: layers.real, fake: false, heat: false, manifold: false, arrows: false, decision: false };
  if (!state) return nothing;
  const wanted = { ...layers };
  if (fraction < 1) Object.assign(wanted, { fake: true, manifold: true, arrows: false });
  if (substep) Object.assign(wanted, { real: false, fake: false, manifold: false, arrows: false });
  const { heat, decision, arrows } = wanted;
  scene.update(evaluator, substep?.state ?? state, { heat, decision, arrows: arrows ? arrowKind : null, fraction });
  if (scene.broken === "generator") return nothing;
  return scene.broken ? { ...wanted, heat: false, decision: false, arrows: false } : wanted;
}
