/** What a chart is told, in terms that its drawing, its table and its large figure share. No DOM. */

/**
 * @typedef {"line" | "steps" | "bars" | "points" | "heat"} Kind a line through the rows; a histogram, whose rows are
 *   the edges of its bins, one more than there are values; a bar for each row; a mark for each row, read in both
 *   directions; a grid of cells, whose columns stand between edges as bins do
 *
 * @typedef {object} Heat
 * @property {number} lines how many the grid has, from the top; its column of values has them one after another
 * @property {number} low the value of the first colour; below zero where the scale has a middle
 * @property {number} high
 * @property {boolean} [clipped] whether values beyond the scale have its last colours
 *
 * @typedef {object} Series
 * @property {string} key its column
 * @property {string} label
 * @property {string} colour names a CSS variable
 * @property {Kind} [kind] a line where left out
 * @property {"solid" | "dashed" | "dotted"} [line] solid where left out
 * @property {boolean} [marks] whether each value of a line has a mark of its own
 * @property {string} [low] column of the lower ends of its interval: a band around a line, whiskers elsewhere
 * @property {string} [high] column of the upper ends
 * @property {string} [xLow] of points: column of the lower ends along x
 * @property {string} [xHigh]
 * @property {Heat} [heat] of the kind `heat`, which stands alone; y then names its lines
 * @property {Attribute} [attribute] of the points of a map, which draws itself: see map.js
 *
 * @typedef {object} Attribute what the colours of points stand for
 * @property {string} label empty where all points are alike
 * @property {(row: number) => string} colour of a point, CSS
 * @property {(row: number) => string} value of a point, in words
 * @property {(row: number) => number} number of a point, on the scale; NaN where it has none
 * @property {readonly {label: string, colour: string}[]} entries of a legend: values in words
 * @property {{low: number, high: number, colours: readonly string[]} | null} scale of numbers
 *
 * @typedef {object} Axis
 * @property {string} [label] what runs along it, in words
 * @property {boolean} [log] whether it starts logarithmic; y offers a switch where this is given
 * @property {(value: number) => string} [words] how a value is written
 * @property {[number, number] | null} [range] values that the axis always holds
 *
 * @typedef {{value: number, low: number, high: number, label: string}} Floor a line with a band across the chart
 *
 * @typedef {Record<string, ArrayLike<number>>} Columns by the keys that series name; what is not finite is left out
 *
 * @typedef {object} Description
 * @property {string} title
 * @property {string} unit of the values, in words; may be empty
 * @property {string} caption what to look at, and what would be a wrong reading
 * @property {Axis & {log: boolean, label: string, words: (value: number) => string}} x
 * @property {Axis & {log: boolean, label: string, words: (value: number) => string}} y
 * @property {readonly Series[]} series
 * @property {ArrayLike<number>} rows the x of each row; ascends, except for points
 * @property {Columns} columns
 * @property {readonly string[] | null} labels names of the rows
 * @property {Floor | null} floor
 * @property {Seen | null} seen what part of it; null while there is nothing to see
 *
 * @typedef {{low: number, high: number}} Span in places: common logarithms where the axis is logarithmic
 * @typedef {{x: Span, y: Span, strip: boolean}} Seen `strip`: whether values below a logarithmic axis stand under it
 */

/** Whether a place is found by both of its coordinates. @param {readonly Series[]} series */
export function isPlane(series) {
  return series.some(({ kind }) => kind === "points" || kind === "heat");
}

/** Whether rows are the edges of bins. @param {readonly Series[]} series */
export function isBinned(series) {
  return series.some(({ kind }) => kind === "steps" || kind === "heat");
}

/** Whether the axis of values holds zero, from which areas rise. @param {readonly Series[]} series */
export function risesFromZero(series) {
  return series.some(({ kind }) => kind === "steps" || kind === "bars");
}

/**
 * A series with the columns of its values and of the interval's ends.
 * @param {Description} description
 * @param {Series} series
 * @returns {{values: ArrayLike<number>, low: ArrayLike<number> | null, high: ArrayLike<number> | null}}
 */
export function columnsOf({ columns }, { key, low, high }) {
  const values = columns[key] ?? [];
  if (low === undefined || high === undefined) return { values, low: null, high: null };
  return { values, low: columns[low] ?? [], high: columns[high] ?? [] };
}

/**
 * The x in the middle of a row: of a bin, between its edges.
 * @param {ArrayLike<number>} rows
 * @param {readonly Series[]} series
 * @param {number} row
 */
export function rowCentre(rows, series, row) {
  return isBinned(series) ? (rows[row] + rows[row + 1]) / 2 : rows[row];
}
