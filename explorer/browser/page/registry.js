/**
 * The views that the page offers. A view is matched to models by capability; its module is fetched when it is opened.
 * @typedef {object} View
 * @property {string} id the query string's `view`; views for models of different kinds may share one
 * @property {string} title translation key
 * @property {(string | string[])[]} needs capabilities, by their names in `explorer/protocols.py`; of a list, one is
 *   enough
 * @property {string[]} keeps state that means the same for every model, and so survives a change of model
 * @property {string[]} styles style sheets, by their paths
 * @property {() => Promise<{mount: Function}>} load
 */

/** @type {readonly View[]} */
export const VIEWS = Object.freeze([
  {
    id: "sample",
    title: "page.view_sample",
    needs: ["Decodes"],
    keeps: ["seed", "count", "scale", "pick", "compare"],
    styles: ["views/sample.css"],
    load: () => import("../views/sample.js"),
  },
  {
    id: "latent",
    title: "page.view_latent",
    needs: ["Decodes", "Encodes"],
    keeps: [],
    styles: ["charts/legend.css", "views/latent.css"],
    load: () => import("../views/latent.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: ["Writes", "Unrolls"],
    keeps: ["text", "example", "t", "section", "seed", "temperature", "topk", "topp"],
    styles: [
      "parts/player.css",
      "charts/chart.css",
      "views/gates.css",
      "views/gates/across.css",
      "views/gates/find.css",
      "views/gates/intervene.css",
      "views/gates/memory.css",
      "views/gates/states-map.css",
    ],
    load: () => import("../views/gates.js"),
  },
  {
    id: "sample",
    title: "page.view_sample",
    needs: ["Writes"],
    keeps: ["prompt", "count", "columns", "seed", "temperature", "topk", "topp"],
    styles: ["views/gates.css", "views/sample-text.css"],
    load: () => import("../views/sample-text.js"),
  },
  {
    id: "sample",
    title: "page.view_sample",
    needs: [["GeneratesSequences", "WritesNotes"]],
    keeps: ["seed", "noise", "temperature", "pick"],
    styles: ["parts/player.css", "charts/chart.css", "views/training.css", "views/sample.css", "views/sequences.css"],
    load: () => import("../views/sequences.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: [["GeneratesSequences", "WritesNotes"], "Unrolls"],
    keeps: ["seed", "noise", "temperature", "pick"],
    styles: ["parts/player.css", "charts/chart.css", "views/sample.css", "views/sequences.css"],
    load: () => import("../views/sequences/gates.js"),
  },
  {
    id: "lab",
    title: "page.view_lab",
    needs: ["GeneratesPoints", "Discriminates"],
    keeps: ["layers", "arrows"],
    styles: ["parts/player.css", "charts/chart.css", "views/lab.css", "views/lab/plot.css"],
    load: () => import("../views/lab.js"),
  },
  {
    id: "training",
    title: "page.view_training",
    needs: [
      ["Timeline", "Follows"],
      ["Decodes", "Writes", "GeneratesSequences", "WritesNotes", "Follows"],
    ],
    keeps: ["step", "pick"],
    styles: [
      "parts/player.css",
      "charts/chart.css",
      "charts/legend.css",
      "views/training.css",
      "views/training/latents.css",
      "views/training/texts.css",
      "views/sequences.css",
    ],
    load: () => import("../views/training.js"),
  },
]);

/**
 * The views that a model can be seen in.
 * @param {Iterable<string>} capabilities
 * @returns {View[]}
 */
export function viewsFor(capabilities) {
  const offered = new Set(capabilities);
  return VIEWS.filter((view) => view.needs.every((need) => [need].flat().some((each) => offered.has(each))));
}
