/** The plot's colours: the style sheet's, and the heat map's scale made of them. */

/**
 * @typedef {"text" | "soft" | "strong" | "page" | "panel" | "real" | "fake" | "discriminator" | "generator" |
 *   "gradient" } ColourName
 * @typedef {Record<ColourName, string>} Theme `#rrggbb` each
 */

/** The style sheet's variables. @type {Readonly<Record<ColourName, string>>} */
const NAMES = Object.freeze({
  text: "text",
  soft: "text-soft",
  strong: "line-strong",
  page: "page",
  panel: "panel",
  real: "real",
  fake: "fake",
  discriminator: "discriminator",
  generator: "generator",
  gradient: "gradient",
});
const HEAT_STRENGTH = 0.5; // of the full colours at the scale's ends: points of the same colours stay visible on it
const LEVELS = 255; // odd, so that the middle is a level of its own

/** The style sheet's colours as they are for an element. @param {Element} node @returns {Theme} */
export function readTheme(node) {
  const style = getComputedStyle(node);
  const theme = { ...NAMES };
  for (const name of /** @type {ColourName[]} */ (Object.keys(NAMES))) {
    theme[name] = style.getPropertyValue(`--${NAMES[name]}`).trim();
  }
  return theme;
}

/**
 * The heat map's diverging scale, from generated over the page's ground to real.
 * @param {Theme} theme
 * @returns {Uint32Array} 255 colours as `ImageData` holds them, R G B A bytes
 */
export function heatScale({ page, real, fake }) {
  const ground = channels(page);
  const bytes = new Uint8ClampedArray(4 * LEVELS);
  for (let level = 0; level < LEVELS; level++) {
    const position = (2 * level) / (LEVELS - 1) - 1;
    const end = channels(position < 0 ? fake : real);
    const share = HEAT_STRENGTH * Math.abs(position);
    for (let i = 0; i < 3; i++) bytes[4 * level + i] = ground[i] + share * (end[i] - ground[i]);
    bytes[4 * level + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}

/** A colour of the scale in CSS's words. @param {Uint32Array} scale @param {number} level */
export function cssColour(scale, level) {
  return `rgb(${[...new Uint8Array(scale.buffer, 4 * level, 3)].join(" ")})`;
}

/** @param {string} colour `#rrggbb` @returns {number[]} */
function channels(colour) {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
