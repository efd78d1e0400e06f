/**
 * How a text wraps where every character has a cell of its own: one cell, or two for the wide characters of East Asia.
 * No DOM.
 */

/** Unicode's East Asian Wide and Fullwidth blocks, and pictographs: [first, last] code points. */
const WIDE = Object.freeze([
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]);

/** @param {string} character one code point @returns {1 | 2} cells */
export function cellsOf(character) {
  const code = character.codePointAt(0) ?? 0;
  return code >= WIDE[0][0] && WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/**
 * @typedef {object} Lines
 * @property {number} count
 * @property {Int32Array} starts (count + 1) index of each line's first character, and the number of characters
 * @property {Int32Array} columns of each character, in cells
 * @property {Uint8Array} widths of each character, 1 or 2 cells
 */

/**
 * Wrap a text. A line feed ends its line and belongs to it; a line that is too long is broken after its last space, or,
 * where there is none or wide characters surround the place, right there.
 * @param {readonly string[]} characters code points
 * @param {number} width of a line, in cells; at least 2
 * @returns {Lines}
 */
export function wrap(characters, width) {
  const columns = new Int32Array(characters.length);
  const widths = Uint8Array.from(characters, cellsOf);
  const starts = [0];
  let [column, breakable] = [0, -1]; // the index after which the line may be broken
  const startLine = (/** @type {number} */ index) => {
    starts.push(index);
    [column, breakable] = [0, -1];
  };
  for (let i = 0; i < characters.length; i += 1) {
    const hangs = characters[i] === "\n" || characters[i] === " "; // white space may stand in the margin's cell
    if (column + widths[i] > width + (hangs ? 1 : 0)) {
      const next = breakable >= 0 ? breakable + 1 : i;
      startLine(next);
      for (let moved = next; moved < i; moved += 1) {
        columns[moved] = column;
        column += widths[moved];
      }
    }
    columns[i] = column;
    column += widths[i];
    if (characters[i] === "\n") startLine(i + 1);
    else if (characters[i] === " " || widths[i] === 2) breakable = i;
  }
  if (starts.length > 1 && starts[starts.length - 1] === characters.length) starts.pop();
  return { count: starts.length, starts: Int32Array.from([...starts, characters.length]), columns, widths };
}

/** The line that a character stands in. @param {Lines} lines @param {number} index @returns {number} */
export function lineOf({ starts, count }, index) {
  let [first, last] = [0, count - 1];
  while (first < last) {
    const middle = (first + last + 1) >> 1;
    if (starts[middle] <= index) first = middle;
    else last = middle - 1;
  }
  return first;
}

/**
 * The character at a cell: the line's last where the line is shorter, null where there is no such line.
 * @param {Lines} lines
 * @param {number} line
 * @param {number} column in cells, may lie between whole ones
 * @returns {number | null}
 */
export function characterAt({ starts, columns, widths, count }, line, column) {
  if (line < 0 || line >= count || column < 0 || starts[line] === starts[line + 1]) return null;
  let index = starts[line];
  while (index + 1 < starts[line + 1] && columns[index] + widths[index] <= column) index += 1;
  return index;
}
