/** What follows the pointer on the map, from the state of the view. */
import { storedPosterior } from "./given.js";

const NEIGHBOURS_LINKED = 5;

/**
 * @param {import("../latent.js").LatentView} view
 * @returns {import("./map.js").Marks}
 */
export function marksOf({ state, posterior, previewed, traced, hovered, plot: { layout }, map }) {
  return {
    z: layout.project(state.z),
    preview: previewed && layout.project(previewed),
    path: traced && { places: traced.latents.map((each) => layout.project(each)), at: traced.at },
    posterior: posterior && {
      mean: layout.project(posterior.mean),
      covariance: layout.covariance?.(posterior.deviation) ?? null,
      sample: layout.project(posterior.sample),
    },
    hovered: hovered < 0 ? null : { index: hovered, neighbours: linked(map, hovered) },
  };
}

/** Neighbours of an image in latent space. */
function linked(/** @type {import("../../runtime/map.js").PlacedMap} */ map, /** @type {number} */ index) {
  const { mean } = storedPosterior(map, index);
  return map
    .nearest(mean, NEIGHBOURS_LINKED + 1)
    .map((each) => each.index)
    .filter((each) => each !== index)
    .slice(0, NEIGHBOURS_LINKED);
}
