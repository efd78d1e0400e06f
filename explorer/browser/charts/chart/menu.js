/** A chart's menu: its picture, its numbers, and the same chart large. */

import { download, element } from "../../dom.js";
import { csv, tableOf } from "../table.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {() => import("../description.js").Description} options.describe
 * @param {HTMLElement} options.node what the chart is drawn on, in the page's theme
 * @param {string} [options.hint] how it is read and zoomed, where that is its own
 * @param {readonly HTMLCanvasElement[]} [options.layers] from below, of what draws itself: then they are the picture
 */
export function createMenu({ t, describe, node: plot, hint = t("charts.hint"), layers = [] }) {
  const name = () =>
    describe()
      .title.trim()
      .replace(/[\s/\\:*?"<>|]+/g, "-");
  /** @type {{destroy(): void} | null} */
  let open = null;
  const choose = (/** @type {string} */ words, /** @type {() => void | Promise<void>} */ act) => {
    const button = element("button", { class: "chart-choice", type: "button" }, words);
    button.addEventListener("click", () => {
      menu.open = false;
      summary.focus({ preventScroll: true });
      Promise.resolve(act()).catch((/** @type {Error} */ error) => say(error.message));
    });
    return button;
  };
  const failed = element("p", { class: "note chart-failed", role: "alert", hidden: true });
  const say = (/** @type {string} */ words) => {
    failed.hidden = false;
    failed.textContent = words;
    menu.open = true;
  };
  const summary = element("summary", { class: "segment chart-small", "aria-label": t("charts.menu") }, "⋯");
  const panel = element(
    "div",
    { class: "chart-choices", tabindex: -1 },
    choose(t("charts.large"), async () => {
      const { openLarge } = await import("../large.js");
      open?.destroy();
      open = await openLarge({ t, description: describe(), node: plot });
    }),
    choose(t("charts.png"), async () => {
      const { pictureOf } = await import("../picture.js");
      download(`${name()}.png`, await pictureOf(plot, describe(), layers));
    }),
    choose(t("charts.csv"), () => {
      download(`${name()}.csv`, new Blob(["\ufeff", csv(tableOf(describe(), t))], { type: "text/csv;charset=utf-8" }));
    }),
    failed,
    element("p", { class: "note" }, hint),
  );
  const menu = element("details", { class: "chart-menu" }, summary, panel);
  menu.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    summary.focus();
  });
  return { node: menu, destroy: () => open?.destroy() };
}
