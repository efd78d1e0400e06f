/**
 * The lab's one picture: real and generated points, what the discriminator makes of the plane, where the generator
 * takes the noise, and the gradients between them, all in data units and all of one moment of a run.
 */
import { sizeCanvas } from "../../charts/canvas.js";
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { shownOutput } from "../../runtime/planar/outputs.js";
import { readTheme } from "./plot/colours.js";
import { DrawingBar } from "./plot/drawing-bar.js";
import { createFrame, drawFrame } from "./plot/frame.js";
import { createLegend, fakeWords, formatNumber } from "./plot/legend.js";
import { Overlay } from "./plot/overlay.js";
import { Picture } from "./plot/picture.js";
import { EXTENT } from "./plot/quantities.js";
import { SHOWN } from "./plot/scene.js";
import { watchSurroundings } from "./plot/surroundings.js";

const MORPH = 600; // milliseconds
const DESCRIPTION_DELAY = 300; // milliseconds without a new picture before screen readers are told of it
const LEAST_SIDE = 100; // CSS pixels; below, the plot is hidden or about to be

/** @typedef {import("./address.js").Layer} Layer */
/** @typedef {import("./plot/pen.js").Place} Place */
/** @typedef {import("./plot/scene.js").ArrowKind} ArrowKind */
/** @typedef {import("./plot/scene.js").Scene} Scene */
/** @typedef {import("../../runtime/planar/explain.js").Step} SubStep */

/**
 * One moment of a run.
 * @typedef {object} Shown
 * @property {import("../../runtime/planar/settings.js").Settings} settings
 * @property {import("../../runtime/planar/evaluate.js").Evaluator} evaluator of the settings
 * @property {import("../../runtime/planar/initial.js").State | null} state null: nothing but the real points
 * @property {SubStep | null} [explain] a sub-step of slow motion that starts from `state`; it takes the place of the
 *   shown points
 */

export class Plot {
  /** @type {Record<Layer, boolean>} */
  layers = { real: true, fake: true, heat: true, manifold: true, arrows: true, decision: true };
  viewport = createFrame(LEAST_SIDE);
  /** @type {Picture} */
  picture;
  /** @type {Overlay} */
  overlay;
  /** @type {HTMLElement} */
  node;
  #t;
  /** @type {Shown | null} */
  #shown = null;
  /** @type {ArrowKind} */
  #arrowKind = "generator_loss";
  #fraction = 1;
  #animation = 0;
  #describing = 0;
  #stopWatching;
  /** @type {import("./plot/colours.js").Theme} */
  #theme;
  #under = canvas("frame");
  #over = canvas("over");
  #message = element("p", { class: "lab-plot-message", hidden: true });
  #box;
  #legend;
  #drawing;

  /** @param {HTMLElement} parent @param {{t: import("../../i18n.js").Translator}} options */
  constructor(parent, { t }) {
    this.#t = t;
    this.#over.setAttribute("role", "img");
    const scene = canvas("scene");
    this.#box = element("div", { class: "lab-plot-box" }, this.#under, scene, this.#over, this.#message);
    this.#legend = createLegend({ t, onFitArrows: () => this.fitArrows() });
    this.#drawing = new DrawingBar({
      t,
      canvas: this.#over,
      viewport: () => this.viewport,
      onPreview: (points, cursor) => this.overlay.drawStrokes(points, cursor),
    });
    this.node = element("div", { class: "lab-plot" }, this.#box, this.#drawing.node, this.#legend.node);
    parent.append(this.node);
    this.#theme = readTheme(this.node);
    this.picture = new Picture(scene, this.viewport, this.#theme);
    this.overlay = new Overlay(this.#over, {
      t,
      look: () => this.#look(),
      viewport: this.viewport,
      theme: this.#theme,
    });
    this.#box.append(this.overlay.tooltip.node);
    this.#legend.theme(this.picture.scale);
    this.#stopWatching = watchSurroundings(this.#box, {
      onSize: () => this.#resize(),
      onTheme: () => this.#followTheme(),
    });
    this.#resize();
  }

  destroy() {
    this.#stopWatching();
    this.#drawing.stop();
    cancelAnimationFrame(this.#animation);
    clearTimeout(this.#describing);
    this.node.remove();
  }

  /** Show a moment, at once. @param {Shown} shown */
  show(shown) {
    if (shown.settings !== this.#shown?.settings) {
      this.picture.open(shown.settings);
      this.overlay.leave();
    }
    this.#shown = shown;
    this.#draw();
  }

  /** @param {Partial<Record<Layer, boolean>>} changes */
  setLayers(changes) {
    Object.assign(this.layers, changes);
    this.#draw();
  }

  /** @param {ArrowKind} kind what the arrows are */
  setArrows(kind) {
    if (kind === this.#arrowKind) return;
    this.#arrowKind = kind;
    this.fitArrows();
  }

  /** Choose the arrows' scale anew, from the present moment. */
  fitArrows() {
    this.picture.fitArrows();
    this.#draw();
  }

  /**
   * Between the noise itself and what the generator makes of it; while between, manifold and generated points are shown
   * whatever the layers say.
   * @param {number} fraction 0: the noise, 1: the manifold, as usual
   */
  morph(fraction) {
    cancelAnimationFrame(this.#animation);
    this.#morph(fraction);
  }

  /** From the noise to the manifold in 600 ms; where the visitor wants no motion, first the one, then the other. */
  playMorph() {
    cancelAnimationFrame(this.#animation);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const step = (/** @type {number} */ now) => {
      const share = Math.min(1, Math.max(0, (now - start) / MORPH));
      this.#morph(share < 1 && still ? 0 : share * share * (3 - 2 * share));
      if (share < 1) this.#animation = requestAnimationFrame(step);
    };
    step(start);
  }

  /**
   * Let the visitor draw data.
   * @param {Place[]} points to start from
   * @param {(points: Place[]) => void} onDraw told all points after each stroke, undo and clear
   */
  startDrawing(points, onDraw) {
    this.overlay.leave();
    this.#message.hidden = this.#legend.node.hidden = true;
    this.#box.classList.add("lab-plot-drawn-on");
    this.#over.tabIndex = 0;
    this.#over.setAttribute("role", "application");
    this.#over.setAttribute("aria-label", this.#t("lab.plot_draw_label"));
    this.#drawing.start(points, onDraw);
    this.#draw();
  }

  stopDrawing() {
    this.#drawing.stop();
    this.#legend.node.hidden = false;
    this.#box.classList.remove("lab-plot-drawn-on");
    this.#over.removeAttribute("tabindex");
    this.#over.setAttribute("role", "img");
    this.overlay.clear();
    this.#draw();
  }

  #followTheme() {
    this.#theme = readTheme(this.node);
    this.picture.follow(this.#theme);
    this.overlay.follow(this.#theme);
    this.#legend.theme(this.picture.scale);
    this.#redraw();
  }

  #resize() {
    const side = Math.round(this.#box.clientWidth);
    if (side < LEAST_SIDE) return;
    this.viewport = createFrame(side);
    this.picture.resize(this.viewport);
    this.overlay.resize(this.viewport);
    this.#redraw();
  }

  /** Everything anew, the frame too. */
  #redraw() {
    const { width, height } = this.viewport;
    drawFrame(sizeCanvas(this.#under, width, height), this.viewport, this.#theme);
    this.#draw();
    this.#drawing.refresh();
  }

  #morph(/** @type {number} */ fraction) {
    this.#fraction = fraction;
    this.#draw();
  }

  #draw() {
    const { scene } = this.picture;
    if (!this.#shown || !scene) return;
    if (this.#drawing.active) return this.picture.clear();
    const { evaluator, state, explain: substep = null } = this.#shown;
    const moment = { evaluator, state, substep, layers: this.layers, fraction: this.#fraction };
    const drawn = this.picture.draw(scene, { ...moment, arrowKind: this.#arrowKind });
    this.#say(scene, state !== null);
    // A sub-step's arrows are those of the generator's update, whatever else the arrows show.
    const arrowKind = substep ? "generator_loss" : this.#arrowKind;
    this.#legend.update(scene, { ...drawn, arrowKind, substep, unit: this.viewport.scale });
    this.overlay.refresh();
    clearTimeout(this.#describing);
    this.#describing = setTimeout(() => this.#describe(), DESCRIPTION_DELAY);
  }

  /**
   * Put in words why something is missing, or how far the noise has come.
   * @param {Scene} scene
   * @param {boolean} known
   */
  #say({ broken, grid }, known) {
    const fraction = this.#fraction;
    const scale = grid.scale === 1 ? "" : ` (× ${grid.scale})`;
    let words = "";
    if (known && broken) words = this.#t(`lab.plot_broken_${broken}`);
    else if (known && fraction < 1)
      words = `z${scale} → G(z): ${this.#t("words.percent", { value: Math.round(100 * fraction) })}`;
    if (this.#message.textContent !== words) this.#message.textContent = words;
    this.#message.hidden = words === "";
  }

  /** What there is to point at. @returns {import("./plot/overlay.js").View | null} */
  #look() {
    const { scene } = this.picture;
    if (!this.#shown || !scene || this.#drawing.active) return null;
    const { evaluator, state, explain: substep = null } = this.#shown;
    const looked = substep?.state ?? state;
    const known = looked !== null && scene.broken === null;
    const { real, fake } = this.layers;
    return {
      scene,
      visible: substep ? { real: false, fake: false } : { real, fake: fake && known && this.#fraction === 1 },
      output: known ? (point) => evaluator.discriminate(looked, point)[0] : null,
    };
  }

  /** The picture in words, with its numbers, for those who do not see it. */
  #describe() {
    const { scene } = this.picture;
    if (!this.#shown || !scene || this.#drawing.active) return;
    const { evaluator, state } = this.#shown;
    const t = this.#t;
    const words = [t("lab.plot_label", { limit: EXTENT }), t("lab.plot_real", { count: SHOWN })];
    if (!this.#message.hidden) words.push(this.#message.textContent);
    else if (state) {
      words.push(fakeWords(scene, t));
      const mean = (/** @type {Float32Array} */ points) =>
        formatNumber(meanShown(scene.meaning, evaluator.discriminate(state, points)));
      words.push(t("lab.plot_means", { real: mean(scene.real), fake: mean(scene.fake) }));
    }
    this.#over.setAttribute("aria-label", joined("parts", words, t));
  }
}

/** @param {"frame" | "scene" | "over"} name one of the canvases that lie upon each other */
function canvas(name) {
  return element("canvas", { class: `lab-plot-canvas lab-plot-canvas-${name}` });
}

/**
 * Mean of what is shown of D's outputs.
 * @param {import("../../runtime/planar/outputs.js").OutputMeaning} meaning
 * @param {Float32Array} outputs
 */
function meanShown(meaning, outputs) {
  return outputs.reduce((sum, output) => sum + shownOutput(meaning, output), 0) / outputs.length;
}
