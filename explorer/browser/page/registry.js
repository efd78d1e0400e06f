/**
 * The views that the page offers. A view is matched to models by capability; its module is fetched when it is opened.
 * @typedef {object} View
 * @property {string} id the query string's `view`; views for models of different kinds may share one
 * @property {string} title translation key
 * @property {(string | string[])[]} needs capabilities, by their names in `explorer/protocols.py`; of a list, one is
 *   enough
 * @property {string[]} styles style sheets, by their paths
 * @property {() => Promise<ViewModule>} load
 *
 * @typedef {object} Opened
 * @property {import("../runtime/model.js").Model | import("../runtime/running.js").RunningModel} model one that `needs`
 *   fit
 * @property {import("../i18n.js").Translator} t
 * @property {Record<string, string>} state the view's entries of the address
 *
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 * @typedef {import("../parts/host.js").Mounted} Mounted
 *
 * @typedef {{address?: {kept: string[]},
 *   mount(root: HTMLElement, options: Opened, host: ViewHost): Mounted | Promise<Mounted>}} ViewModule `address` is the
 *   view's codec, which says what survives a change of model
 */

/** @type {readonly View[]} */
export const VIEWS = Object.freeze([
  {
    id: "sample",
    title: "page.view_sample",
    needs: ["Decodes"],
    styles: ["parts/controls.css", "views/sample.css"],
    load: () => import("../views/sample.js"),
  },
  {
    id: "latent",
    title: "page.view_latent",
    needs: ["Decodes", "Encodes"],
    styles: ["charts/chart.css", "charts/legend.css", "views/latent.css"],
    load: () => import("../views/latent.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: ["Writes", "Unrolls"],
    styles: [
      "parts/controls.css",
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
    styles: ["parts/controls.css", "views/sample-text.css"],
    load: () => import("../views/sample-text.js"),
  },
  {
    id: "sample",
    title: "page.view_sample",
    needs: [["GeneratesSequences", "WritesNotes"]],
    styles: ["parts/controls.css", "parts/sequences.css", "charts/chart.css", "views/sequences.css"],
    load: () => import("../views/sequences.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: [["GeneratesSequences", "WritesNotes"], "Unrolls"],
    styles: ["parts/controls.css", "parts/sequences.css", "charts/chart.css", "views/sequences.css"],
    load: () => import("../views/sequences/gates.js"),
  },
  {
    id: "lab",
    title: "page.view_lab",
    needs: ["GeneratesPoints", "Discriminates"],
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
    styles: [
      "parts/controls.css",
      "parts/player.css",
      "parts/sequences.css",
      "charts/chart.css",
      "charts/legend.css",
      "views/training.css",
      "views/training/latents.css",
      "views/training/texts.css",
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
