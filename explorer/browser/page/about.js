/** About this model: what it is, how it was made, what it measures, and its charts where a server draws them. */

import { element } from "../dom.js";
import { attributeName, metricName, unitName } from "../measures.js";
import { readings } from "../parts/readings.js";

const CHARTS = Object.freeze({
  training: "about.chart_training",
  kl: "about.chart_kl",
  robustness: "about.chart_robustness",
});
const CHART_NOTES = Object.freeze({ robustness: "about.chart_robustness_note" });
const CHART_HEIGHT = 380; // CSS pixels, of a figure that asks for no height of its own

const FLOOR = "_floor"; // "energy_distance_floor" is what two real samples get where "energy_distance" is measured

/**
 * The facts stand at once; the charts follow when the server has drawn them.
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator}} options
 * @param {{call(route: string): Promise<Response>, onUpdate(callback: Function): void}} host
 * @returns {{destroy(): void}}
 */
export function mount(root, { model, t }, host) {
  const { config } = model;
  const charts = element("section", { class: "charts" }, element("h3", {}, t("about.charts")));
  root.append(facts(config, t), metrics(config, t), charts);
  addCharts(charts, model, t, host);
  return { destroy: () => root.replaceChildren() };
}

function facts(config, t) {
  const { dataset, training, image, condition, latent_size: size } = config;
  const rows = [
    ["about.family", size === null ? config.family : `${config.family}, ${t("about.dimensions", { count: size })}`],
    ["about.network", config.capabilities.includes("Writes") && network(config.arguments, t)],
    ["about.network", config.arguments.sequence && recurrent(config.arguments, t)],
    ["about.images", image && `${image.height}×${image.width}×${image.channels}`],
    [
      "about.condition",
      condition &&
        t("about.classes", { attribute: attributeName(condition.attribute, t), count: condition.values.length }),
    ],
    ["about.data", `${dataset.name} ${dataset.version} (${dataset.licence})`],
    ["about.training", t("about.steps", { steps: training.steps, seconds: training.seconds, device: training.device })],
    ["about.loss", `${training.loss}; ${training.optimiser}; ${t("about.seed", { seed: training.seed })}`],
    ["about.licence", config.licence],
  ];
  const list = element("dl", { class: "facts" });
  for (const [key, value] of rows) if (value) list.append(element("dt", {}, t(key)), element("dd", {}, value));
  const command = element("pre", { class: "command", tabindex: 0 }, training.command);
  return element("section", {}, list, element("h3", {}, t("about.rebuild")), command);
}

/**
 * Cell, layers and units of a model of sequences, and how long they are, which leaves out what its family takes by
 * itself.
 */
function recurrent({ sequence, cell = "lstm", layers = 1, hidden_size: units }, t) {
  return t(sequence.kind === "notes" ? "about.cells_notes" : "about.cells_signal", {
    cell: cell.toUpperCase(),
    layers,
    units,
    steps: sequence.length,
  });
}

/** Cell, layers, units and characters of a character model, which leaves out what its family takes by itself. */
function network({ cell = "lstm", layers = 1, hidden_size: units = 256, vocabulary }, t) {
  const unknown = 1; // the first of the vocabulary stands for every character that it lacks
  return t("about.cells", {
    cell: cell.toUpperCase(),
    layers,
    units,
    characters: Array.from(vocabulary).length - unknown,
  });
}

function metrics(config, t) {
  const all = config.metrics;
  const names = Object.keys(all).filter(
    (name) => !(name.endsWith(FLOOR) && Object.hasOwn(all, name.slice(0, -FLOOR.length))),
  );
  const floors = names.some((name) => Object.hasOwn(all, name + FLOOR));
  const head = [
    "about.metric",
    "about.value",
    "about.interval",
    ...(floors ? ["about.floor"] : []),
    "about.count",
    "about.unit",
  ];
  const body = names.map((name) => {
    const { value, count, unit } = all[name];
    const floor = all[name + FLOOR];
    const beside = floors ? [floor ? `${number(floor.value)} (${interval(floor)})` : "–"] : [];
    const cells = [
      metricName(name, t),
      number(value),
      interval(all[name]),
      ...beside,
      String(count),
      unitName(unit, t),
    ];
    return element("tr", {}, ...cells.map((text) => element("td", {}, text)));
  });
  const heading = element("tr", {}, ...head.map((key) => element("th", { scope: "col" }, t(key))));
  const table = element("table", {}, element("thead", {}, heading), element("tbody", {}, ...body));
  const bounded = config.capabilities.includes("BoundsEvidence");
  const notes = [
    t(bounded ? "about.metrics_note" : "about.metrics_note_samples"),
    ...(floors ? [t("about.floor_note")] : []),
  ];
  const caption = element("p", { class: "note" }, notes.join(" "));
  const told = readings(names, t);
  return element(
    "section",
    { class: "metrics" },
    element("h3", {}, t("about.metrics")),
    table,
    caption,
    ...(told ? [told] : []),
  );
}

/** A count has no sampling error, and so no interval. */
function interval({ low, high }) {
  return low === high ? "–" : `${number(low)} … ${number(high)}`;
}

/** Four significant digits, with a true minus sign. @param {number} value */
function number(value) {
  return Number(value.toPrecision(4)).toString().replace(/^-/, "−");
}

/** A model without a history or a browse set has no such chart (404); any other refusal is said. */
async function addCharts(section, model, t, host) {
  try {
    for (const [name, title] of Object.entries(CHARTS)) {
      const response = await host.call(`api/figures/${encodeURIComponent(model.name)}/${name}.json?lang=${t.language}`);
      if (response.status === 404) continue;
      if (!response.ok) throw new Error(t("about.chart_failed", { status: response.status }));
      const figure = await response.json();
      await loadPlotly(new URL(response.headers.get("X-Plotly"), response.url));
      if (!section.isConnected) return;
      const place = element("div", { class: "chart", role: "img", "aria-label": t(title) });
      const note = Object.hasOwn(CHART_NOTES, name) ? [element("p", { class: "note" }, t(CHART_NOTES[name]))] : [];
      section.append(element("h4", {}, t(title)), ...note, place);
      draw(place, figure, host);
    }
  } catch (error) {
    section.append(element("p", { class: "note" }, error.message));
  }
}

/** Charts take their text colour from the page, and take it again when the theme changes. */
function draw(place, figure, host) {
  const colour = () => getComputedStyle(place).color;
  const layout = {
    ...figure.layout,
    font: { ...figure.layout.font, color: colour() },
    height: figure.layout.height ?? CHART_HEIGHT,
  };
  window.Plotly.newPlot(place, figure.data, layout, { responsive: true, displaylogo: false });
  host.onUpdate(
    ({ theme }) => theme && requestAnimationFrame(() => window.Plotly.relayout(place, { "font.color": colour() })),
  );
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
