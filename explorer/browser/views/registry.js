/**
 * The views that the page offers. A view is matched to models by capability; its module is fetched when it is opened.
 * @typedef {object} View
 * @property {string} id the query string's `view`; views for models of different kinds may share one
 * @property {string} title translation key
 * @property {(string | string[])[]} needs capabilities, by their names in `explorer/protocols.py`; of a list, one is enough
 * @property {string[]} keeps state that means the same for every model, and so survives a change of model
 * @property {string[]} styles style sheets beside this module
 * @property {() => Promise<{mount: Function}>} load
 */

/** @type {readonly View[]} */
export const VIEWS = Object.freeze([
  {
    id: "sample",
    title: "page.view_sample",
    needs: ["Decodes"],
    keeps: ["seed", "count", "scale", "pick", "compare"],
    styles: ["sample.css"],
    load: () => import("./sample.js"),
  },
  {
    id: "latent",
    title: "page.view_latent",
    needs: ["Decodes", "Encodes"],
    keeps: [],
    styles: ["latent.css"],
    load: () => import("./latent.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: ["Writes", "Unrolls"],
    keeps: ["text", "example", "t", "section", "seed", "temperature", "topk", "topp"],
    styles: ["player.css", "curves.css", "gates.css", "gates/across.css", "gates/find.css", "gates/intervene.css", "gates/memory.css", "gates/states-map.css"],
    load: () => import("./gates.js"),
  },
  {
    id: "sample",
    title: "page.view_sample",
    needs: ["Writes"],
    keeps: ["prompt", "count", "columns", "seed", "temperature", "topk", "topp"],
    styles: ["gates.css", "sample-text.css"],
    load: () => import("./sample-text.js"),
  },
  {
    id: "sample",
    title: "page.view_sample",
    needs: [["GeneratesSequences", "WritesNotes"]],
    keeps: ["seed", "noise", "temperature", "pick"],
    styles: ["player.css", "curves.css", "training.css", "sample.css", "sequences.css"],
    load: () => import("./sequences.js"),
  },
  {
    id: "gates",
    title: "page.view_gates",
    needs: [["GeneratesSequences", "WritesNotes"], "Unrolls"],
    keeps: ["seed", "noise", "temperature", "pick"],
    styles: ["player.css", "curves.css", "sample.css", "sequences.css"],
    load: () => import("./sequence-gates.js"),
  },
  {
    id: "lab",
    title: "page.view_lab",
    needs: ["GeneratesPoints", "Discriminates"],
    keeps: ["layers", "arrows"],
    styles: ["player.css", "curves.css", "lab.css", "lab/plot.css"],
    load: () => import("./lab.js"),
  },
  {
    id: "training",
    title: "page.view_training",
    needs: [
      ["Timeline", "Follows"],
      ["Decodes", "Writes", "GeneratesSequences", "WritesNotes", "Follows"],
    ],
    keeps: ["step", "pick"],
    styles: ["player.css", "curves.css", "latent.css", "training.css", "training/latents.css", "training/texts.css", "sequences.css"],
    load: () => import("./training.js"),
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
