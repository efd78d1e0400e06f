/** Draws the diagram of a cell and lets a step's values run along its edges. */

import { vector } from "../../../charts/vector.js";
import { colourOf, decimals } from "../../../parts/symbols.js";

const WIDTH = 400;
const BOX = Object.freeze({ width: 60, height: 36, source: 90, wide: 84 });
const STAGE = 45; // milliseconds from one stage's start to the next one's
const FLOW = 180; // milliseconds along an edge
const THICKEST = 3; // units beyond the thinnest line, of an edge whose value is 1 or more

/**
 * @param {import("./layouts.js").Layout} layout
 * @param {{label: string, state: string}} words what the picture is called; the box of the whole layer's state
 * @returns {{node: SVGElement, show: Function, flow: Function, destroy(): void}}
 */
export function createDrawing(layout, words) {
  const edges = layout.edges.map((edge) => ({
    ...edge,
    line: vector("path", { class: "gates-edge", d: edge.path }),
    pulse: vector("path", { class: "gates-pulse", d: edge.path, pathLength: 1 }),
  }));
  const places = layout.places.map((place) => placeOf(place));
  const notes = layout.notes.map((note) => ({
    ...note,
    node: vector("text", { class: "gates-note", x: note.x, y: note.y }, note.text ?? ""),
  }));
  const operators = layout.operators.map(({ symbol, x, y }) =>
    vector(
      "g",
      { class: "gates-operator", transform: `translate(${x} ${y})` },
      vector("circle", { r: 10 }),
      vector("text", { y: 5 }, symbol),
    ),
  );
  const sources = layout.sources.map(({ kind, x, y }) => {
    const text = vector("text", { y: 5 }, kind === "state" ? words.state : "");
    const node = vector(
      "g",
      { class: "gates-source", transform: `translate(${x} ${y})` },
      vector("rect", { ...boxOf(BOX.source), rx: 4 }),
      text,
    );
    return { kind, node, text };
  });
  const lines = edges.flatMap(({ line, pulse }) => [line, pulse]);
  const node = vector(
    "svg",
    { class: "gates-cell", viewBox: `0 0 ${WIDTH} ${layout.height}`, role: "img", "aria-label": words.label },
    ...lines,
    ...operators,
    ...sources.map((source) => source.node),
    ...places.map((place) => place.node),
    ...notes.map((note) => note.node),
  );
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Animation[]} */
  let running = [];

  const stop = () => {
    for (const animation of running) animation.cancel();
    running = [];
  };

  return {
    node,
    /**
     * @param {Record<string, number>} values
     * @param {string} character that was read
     * @param {(quantity: string | null, value: number) => string | null} fill a box's colour; null for the usual one
     */
    show(values, character, fill) {
      stop();
      for (const { name, quantity, box, output } of places) {
        output.textContent = decimals(values[name]);
        box.style.fill = fill(quantity, values[name]) ?? "";
      }
      for (const { value, node: text } of notes) if (value) text.textContent = decimals(values[value]);
      for (const { value, line, pulse } of edges) {
        const width = 1.5 + (value ? Math.min(1, Math.abs(values[value])) * THICKEST : 0);
        line.style.strokeWidth = pulse.style.strokeWidth = String(width);
      }
      for (const { kind, text } of sources) if (kind === "character") text.textContent = character;
    },
    /** Let the values run once from the sources to the results. */
    flow() {
      if (calm.matches) return;
      running = edges.map(({ pulse, stage }) =>
        pulse.animate(
          [
            { strokeDashoffset: 0.3, opacity: 1 },
            { strokeDashoffset: -1, opacity: 1 },
          ],
          { duration: FLOW, delay: stage * STAGE, easing: "ease-in-out" },
        ),
      );
    },
    destroy: stop,
  };
}

/** A value in its box, with its symbol. @param {import("./layouts.js").Place} place */
function placeOf({ name, symbol, quantity, x, y }) {
  const wide = symbol.length > 6 ? BOX.wide : BOX.width;
  const box = vector("rect", { ...boxOf(wide), rx: 6 });
  const output = vector("text", { class: "gates-place-value", y: 13, "data-value": name });
  const title = vector("text", { class: "gates-place-symbol", y: -3 }, symbol);
  if (quantity) box.style.stroke = `var(${colourOf(quantity)})`;
  return {
    name,
    quantity,
    box,
    output,
    node: vector("g", { class: "gates-place", transform: `translate(${x} ${y})` }, box, title, output),
  };
}

function boxOf(/** @type {number} */ width) {
  return { x: -width / 2, y: -BOX.height / 2, width, height: BOX.height };
}
