/** What a link says about the Training view. */

import { AXES } from "./latents.js";
import { FRAMES } from "./map-controls.js";

/**
 * @typedef {object} Settings
 * @property {number | null} step of the clock; null is the end
 * @property {number | null} pick the tile that is followed
 * @property {string} sheet that the tile is of
 * @property {number | null} image that is followed on the map
 * @property {string} axes of the map
 * @property {string} frame of the map
 * @property {string | null} other name of the model beside this one
 */

const isWhole = (/** @type {string} */ text) => /^\d{1,15}$/.test(text);

/**
 * @param {Record<string, string>} state entries of the query string
 * @param {readonly string[]} sheets that the run has
 * @param {readonly string[]} others models that can stand beside this one
 * @returns {{settings: Settings, refused: {name: string, value: string, expected: string}[]}}
 */
export function readSettings(state, sheets, others) {
  const settings = {
    step: null,
    pick: null,
    sheet: sheets[0],
    image: null,
    axes: AXES[0],
    frame: FRAMES[0],
    other: null,
  };
  const refused = [];
  const take = (/** @type {string} */ name, fits, convert, /** @type {string} */ expected) => {
    if (state[name] === undefined) return;
    if (fits(state[name])) settings[name] = convert(state[name]);
    else refused.push({ name, value: state[name], expected });
  };
  take("step", isWhole, Number, "0, 1, 2, …");
  take("pick", isWhole, Number, "0, 1, 2, …");
  take("sheet", (text) => sheets.includes(text), String, sheets.join(", "));
  take("image", isWhole, Number, "0, 1, 2, …");
  take("axes", (text) => AXES.includes(text), String, AXES.join(", "));
  take("frame", (text) => FRAMES.includes(text), String, FRAMES.join(", "));
  take("other", (text) => others.includes(text), String, others.join(", "));
  return { settings, refused };
}
