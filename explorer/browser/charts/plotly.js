/** The one adapter from a chart's description to what plotly.js draws. No DOM. */

import { axisTicks } from "./axis.js";
import { columnsOf, isPlane, rowCentre } from "./description.js";
import { attributeTraces } from "./plotly-attribute.js";
import { heatOf } from "./chart/heat.js";
import { rowWords } from "./chart/readout.js";

const DASHES = Object.freeze({ solid: "solid", dashed: "dash", dotted: "dot" });
const TICKS = 8; // of an axis whose values are written in words
const AREA = 0.16; // opacity
const BINS = 0.4; // opacity of histograms, which lie on each other

/**
 * @typedef {import("./description.js").Description} Description
 * @typedef {import("./description.js").Series} Series
 * @typedef {(name: string) => string} Colour the value of a CSS variable: `#rrggbb`
 * @typedef {Record<string, unknown>} Trace
 */

/**
 * @param {Description} description
 * @param {Colour} colour
 * @returns {{data: Trace[], layout: Record<string, unknown>}}
 */
export function plotlyFigure(description, colour) {
  const { series, floor } = description;
  const traces = series.flatMap((each) => [
    ...bandOf(description, each, colour),
    ...(each.attribute
      ? attributeTraces(shared(description, each), each.attribute)
      : [TRACES[each.kind ?? "line"](description, each, colour)]),
  ]);
  const floors = floor && description.rows.length ? [floorTrace(description, floor, colour)] : [];
  return { data: [...traces, ...floors], layout: layoutOf(description, colour) };
}

/**
 * @type {Record<import("./description.js").Kind, (description: Description, series: Series, colour: Colour) => Trace>}
 */
const TRACES = {
  line: (description, series, colour) => ({
    ...shared(description, series),
    type: "scatter",
    mode: "lines+markers", // what has marks can be selected
    line: { color: colour(series.colour), dash: DASHES[series.line ?? "solid"], width: 2 },
    marker: { color: colour(series.colour), size: series.marks ? 6 : 3 },
    connectgaps: false,
  }),
  steps: (description, series, colour) => ({
    ...shared(description, series),
    x: binsOf(description).map(([low, high]) => (low + high) / 2),
    width: binsOf(description).map(([low, high]) => high - low),
    type: "bar",
    marker: { color: translucent(colour(series.colour), BINS), line: { color: colour(series.colour), width: 1 } },
  }),
  bars: (description, series, colour) => ({
    ...shared(description, series),
    type: "bar",
    marker: { color: colour(series.colour) },
    ...whiskers("error_y", numbers(columnsOf(description, series).values), description, series.low, series.high),
  }),
  heat: (description, series, colour) => heatTrace(description, series.label, colour),
  points: (description, series, colour) => ({
    ...shared(description, series),
    type: "scatter",
    mode: description.labels ? "lines+markers+text" : "lines+markers",
    text: description.labels ?? [],
    textposition: "top right",
    line: { color: translucent(colour(series.colour), 0.5), width: 1 },
    marker: { color: colour(series.colour), size: 10 },
    ...whiskers("error_y", numbers(columnsOf(description, series).values), description, series.low, series.high),
    ...whiskers("error_x", Array.from(description.rows), description, series.xLow, series.xHigh),
  }),
};

/** @param {Description} description @param {Series} series */
function shared(description, series) {
  const { rows, y } = description;
  const last = rows.length - (series.kind === "steps" ? 1 : 0);
  const places = Array.from({ length: Math.max(0, last) }, (_, row) => rowWords(description, row));
  const plane = isPlane(description.series);
  return {
    name: series.label,
    x: Array.from(rows),
    y: numbers(columnsOf(description, series).values),
    customdata: places,
    hovertemplate: plane
      ? `%{customdata}<br>${y.label || series.label} %{y}<extra></extra>`
      : `%{y}<extra>%{fullData.name}</extra>`,
  };
}

/** Lines count from the top; columns stand between their edges. @returns {Trace} */
function heatTrace(
  /** @type {Description} */ { rows, columns, series, x, y },
  /** @type {string} */ label,
  /** @type {Colour} */ colour,
) {
  const heat = heatOf(series);
  if (!heat) return {};
  const across = rows.length - 1;
  const values = numbers(columns[heat.key] ?? []);
  const ends = [heat.low < 0 ? colour("--heat-negative") : colour("--panel"), colour("--heat-positive")];
  const middle = heat.low < 0 ? [[0.5, colour("--panel")]] : [];
  return {
    type: "heatmap",
    name: label,
    x: Array.from(rows),
    y: Array.from({ length: heat.lines }, (_, line) => y.words(line)),
    z: Array.from({ length: heat.lines }, (_, line) => values.slice(line * across, (line + 1) * across)),
    zmin: heat.low,
    zmax: heat.high,
    colorscale: [[0, ends[0]], ...middle, [1, ends[1]]],
    hovertemplate: `${y.label} %{y} · ${x.label} %{x}<br>%{z}<extra></extra>`,
  };
}

/** @param {Description} description @returns {[number, number][]} from edge to edge */
function binsOf({ rows }) {
  return Array.from({ length: Math.max(0, rows.length - 1) }, (_, bin) => [rows[bin], rows[bin + 1]]);
}

/** The band around a line: its upper end, and its lower end filled up to it. */
function bandOf(/** @type {Description} */ description, /** @type {Series} */ series, /** @type {Colour} */ colour) {
  const { low, high } = columnsOf(description, series);
  if ((series.kind ?? "line") !== "line" || !low || !high) return [];
  const edge = { type: "scatter", mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false };
  const x = Array.from(description.rows);
  const fill = { fill: "tonexty", fillcolor: translucent(colour(series.colour)) };
  return [
    { ...edge, x, y: numbers(high), name: series.label, legendgroup: series.key },
    { ...edge, ...fill, x, y: numbers(low), name: series.label, legendgroup: series.key },
  ];
}

/** A line across all that is drawn, with its band as an error. */
function floorTrace(
  /** @type {Description} */ { rows },
  /** @type {import("./description.js").Floor} */ { label, value, low, high },
  /** @type {Colour} */ colour,
) {
  const ends = [rows[0], rows[rows.length - 1]];
  return {
    type: "scatter",
    mode: "lines",
    name: low === high ? label : `${label} (${low} … ${high})`,
    x: ends,
    y: [value, value],
    line: { color: colour("--text-soft"), dash: "dash", width: 1.5 },
    hovertemplate: "%{y}<extra>%{fullData.name}</extra>",
  };
}

/** @returns {Trace} */
function whiskers(
  /** @type {"error_x" | "error_y"} */ name,
  /** @type {(number | null)[]} */ values,
  /** @type {Description} */ { columns },
  /** @type {string | undefined} */ low,
  /** @type {string | undefined} */ high,
) {
  if (low === undefined || high === undefined) return {};
  const [lower, upper] = [columns[low] ?? [], columns[high] ?? []];
  return {
    [name]: {
      type: "data",
      symmetric: false,
      array: values.map((value, i) => upper[i] - (value ?? NaN)),
      arrayminus: values.map((value, i) => (value ?? NaN) - lower[i]),
    },
  };
}

/** @param {Description} description @param {Colour} colour */
function layoutOf(description, colour) {
  const { title, unit, x, y, series, floor, seen } = description;
  const ink = { color: colour("--text") };
  const axis = {
    gridcolor: colour("--line"),
    linecolor: colour("--line-strong"),
    zerolinecolor: colour("--line-strong"),
    automargin: true,
    separatethousands: true,
  };
  const type = (/** @type {boolean} */ log) =>
    log ? { type: "log", exponentformat: "power" } : { type: "linear", exponentformat: "none" };
  const plane = isPlane(series);
  const band = floor && floor.low < floor.high ? [floorBand(floor, colour)] : [];
  return {
    title: {
      ...{ text: title, font: { size: 18, ...ink } },
      ...{ x: 0, xref: "paper", xanchor: "left", y: 1, yref: "paper", yanchor: "bottom", pad: { b: 12 } },
    },
    separators: ".\u202f",
    paper_bgcolor: colour("--page"),
    plot_bgcolor: colour("--page"),
    font: { family: "system-ui, sans-serif", size: 13, ...ink },
    hovermode: plane ? "closest" : "x unified",
    hoverlabel: { bgcolor: colour("--raised"), bordercolor: colour("--line-strong"), font: ink, namelength: -1 },
    legend: { orientation: "h", y: -0.18 },
    showlegend: series.length > 1 || floor !== null || series.some(({ attribute }) => attribute?.label),
    barmode: "overlay",
    dragmode: "zoom",
    margin: { l: 64, r: 24, t: 76, b: 48 },
    shapes: band,
    xaxis: {
      ...axis,
      title: { text: x.label },
      ...type(x.log),
      ...(seen && { range: [seen.x.low, seen.x.high] }),
      ...rowTicks(description),
    },
    yaxis: {
      ...axis,
      title: { text: plane ? y.label : unit },
      ...(series.some(({ attribute }) => attribute) && { scaleanchor: "x" }), // a unit of a map is as long both ways
      ...type(y.log),
      ...(heatOf(series) ? { autorange: "reversed", type: "category" } : seen && { range: [seen.y.low, seen.y.high] }),
    },
  };
}

/** @param {import("./description.js").Floor} floor @param {Colour} colour */
function floorBand({ low, high }, colour) {
  const fillcolor = translucent(colour("--text-soft"));
  return {
    type: "rect",
    xref: "paper",
    x0: 0,
    x1: 1,
    y0: low,
    y1: high,
    layer: "below",
    line: { width: 0 },
    fillcolor,
  };
}

/**
 * Ticks of rows that have names, or an x that is written in words.
 * @param {Description} description
 * @returns {Trace}
 */
function rowTicks({ rows, x, labels, series, seen }) {
  if (labels && !isPlane(series)) {
    const tickvals = labels.map((_, row) => rowCentre(rows, series, row));
    return { tickmode: "array", tickvals, ticktext: [...labels] };
  }
  if (!seen || x.log || !(seen.x.high > seen.x.low)) return {};
  const whole = Array.prototype.every.call(rows, Number.isInteger);
  const places = axisTicks(seen.x, TICKS, false).map(({ place }) => place);
  const tickvals = places.filter((place) => !whole || Number.isInteger(place));
  const plain = tickvals.every((place) => x.words(place).replace(/\s/g, "") === String(place));
  return plain ? {} : { tickmode: "array", tickvals, ticktext: tickvals.map((place) => x.words(place)) };
}

/** JSON has no NaN: what is not finite is a gap. @param {ArrayLike<number>} values @returns {(number | null)[]} */
function numbers(values) {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** @param {string} colour `#rrggbb` @param {number} [opacity] */
function translucent(colour, opacity = AREA) {
  const [r, g, b] = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}
