/**
 * A palette of at most 256 colours for some pictures: their own where they have no more, else by median cut (Heckbert
 * 1982).
 */

const MOST = 256;

/**
 * @typedef {object} Palette
 * @property {number[]} palette red, green, blue of each colour
 * @property {(colour: number) => number} find index of the palette's colour for a colour of the pictures, 0xrrggbb
 * @property {number} largest by how many levels a channel is off at most
 */

/**
 * @param {Uint8ClampedArray[]} pictures RGBA bytes each
 * @returns {Palette}
 */
export function choosePalette(pictures) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const rgba of pictures) {
    for (let i = 0; i < rgba.length; i += 4) {
      const colour = (rgba[i] << 16) | (rgba[i + 1] << 8) | rgba[i + 2];
      counts.set(colour, countOf(counts, colour) + 1);
    }
  }
  const colours = [...counts.keys()].sort((a, b) => a - b);
  const boxes = colours.length <= MOST ? colours.map((colour) => [colour]) : cut(colours, counts);
  const indices = new Map();
  let largest = 0;
  const palette = boxes.flatMap((box, index) => {
    const mean = [16, 8, 0].map((shift) => meanChannel(box, counts, shift));
    for (const colour of box) {
      indices.set(colour, index);
      [16, 8, 0].forEach((shift, i) => (largest = Math.max(largest, Math.abs(channel(colour, shift) - mean[i]))));
    }
    return mean;
  });
  return { palette, find: (colour) => indices.get(colour), largest };
}

/**
 * Split the box whose pixels spread most, at the median of its widest channel, until there are as many as a palette
 * has.
 */
function cut(/** @type {number[]} */ colours, /** @type {Map<number, number>} */ counts) {
  const boxes = [describe(colours, counts)];
  while (boxes.length < MOST) {
    const widest = boxes.reduce((best, box, index) => (box.spread > boxes[best].spread ? index : best), 0);
    const { box, shift } = boxes[widest];
    box.sort((a, b) => channel(a, shift) - channel(b, shift) || a - b);
    const half = box.reduce((sum, colour) => sum + countOf(counts, colour), 0) / 2;
    let below = 0;
    let place = 0;
    while (place < box.length - 1 && (place === 0 || below + countOf(counts, box[place]) <= half))
      below += countOf(counts, box[place++]);
    boxes.splice(widest, 1, describe(box.slice(0, place), counts), describe(box.slice(place), counts));
  }
  return boxes.map(({ box }) => box);
}

/** A box of colours, its channel of largest range, and that range weighted by the root of its pixels. */
function describe(/** @type {number[]} */ box, /** @type {Map<number, number>} */ counts) {
  const ranges = [16, 8, 0].map((shift) => {
    let [low, high, pixels] = [255, 0, 0];
    for (const colour of box) {
      low = Math.min(low, channel(colour, shift));
      high = Math.max(high, channel(colour, shift));
      pixels += countOf(counts, colour);
    }
    return { shift, spread: (high - low) * pixels ** 0.5 };
  });
  return { box, ...ranges.reduce((most, range) => (range.spread > most.spread ? range : most)) };
}

/** @param {number[]} box @param {Map<number, number>} counts @param {number} shift */
function meanChannel(box, counts, shift) {
  let [sum, pixels] = [0, 0];
  for (const colour of box) {
    sum += countOf(counts, colour) * channel(colour, shift);
    pixels += countOf(counts, colour);
  }
  return Math.round(sum / pixels);
}

function channel(/** @type {number} */ colour, /** @type {number} */ shift) {
  return (colour >> shift) & 0xff;
}

/** How many pixels have a colour. @param {Map<number, number>} counts @param {number} colour */
function countOf(counts, colour) {
  return counts.get(colour) ?? 0;
}
