/** A grid of characters on coloured cells, on a canvas: a repaint touches the cells that changed and no others. */

import { context2d } from "../../../charts/canvas.js";
import { UNKNOWN } from "../../../parts/characters.js";

const BLANK = 0;
const CONTINUED = -1; // the right half of a wide character
const SIGNS = new Map([
  ["\n", "↵"],
  ["\t", "→"],
  [" ", ""],
  ["\u3000", ""],
]);
const CONTROL_PICTURES = 0x2400; // Unicode's signs for the control characters, in their order
const DELETE = 0x7f;

/**
 * @typedef {object} Grid what is to be seen
 * @property {number} across cells of a row
 * @property {Int32Array} codes of each cell: 0 for none, −1 for the right half of the character before, else `codeOf`
 * @property {Int16Array} levels colours on the scale, −1 for none yet
 * @typedef {{font: string, pitch: number, row: number, soft: string}} Look pitch and row: a cell's width and height in
 *   CSS pixels
 * @typedef {import("../../../charts/scale.js").Scale} Scale
 */

/** @param {number} rows @param {number} across @returns {Grid} */
export function createGrid(rows, across) {
  return { across, codes: new Int32Array(rows * across), levels: new Int16Array(rows * across) };
}

/**
 * Put a character into a grid.
 * @param {Grid} grid
 * @param {number} slot of its (left) cell
 * @param {string} character
 * @param {{wide: boolean, unknown: boolean, level: number}} details
 */
export function place(grid, slot, character, { wide, unknown, level }) {
  const code = (character.codePointAt(0) ?? 0) + 1; // so that a NUL is not an empty cell
  grid.codes[slot] = unknown ? -1 - code : code;
  grid.levels[slot] = level;
  if (wide) [grid.codes[slot + 1], grid.levels[slot + 1]] = [CONTINUED, level];
}

/** A canvas that knows what it shows. */
export class Cells {
  #canvas;
  /** @type {(Grid & {colours: readonly string[]}) | null} */
  #shown = null;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** The canvas was emptied, or everything looks different now. */
  forget() {
    this.#shown = null;
  }

  /**
   * @param {Grid} grid
   * @param {Scale} scale
   * @param {Look} look
   * @returns {number} the cells that were painted
   */
  paint(grid, scale, look) {
    const shown = this.#shown;
    const alike = shown?.colours === scale.colours && shown.across === grid.across;
    const old = alike && shown.codes.length === grid.codes.length ? shown : null;
    const context = context2d(this.#canvas);
    Object.assign(context, { font: look.font, textAlign: "center", textBaseline: "middle" });
    let painted = 0;
    for (let slot = 0; slot < grid.codes.length; slot += 1) {
      const wide = grid.codes[slot + 1] === CONTINUED;
      if (grid.codes[slot] === CONTINUED) continue;
      if (!differs(old, grid, slot) && !(wide && differs(old, grid, slot + 1))) continue;
      paintCell(context, grid, slot, wide ? 2 : 1, scale, look);
      painted += wide ? 2 : 1;
    }
    this.#shown = { ...grid, colours: scale.colours };
    return painted;
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {number} slot
 * @param {1 | 2} cells that the character takes
 * @param {Scale} scale
 * @param {Look} look
 */
function paintCell(context, { codes, levels, across }, slot, cells, scale, { pitch, row, soft }) {
  const [left, right] = [0, cells].map((moved) => Math.round(((slot % across) + moved) * pitch));
  const top = Math.floor(slot / across) * row;
  context.clearRect(left, top, right - left, row);
  if (codes[slot] === BLANK) return;
  const coloured = levels[slot] >= 0;
  if (coloured) {
    context.fillStyle = scale.colours[levels[slot]];
    context.fillRect(left, top + 1, right - left, row - 2);
  }
  context.fillStyle = coloured ? scale.ink : soft;
  context.fillText(signOf(codes[slot]), (left + right) / 2, top + row / 2 + 1);
}

function differs(/** @type {Grid | null} */ old, /** @type {Grid} */ grid, /** @type {number} */ slot) {
  return !old || old.codes[slot] !== grid.codes[slot] || old.levels[slot] !== grid.levels[slot];
}

/** What is drawn for a character: a sign where it has no look of its own, nothing for a space. */
function signOf(/** @type {number} */ code) {
  if (code < 0) return UNKNOWN;
  const character = String.fromCodePoint(code - 1);
  if (code - 1 === DELETE) return "␡";
  return SIGNS.get(character) ?? (code - 1 < 0x20 ? String.fromCodePoint(CONTROL_PICTURES + code - 1) : character);
}
