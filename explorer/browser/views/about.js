/** About this model: what it is, how it was made, what it measures, and its charts where a server draws them. */

import { element } from "../dom.js";

const CHARTS = ["training", "kl"];

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: Function}} options
 * @param {{call(route: string): Promise<Response>, onUpdate(callback: Function): void}} host
 */
export async function mount(root, { model, t }, host) {
  const { config } = model;
  root.append(facts(config, t), metrics(config, t), await charts(model, t, host));
  return { destroy: () => root.replaceChildren() };
}

function facts(config, t) {
  const { dataset, training, image } = config;
  const rows = [
    ["about.family", `${config.family}, ${t("about.dimensions", { count: config.latent_size })}`],
    ["about.images", `${image.height}×${image.width}×${image.channels}`],
    ["about.data", `${dataset.name} ${dataset.version} (${dataset.licence})`],
    ["about.training", t("about.steps", { steps: training.steps, seconds: training.seconds, device: training.device })],
    ["about.loss", `${training.loss}; ${training.optimiser}; ${t("about.seed", { seed: training.seed })}`],
    ["about.licence", config.licence],
  ];
  const list = element("dl", { class: "facts" });
  for (const [key, value] of rows) list.append(element("dt", {}, t(key)), element("dd", {}, value));
  const command = element("pre", { class: "command", tabindex: 0 }, training.command);
  return element("section", {}, list, element("h3", {}, t("about.rebuild")), command);
}

function metrics(config, t) {
  const head = ["about.metric", "about.value", "about.interval", "about.count", "about.unit"];
  const body = Object.entries(config.metrics).map(([name, { value, low, high, count, unit }]) => {
    const interval = low === high ? "–" : `${number(low)} … ${number(high)}`;
    const cells = [t(`metric.${name}`), number(value), interval, String(count), unit];
    return element("tr", {}, ...cells.map((text) => element("td", {}, text)));
  });
  const heading = element("tr", {}, ...head.map((key) => element("th", { scope: "col" }, t(key))));
  const table = element("table", {}, element("thead", {}, heading), element("tbody", {}, ...body));
  const caption = element("p", { class: "note" }, t("about.metrics_note"));
  return element("section", { class: "metrics" }, element("h3", {}, t("about.metrics")), table, caption);
}

/** Four significant digits. @param {number} value */
function number(value) {
  return Number(value.toPrecision(4)).toString();
}

async function charts(model, t, host) {
  const section = element("section", { class: "charts" }, element("h3", {}, t("about.charts")));
  for (const name of CHARTS) {
    try {
      const response = await host.call(`api/figures/${encodeURIComponent(model.name)}/${name}.json?lang=${t.language}`);
      if (response.status === 404) continue;
      const figure = await response.json();
      await loadPlotly(new URL(response.headers.get("X-Plotly"), response.url));
      const place = element("div", { class: "chart", role: "img", "aria-label": t(`about.chart_${name}`) });
      section.append(element("h4", {}, t(`about.chart_${name}`)), place);
      queueMicrotask(() => draw(place, figure, host));
    } catch (error) {
      section.append(element("p", { class: "note" }, error.message));
      break;
    }
  }
  return section;
}

/** Charts take their text colour from the page, and take it again when the theme changes. */
function draw(place, figure, host) {
  const colour = () => getComputedStyle(place).color;
  const layout = { ...figure.layout, font: { ...figure.layout.font, color: colour() }, height: 340 };
  window.Plotly.newPlot(place, figure.data, layout, { responsive: true, displaylogo: false });
  host.onUpdate(({ theme }) => theme && requestAnimationFrame(() => window.Plotly.relayout(place, { "font.color": colour() })));
}

/** plotly.js is large: it comes with the first chart. @param {URL} address */
function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = element("script", { src: address.href });
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => reject(new Error(address.href)));
    document.head.append(script);
  });
}
