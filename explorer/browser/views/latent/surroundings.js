/** What surrounds a latent: its nearest images of the browse set, and how far it is from data and from the prior. */
import { element } from "../../dom.js";
import { chiSquaredTail } from "../../runtime/statistics.js";

const NEIGHBOURS = 6;

/**
 * Distance from each posterior mean to the nearest other one, one mean a step.
 * @param {import("../../runtime/map.js").LatentMap} map
 * @param {Float32Array} distances (N), filled
 * @returns {Generator<void>}
 */
export function* measureSpacing(map, distances) {
  const size = map.mean.length / map.count;
  for (let i = 0; i < map.count; i++) {
    const found = map.nearest(map.mean.subarray(i * size, (i + 1) * size), 2);
    distances[i] = found.find(({ index }) => index !== i).distance;
    yield;
  }
}

/**
 * Share of a list's entries that exceed a value.
 * @param {ArrayLike<number>} values
 * @param {number} value
 */
export function shareBeyond(values, value) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > value) count++;
  return count / values.length;
}

/**
 * @param {object} options
 * @param {import("../../runtime/map.js").LatentMap} options.map
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(index: number) => void} options.onPick
 */
export function createSurroundings({ map, t, onPick }) {
  const title = element("p", { class: "latent-near-title" });
  const slots = Array.from({ length: NEIGHBOURS }, () => createSlot(map, t, onPick));
  const prior = element("p", { class: "latent-prior-distance" });
  const data = element("p", { class: "latent-data-distance" });
  /** @type {Float32Array | null} distances between neighbours in the data, once measured */
  let spacing = null;
  const percent = (/** @type {number} */ share) => {
    if (share > 0 && share < 0.001) return "< 0.1 %";
    return share > 0.999 && share < 1 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`;
  };
  return {
    images: element(
      "div",
      { class: "latent-surroundings" },
      title,
      element("div", { class: "latent-near" }, ...slots.map(({ node }) => node)),
    ),
    /** The pictures have come. */
    repaint() {
      slots.forEach((slot) => slot.paint());
    },
    distances: element("div", { class: "latent-distances" }, prior, data),
    /** @param {Float32Array} distances */
    setSpacing(distances) {
      spacing = distances;
    },
    /**
     * @param {string} words what the images are near to
     * @param {ArrayLike<number>} z
     * @param {number} except an image that is not its own neighbour, or −1
     */
    show(words, z, except) {
      title.textContent = words;
      const found = map.nearest(z, NEIGHBOURS + 1).filter(({ index }) => index !== except);
      slots.forEach((slot, i) => slot.show(found[i]));
      let squared = 0;
      for (let i = 0; i < z.length; i++) squared += z[i] * z[i];
      prior.textContent = t("latent.from_prior", {
        distance: Math.sqrt(squared).toFixed(2),
        share: percent(chiSquaredTail(squared, z.length)),
      });
      const { distance } = found[0];
      data.textContent = spacing
        ? t("latent.from_data", {
            distance: distance.toFixed(3),
            share: percent(shareBeyond(spacing, distance)),
            count: map.count,
          })
        : t("latent.from_data_measuring", { distance: distance.toFixed(3) });
    },
  };
}

/** A neighbour: its image, a button, and its distance. */
function createSlot(map, t, onPick) {
  const { width, height } = map.tile(0);
  const canvas = element("canvas", { class: "picture", width, height });
  const distance = element("span", { class: "number" });
  const button = element("button", { class: "latent-neighbour", type: "button" }, canvas, distance);
  const context = canvas.getContext("2d");
  let shown = -1;
  button.addEventListener("click", () => shown >= 0 && onPick(shown));
  function paint() {
    if (!map.thumbnails || shown < 0) return;
    const { x, y } = map.tile(shown);
    context.drawImage(map.thumbnails, x, y, width, height, 0, 0, width, height);
  }
  return {
    node: button,
    paint,
    show(/** @type {{index: number, distance: number}} */ neighbour) {
      distance.textContent = neighbour.distance.toFixed(2);
      if (neighbour.index === shown) return;
      shown = neighbour.index;
      button.setAttribute("aria-label", t("latent.neighbour", { index: shown }));
      paint();
    },
  };
}
