/**
 * The lab's one picture: real and generated points, what the discriminator makes of the plane, where the generator takes
 * the noise, and the gradients between them, all in data units and all of one moment of a run.
 */
import { element } from "../../dom.js";
import { sizeCanvas } from "../latent/viewport.js";
import { createArrowScale } from "./plot/arrow-scale.js";
import { heatScale, readTheme } from "./plot/colours.js";
import { createDrawing } from "./plot/drawing.js";
import { clipToPlane, createFrame, drawFrame } from "./plot/frame.js";
import { createHeatImage } from "./plot/heat.js";
import { drawArrows, drawDecision, drawHeat, drawManifold, drawPoints } from "./plot/layers.js";
import { createLegend, fakeWords, formatNumber } from "./plot/legend.js";
import { ARROWS, createScene, SHOWN } from "./plot/model.js";
import { Overlay } from "./plot/overlay.js";
import { EXTENT, shownOutput } from "./plot/quantities.js";
import { drawSubstep } from "./plot/substep.js";
import { watchSurroundings } from "./plot/surroundings.js";

const MEASURE = "explorer:lab";
const MORPH = 600; // milliseconds
const DESCRIPTION_DELAY = 300; // milliseconds without a new picture before screen readers are told of it

/** @typedef {"real" | "fake" | "heat" | "manifold" | "arrows" | "decision"} Layer */

/**
 * @typedef {object} Shown one moment of a run
 * @property {import("../../runtime/planar/settings.js").Settings} settings
 * @property {object} evaluator of the settings
 * @property {object} state
 * @property {object | null} [explain] a sub-step of slow motion that takes the place of the shown points
 * @property {number} [start] time stamp of the input event that asks for this picture; then the time until it is drawn is measured
 */

/**
 * @param {HTMLElement} parent
 * @param {{t: import("../../i18n.js").Translator}} options
 */
export function createPlot(parent, { t }) {
  return new Plot(parent, t);
}

class Plot {
  /** @param {HTMLElement} parent @param {import("../../i18n.js").Translator} t */
  constructor(parent, t) {
    this.t = t;
    /** @type {Record<Layer, boolean>} */
    this.layers = { real: true, fake: true, heat: true, manifold: true, arrows: true, decision: true };
    this.arrowKind = /** @type {"generator_loss" | "discriminator"} */ ("generator_loss");
    this.fraction = 1;
    this.arrowScale = createArrowScale();
    this.heatImage = createHeatImage();
    this.#build(parent);
    this.readTheme();
    this.stopWatching = watchSurroundings(this.box, { onSize: () => this.#resize(), onTheme: () => this.#follow() });
    this.#resize();
  }

  #build(parent) {
    const [under, scene, over] = ["frame", "scene", "over"].map((name) => element("canvas", { class: `lab-plot-canvas lab-plot-canvas-${name}` }));
    Object.assign(this, { under, canvas: scene, over });
    over.setAttribute("role", "img");
    this.overlay = new Overlay(over, this.t, () => this.#look());
    this.message = element("p", { class: "lab-plot-message", role: "status", hidden: true });
    this.box = element("div", { class: "lab-plot-box" }, under, scene, over, this.message, this.overlay.tooltip.node);
    this.legend = createLegend({ t: this.t, onFitArrows: () => this.fitArrows() });
    this.drawing = createDrawing({ t: this.t, canvas: over, viewport: () => this.viewport, onPreview: (points, cursor) => this.overlay.drawStrokes(points, cursor) });
    this.node = element("div", { class: "lab-plot" }, this.box, this.drawing.node, this.legend.node);
    parent.append(this.node);
  }

  destroy() {
    this.stopWatching();
    this.drawing.stop();
    cancelAnimationFrame(this.animation);
    clearTimeout(this.describing);
    this.overlay.listeners.clear();
    this.node.remove();
  }

  /** Show a moment, at once. @param {Shown} shown */
  show({ settings, evaluator, state, explain = null, start }) {
    if (settings !== this.settings) this.#open(settings);
    Object.assign(this, { evaluator, state, substep: explain });
    this.#draw();
    if (start !== undefined) performance.measure(MEASURE, { start });
  }

  /** Show a sub-step of slow motion in place of the shown points; null: back to them. @param {object | null} substep */
  highlight(substep) {
    this.substep = substep;
    this.#draw();
  }

  /** @param {Partial<Record<Layer, boolean>>} changes */
  setLayers(changes) {
    Object.assign(this.layers, changes);
    this.#draw();
  }

  /** @param {"generator_loss" | "discriminator"} kind what the arrows are */
  setArrows(kind) {
    this.arrowKind = kind;
    this.fitArrows();
  }

  /** Choose the arrows' scale anew, from the present moment. */
  fitArrows() {
    this.arrowScale.reset();
    this.#draw();
  }

  /**
   * Between the noise itself and what the generator makes of it; while between, manifold and generated points are shown
   * whatever the layers say.
   * @param {number} fraction 0: the noise, 1: the manifold, as usual
   */
  morph(fraction) {
    cancelAnimationFrame(this.animation);
    this.#morph(fraction);
  }

  /** From the noise to the manifold in 600 ms; without motion in between where the visitor wants none. @returns {Promise<void>} */
  playMorph() {
    cancelAnimationFrame(this.animation);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    return new Promise((resolve) => {
      const step = (/** @type {number} */ now) => {
        const share = Math.min(1, Math.max(0, (now - start) / MORPH));
        this.#morph(share < 1 && still ? 0 : share * share * (3 - 2 * share));
        if (share < 1) this.animation = requestAnimationFrame(step);
        else resolve();
      };
      step(start);
    });
  }

  /**
   * Let the visitor draw data, starting from the points of the present settings where these are drawn.
   * @param {(points: [number, number][]) => void} callback after each stroke, and after undo and clear: all points so far
   */
  startDrawing(callback) {
    this.overlay.leave();
    this.message.hidden = true;
    this.box.classList.add("lab-plot-drawn-on");
    this.over.tabIndex = 0;
    this.over.setAttribute("role", "application");
    this.over.setAttribute("aria-label", this.t("lab.plot_draw_label"));
    this.drawing.start(this.settings?.points ?? [], callback);
    this.#draw();
  }

  stopDrawing() {
    this.drawing.stop();
    this.box.classList.remove("lab-plot-drawn-on");
    this.over.removeAttribute("tabindex");
    this.over.setAttribute("role", "img");
    this.overlay.clear();
    this.#draw();
  }

  /**
   * Tell what is under the pointer.
   * @param {(hovered: import("./plot/hover.js").Hovered | null) => void} callback null: the pointer has left
   * @returns {() => void} stops telling
   */
  onHover(callback) {
    this.overlay.listeners.add(callback);
    return () => this.overlay.listeners.delete(callback);
  }

  /** Read the style sheet's colours again. */
  readTheme() {
    this.colours = readTheme(this.node);
    this.scale = heatScale(this.colours);
    this.legend.theme(this.scale);
    this.overlay.colours = this.colours;
  }

  #follow() {
    this.readTheme();
    if (this.viewport) drawFrame(this.frameContext, this.viewport, this.colours);
    this.#draw();
    this.drawing.refresh();
  }

  #open(settings) {
    this.settings = settings;
    ({ scene: this.scene, update: this.update } = createScene(settings));
    this.overlay.leave();
    // Runs that differ in how they are trained alone keep one scale, so that their arrows can be compared.
    const { data, noise, generator, discriminator, loss, seed } = settings;
    const kin = JSON.stringify({ data, noise, generator, discriminator, loss, seed });
    if (kin !== this.kin) this.arrowScale.reset();
    this.kin = kin;
  }

  #morph(fraction) {
    this.fraction = fraction;
    this.#draw();
  }

  #resize() {
    const side = Math.round(this.box.clientWidth);
    if (side < 100) return; // hidden
    this.viewport = createFrame(side);
    let overContext;
    [this.frameContext, this.context, overContext] = [this.under, this.canvas, this.over].map((canvas) => sizeCanvas(canvas, side, side));
    clipToPlane(this.context, this.viewport);
    clipToPlane(overContext, this.viewport);
    this.overlay.resize(overContext, this.viewport);
    drawFrame(this.frameContext, this.viewport, this.colours);
    this.#draw();
    this.drawing.refresh();
  }

  /** Compute and draw the present moment. */
  #draw() {
    if (!this.viewport || !this.scene) return;
    const { context, viewport, scene } = this;
    context.clearRect(0, 0, viewport.width, viewport.height);
    if (this.drawing.active) return;
    const layers = this.#compute();
    this.#say();
    if (layers.heat) {
      this.heatImage.paint(scene, this.scale);
      drawHeat(context, viewport, this.heatImage.canvas);
    }
    if (layers.manifold) drawManifold(context, viewport, this.colours, scene.grid, scene.vertices, scene.densities);
    const arrows = layers.arrows ? this.#fitArrows(scene.arrows, ARROWS) : null;
    if (this.substep) this.#drawSubstep();
    if (layers.real) drawPoints(context, viewport, this.colours, scene.real, "real");
    if (layers.fake) drawPoints(context, viewport, this.colours, scene.fake, "fake");
    if (layers.decision) drawDecision(context, viewport, this.colours, scene.decision, scene.decisions);
    if (arrows !== null && arrows.scale !== null) drawArrows(context, viewport, this.colours, scene.fake, scene.arrows, arrows.scale, ARROWS);
    const named = this.substep ? { ...layers, arrows: this.substepArrows !== null } : layers;
    this.legend.update(scene, { layers: named, arrowKind: this.arrowKind, arrows: arrows ?? this.substepArrows, unit: viewport.scale });
    this.overlay.refresh(this.colours);
    clearTimeout(this.describing);
    this.describing = setTimeout(() => this.#describe(), DESCRIPTION_DELAY);
  }

  /** Compute what the layers need. @returns {Record<Layer, boolean>} what can be drawn */
  #compute() {
    const { scene, substep, fraction } = this;
    const nothing = { real: this.layers.real, fake: false, heat: false, manifold: false, arrows: false, decision: false };
    this.substepArrows = null;
    if (!this.state) return nothing;
    const morphing = fraction < 1;
    const wanted = { ...this.layers, ...(morphing && { fake: true, manifold: true, arrows: false }) };
    if (substep) Object.assign(wanted, { real: false, fake: false, manifold: false, arrows: false });
    const state = substep?.state ?? this.state;
    const { heat, decision } = wanted;
    this.update(this.evaluator, state, { heat, decision, arrows: wanted.arrows ? this.arrowKind : null, fraction });
    if (scene.broken === "generator") return nothing;
    return scene.broken ? { ...wanted, heat: false, decision: false, arrows: false } : wanted;
  }

  #fitArrows(vectors, count) {
    return this.arrowScale.fit(vectors, count);
  }

  #drawSubstep() {
    const fitArrows = (/** @type {Float32Array} */ vectors, /** @type {number} */ count) => (this.substepArrows = this.#fitArrows(vectors, count));
    const { scene, evaluator, state } = this;
    drawSubstep(this.context, this.viewport, this.colours, this.substep, { scene, evaluator, state, fitArrows });
  }

  /** Put in words why something is missing, or how far the noise has come. */
  #say() {
    const { scene, fraction, t } = this;
    const scale = scene.grid.scale === 1 ? "" : ` (× ${scene.grid.scale})`;
    let words = "";
    if (this.state && scene.broken) words = t(`lab.plot_broken_${scene.broken}`);
    else if (this.state && fraction < 1) words = `z${scale} → G(z): ${Math.round(100 * fraction)} %`;
    if (this.message.textContent !== words) this.message.textContent = words;
    this.message.hidden = words === "";
  }

  /** What there is to point at. @returns {import("./plot/overlay.js").View | null} */
  #look() {
    if (!this.scene || this.drawing.active) return null;
    const { scene, substep, evaluator } = this;
    const known = Boolean(this.state) && scene.broken === null;
    const state = substep?.state ?? this.state;
    return {
      scene,
      visible: { real: this.layers.real && !substep, fake: this.layers.fake && known && this.fraction === 1 && !substep },
      output: known ? (point) => evaluator.discriminate(state, point)[0] : null,
    };
  }

  /** The picture in words, with its numbers, for those who do not see it. */
  #describe() {
    const { scene, t, evaluator, state } = this;
    if (!scene || this.drawing.active) return;
    const words = [t("lab.plot_label", { limit: EXTENT }), t("lab.plot_real", { count: SHOWN })];
    if (!this.message.hidden) words.push(this.message.textContent);
    else if (state) {
      words.push(fakeWords(scene, t));
      const mean = (/** @type {Float32Array} */ points) => formatNumber(meanShown(scene.meaning, evaluator.discriminate(state, points)));
      words.push(t("lab.plot_means", { real: mean(scene.real), fake: mean(scene.fake) }));
    }
    this.over.setAttribute("aria-label", words.join(". "));
  }
}

/** Mean of what is shown of D's outputs. */
function meanShown(meaning, /** @type {Float32Array} */ outputs) {
  return outputs.reduce((sum, output) => sum + shownOutput(meaning, output), 0) / outputs.length;
}
