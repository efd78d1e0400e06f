/** The head of a chart: what it shows, what is read, and its tools. */

import { element } from "../../dom.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {string} options.title
 * @param {string} options.unit
 * @param {HTMLElement} options.at where the row that is read is named
 * @param {HTMLElement} options.menu
 * @param {boolean | undefined} options.log whether the axis of values starts logarithmic; no switch where left out
 * @param {(log: boolean) => void} options.onLog
 * @param {() => void} options.onBack see all again
 */
export function createHead({ t, title, unit, at, menu, log, onLog, onBack }) {
  const small = { class: "segment chart-small", type: "button" };
  const back = element("button", { ...small, hidden: true, on: { click: onBack } }, t("charts.back"));
  const tools = element("span", { class: "chart-tools" }, back);
  if (log !== undefined) tools.append(logSwitch(log));
  tools.append(menu);

  /** @param {boolean} start */
  function logSwitch(start) {
    let pressed = start;
    const button = element("button", { ...small, "aria-pressed": pressed }, t("charts.log"));
    button.addEventListener("click", () => {
      pressed = !pressed;
      button.setAttribute("aria-pressed", String(pressed));
      onLog(pressed);
    });
    return button;
  }

  const words = element("span", { class: "note" }, unit);
  return {
    node: element("div", { class: "chart-head" }, element("h3", {}, title), tools, words, at),

    /** @param {boolean} part whether only a part is seen, from which there is a way back */
    offerBack(part) {
      back.hidden = !part;
    },
  };
}
