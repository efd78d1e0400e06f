/** One unit of a layer: its equation in numbers at a step, and its quantities over all steps. */
import { element } from "../../dom.js";
import { equations, STATE_EQUATIONS } from "../../runtime/recurrent/equations.js";
import { colourOf, decimals } from "../../parts/symbols.js";
import { Chart } from "../../charts/chart.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {string} options.cell "lstm" or "gru"
 * @param {string[]} options.quantities of the cell
 * @param {(step: number) => void} options.onSeek
 */
export function createUnit({ t, cell, quantities, onSeek }) {
  const title = element("h3", {});
  const lines = equations(cell)
    .slice(0, STATE_EQUATIONS[cell])
    .map((parts) => {
      /** @type {{node: HTMLElement, value: string, bracketed: boolean}[]} */
      const outputs = [];
      const row = (/** @type {boolean} */ numbers) =>
        element(
          "span",
          {},
          ...parts.map((part, place) => {
            if (typeof part === "string") return part;
            const node = element(
              "span",
              { "data-value": part.value, style: { color: `var(${colourOf(part.quantity)})` } },
              part.symbol,
            );
            if (numbers) outputs.push({ node, value: part.value, bracketed: /[·+−] $/.test(parts[place - 1] ?? "") });
            return node;
          }),
        );
      return {
        node: element("p", { class: "sequence-equation number" }, row(false), element("br"), row(true)),
        outputs,
      };
    });
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
     * @param {{layer: number, unit: number, step: number, steps: number, before: number}} place `before`: the step that the pass read before this
     *   one, −1 for none
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
    redraw: () => curves.redraw(),
    destroy: () => curves.destroy(),
  };
}

/** What stands in the equations of the state. @param {string} cell */
function valuesOf(cell, /** @type {(name: string) => number} */ now, /** @type {(name: string) => number} */ then) {
  if (cell === "gru")
    return { update: now("update"), candidate: now("candidate"), hidden: now("hidden"), hiddenBefore: then("hidden") };
  const gates = Object.fromEntries(
    ["input", "forget", "output", "candidate", "cell", "hidden"].map((name) => [name, now(name)]),
  );
  return { ...gates, cellBefore: then("cell"), cellTanh: Math.tanh(gates.cell) };
}
