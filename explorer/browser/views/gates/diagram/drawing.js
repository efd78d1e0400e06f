/** Draws the diagram of a cell and lets a step's values run along its edges. */

import { vector } from "../../../charts/vector.js";
import { colourOf, decimals } from "../../../parts/symbols.js";

const WIDTH = 400;
const BOX = Object.freeze({ width: 60, height: 36, source: 90, wide: 84 });
const STAGE = 45; // milliseconds from one stage's start to the next one's
const FLOW = 180; // milliseconds along an edge
const THICKEST = 3; // units beyond the thinnest line, of an edge whose value is 1 or more

export class Drawing {
  #edges;
  #places;
  #notes;
  #sources;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {Animation[]} */
  #running = [];

  /**
   * @param {import("./layouts.js").Layout} layout
   * @param {{label: string, state: string}} words what the picture is called; the box of the whole layer's state
   */
  constructor(layout, words) {
    this.#edges = layout.edges.map((edge) => ({
      ...edge,
      line: vector("path", { class: "gates-edge", d: edge.path }),
      pulse: vector("path", { class: "gates-pulse", d: edge.path, pathLength: 1 }),
    }));
    this.#places = layout.places.map(placeOf);
    this.#notes = layout.notes.map((note) => ({
      ...note,
      node: vector("text", { class: "gates-note", x: note.x, y: note.y }, note.text ?? ""),
    }));
    this.#sources = layout.sources.map((source) => sourceOf(source, words.state));
    this.node = vector(
      "svg",
      { class: "gates-cell", viewBox: `0 0 ${WIDTH} ${layout.height}`, role: "img", "aria-label": words.label },
      ...this.#edges.flatMap(({ line, pulse }) => [line, pulse]),
      ...layout.operators.map(operatorOf),
      ...[...this.#sources, ...this.#places, ...this.#notes].map(({ node }) => node),
    );
  }

  /**
   * @param {Record<string, number>} values
   * @param {string} character that was read
   * @param {(quantity: string | null, value: number) => string | null} fill a box's colour; null for the usual one
   */
  show(values, character, fill) {
    this.destroy();
    for (const { name, quantity, box, output } of this.#places) {
      output.textContent = decimals(values[name]);
      box.style.fill = fill(quantity, values[name]) ?? "";
    }
    for (const { value, node } of this.#notes) if (value) node.textContent = decimals(values[value]);
    for (const { value, line, pulse } of this.#edges) {
      const width = 1.5 + (value ? Math.min(1, Math.abs(values[value])) * THICKEST : 0);
      line.style.strokeWidth = pulse.style.strokeWidth = String(width);
    }
    for (const { kind, text } of this.#sources) if (kind === "character") text.textContent = character;
  }

  /** Let the values run once from the sources to the results. */
  flow() {
    if (this.#calm.matches) return;
    this.#running = this.#edges.map(({ pulse, stage }) =>
      pulse.animate(
        [
          { strokeDashoffset: 0.3, opacity: 1 },
          { strokeDashoffset: -1, opacity: 1 },
        ],
        { duration: FLOW, delay: stage * STAGE, easing: "ease-in-out" },
      ),
    );
  }

  destroy() {
    for (const animation of this.#running) animation.cancel();
    this.#running = [];
  }
}

/** A value in its box, with its symbol. @param {import("./layouts.js").Place} place */
function placeOf({ name, symbol, quantity, x, y }) {
  const wide = symbol.length > 6 ? BOX.wide : BOX.width;
  const box = vector("rect", { ...boxOf(wide), rx: 6 });
  const output = vector("text", { class: "gates-place-value", y: 13, "data-value": name });
  const title = vector("text", { class: "gates-place-symbol", y: -3 }, symbol);
  if (quantity) box.style.stroke = `var(${colourOf(quantity)})`;
  const node = vector("g", { class: "gates-place", transform: `translate(${x} ${y})` }, box, title, output);
  return { name, quantity, box, output, node };
}

/** @param {import("./layouts.js").Operator} operator */
function operatorOf({ symbol, x, y }) {
  const [circle, text] = [vector("circle", { r: 10 }), vector("text", { y: 5 }, symbol)];
  return vector("g", { class: "gates-operator", transform: `translate(${x} ${y})` }, circle, text);
}

/** @param {import("./layouts.js").Source} source @param {string} state what to call the whole layer's state */
function sourceOf({ kind, x, y }, state) {
  const text = vector("text", { y: 5 }, kind === "state" ? state : "");
  const box = vector("rect", { ...boxOf(BOX.source), rx: 4 });
  const node = vector("g", { class: "gates-source", transform: `translate(${x} ${y})` }, box, text);
  return { kind, node, text };
}

function boxOf(/** @type {number} */ width) {
  return { x: -width / 2, y: -BOX.height / 2, width, height: BOX.height };
}
