/** The visitor draws the data: the points are taken on the plot, the buttons are a row of their own. */

import { element } from "../../dom.js";
import { ontoGrid } from "./address.js";

/** @typedef {import("./plot/pen.js").Place} Place */

export class DataDrawing {
  /** @type {HTMLElement} */
  node;
  #plot;
  #use;
  /** @type {Place[]} */
  #points = [];

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {import("./plot.js").Plot} options.plot
   * @param {(points: Place[]) => void} options.onUse told the points when they shall be the data
   */
  constructor({ t, plot, onUse }) {
    this.#plot = plot;
    const button = (/** @type {string} */ words, /** @type {() => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: act } }, words);
    this.#use = button(t("lab.draw_use"), () => onUse(ontoGrid(this.#points)));
    const cancel = button(t("lab.draw_cancel"), () => this.stop());
    this.node = element("div", { class: "lab-row", hidden: true }, this.#use, cancel);
  }

  /** @param {Place[]} points to go on from */
  start(points) {
    this.#take(points);
    this.node.hidden = false;
    this.#plot.startDrawing(points, (drawn) => this.#take(drawn));
  }

  stop() {
    if (this.node.hidden) return;
    this.node.hidden = true;
    this.#plot.stopDrawing();
  }

  #take(/** @type {Place[]} */ points) {
    this.#points = points;
    this.#use.disabled = points.length === 0;
  }
}
