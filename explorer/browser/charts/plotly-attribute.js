/** Points coloured by an attribute, as plotly.js draws them. No DOM. */

const SIZE = 6; // CSS pixels, diameter

/**
 * @typedef {Record<string, unknown>
 *   & {x: number[], y: (number | null)[], customdata: string[], hovertemplate: string}} All
 */

/**
 * A trace for each value in words, so that the legend hides and shows it, and one for all numbers.
 * @param {All} all the points in one trace
 * @param {import("./description.js").Attribute} attribute
 * @returns {Record<string, unknown>[]}
 */
export function attributeTraces(all, attribute) {
  /** @type {number[]} */
  const numbered = [];
  /** @type {Map<string, number[]>} rows by value, in the legend's order */
  const named = new Map(attribute.entries.map(({ label }) => [label, []]));
  all.x.forEach((_, row) => {
    if (Number.isNaN(attribute.number(row))) named.get(attribute.value(row))?.push(row);
    else numbered.push(row);
  });
  const traces = [...named].map(([name, rows]) => ({
    ...only(all, rows),
    name,
    marker: { color: attribute.colour(rows[0]), size: SIZE },
    hovertemplate: attribute.label ? hover(all, attribute, name) : all.hovertemplate,
  }));
  return attribute.scale && numbered.length ? [...traces, numbers(all, numbered, attribute, attribute.scale)] : traces;
}

/**
 * @param {All} all
 * @param {number[]} rows
 * @param {import("./description.js").Attribute} attribute
 * @param {NonNullable<import("./description.js").Attribute["scale"]>} scale
 */
function numbers(all, rows, attribute, { low, high, colours }) {
  const last = colours.length - 1;
  return {
    ...only(all, rows),
    name: attribute.label,
    showlegend: false,
    marker: {
      color: rows.map(attribute.number),
      ...{ cmin: low, cmax: high, size: SIZE, showscale: true, colorbar: { title: { text: attribute.label } } },
      colorscale: colours.map((each, i) => [i / last, each]),
    },
    hovertemplate: hover(all, attribute, "%{marker.color}"),
  };
}

/** @param {All} all @param {number[]} rows */
function only(all, rows) {
  const pick = (/** @type {readonly unknown[]} */ values) => rows.map((row) => values[row]);
  return { ...all, x: pick(all.x), y: pick(all.y), customdata: pick(all.customdata), type: "scatter", mode: "markers" };
}

function hover(
  /** @type {{hovertemplate: string}} */ { hovertemplate },
  /** @type {import("./description.js").Attribute} */ { label },
  /** @type {string} */ value,
) {
  return hovertemplate.replace("<extra>", `<br>${label}: ${value}<extra>`);
}
