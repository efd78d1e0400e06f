/** Where else a found unit is on: every stretch of the visitor's text and of the held-out page, in reading order. */

import { element } from "../../../dom.js";
import { grouped } from "../../../charts/axis.js";
import { createScale, isBounded } from "../../../charts/scale.js";
import { writeUnit } from "../state.js";
import { runsOn, windowAround } from "./query.js";
import { renderWindow } from "./windows.js";

const WIDTH = 56; // characters of a window
const BEFORE = 15; // of them before the stretch
const AT_ONCE = 5; // windows that are shown, and added each time more are asked for

/**
 * @param {{reading: import("../reading.js").Reading, t: (key: string, values?: object) => string}} options
 * @returns {{node: HTMLElement, show(given: import("./hits.js").Given): void}}
 */
export function createMatches({ reading, t }) {
  const title = element("h3", {});
  const places = ["text", "page"].map((name) => createPlace(name, t));
  const node = element("div", { class: "find-matches" }, title, ...places.map((place) => place.node));
  node.hidden = true;
  return {
    node,
    show({ chosen, threshold, page, palette }) {
      node.hidden = !chosen || !palette;
      if (node.hidden) return;
      const { quantity } = reading;
      const { unit, sign } = chosen;
      title.textContent = t(sign < 0 ? "gates.matches_below" : "gates.matches_above", {
        unit: writeUnit(unit),
        quantity: t(`gates.quantity_${quantity}`),
        threshold: String(sign * threshold).replace("-", "−"),
      });
      const go = (/** @type {number} */ step, /** @type {Event} */ event) => reading.set({ cursor: step }, event);
      [reading.trace, page].forEach((trace, i) =>
        places[i].show(trace && search(trace, { unit, sign, threshold, quantity, palette }), i ? null : go),
      );
    },
  };
}

function search(trace, { unit, sign, threshold, quantity, palette }) {
  const series = trace.series(unit.layer, quantity, unit.index);
  const largest = isBounded(quantity) ? 1 : series.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = createScale(quantity, largest, palette);
  const draw = (/** @type {{from: number, to: number}} */ run) =>
    renderWindow({
      trace,
      unit,
      quantity,
      scale,
      window: windowAround(run, series.length, WIDTH, BEFORE),
      framed: run,
    });
  return { ...runsOn(series, threshold, sign), length: series.length, draw };
}

function createPlace(name, t) {
  const count = element("p", { class: "find-matches-count" });
  const list = element("div", { class: "find-matches-list" });
  const more = element("button", { class: "button", type: "button" });
  let add = () => {};
  more.addEventListener("click", () => add());
  return {
    node: element("div", {}, count, list, more),
    /** @param {ReturnType<typeof search> | null} found null while the page is being read @param {((step: number, event: Event) => void) | null} go */
    show(found, go) {
      list.replaceChildren();
      more.hidden = true;
      if (!found) {
        count.textContent = t("gates.page_waiting");
        return;
      }
      const { runs, steps, length, draw } = found;
      const values = { runs: grouped(runs.length), steps: grouped(steps), length: grouped(length) };
      count.textContent = t(runs.length ? `gates.matches_${name}` : `gates.matches_${name}_none`, values);
      add = () => {
        const from = list.children.length;
        list.append(...runs.slice(from, from + AT_ONCE).map((run) => withLink(draw(run), run, go, t)));
        more.hidden = list.children.length >= runs.length;
        more.textContent = t("gates.matches_more", { count: grouped(runs.length - list.children.length) });
      };
      add();
    },
  };
}

/** Windows of the visitor's own text lead there. */
function withLink(node, run, go, t) {
  if (!go) return node;
  const link = element(
    "button",
    { class: "find-window-go", type: "button", title: t("gates.matches_go") },
    node.querySelector(".find-window-place").textContent,
  );
  link.addEventListener("click", (event) => go(run.from, event));
  node.querySelector(".find-window-place").replaceWith(link);
  return node;
}
