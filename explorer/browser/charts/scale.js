/**
 * Colours for numbers under text. Both scales keep to backgrounds on which the theme's ink has a contrast of at least
 * 4.5 : 1 (WCAG 2.2), so that text stays readable on every value; between their ends they run straight in Oklab
 * (Ottosson 2020), in which equal steps look equal. No DOM except reading the style sheet's variables.
 */

/** What runs from 0 to 1; every other quantity has a sign. */
const GATES = Object.freeze(["input", "forget", "output", "reset", "update"]);
/** What a tanh keeps between −1 and 1. Only an LSTM's cell state has no bound. */
const BOUNDED = Object.freeze(["candidate", "hidden"]);
const LEVELS = 255; // odd, so that zero has a level of its own on the diverging scale
const SMALLEST_RANGE = 1e-6; // a state that never leaves zero still has a scale

/**
 * @typedef {object} Scale
 * @property {number} low the value of the first colour; what lies below has this colour, too
 * @property {number} high
 * @property {readonly string[]} colours 255 of them, `rgb(…)`
 * @property {string} ink readable on each
 * @property {(value: number) => number} level which colour a value has, 0 … 254; −1 for what is not a number
 */

/** @param {string} quantity @returns {boolean} whether it runs from 0 to 1 */
export function isGate(quantity) {
  return GATES.includes(quantity);
}

/** @param {string} quantity @returns {boolean} whether its range is known without looking at its values */
export function isBounded(quantity) {
  return isGate(quantity) || BOUNDED.includes(quantity);
}

/**
 * The ends of a quantity's axis and scale: 0 … 1 for a gate, −1 … 1 for candidate and hidden state, and for a cell
 * state the smallest symmetric range that holds what was seen.
 * @param {string} quantity
 * @param {number} largest absolute value seen; counts for a cell state alone
 * @returns {{low: number, high: number}}
 */
export function rangeOf(quantity, largest) {
  if (isGate(quantity)) return { low: 0, high: 1 };
  const high = isBounded(quantity) ? 1 : Math.max(largest, SMALLEST_RANGE);
  return { low: -high, high };
}

/**
 * @param {string} quantity
 * @param {number} largest see `rangeOf`
 * @param {Palette} palette
 * @returns {Scale}
 */
export function createScale(quantity, largest, palette) {
  const { low, high } = rangeOf(quantity, largest);
  const level = (/** @type {number} */ value) => {
    if (Number.isNaN(value)) return -1;
    const share = (Math.min(Math.max(value, low), high) - low) / (high - low);
    return Math.round(share * (LEVELS - 1));
  };
  return { low, high, colours: isGate(quantity) ? palette.sequential : palette.diverging, ink: palette.ink, level };
}

/**
 * @typedef {object} Palette
 * @property {readonly string[]} sequential from the ground to the positive end
 * @property {readonly string[]} diverging from the negative end over the ground to the positive end
 * @property {string} ink
 */

/**
 * The theme's two scales.
 * @param {Element} node in the page's theme
 * @returns {Palette}
 */
export function readPalette(node) {
  const style = getComputedStyle(node);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return createPalette({
    ink: colour("--text"),
    ground: colour("--panel"),
    negative: colour("--heat-negative"),
    positive: colour("--heat-positive"),
  });
}

/**
 * @param {{ink: string, ground: string, negative: string, positive: string}} ends `#rrggbb`
 * @returns {Palette}
 */
export function createPalette({ ink, ground, negative, positive }) {
  const [zero, below, above] = [ground, negative, positive].map(toOklab);
  const between = (/** @type {number[]} */ from, /** @type {number[]} */ to, /** @type {number} */ share) =>
    oklabToCss(from.map((value, i) => value + share * (to[i] - value)));
  const share = (/** @type {number} */ level) => level / (LEVELS - 1);
  const signed = (/** @type {number} */ place) => between(zero, place < 0 ? below : above, Math.abs(place));
  return {
    ink,
    sequential: Object.freeze(Array.from({ length: LEVELS }, (_, level) => between(zero, above, share(level)))),
    diverging: Object.freeze(Array.from({ length: LEVELS }, (_, level) => signed(2 * share(level) - 1))),
  };
}

function toOklab(/** @type {string} */ colour) {
  const [r, g, b] = [1, 3, 5].map((start) => linear(Number.parseInt(colour.slice(start, start + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** @param {number[]} colour in Oklab; what sRGB lacks is clipped @returns {string} `rgb(…)` */
export function oklabToCss([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `rgb(${rgb.map((value) => Math.round(255 * encoded(Math.min(Math.max(value, 0), 1)))).join(" ")})`;
}

function linear(/** @type {number} */ value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encoded(/** @type {number} */ value) {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
