/** The units that a span query found, the clearest first, with how often each is on elsewhere. */

import { element } from "../../../dom.js";
import { grouped, readable } from "../../../charts/axis.js";
import { same } from "../reading.js";
import { inSlices } from "../slices.js";
import { writeUnit } from "../state.js";
import { runsOn } from "./query.js";

const SHOWN = 12; // units, until more are asked for

/**
 * @typedef {import("./query.js").Found & {unit: import("../reading.js").Unit}} Hit
 * @typedef {object} Given what is searched for
 * @property {Hit[]} found
 * @property {Hit | null} chosen
 * @property {number} threshold
 * @property {import("../../../runtime/recurrent/trace.js").Trace | null} page null while it is being read
 * @property {import("../../../charts/scale.js").Palette | undefined} palette
 */

/**
 * @param {object} options
 * @param {import("../reading.js").Reading} options.reading
 * @param {(key: string, values?: object) => string} options.t
 * @param {(hit: Hit, event: Event) => void} options.onChoose
 */
export function createHits({ reading, t, onChoose }) {
  const list = element("ol", { class: "find-hits" });
  const more = element("button", { class: "button", type: "button" });
  const note = element("p", { class: "note" }, t("gates.hits_note"));
  const node = element("div", { class: "find-hits-box" }, element("h3", {}, t("gates.hits_title")), note, list, more);
  let [items, all, last] = [[], false, []];
  /** @type {Given | null} */
  let counted = null;

  const mark = () =>
    items.forEach((item) => item.node.classList.toggle("find-hit-current", same(item.hit.unit, reading.unit)));

  const show = (/** @type {Hit[]} */ found, /** @type {Hit | null} */ chosen) => {
    node.hidden = !found.length;
    last = found;
    items = (all ? found : found.slice(0, SHOWN)).map((hit) => ({ hit, ...renderHit(hit, reading, t, onChoose) }));
    items.forEach((item) => item.button.setAttribute("aria-pressed", String(item.hit === chosen)));
    list.replaceChildren(...items.map((item) => item.node));
    more.hidden = found.length <= SHOWN;
    more.textContent = t(all ? "gates.hits_fewer" : "gates.hits_more", { count: grouped(found.length - SHOWN) });
    mark();
  };

  more.addEventListener("click", () => {
    all = !all;
    show(last, counted?.chosen ?? null);
    if (counted) count(counted, new AbortController().signal);
  });

  /** Fill in how often each listed unit is on in the text and on the page. @param {Given} given @param {AbortSignal} signal */
  const count = async (given, signal) => {
    counted = given;
    const { quantity } = reading;
    const listed = items;
    await inSlices(
      (function* () {
        for (const { hit, fires } of listed) {
          const within = (trace) =>
            runsOn(trace.series(hit.unit.layer, quantity, hit.unit.index), given.threshold, hit.sign).runs.length;
          const values = { text: grouped(within(reading.trace)), page: given.page ? grouped(within(given.page)) : "…" };
          fires.textContent = t("gates.hit_fires", values);
          yield;
        }
      })(),
      signal,
    );
  };

  return { node, show, mark, count };
}

function renderHit(hit, reading, t, onChoose) {
  const { unit, sign, least, beside } = hit;
  const button = element(
    "button",
    { class: "find-hit-unit", type: "button", title: t("gates.choose_unit") },
    `${writeUnit(unit)}${sign < 0 ? " −" : ""}`,
  );
  button.addEventListener("click", (event) => onChoose(hit, event));
  const inside = t(sign < 0 ? "gates.hit_below" : "gates.hit_above", { value: readable(sign * least) });
  const outside =
    beside === null
      ? ""
      : t(sign < 0 ? "gates.hit_beside_below" : "gates.hit_beside_above", { value: readable(sign * beside) });
  const fires = element("span", { class: "note" });
  const node = element(
    "li",
    { class: "find-hit" },
    button,
    element("span", { class: "number find-hit-values" }, inside, element("span", { class: "note" }, outside)),
    fires,
  );
  node.addEventListener("pointerenter", (event) => reading.set({ hover: { unit } }, event));
  node.addEventListener("pointerleave", (event) => reading.set({ hover: { unit: null } }, event));
  return { node, button, fires };
}
