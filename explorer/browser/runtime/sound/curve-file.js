/**
 * A curve that a visitor brings: numbers in a text file, one a line, the last of a line where there are several
 * columns. Programs and countries write numbers in several ways; a file is read in each of them, and where two ways
 * give different numbers it is refused.
 */
import { ModelError } from "../errors.js";

export const LARGEST_TEXT = 200_000; // characters

/**
 * A way to write columns and numbers.
 * @typedef {object} Dialect
 * @property {(line: string) => string[]} split a line into its cells
 * @property {RegExp} number what a number looks like
 * @property {"." | ","} decimal mark
 * @property {boolean} commas whether a comma parts columns
 *
 * @typedef {{number: number, text: string}} Line its number in the file, from one
 *
 * @typedef {object} Reading
 * @property {number[]} values NaN where a line's last cell is none
 * @property {string[]} found the last cells
 * @property {number[]} columns of each line
 * @property {number} width columns that most lines have
 * @property {number} wrong index of the first line that does not fit; −1 where all do
 * @property {boolean} throughout whether every cell of digits is a number
 */

const SPACES = " \u00a0\u202f";
const POINT = numberPattern(".", `,'’${SPACES}`);
const COMMA = numberPattern(",", `.'’${SPACES}`);

/** @type {Dialect[]} for files with semicolons */
const SEMICOLONS = [
  { split: (line) => cells(line, /;/), number: POINT, decimal: ".", commas: false },
  { split: (line) => cells(line, /;/), number: COMMA, decimal: ",", commas: false },
];
/** @type {Dialect[]} for files with a tab in every line */
const TABS = [
  { split: (line) => cells(line, /\t/), number: POINT, decimal: ".", commas: false },
  { split: (line) => cells(line, /\t/), number: COMMA, decimal: ",", commas: false },
];
/** @type {Dialect[]} for all others: columns at commas or spaces, or at spaces alone, or one number a line */
const OTHERS = [
  { split: (line) => cells(line.trim(), /\s*,\s*|\s+/), number: POINT, decimal: ".", commas: true },
  { split: (line) => cells(line.trim(), /\s*,\s*|\s+/), number: COMMA, decimal: ",", commas: true }, // within quotes
  { split: (line) => cells(line.trim(), /\s+/), number: POINT, decimal: ".", commas: false },
  { split: (line) => cells(line.trim(), /\s+/), number: COMMA, decimal: ",", commas: false },
  { split: (line) => [unquoted(line)], number: POINT, decimal: ".", commas: false },
  { split: (line) => [unquoted(line)], number: COMMA, decimal: ",", commas: false },
];

/**
 * @param {string} text of a CSV file: columns parted by semicolons, commas, tabs or spaces, decimal points or commas,
 *   thousands marks; a first line of words is passed over
 * @param {number} length values that are needed
 * @returns {Float32Array} (length)
 * @throws {ModelError} `sound.csv_large`, `sound.csv_empty`, `sound.csv_number`, `sound.csv_missing`,
 *   `sound.csv_columns` and `sound.csv_ambiguous` with the line, `sound.csv_length`
 */
export function readCurve(text, length) {
  if (text.length > LARGEST_TEXT) throw new ModelError("sound.csv_large", { found: text.length, most: LARGEST_TEXT });
  const { head, lines } = linesOf(text);
  if (lines.length === 0) throw new ModelError("sound.csv_empty", {});
  const readings = dialectsOf(lines, head).map((dialect) => read(dialect, lines));
  const { values } = theOne(readings, lines);
  if (values.length !== length) throw new ModelError("sound.csv_length", { expected: length, found: values.length });
  return Float32Array.from(values);
}

/** What stands above the numbers, and the lines from the first to the last that is not blank. */
function linesOf(/** @type {string} */ text) {
  const lines = text
    .replace(/^\ufeff/, "")
    .split(/\r\n?|\n/)
    .map((line, index) => ({ number: index + 1, text: line.replace(/^ +| +$/g, "") }))
    .filter((line) => !/^(#|sep=.$)/i.test(line.text));
  const first = lines.findIndex((line) => line.text.trim() !== "");
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  const kept = first < 0 ? [] : lines.slice(first, last + 1);
  const words = kept.length > 0 && isHead(kept[0].text);
  return words ? { head: kept[0].text, lines: fromText(kept.slice(1)) } : { head: "", lines: kept };
}

const fromText = (/** @type {Line[]} */ lines) => lines.slice(lines.findIndex((line) => line.text.trim() !== ""));

/** Whether a first line names the columns: its last cell is neither a number nor a word for a missing one. */
function isHead(/** @type {string} */ text) {
  const last = unquoted(text.split(/[,;\s]+/).findLast((cell) => cell !== "") ?? "");
  const missing = /^([-+−]?(inf|infinity)|nan|na|n\/a|#n\/a|null|none)$/i;
  return /\p{L}/u.test(last) && !missing.test(last) && !/^[-+−]?[.,]?\d/.test(last);
}

/** In what ways the lines may be written. @param {Line[]} lines @param {string} head */
function dialectsOf(lines, head) {
  if (lines.some((line) => line.text.includes(";"))) return SEMICOLONS;
  if (lines.every((line) => /^[^\t]*[^,\s]\t/.test(line.text))) return TABS;
  const named = /,\S/.test(head); // the names of the columns are parted by commas
  return OTHERS.filter(({ commas }) => commas || !named);
}

/** @param {Dialect} dialect @param {Line[]} lines @returns {Reading} */
function read({ split, number, decimal }, lines) {
  const rows = lines.map((line) => split(line.text));
  while (rows.every((row) => row.length > 1 && row.at(-1) === "")) for (const row of rows) row.pop();
  const columns = rows.map((row) => row.length);
  const width = usual(columns);
  const found = rows.map((row) => row.at(-1) ?? "");
  const points = found.every((cell) => /^[-+−]?\d{1,3}\.\d{3}$/.test(cell)); // thousands would not all be one group
  const fits = (/** @type {string} */ cell) => number.test(cell) && !(points && decimal === ",");
  const values = found.map((cell) => (fits(cell) ? Number(plain(cell, decimal)) : NaN));
  return {
    values,
    found,
    columns,
    width,
    wrong: rows.findIndex((row, i) => row.length !== width || !Number.isFinite(Math.fround(values[i]))),
    throughout: rows.flat().every((cell) => !/^[-+−.,\d]+$/.test(cell) || number.test(cell)),
  };
}

/** The reading that fits. @param {Reading[]} readings @param {Line[]} lines @returns {Reading} */
function theOne(readings, lines) {
  const fitting = readings.filter(({ wrong }) => wrong < 0);
  if (fitting.length === 0) {
    const { wrong, found, columns, width } = readings.reduce((best, each) => (each.wrong > best.wrong ? each : best));
    const line = lines[wrong].number;
    if (found[wrong] === "") throw new ModelError("sound.csv_missing", { line });
    if (columns[wrong] !== width)
      throw new ModelError("sound.csv_columns", { line, found: columns[wrong], expected: width });
    throw new ModelError("sound.csv_number", { line, found: lines[wrong].text.slice(0, 40) });
  }
  const surer = fitting.filter(({ throughout }) => throughout);
  const [one, ...others] = surer.length > 0 ? surer : fitting;
  const doubt = one.values.findIndex((value, i) => others.some(({ values }) => values[i] !== value));
  if (doubt >= 0)
    throw new ModelError("sound.csv_ambiguous", { line: lines[doubt].number, found: lines[doubt].text.slice(0, 40) });
  return one;
}

/** Cells of a line; a mark in quotation marks parts nothing. @param {string} line @param {RegExp} mark */
function cells(line, mark) {
  /** @type {string[]} */
  const quoted = [];
  const bare = line.replace(/"(?:[^"]|"")*"/g, (cell) => `"${quoted.push(cell) - 1}"`);
  return bare.split(mark).map((cell) => unquoted(cell.replace(/"(\d+)"/g, (_, index) => quoted[Number(index)])));
}

const unquoted = (/** @type {string} */ cell) =>
  cell
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();

/** The commonest of some numbers. */
function usual(/** @type {number[]} */ numbers) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const each of numbers) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/**
 * A whole number begins with no zero, thousands stand in groups of three parted by one kind of mark.
 * @param {string} decimal mark @param {string} groups marks between thousands
 */
function numberPattern(decimal, groups) {
  const grouped = `[1-9]\\d{0,2}([${groups}])\\d{3}(?:\\1\\d{3})*(?:\\${decimal}\\d*)?`;
  return new RegExp(`^[-+−]?(?:${grouped}|\\d*\\${decimal}\\d+|\\d+\\${decimal}|0|[1-9]\\d*)(?:[eE][-+−]?\\d+)?$`);
}

/** As `Number` reads it. @param {string} cell a number @param {string} decimal mark */
function plain(cell, decimal) {
  const digits = cell.replaceAll("−", "-").replace(decimal === "." ? /[^-+\d.eE]/g : /[^-+\d,eE]/g, "");
  return digits.replace(",", ".");
}
