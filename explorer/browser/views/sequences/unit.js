/** One unit of a layer: its equation in numbers at a step, and its quantities over all steps. */
import { Chart } from "../../charts/chart.js";
import { element } from "../../dom.js";
import { colourOf, decimals } from "../../parts/symbols.js";
import { equations, STATE_EQUATIONS } from "../../runtime/recurrent/equations.js";

/**
 * @typedef {import("../../runtime/recurrent/cells.js").CellKind} CellKind
 * @typedef {ReturnType<typeof equations>[number]} Equation
 * @typedef {{node: HTMLElement, value: string, bracketed: boolean}} Output where a number stands in an equation
 */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {CellKind} options.cell
 * @param {readonly string[]} options.quantities of the cell
 * @param {(step: number) => void} options.onSeek
 */
export function createUnit({ t, cell, quantities, onSeek }) {
  const title = element("h3", {});
  const lines = equations(cell).slice(0, STATE_EQUATIONS[cell]).map(createLine);
  const node = element(
    "div",
    { class: "sequence-unit" },
    title,
    ...lines.map((line) => line.node),
    element("p", { class: "note" }, t("sequences.unit_note")),
  );
  const curves = new Chart(node, {
    t,
    title: t("sequences.unit_curves"),
    x: { label: t("sequences.step"), words: (step) => String(step + 1) },
    y: { range: [-1, 1] },
    series: quantities.map((name) => ({ key: name, label: t(`gates.quantity_${name}`), colour: colourOf(name) })),
  });
  curves.onSeek(onSeek);

  return {
    node,
    /**
     * @param {{layer: number, unit: number, step: number, steps: number, before: number}} place `before`: the step that
     *   the pass read before this one, −1 for none
     * @param {(name: string, step: number) => number} at of the unit
     */
    show({ layer, unit, step, steps, before }, at) {
      title.textContent = t("sequences.unit_at", { layer, unit, step: step + 1 });
      const values = valuesOf(
        cell,
        (name) => at(name, step),
        (name) => (before < 0 ? 0 : at(name, before)),
      );
      for (const { node: each, value, bracketed } of lines.flatMap(({ outputs }) => outputs)) {
        const text = decimals(values[value]);
        each.textContent = bracketed && text.startsWith("−") ? `(${text})` : text;
      }
      const x = Array.from({ length: steps }, (_, i) => i);
      curves.setRows(x, Object.fromEntries(quantities.map((name) => [name, x.map((i) => at(name, i))])));
      curves.setCursor(step);
    },
    destroy: () => curves.destroy(),
  };
}

/** An equation in symbols, and below it in numbers. @param {Equation} equation */
function createLine(equation) {
  /** @type {Output[]} */
  const outputs = [];
  const row = (/** @type {boolean} */ numbers) => {
    const nodes = equation.map((part, place) => {
      if (typeof part === "string") return part;
      /** @type {Record<string, string>} */
      const style = part.quantity === null ? {} : { color: `var(${colourOf(part.quantity)})` };
      const node = element("span", { "data-value": part.value, style }, part.symbol);
      const before = equation[place - 1];
      const bracketed = typeof before === "string" && /[·+−] $/.test(before);
      if (numbers) outputs.push({ node, value: part.value, bracketed });
      return node;
    });
    return element("span", {}, ...nodes);
  };
  const node = element("p", { class: "sequence-equation number" }, row(false), element("br"), row(true));
  return { node, outputs };
}

/**
 * What stands in the equations of the state.
 * @param {CellKind} cell
 * @param {(name: string) => number} now
 * @param {(name: string) => number} then at the step that was read before
 * @returns {Record<string, number>}
 */
function valuesOf(cell, now, then) {
  if (cell === "gru")
    return { update: now("update"), candidate: now("candidate"), hidden: now("hidden"), hiddenBefore: then("hidden") };
  const names = ["input", "forget", "output", "candidate", "cell", "hidden"];
  return {
    ...Object.fromEntries(names.map((name) => [name, now(name)])),
    cellBefore: then("cell"),
    cellTanh: Math.tanh(now("cell")),
  };
}
