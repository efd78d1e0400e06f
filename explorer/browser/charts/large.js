/** A chart large, as a Plotly figure in a dialog. plotly.js is large, too: it is fetched when first asked for. */

import { element } from "../dom.js";
import { plotlyFigure } from "./plotly.js";
import { watchTheme } from "./theme.js";

/** Beside the page's own modules: the server offers it there, and an export copies it. */
const ADDRESS = new URL("../plotly.min.js", import.meta.url);
const CONFIG = Object.freeze({
  responsive: true,
  displaylogo: false,
  displayModeBar: true,
  showSendToCloud: false, // what is shown stays here
});

/**
 * @typedef {object} Plotly as much of it as is called
 * @property {(node: HTMLElement, data: object[], layout: object, config?: object) => Promise<unknown>} react
 * @property {(node: HTMLElement) => void} purge
 */

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {import("./description.js").Description} options.description
 * @param {HTMLElement} options.node on the page, in its theme
 * @returns {Promise<{destroy(): void}>}
 */
export async function openLarge({ t, description, node }) {
  const root = node.closest(".explorer") ?? document.body;
  const place = element("div", { class: "chart-large-figure" }, element("p", { class: "note" }, t("charts.opening")));
  const close = element("button", { class: "button chart-large-close", type: "button" }, t("charts.close"));
  const dialog = element(
    "dialog",
    { class: "chart-large", "aria-label": description.title },
    place,
    element("p", { class: "note" }, description.caption),
    close,
  );
  root.append(dialog);
  dialog.showModal();
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => event.stopPropagation()); // its keys are none of the view's

  const draw = (/** @type {Plotly} */ plotly) => {
    const style = getComputedStyle(dialog);
    const { data, layout } = plotlyFigure(description, (name) => style.getPropertyValue(name).trim());
    return plotly.react(place, data, layout, CONFIG);
  };
  /** @type {Plotly | null} */
  let plotly = null;
  const large = {
    redraw: () => void (plotly && draw(plotly)),
    destroy() {
      stopWatching();
      plotly?.purge(place);
      dialog.remove();
    },
  };
  const stopWatching = watchTheme(large);
  dialog.addEventListener("close", () => large.destroy());
  try {
    plotly = await loadPlotly();
    if (!dialog.isConnected) return large;
    place.replaceChildren();
    await draw(plotly);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    place.replaceChildren(element("p", { role: "alert" }, t("charts.large_failed", { reason })));
  }
  return large;
}

/** @type {Promise<Plotly> | null} */
let loading = null;

/** @returns {Promise<Plotly>} */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = element("script", { src: ADDRESS.href });
    script.addEventListener("load", () => resolve(Reflect.get(globalThis, "Plotly")));
    script.addEventListener("error", () => {
      loading = null; // a later try may find the way again
      script.remove();
      reject(new Error(ADDRESS.href));
    });
    document.head.append(script);
  });
  return loading;
}
