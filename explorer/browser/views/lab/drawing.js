/** The visitor draws the data: the points are taken on the plot, the buttons are a row of their own. */

import { element } from "../../dom.js";
import { ontoGrid } from "./address.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {ReturnType<typeof import("./plot.js").createPlot>} options.plot
 * @param {(points: [number, number][]) => void} options.onUse told the points when they shall be the data
 * @returns {{node: HTMLElement, start(points: [number, number][]): void, stop(): void}}
 */
export function createDrawing({ t, plot, onUse }) {
  let drawn = [];
  const button = (words, act) => element("button", { class: "button", type: "button", on: { click: act } }, words);
  const use = button(t("lab.draw_use"), () => onUse(ontoGrid(drawn)));
  const node = element("div", { class: "lab-row", hidden: true }, use, button(t("lab.draw_cancel"), stop));

  function take(points) {
    drawn = points;
    use.disabled = !points.length;
  }

  function start(points) {
    take(points);
    node.hidden = false;
    plot.startDrawing(take);
  }

  function stop() {
    if (node.hidden) return;
    node.hidden = true;
    plot.stopDrawing();
  }

  return { node, start, stop };
}
