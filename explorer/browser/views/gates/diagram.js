/** The chosen unit's cell at the current step: a diagram through which this step's values flow, and its equations in numbers. */

import { element } from "../../dom.js";
import { createScale, readPalette } from "../../charts/scale.js";
import { createDrawing } from "./diagram/drawing.js";
import { LAYOUTS } from "./diagram/layouts.js";
import { STATE_EQUATIONS, equations, valuesOf } from "../../runtime/recurrent/equations.js";
import { visible } from "../../parts/characters.js";
import { colourOf, decimals } from "../../parts/symbols.js";

const RUSH = 250; // milliseconds: steps that follow faster than this are not shown flowing

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Diagram(node, reading, surroundings);
}

class Diagram {
  constructor(node, reading, { t }) {
    this.node = node;
    this.reading = reading;
    this.t = t;
    this.last = -Infinity;
    this.before = reading.cursor;
    const { cell } = reading.language;
    this.title = element("h2", {});
    this.drawing = createDrawing(LAYOUTS[cell], { label: t("gates.diagram"), state: t("gates.all_units") });
    /** @type {Set<Node>} numbers that follow an operator: negative ones stand in brackets */
    this.bracketed = new Set();
    const states = STATE_EQUATIONS[cell];
    this.lines = equations(cell).map((parts, i) => {
      const row = (/** @type {(part: string, place: number) => Node} */ write) =>
        element("span", {}, ...parts.map(write));
      const outputs = new Map();
      const symbols = row((part) => this.symbol(part));
      const numbers = row((part, place) => {
        const shown = this.symbol(part);
        if (shown.dataset?.value) outputs.set(shown, shown.dataset.value);
        if (/[·+−] $/.test(parts[place - 1] ?? "")) this.bracketed.add(shown);
        return shown;
      });
      return {
        node: element(
          "p",
          { class: `gates-equation number${i < states ? " gates-equation-state" : ""}` },
          symbols,
          element("br"),
          numbers,
        ),
        outputs,
      };
    });
    this.hint = element("p", { class: "note" }, t(`gates.${cell}_note`));
    node.append(
      this.title,
      this.drawing.node,
      element("div", { class: "gates-equations" }, ...this.lines.map((line) => line.node)),
      this.hint,
    );
  }

  /** One symbol of an equation in its quantity's colour, or what stands between symbols. */
  symbol(part) {
    if (typeof part === "string") return document.createTextNode(part);
    const { symbol, value, quantity } = part;
    return element(
      "span",
      { "data-value": value, style: quantity ? { color: `var(${colourOf(quantity)})` } : {} },
      symbol,
    );
  }

  draw(changed) {
    const { reading, t } = this;
    const { trace, cursor, unit } = reading;
    if (changed.has("theme") || !this.palette) this.palette = readPalette(this.node);
    if (!["text", "computed", "cursor", "unit", "theme"].some((key) => changed.has(key))) return;
    const values = valuesOf(reading);
    const character = cursor < 0 ? visible("\n") : visible(trace.characters[cursor]);
    this.title.textContent = t("gates.cell_of", { ...unit, character });
    for (const { outputs } of this.lines)
      for (const [node, name] of outputs)
        node.textContent = this.bracketed.has(node) ? bracketed(values[name]) : decimals(values[name]);
    const range = "cell" in values ? reading.cellRange(unit.layer) : 1;
    const fill = (/** @type {string | null} */ quantity, /** @type {number} */ value) => {
      if (quantity === null) return null;
      const scale = createScale(quantity, range, this.palette);
      return scale.colours[scale.level(value)];
    };
    this.drawing.show(values, character, fill);
    const now = performance.now();
    const stepped = changed.has("cursor") && !changed.has("text") && Math.abs(cursor - this.before) === 1;
    if (stepped && now - this.last > RUSH) this.drawing.flow();
    if (stepped) this.last = now;
    this.before = cursor;
  }

  destroy() {
    this.drawing.destroy();
  }
}

/** A negative number after an operator stands in brackets. */
function bracketed(value) {
  const text = decimals(value);
  return text.startsWith("−") ? `(${text})` : text;
}
