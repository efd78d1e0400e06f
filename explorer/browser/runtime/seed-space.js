/** Seed space: whole seeds on a lattice, 1 apart along x and 100 apart along y; between them their latents blend. */

const ROW = 100;

/** The largest seed that the page offers; it leaves room for a sheet and for the neighbours that blend. */
export const LARGEST_SEED = 9_007_199_254_740_000;

const GRAIN = 1e4; // positions are kept to 1/GRAIN of a seed: finer than any pointer, short in a link

/** @typedef {{x: number, y: number}} Position */

/** @param {Position} position @returns {boolean} whether all four seeds around it exist */
function exists({ x, y }) {
  const seed = Math.floor(x) + ROW * Math.floor(y);
  return seed >= 0 && seed <= LARGEST_SEED;
}

/**
 * Move, sliding along the border of the space where the whole step would leave it.
 * @param {Position} from
 * @param {number} dx
 * @param {number} dy
 * @returns {Position}
 */
export function move(from, dx, dy) {
  const x = round(from.x + dx);
  const y = round(from.y + dy);
  return (
    [
      { x, y },
      { x, y: from.y },
      { x: from.x, y },
    ].find(exists) ?? { x: from.x, y: from.y }
  );
}

function round(/** @type {number} */ value) {
  return Math.round(value * GRAIN) / GRAIN;
}

/** The nearest whole seed's position. @param {Position} position @returns {Position} */
export function snap(position) {
  const rounded = { x: Math.round(position.x), y: Math.round(position.y) };
  return exists(rounded) ? rounded : { x: Math.floor(position.x), y: Math.floor(position.y) };
}

/** The seed at a position, or null between seeds. @param {Position} position */
export function seedAt({ x, y }) {
  return Number.isInteger(x) && Number.isInteger(y) ? x + ROW * y : null;
}

/**
 * A seed as typed by a visitor.
 * @param {string} text
 * @returns {number | null} null where it is no whole number from 0 to LARGEST_SEED
 */
export function parseSeed(text) {
  const trimmed = text.trim();
  if (!/^\d{1,16}$/.test(trimmed)) return null;
  const seed = Number(trimmed);
  return seed <= LARGEST_SEED ? seed : null;
}
