/**
 * The panels below the map, in the order of their tabs. A panel's modules and style sheets are fetched when it is
 * opened for the first time.
 *
 * @typedef {object} Point what the view shows now; nothing in it is ever changed in place
 * @property {Float32Array} z (L)
 * @property {Float32Array | null} input (C·H·W) the encoded picture; null while it is on its way, and where there is
 *   none
 * @property {(import("./given.js").Posterior) | null} posterior of the input, with σ, ε and the sample μ + σ·ε
 * @property {number | null} image index of the input in the browse set
 * @property {string} words what the input is
 * @property {number} epsilon seed of the posterior's ε
 *
 * @typedef {object} Surroundings what a panel is made of
 * @property {import("../../runtime/model.js").Model} model its decoder and its map without pictures are loaded
 * @property {import("../../runtime/map.js").PlacedMap} map
 * @property {import("../../i18n.js").Translator} t
 * @property {import("../../parts/host.js").ViewHost} host the view's own
 * @property {import("../latent.js").LatentView} view `setLatent(z, event)`, `trace(path)`, `isBusy()`
 * @property {Record<string, string>} state the entries of the address; a panel's own begin with its id
 * @property {(changes: Record<string, string | null>) => void} tell writes such entries into the address, once things
 *   have settled
 *
 * @typedef {object} Opened
 * @property {HTMLElement} node
 * @property {(point: Point) => void} update whenever the point changed while the panel is open, at most every 50 ms
 * @property {() => void} [theme] the page's colours changed; charts follow by themselves
 * @property {() => void} [close] another panel is opened: stop whatever runs; `update` follows when this one is opened
 *   again
 * @property {() => void} destroy
 *
 * @typedef {object} Panel
 * @property {string} id also what its address entries and translation keys begin with
 * @property {string} title translation key
 * @property {string[]} styles style sheets beside latent.js
 * @property {(model: import("../../runtime/model.js").Model, host: import("../../parts/host.js").ViewHost) => boolean}
 *   needs whether the model has it
 * @property {() => Promise<{create: (surroundings: Surroundings) => Opened | Promise<Opened>}>} load
 */
import { mayHaveSiblings } from "../../runtime/siblings.js";

/** @type {readonly Panel[]} */
export const PANELS = Object.freeze([
  {
    id: "paths",
    title: "paths.title",
    styles: ["parts/player.css", "charts/chart.css", "parts/takeaway.css", "views/latent/paths/paths.css"],
    needs: (model) => !model.remote,
    load: () => import("./paths/panel.js"),
  },
  {
    id: "attributes",
    title: "attributes.title",
    styles: ["charts/chart.css", "parts/takeaway.css", "views/latent/attributes/attributes.css"],
    needs: (model) => !model.remote,
    load: () => import("./attributes/panel.js"),
  },
  {
    id: "inside",
    title: "inside.title",
    styles: ["views/latent/inside/inside.css"],
    needs: () => true,
    load: () => import("./inside/panel.js"),
  },
  {
    id: "elbo",
    title: "elbo.title",
    styles: ["charts/chart.css", "views/latent/elbo/elbo.css"],
    needs: (model) => model.capabilities.has("BoundsEvidence"),
    load: () => import("./elbo/panel.js"),
  },
  {
    id: "beta",
    title: "beta.title",
    styles: ["charts/chart.css", "views/latent/beta/beta.css"],
    needs: mayHaveSiblings,
    load: () => import("./beta/panel.js"),
  },
  {
    id: "takeaway",
    title: "takeaway.title",
    styles: ["parts/takeaway.css"],
    needs: () => true,
    load: () => import("./takeaway/panel.js"),
  },
]);
