/** What the address says of the Training view. */

import { AddressCodec, oneOf, oneOfOrNone, real, whole } from "../../parts/address.js";
import { LARGEST_SEED } from "../../runtime/seed-space.js";
import { AXES } from "./latents.js";
import { FRAMES } from "./map-controls.js";
import { REACH } from "./weights.js";

/**
 * @typedef {object} Settings
 * @property {number | null} step of the clock; null is the end
 * @property {string} sheet that the followed tile is of
 * @property {number | null} pick the tile that is followed
 * @property {number | null} image that is followed on the map
 * @property {"pca" | "pair"} axes of the map
 * @property {"run" | "end"} frame of the map
 * @property {string | null} other name of the model beside this one
 * @property {number} zseed whose latent is the centre of the plane of stored weights
 * @property {number} zx place in that plane
 * @property {number} zy
 * @property {number} label class of what stored weights draw, where the model is conditional
 *
 * @typedef {object} Context
 * @property {readonly string[]} sheets of the run
 * @property {readonly string[]} others models that can stand beside this one
 * @property {number} classes
 */

const LARGEST = Number.MAX_SAFE_INTEGER;

/** @type {AddressCodec<Settings, Context>} */
export const address = new AddressCodec({
  step: whole({ high: LARGEST, fallback: null, keeps: true }),
  sheet: oneOf({ among: ({ sheets }) => sheets }),
  pick: whole({ high: LARGEST, fallback: null, keeps: true }),
  image: whole({ high: LARGEST, fallback: null }),
  axes: oneOf({ among: AXES }),
  frame: oneOf({ among: FRAMES }),
  other: oneOfOrNone({ among: ({ others }) => others }),
  zseed: whole({ high: LARGEST_SEED, fallback: 0 }),
  zx: real({ low: -REACH, high: REACH, fallback: 0 }),
  zy: real({ low: -REACH, high: REACH, fallback: 0 }),
  label: whole({ high: ({ classes }) => Math.max(0, classes - 1), fallback: 0 }),
});
