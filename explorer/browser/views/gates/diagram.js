/**
 * The chosen unit's cell at the current step: a diagram through which this step's values flow, and its equations in
 * numbers.
 */

import { createScale, readPalette } from "../../charts/scale.js";
import { element } from "../../dom.js";
import { visible } from "../../parts/characters.js";
import { colourOf, decimals } from "../../parts/symbols.js";
import { STATE_EQUATIONS, equations, valuesOf } from "../../runtime/recurrent/equations.js";
import { Drawing } from "./diagram/drawing.js";
import { LAYOUTS } from "./diagram/layouts.js";

const RUSH = 250; // milliseconds: steps that follow faster than this are not shown flowing
/** @type {readonly import("../gates.js").ChangedKey[]} */
const DRAWN = Object.freeze(["text", "computed", "cursor", "unit", "theme"]);

/**
 * @typedef {string | import("../../runtime/recurrent/equations.js").Symbol} Part of an equation
 * @typedef {{node: Node, value: string, bracketed: boolean}} Output a number in an equation: which one, and whether it
 *   stands in brackets where it is negative
 */

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Diagram(node, reading, surroundings);
}

class Diagram {
  #node;
  #reading;
  #t;
  #last = -Infinity;
  #before;
  #title = element("h2", {});
  #drawing;
  /** @type {Output[]} */
  #outputs = [];
  /** @type {import("../../charts/scale.js").Palette | null} */
  #palette = null;

  /**
   * @param {HTMLElement} node
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(node, reading, { t }) {
    this.#node = node;
    this.#reading = reading;
    this.#t = t;
    this.#before = reading.cursor;
    const { cell } = reading.language;
    this.#drawing = new Drawing(LAYOUTS[cell], { label: t("gates.diagram"), state: t("gates.all_units") });
    const lines = equations(cell).map((parts, i) => this.#equation(parts, i < STATE_EQUATIONS[cell]));
    node.append(
      this.#title,
      this.#drawing.node,
      element("div", { class: "gates-equations" }, ...lines),
      element("p", { class: "note" }, t(`gates.${cell}_note`)),
    );
  }

  /** An equation, and below it the same with this step's numbers. @param {Part[]} parts @param {boolean} state */
  #equation(parts, state) {
    const numbers = parts.map((part, place) => {
      const node = nodeOf(part);
      const before = parts[place - 1];
      const bracketed = typeof before === "string" && /[·+−] $/.test(before);
      if (typeof part !== "string") this.#outputs.push({ node, value: part.value, bracketed });
      return node;
    });
    return element(
      "p",
      { class: `gates-equation number${state ? " gates-equation-state" : ""}` },
      element("span", {}, ...parts.map(nodeOf)),
      element("br"),
      element("span", {}, ...numbers),
    );
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    const { trace, cursor, unit } = this.#reading;
    const palette = changed.has("theme") || !this.#palette ? readPalette(this.#node) : this.#palette;
    this.#palette = palette;
    if (!DRAWN.some((key) => changed.has(key))) return;
    const values = valuesOf(this.#reading);
    const character = cursor < 0 ? visible("\n") : visible(trace.characters[cursor]);
    this.#title.textContent = this.#t("gates.cell_of", { ...unit, character });
    for (const { node, value, bracketed } of this.#outputs)
      node.textContent = bracketed ? inBrackets(values[value]) : decimals(values[value]);
    const range = "cell" in values ? this.#reading.cellRange(unit.layer) : 1;
    this.#drawing.show(values, character, (quantity, value) => {
      if (quantity === null) return null;
      const scale = createScale(quantity, range, palette);
      return scale.colours[scale.level(value)];
    });
    this.#flow(changed);
  }

  /** Let the values of a step of the visitor's flow. @param {import("../gates.js").Changed} changed */
  #flow(changed) {
    const { cursor } = this.#reading;
    const now = performance.now();
    const stepped = changed.has("cursor") && !changed.has("text") && Math.abs(cursor - this.#before) === 1;
    if (stepped && now - this.#last > RUSH) this.#drawing.flow();
    if (stepped) this.#last = now;
    this.#before = cursor;
  }

  destroy() {
    this.#drawing.destroy();
  }
}

/** A symbol of an equation in its quantity's colour, or what stands between symbols. @param {Part} part */
function nodeOf(part) {
  if (typeof part === "string") return document.createTextNode(part);
  const { symbol, value, quantity } = part;
  const style = quantity ? { color: `var(${colourOf(quantity)})` } : undefined;
  return element("span", { "data-value": value, style }, symbol);
}

/** A negative number after an operator stands in brackets. @param {number} value */
function inBrackets(value) {
  const text = decimals(value);
  return text.startsWith("−") ? `(${text})` : text;
}
