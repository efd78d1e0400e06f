/** The map with its controls, legend and notes: everything on it that does not follow the pointer. */
import { element } from "../../dom.js";
import { createColouring } from "../../charts/colours.js";
import { attributeName, createControls } from "./controls.js";
import { createIdleWorker } from "./idle.js";
import { readTheme } from "../../charts/plane.js";
import { createLayout } from "../../runtime/layouts.js";
import { Legend } from "../../charts/legend.js";
import { drawManifold } from "./manifold.js";
import { LatentMapCanvas } from "./map.js";

export class Plot {
  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/map.js").LatentMap} options.map
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./state.js").State} options.state changed in place by the controls
   * @param {() => boolean} options.isBusy whether the background must wait
   * @param {() => void} options.onChange the controls changed the state; the plot is drawn already
   * @param {() => void} options.onResize the viewport is another one
   */
  constructor({ model, map, t, state, isBusy, onChange, onResize }) {
    this.model = model;
    this.map = map;
    this.t = t;
    this.state = state;
    this.background = createIdleWorker(isBusy);
    this.layout = createLayout(state.layout, map, model.latentSize);
    this.canvas = new LatentMapCanvas({
      map,
      label: t("latent.map_label"),
      onResize: () => {
        this.#drawBackground();
        onResize();
      },
    });
    this.controls = createControls({
      state,
      map,
      manifold: !model.remote,
      t,
      onChange: (changed) => {
        this.#change(changed);
        onChange();
      },
    });
    this.legend = new Legend({ t, onChange: () => this.#draw() });
    this.shown = element("p", { class: "note latent-shown" });
    this.meaning = element("p", { class: "note" });
    this.notes = [element("p", { class: "note" }, t("latent.map_hint")), this.shown, this.meaning];
  }

  destroy() {
    this.canvas.destroy();
    this.background.stop();
  }

  /** Take the colours that hold for an element, and draw. @param {HTMLElement} body */
  theme(body) {
    this.colours = readTheme(body);
    this.darkness = body.closest("[data-theme]")?.dataset.theme === "dark" ? "dark" : "light";
    this.#colour(true);
    this.#draw();
  }

  /** The browse set's pictures have come. */
  pictures() {
    if (this.state.thumbnails) this.#draw();
  }

  #change(/** @type {"layout" | "colour" | "thumbnails" | "manifold"} */ changed) {
    if (changed === "layout") this.layout = createLayout(this.state.layout, this.map, this.model.latentSize);
    if (changed === "colour") this.#colour(false);
    this.#draw();
  }

  #colour(/** @type {boolean} */ keep) {
    this.colouring = createColouring(this.map.attributes.get(this.state.colour), this.darkness, this.t.language);
    this.legend.show(this.colouring, keep);
  }

  #draw() {
    const { t, state, layout, map, colouring, legend } = this;
    const scene = { layout, colouring, thumbnails: state.thumbnails, chosen: (/** @type {number} */ i) => legend.chosen(i), axes: this.#axes() };
    this.canvas.show(scene, this.colours);
    const key = state.thumbnails ? "latent.shown_thumbnails" : "latent.shown_dots";
    this.shown.textContent = t(key, {
      shown: this.canvas.shown,
      count: map.count,
      attribute: attributeName(state.colour, t),
    });
    this.meaning.textContent = t(`latent.note_${layout.name}`);
    this.#drawBackground();
  }

  #axes() {
    if (this.layout.name === "umap") return null;
    if (this.layout.name === "raw") return { x: "z₁", y: "z₂" };
    const shares = this.map.pca.explainedVarianceRatio;
    const name = (/** @type {number} */ i) =>
      this.t("latent.component", { number: i + 1, share: (100 * shares[i]).toFixed(1) });
    return { x: name(0), y: name(1) };
  }

  #drawBackground() {
    const { manifold, viewport } = this.canvas;
    this.background.stop();
    manifold.hidden = !this.state.manifold;
    if (!viewport) return;
    manifold.getContext("2d").clearRect(0, 0, viewport.width, viewport.height);
    if (this.state.manifold && !this.model.remote)
      this.background.run(drawManifold(manifold, viewport, this.layout, this.model));
  }
}
