/** Which layers and arrows the plot shows: the graph and the caption say and change it. */

/** @typedef {import("./address.js").Layer} Layer */
/** @typedef {import("./address.js").ArrowKind} ArrowKind */

export class LayerChoice {
  /** @type {import("./address.js").Layers} */
  layers;
  /** @type {ArrowKind} */
  arrows;
  #plot;
  #graph;
  #caption;
  #onChange;

  /**
   * @param {import("./address.js").Looks} looks to start with
   * @param {object} options
   * @param {import("./plot.js").Plot} options.plot
   * @param {import("./graph.js").Graph} options.graph
   * @param {ReturnType<typeof import("./caption.js").createCaption>} options.caption
   * @param {() => void} options.onChange
   */
  constructor({ layers, arrows }, { plot, graph, caption, onChange }) {
    this.layers = layers;
    this.arrows = arrows;
    this.#plot = plot;
    this.#graph = graph;
    this.#caption = caption;
    this.#onChange = onChange;
    this.#show();
  }

  /** @param {Layer} layer */
  toggle(layer) {
    this.layers = { ...this.layers, [layer]: !this.layers[layer] };
    this.#show();
    this.#onChange();
  }

  /** @param {ArrowKind} arrows */
  chooseArrows(arrows) {
    this.arrows = arrows;
    this.#show();
    this.#onChange();
  }

  /**
   * The noise grid moves to where the generator takes it, and stays for as long as the generator is pointed at.
   * @param {boolean} on
   */
  morph(on) {
    this.#plot.setLayers({ ...this.layers, manifold: on || this.layers.manifold });
    if (on) this.#plot.playMorph();
    else this.#plot.morph(1);
  }

  #show() {
    this.#plot.setLayers(this.layers);
    this.#plot.setArrows(this.arrows);
    this.#graph.setLayers(this.layers);
    this.#caption.show(this.layers, this.arrows);
  }
}
