/** Which layers and arrows the plot shows: the graph and the caption say and change it, the address keeps it. */

import { layersFromState, layersToState } from "./address.js";

const ARROWS = Object.freeze(["generator_loss", "discriminator"]);

export class LayerChoice {
  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./plot.js").createPlot>} options.plot
   * @param {ReturnType<typeof import("./graph.js").createGraph>} options.graph
   * @param {ReturnType<typeof import("./caption.js").createCaption>} options.caption
   * @param {(state: Record<string, string | null>) => void} options.emit into the address
   */
  constructor({ plot, graph, caption, emit }) {
    this.plot = plot;
    this.graph = graph;
    this.caption = caption;
    this.emit = emit;
  }

  /** @param {Record<string, string>} state */
  start(state) {
    this.layers = layersFromState(state);
    this.arrows = ARROWS.includes(state.arrows) ? state.arrows : ARROWS[0];
    this.show();
  }

  toggle(layer) {
    this.layers[layer] = !this.layers[layer];
    this.show();
    this.emit({ layers: layersToState(this.layers) });
  }

  chooseArrows(arrows) {
    this.arrows = arrows;
    this.show();
    this.emit({ arrows: arrows === ARROWS[0] ? null : arrows });
  }

  show() {
    this.plot.setLayers(this.layers);
    this.plot.setArrows(this.arrows);
    this.graph.setLayers(this.layers);
    this.caption.show(this.layers, this.arrows);
  }

  /** The noise grid moves to where the generator takes it, and stays for as long as the generator is pointed at. */
  morph(on) {
    this.plot.setLayers({ ...this.layers, manifold: on || this.layers.manifold });
    if (on) this.plot.playMorph();
    else this.plot.morph(1);
  }
}
