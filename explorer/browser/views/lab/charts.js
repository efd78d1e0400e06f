/**
 * A run in curves under one cursor: what was logged, and what is measured at the run's moments. The run's background thread
 * measures one moment after another, those nearest to the cursor first.
 */

import { element } from "../../dom.js";
import { hasLogits } from "../../runtime/planar/settings.js";
import { createCurves } from "../../charts/curves.js";

const REFRESH = 200; // milliseconds between drawings of new measures
const MEASURES = Object.freeze([
  "accuracy",
  "modesCovered",
  "highQuality",
  "energy",
  "slicedWasserstein",
  "realOutput",
  "fakeOutput",
]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(iteration: number, event: Event) => void} options.onSeek
 * @param {(error: Error) => void} options.onError
 */
export function createCharts({ t, onSeek, onError }) {
  return new Charts(t, onSeek, onError);
}

class Charts {
  constructor(t, onSeek, onError) {
    this.t = t;
    this.onSeek = onSeek;
    this.onError = onError;
    this.charts = [];
    this.refresh = 0;
    this.measuring = false;
    this.cursor = 0;
    this.grid = element("div", { class: "lab-charts" });
    this.count = element("p", { class: "note" });
    this.node = element(
      "section",
      { "aria-label": t("lab.charts") },
      element("h2", {}, t("lab.charts")),
      this.count,
      this.grid,
    );
  }

  /**
   * @param {object} run
   * @param {WeakMap<object, object | null>} measured by state; kept by the caller, so that a run is measured once
   */
  open(run, measured) {
    this.close();
    this.run = run;
    this.measured = measured;
    this.series = definitions(this.t, run.settings);
    this.charts = this.series.map(({ options }) => {
      const chart = createCurves(this.grid, { t: this.t, xLabel: this.t("lab.iteration"), ...options });
      chart.onSeek(this.onSeek);
      return chart;
    });
    this.showFloors(run);
    this.update();
    this.fill();
  }

  /** What two real samples give. */
  async showFloors(run) {
    try {
      const values = await run.floors();
      if (run !== this.run) return;
      this.count.textContent = this.t("lab.charts_note", { count: values.count });
      this.series.forEach(({ floor }, i) => {
        if (!floor) return;
        const range = values[floor];
        const { mean: value, low, high } = typeof range === "number" ? { mean: range, low: range, high: range } : range;
        this.charts[i].setFloor({ value, low, high, label: this.t("lab.floor") });
      });
    } catch (error) {
      if (run === this.run) this.onError(error);
    }
  }

  /** The run has other rows or moments than before. */
  update() {
    const logged = columnsOf(this.run.history);
    const measured = this.measuredColumns();
    this.series.forEach(({ of, columns }, i) => {
      const source = of === "logged" ? logged : measured;
      const named = Object.entries(columns).map(([key, column]) => [key, source.columns[column] ?? []]);
      this.charts[i].setRows(source.x, Object.fromEntries(named));
    });
  }

  measuredColumns() {
    const states = this.run.states.filter((state) => this.measured.get(state));
    const rows = states.map((state) => this.measured.get(state));
    const columns = Object.fromEntries(MEASURES.map((name) => [name, rows.map((row) => row[name] ?? NaN)]));
    return { x: states.map(({ iteration }) => iteration), columns };
  }

  setCursor(iteration) {
    this.cursor = iteration;
    for (const chart of this.charts) chart.setCursor(iteration);
    this.fill();
  }

  /** Measure moment after moment until all are. */
  async fill() {
    if (this.measuring) return;
    this.measuring = true;
    for (let state = this.nearestUnmeasured(); state; state = this.nearestUnmeasured()) {
      const { run, measured } = this;
      try {
        measured.set(state, await run.measures(run.states.indexOf(state)));
      } catch {
        measured.set(state, null); // a diverged moment has no measures, and the plot says so
      }
      this.refresh ||= setTimeout(() => this.refreshNow(), REFRESH);
    }
    this.measuring = false;
  }

  refreshNow() {
    this.refresh = 0;
    if (this.run) this.update();
  }

  nearestUnmeasured() {
    let best = null;
    const far = ({ iteration }) => Math.abs(iteration - this.cursor);
    for (const state of this.run?.states ?? [])
      if (!this.measured.has(state) && (!best || far(state) < far(best))) best = state;
    return best;
  }

  redraw() {
    for (const chart of this.charts) chart.redraw();
  }

  close() {
    for (const chart of this.charts) chart.destroy();
    clearTimeout(this.refresh);
    this.charts = [];
    this.run = null;
    this.refresh = 0;
  }
}

/** The charts of a run: which numbers, how drawn, and what to read from them. */
function definitions(t, settings) {
  const { loss, data } = settings;
  const networks = (line) => [
    { key: "discriminator", label: t("lab.discriminator"), colour: "--discriminator" },
    { key: "generator", label: t("lab.generator"), colour: "--generator", line },
  ];
  const generated = [{ key: "value", label: t("lab.generated"), colour: "--fake" }];
  const sides = [
    { key: "real", label: t("lab.output_real"), colour: "--real" },
    { key: "fake", label: t("lab.output_fake"), colour: "--fake", line: "dashed" },
  ];
  const modes = { gaussians: 8, grid: 25, disjoint: 3 }[data];
  const chart = (name, of, columns, options, floor) => ({
    of,
    columns,
    floor,
    options: { title: t(`lab.chart_${name}`), caption: t(`lab.chart_${name}_note`), unit: "", ...options },
  });
  const pair = (name) => ({ discriminator: `discriminator_${name}`, generator: `generator_${name}` });
  const probability = hasLogits(loss) ? { range: [0, 1] } : {};
  return [
    chart("loss", "logged", pair("loss"), { series: networks("dashed"), unit: hasLogits(loss) ? t("unit.nats") : "" }),
    chart("gradient", "logged", pair("gradient"), { series: networks("dashed"), log: true }),
    chart("output", "measured", { real: "realOutput", fake: "fakeOutput" }, { series: sides, ...probability }),
    ...(loss.startsWith("wasserstein")
      ? []
      : [
          chart(
            "accuracy",
            "measured",
            { value: "accuracy" },
            { series: [{ key: "value", label: t("lab.discriminator"), colour: "--discriminator" }], range: [0, 1] },
          ),
        ]),
    ...(modes
      ? [
          chart(
            "modes",
            "measured",
            { value: "modesCovered" },
            { series: generated, unit: t("lab.of_modes", { count: modes }), range: [0, modes] },
          ),
        ]
      : []),
    chart("quality", "measured", { value: "highQuality" }, { series: generated, range: [0, 1] }, "highQuality"),
    chart(
      "energy",
      "measured",
      { value: "energy" },
      { series: generated, unit: t("lab.unit_plane"), log: true },
      "energy",
    ),
    chart(
      "wasserstein",
      "measured",
      { value: "slicedWasserstein" },
      { series: generated, unit: t("lab.unit_plane"), log: true },
      "slicedWasserstein",
    ),
  ];
}

function columnsOf({ columns, rows }) {
  const column = (name) => rows.map((row) => row[columns.indexOf(name)] ?? NaN);
  return { x: column("iteration"), columns: Object.fromEntries(columns.map((name) => [name, column(name)])) };
}
