/** Where else a found unit is on: every stretch of the visitor's text and of the held-out page, in reading order. */

import { grouped } from "../../../charts/axis.js";
import { createScale, isBounded } from "../../../charts/scale.js";
import { element } from "../../../dom.js";
import { nameOfUnit } from "../reading.js";
import { runsOn, windowAround } from "./query.js";
import { renderWindow } from "./windows.js";

const WIDTH = 56; // characters of a window
const BEFORE = 15; // of them before the stretch
const AT_ONCE = 5; // windows that are shown, and added each time more are asked for

/**
 * @typedef {import("../../../i18n.js").Translator} Translator
 * @typedef {import("../../../runtime/recurrent/trace.js").Trace} Trace
 * @typedef {import("../reading.js").Span} Span
 * @typedef {(step: number, event: Event) => void} Go
 *
 * @typedef {object} Search
 * @property {import("../reading.js").Unit} unit
 * @property {1 | -1} sign
 * @property {number} threshold
 * @property {string} quantity
 * @property {import("../../../charts/scale.js").Palette} palette
 */

/**
 * @param {{reading: import("../reading.js").Reading, t: Translator}} options
 * @returns {{node: HTMLElement, show(given: import("./hits.js").Given): void}}
 */
export function createMatches({ reading, t }) {
  const title = element("h3", {});
  const go = (/** @type {number} */ step, /** @type {Event} */ event) => reading.set({ cursor: step }, event);
  const [inText, onPage] = [createPlace("text", go, t), createPlace("page", null, t)];
  const node = element("div", { class: "find-matches" }, title, inText.node, onPage.node);
  node.hidden = true;
  return {
    node,
    show({ chosen, threshold, page, palette }) {
      node.hidden = chosen === null;
      if (!chosen) return;
      const { quantity, trace } = reading;
      const { unit, sign } = chosen;
      title.textContent = t(sign < 0 ? "gates.matches_below" : "gates.matches_above", {
        unit: nameOfUnit(unit),
        quantity: t(`gates.quantity_${quantity}`),
        threshold: String(sign * threshold).replace("-", "−"),
      });
      const search = { unit, sign, threshold, quantity, palette };
      inText.show(trace, search);
      onPage.show(page, search);
    },
  };
}

/**
 * A part of the results: the stretches of one text.
 * @param {"text" | "page"} name
 * @param {Go | null} go leads to a step, where that is possible
 * @param {Translator} t
 */
function createPlace(name, go, t) {
  const count = element("p", { class: "find-matches-count" });
  const list = element("div", { class: "find-matches-list" });
  const more = element("button", { class: "button", type: "button" });
  let add = () => {};
  more.addEventListener("click", () => add());
  return {
    node: element("div", {}, count, list, more),
    /** @param {Trace | null} trace null while it is being read @param {Search} search */
    show(trace, search) {
      list.replaceChildren();
      more.hidden = true;
      if (!trace) {
        count.textContent = t("gates.page_waiting");
        return;
      }
      const { unit, quantity, threshold, sign } = search;
      const series = trace.series(unit.layer, quantity, unit.index);
      const { runs, steps } = runsOn(series, threshold, sign);
      const values = { runs: grouped(runs.length), steps: grouped(steps), length: grouped(series.length) };
      count.textContent = t(runs.length ? `gates.matches_${name}` : `gates.matches_${name}_none`, values);
      const { characters, tokens } = trace; // more may be asked for when the trace has turned to another text
      const draw = drawing({ characters, tokens }, search, series, go, t);
      add = () => {
        const from = list.children.length;
        list.append(...runs.slice(from, from + AT_ONCE).map(draw));
        more.hidden = list.children.length >= runs.length;
        more.textContent = t("gates.matches_more", { count: grouped(runs.length - list.children.length) });
      };
      add();
    },
  };
}

/**
 * What draws a stretch with the text around it.
 * @param {import("./windows.js").Read} text
 * @param {Search} search
 * @param {Float32Array} series the unit's values
 * @param {Go | null} go
 * @param {Translator} t
 * @returns {(run: Span) => HTMLElement}
 */
function drawing(text, { quantity, palette }, series, go, t) {
  const largest = isBounded(quantity) ? 1 : series.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = createScale(quantity, largest, palette);
  return (run) =>
    renderWindow({
      text,
      values: series,
      scale,
      window: windowAround(run, series.length, WIDTH, BEFORE),
      framed: run,
      place: go && linkTo(run, go, t),
    });
}

/**
 * The number of a stretch's first character, which leads there.
 * @param {Span} run
 * @param {Go} go
 * @param {Translator} t
 */
function linkTo({ from }, go, t) {
  const follow = (/** @type {Event} */ event) => go(from, event);
  return element(
    "button",
    { class: "find-window-go", type: "button", title: t("gates.matches_go"), on: { click: follow } },
    grouped(from + 1),
  );
}
