/**
 * The lab's one picture: real and generated points, what the discriminator makes of the plane, where the generator takes
 * the noise, and the gradients between them, all in data units and all of one moment of a run.
 */
import { element } from "../../dom.js";
import { sizeCanvas } from "../../charts/canvas.js";
import { readTheme } from "./plot/colours.js";
import { createDrawing } from "./plot/drawing.js";
import { clipToPlane, createFrame, drawFrame } from "./plot/frame.js";
import { createLegend, fakeWords, formatNumber } from "./plot/legend.js";
import { SHOWN } from "./plot/model.js";
import { Overlay } from "./plot/overlay.js";
import { Picture } from "./plot/picture.js";
import { EXTENT } from "./plot/quantities.js";
import { shownOutput } from "../../runtime/planar/outputs.js";
import { watchSurroundings } from "./plot/surroundings.js";

const MORPH = 600; // milliseconds
const DESCRIPTION_DELAY = 300; // milliseconds without a new picture before screen readers are told of it
const LEAST_SIDE = 100; // CSS pixels; below, the plot is hidden or about to be

/** @typedef {import("./plot/picture.js").Layer} Layer */

/**
 * @typedef {object} Shown one moment of a run
 * @property {import("../../runtime/planar/settings.js").Settings} settings
 * @property {object} evaluator of the settings
 * @property {object | null} state null: nothing but the real points
 * @property {object | null} [explain] a sub-step of slow motion that starts from `state`; it takes the place of the shown points
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
    this.arrowKind = /** @type {import("./plot/picture.js").ArrowKind} */ ("generator_loss");
    this.fraction = 1;
    this.#build(parent);
    this.#readTheme();
    this.stopWatching = watchSurroundings(this.box, {
      onSize: () => this.#resize(),
      onTheme: () => this.#followTheme(),
    });
    this.#resize();
  }

  #build(parent) {
    const [under, canvas, over] = ["frame", "scene", "over"].map((name) =>
      element("canvas", { class: `lab-plot-canvas lab-plot-canvas-${name}` }),
    );
    over.setAttribute("role", "img");
    this.under = under;
    this.over = over;
    this.picture = new Picture(canvas);
    this.overlay = new Overlay(over, this.t, () => this.#look());
    this.message = element("p", { class: "lab-plot-message", hidden: true });
    this.box = element("div", { class: "lab-plot-box" }, under, canvas, over, this.message, this.overlay.tooltip.node);
    this.legend = createLegend({ t: this.t, onFitArrows: () => this.fitArrows() });
    const onPreview = (points, cursor) => this.overlay.drawStrokes(points, cursor);
    this.drawing = createDrawing({ t: this.t, canvas: over, viewport: () => this.viewport, onPreview });
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
  show({ settings, evaluator, state, explain = null }) {
    if (settings !== this.settings) {
      this.settings = settings;
      this.picture.open(settings);
      this.overlay.leave();
    }
    this.evaluator = evaluator;
    this.state = state;
    this.substep = explain;
    this.#draw();
  }

  /** @param {Partial<Record<Layer, boolean>>} changes */
  setLayers(changes) {
    Object.assign(this.layers, changes);
    this.#draw();
  }

  /** @param {import("./plot/picture.js").ArrowKind} kind what the arrows are */
  setArrows(kind) {
    if (kind === this.arrowKind) return;
    this.arrowKind = kind;
    this.fitArrows();
  }

  /** Choose the arrows' scale anew, from the present moment. */
  fitArrows() {
    this.picture.arrowScale.reset();
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

  /** From the noise to the manifold in 600 ms; where the visitor wants no motion, first the one, then the other. */
  playMorph() {
    cancelAnimationFrame(this.animation);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = Math.min(1, Math.max(0, (now - start) / MORPH));
      this.#morph(share < 1 && still ? 0 : share * share * (3 - 2 * share));
      if (share < 1) this.animation = requestAnimationFrame(step);
    };
    step(start);
  }

  /**
   * Let the visitor draw data, starting from the points of the present settings where these are drawn.
   * @param {(points: [number, number][]) => void} callback after each stroke, and after undo and clear: all points so far
   */
  startDrawing(callback) {
    this.overlay.leave();
    this.message.hidden = this.legend.node.hidden = true;
    this.box.classList.add("lab-plot-drawn-on");
    this.over.tabIndex = 0;
    this.over.setAttribute("role", "application");
    this.over.setAttribute("aria-label", this.t("lab.plot_draw_label"));
    this.drawing.start(this.settings?.points ?? [], callback);
    this.#draw();
  }

  stopDrawing() {
    this.drawing.stop();
    this.legend.node.hidden = false;
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

  #readTheme() {
    this.colours = readTheme(this.node);
    this.picture.theme(this.colours);
    this.overlay.colours = this.colours;
    this.legend.theme(this.picture.scale);
  }

  #followTheme() {
    this.#readTheme();
    if (this.viewport) drawFrame(this.frameContext, this.viewport, this.colours);
    this.#draw();
    this.drawing.refresh();
  }

  #resize() {
    const side = Math.round(this.box.clientWidth);
    if (side < LEAST_SIDE) return;
    this.viewport = createFrame(side);
    this.frameContext = sizeCanvas(this.under, side, side);
    drawFrame(this.frameContext, this.viewport, this.colours);
    this.picture.resize(this.viewport);
    const overContext = sizeCanvas(this.over, side, side);
    clipToPlane(overContext, this.viewport);
    this.overlay.resize(overContext, this.viewport);
    this.#draw();
    this.drawing.refresh();
  }

  #morph(/** @type {number} */ fraction) {
    this.fraction = fraction;
    this.#draw();
  }

  #draw() {
    const { picture, viewport, substep } = this;
    if (!viewport || !picture.scene) return;
    if (this.drawing.active) return picture.clear();
    const { evaluator, state, layers, arrowKind, fraction } = this;
    const drawn = picture.draw({ evaluator, state, substep, layers, arrowKind, fraction });
    this.#say();
    // A sub-step's arrows are those of the generator's update, whatever else the arrows show.
    const kind = substep ? "generator_loss" : arrowKind;
    this.legend.update(picture.scene, { ...drawn, arrowKind: kind, substep, unit: viewport.scale });
    this.overlay.refresh(this.colours);
    clearTimeout(this.describing);
    this.describing = setTimeout(() => this.#describe(), DESCRIPTION_DELAY);
  }

  /** Put in words why something is missing, or how far the noise has come. */
  #say() {
    const { fraction, t } = this;
    const { broken, grid } = this.picture.scene;
    const scale = grid.scale === 1 ? "" : ` (× ${grid.scale})`;
    let words = "";
    if (this.state && broken) words = t(`lab.plot_broken_${broken}`);
    else if (this.state && fraction < 1) words = `z${scale} → G(z): ${Math.round(100 * fraction)} %`;
    if (this.message.textContent !== words) this.message.textContent = words;
    this.message.hidden = words === "";
  }

  /** What there is to point at. @returns {import("./plot/overlay.js").View | null} */
  #look() {
    const { scene } = this.picture;
    if (!scene || this.drawing.active) return null;
    const { substep, evaluator, layers } = this;
    const known = Boolean(this.state) && scene.broken === null;
    const state = substep?.state ?? this.state;
    return {
      scene,
      visible: { real: layers.real && !substep, fake: layers.fake && known && this.fraction === 1 && !substep },
      output: known ? (point) => evaluator.discriminate(state, point)[0] : null,
    };
  }

  /** The picture in words, with its numbers, for those who do not see it. */
  #describe() {
    const { t, evaluator, state } = this;
    const { scene } = this.picture;
    if (!scene || this.drawing.active) return;
    const words = [t("lab.plot_label", { limit: EXTENT }), t("lab.plot_real", { count: SHOWN })];
    if (!this.message.hidden) words.push(this.message.textContent);
    else if (state) {
      words.push(fakeWords(scene, t));
      const mean = (/** @type {Float32Array} */ points) =>
        formatNumber(meanShown(scene.meaning, evaluator.discriminate(state, points)));
      words.push(t("lab.plot_means", { real: mean(scene.real), fake: mean(scene.fake) }));
    }
    this.over.setAttribute("aria-label", words.join(". "));
  }
}

/** Mean of what is shown of D's outputs. */
function meanShown(meaning, /** @type {Float32Array} */ outputs) {
  return outputs.reduce((sum, output) => sum + shownOutput(meaning, output), 0) / outputs.length;
}
