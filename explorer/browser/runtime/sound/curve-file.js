/**
 * A curve that a visitor brings: numbers in a text file, one a line, the last of a line where there are several
 * columns.
 */
import { ModelError } from "../errors.js";

export const LARGEST_TEXT = 200_000; // characters

/**
 * @param {string} text of a CSV file: columns split by commas, semicolons, tabs or spaces; a first line of words is
 *   passed over
 * @param {number} length values that are needed
 * @returns {Float32Array} (length)
 * @throws {ModelError} `sound.csv_large`, `sound.csv_empty`, `sound.csv_number` with the line, `sound.csv_length`
 */
export function readCurve(text, length) {
  if (text.length > LARGEST_TEXT) throw new ModelError("sound.csv_large", { found: text.length, most: LARGEST_TEXT });
  const lines = text
    .split(/\r\n?|\n/)
    .map((line, index) => ({
      number: index + 1,
      last:
        line
          .trim()
          .split(/[,;\s]+/)
          .at(-1) ?? "",
    }))
    .filter(({ last }) => last !== "");
  if (lines.length > 0 && Number.isNaN(Number(lines[0].last))) lines.shift(); // names of the columns
  if (lines.length === 0) throw new ModelError("sound.csv_empty", {});
  const wrong = lines.find(({ last }) => !Number.isFinite(Number(last)) || !Number.isFinite(Math.fround(Number(last))));
  if (wrong) throw new ModelError("sound.csv_number", { line: wrong.number, found: wrong.last.slice(0, 40) });
  if (lines.length !== length) throw new ModelError("sound.csv_length", { expected: length, found: lines.length });
  return Float32Array.from(lines, ({ last }) => Number(last));
}
