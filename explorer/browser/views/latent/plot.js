/** The map with its controls, legend and notes: everything on it that does not follow the pointer. */
import { element } from "../../dom.js";
import { context2d } from "../../charts/canvas.js";
import { createMenu } from "../../charts/chart/menu.js";
import { createColouring } from "../../charts/colours.js";
import { Legend } from "../../charts/legend.js";
import { describeMap } from "../../charts/map.js";
import { readTheme } from "../../charts/plane.js";
import { attributeName } from "../../measures.js";
import { createLayout } from "../../runtime/layouts.js";
import { createControls } from "./controls.js";
import { IdleWorker } from "./idle.js";
import { drawManifold } from "./manifold.js";
import { LatentMapCanvas } from "./map.js";

export class Plot {
  #root;
  #model;
  #map;
  #t;
  #state;
  #background;
  #shown = element("p", { class: "note latent-shown" });
  #meaning = element("p", { class: "note" });
  #menu;

  /**
   * @param {object} options
   * @param {HTMLElement} options.root whose colours hold for the map
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../runtime/map.js").PlacedMap} options.map
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./address.js").State} options.state changed in place by the controls
   * @param {() => boolean} options.isBusy whether the background must wait
   * @param {() => void} options.onChange the controls changed the state; the plot is drawn already
   * @param {() => void} options.onResize the viewport is another one
   */
  constructor({ root, model, map, t, state, isBusy, onChange, onResize }) {
    this.#root = root;
    this.#model = model;
    this.#map = map;
    this.#t = t;
    this.#state = state;
    this.#background = new IdleWorker(isBusy);
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
    const { node, layers } = this.canvas;
    this.#menu = createMenu({ t, describe: () => this.#describe(), node, layers, hint: t("latent.map_hint") });
    this.controls.node.append(this.#menu.node);
    this.colours = readTheme(root);
    this.colouring = this.#colour();
    this.legend = new Legend({ t, onChange: () => this.#draw() });
    this.legend.show(this.colouring, false);
    this.notes = [element("p", { class: "note" }, t("latent.map_hint")), this.#shown, this.#meaning];
  }

  destroy() {
    this.canvas.destroy();
    this.#menu.destroy();
    this.#background.stop();
  }

  /** Take the colours that hold now, and draw. */
  theme() {
    this.colours = readTheme(this.#root);
    this.#recolour(true);
    this.#draw();
  }

  /** The browse set's pictures have come. */
  pictures() {
    if (this.#state.thumbnails) this.#draw();
  }

  #change(/** @type {import("./controls.js").Changed} */ changed) {
    if (changed === "layout") this.layout = createLayout(this.#state.layout, this.#map, this.#model.latentSize);
    if (changed === "colour") this.#recolour(false);
    this.#draw();
  }

  #recolour(/** @type {boolean} */ keep) {
    this.colouring = this.#colour();
    this.legend.show(this.colouring, keep);
  }

  #colour() {
    const attribute = this.#map.attributes.get(this.#state.colour);
    if (attribute === undefined) throw new Error(`the map has no attribute ${this.#state.colour}`);
    /** @type {HTMLElement | null} */
    const themed = this.#root.closest("[data-theme]");
    return createColouring(attribute, themed?.dataset.theme === "dark" ? "dark" : "light", this.#t.language);
  }

  #draw() {
    const { layout, colouring, legend } = this;
    const [t, { thumbnails, colour }] = [this.#t, this.#state];
    const chosen = (/** @type {number} */ i) => legend.chosen(i);
    this.canvas.show({ layout, colouring, thumbnails, chosen, axes: this.#axes() }, this.colours);
    this.#shown.textContent = t(thumbnails ? "latent.shown_thumbnails" : "latent.shown_dots", {
      shown: this.canvas.shown,
      count: this.#map.count,
      attribute: attributeName(colour, t),
    });
    this.#meaning.textContent = t(`latent.note_${layout.name}`);
    this.#drawBackground();
  }

  #axes() {
    if (this.layout.name === "raw") return { x: "z₁", y: "z₂" };
    const shares = this.#map.pca?.explainedVarianceRatio;
    if (this.layout.name === "umap" || shares === undefined) return null;
    const name = (/** @type {number} */ i) =>
      this.#t("latent.component", { number: i + 1, share: (100 * shares[i]).toFixed(1) });
    return { x: name(0), y: name(1) };
  }

  /** The same places for a table or a large figure. */
  #describe() {
    const t = this.#t;
    const umap = t("latent.layout_umap");
    return describeMap({
      title: t("latent.latent"),
      caption: t(`latent.note_${this.layout.name}`),
      axes: this.#axes() ?? { x: `${umap} 1`, y: `${umap} 2` },
      points: this.layout.points,
      labels: Array.from(this.#map.datasetIndex, String),
      attribute: { ...this.colouring, label: attributeName(this.#state.colour, t) },
      viewport: this.canvas.viewport,
    });
  }

  #drawBackground() {
    const { manifold, viewport } = this.canvas;
    const wanted = this.#state.manifold;
    this.#background.stop();
    manifold.hidden = !wanted;
    if (viewport === null) return;
    context2d(manifold).clearRect(0, 0, viewport.width, viewport.height);
    if (wanted && !this.#model.remote) this.#background.run(drawManifold(manifold, viewport, this.layout, this.#model));
  }
}
