/**
 * A run in curves under one cursor: what was logged, and what is measured at the run's moments. The run's background
 * thread measures one moment after another, those nearest to the cursor first.
 */

import { Chart } from "../../charts/chart.js";
import { element } from "../../dom.js";
import { SHOWN } from "../../runtime/planar/measures.js";
import { hasLogits } from "../../runtime/planar/settings.js";

const REFRESH = 200; // milliseconds between drawings of new measures

/** How many modes a distribution has, where they are counted. @type {Readonly<Record<string, number>>} */
const MODES = Object.freeze({ gaussians: 8, grid: 25, disjoint: 3 });

/**
 * @typedef {import("../../i18n.js").Translator} Translator
 * @typedef {import("../../runtime/planar/initial.js").State} State
 * @typedef {import("../../runtime/planar/measures.js").Floors} Floors
 * @typedef {import("../../runtime/planar/run.js").Run} Run
 * @typedef {import("./runs.js").Measured} Measured
 * @typedef {import("../../charts/description.js").Series} Series
 *
 * @typedef {{x: number[], columns: Record<string, number[]>}} Table
 *
 * @typedef {object} Definition of a chart
 * @property {string} name of its title and caption among the translations
 * @property {"logged" | "measured"} of
 * @property {Record<string, string>} columns the table's, by the keys of the series
 * @property {Series[]} series
 * @property {string} [unit]
 * @property {boolean} [log]
 * @property {[number, number]} [range]
 * @property {"highQuality" | "energy" | "slicedWasserstein"} [floor] what two real samples give
 */

export class Charts {
  /** @type {HTMLElement} */
  node;
  #t;
  #onSeek;
  #onError;
  #grid = element("div", { class: "lab-charts" });
  #count = element("p", { class: "note" });
  /** @type {{run: Run, measured: Measured, charts: {of: Definition, chart: Chart}[]} | null} */
  #shown = null;
  #refresh = 0;
  #measuring = false;
  #cursor = 0;

  /**
   * @param {object} options
   * @param {Translator} options.t
   * @param {(iteration: number, event: Event) => void} options.onSeek
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ t, onSeek, onError }) {
    this.#t = t;
    this.#onSeek = onSeek;
    this.#onError = onError;
    this.node = element(
      "section",
      { "aria-label": t("lab.charts") },
      element("h2", {}, t("lab.charts")),
      this.#count,
      this.#grid,
    );
  }

  /**
   * @param {Run} run
   * @param {Measured} measured kept by the caller, so that a run is measured once
   */
  open(run, measured) {
    this.close();
    const t = this.#t;
    const charts = definitions(t, run.settings).map((of) => {
      const { name, series, unit, log, range } = of;
      const words = { title: t(`lab.chart_${name}`), caption: t(`lab.chart_${name}_note`), unit };
      const chart = new Chart(this.#grid, { t, ...words, series, x: { label: t("lab.iteration") }, y: { log, range } });
      chart.onSeek(this.#onSeek);
      return { of, chart };
    });
    this.#shown = { run, measured, charts };
    this.#showFloors(run);
    this.update();
    this.fill();
  }

  /** What two real samples give. @param {Run} run */
  async #showFloors(run) {
    try {
      const floors = await run.floors();
      if (run !== this.#shown?.run) return;
      this.#count.textContent = this.#t("lab.charts_note", { count: floors.count });
      for (const { of, chart } of this.#shown.charts) {
        if (of.floor) chart.setFloor({ ...floorOf(floors, of.floor), label: this.#t("lab.floor") });
      }
    } catch (error) {
      if (run === this.#shown?.run) this.#onError(error);
    }
  }

  /** The run has other rows or moments than before. */
  update() {
    if (!this.#shown) return;
    const { run, measured, charts } = this.#shown;
    const tables = { logged: loggedTable(run.history), measured: measuredTable(run.states, measured) };
    for (const { of, chart } of charts) {
      const { x, columns } = tables[of.of];
      const named = Object.entries(of.columns).map(([key, column]) => [key, columns[column] ?? []]);
      chart.setRows(x, Object.fromEntries(named));
    }
  }

  /** @param {number} iteration */
  setCursor(iteration) {
    this.#cursor = iteration;
    for (const { chart } of this.#shown?.charts ?? []) chart.setCursor(iteration);
    this.fill();
  }

  /** Measure moment after moment until all are. */
  async fill() {
    if (this.#measuring) return;
    this.#measuring = true;
    for (let next = this.#nearestUnmeasured(); next; next = this.#nearestUnmeasured()) {
      const { run, measured, state } = next;
      try {
        measured.set(state, await run.measures(run.states.indexOf(state)));
      } catch {
        measured.set(state, null); // a diverged moment has no measures, and the plot says so
      }
      this.#refresh ||= setTimeout(() => {
        this.#refresh = 0;
        this.update();
      }, REFRESH);
    }
    this.#measuring = false;
  }

  #nearestUnmeasured() {
    if (!this.#shown) return null;
    const { run, measured } = this.#shown;
    const far = (/** @type {State} */ { iteration }) => Math.abs(iteration - this.#cursor);
    /** @type {State | null} */
    let best = null;
    for (const state of run.states) {
      if (!measured.has(state) && (best === null || far(state) < far(best))) best = state;
    }
    return best && { run, measured, state: best };
  }

  redraw() {
    for (const { chart } of this.#shown?.charts ?? []) chart.redraw();
  }

  close() {
    for (const { chart } of this.#shown?.charts ?? []) chart.destroy();
    clearTimeout(this.#refresh);
    this.#shown = null;
    this.#refresh = 0;
  }
}

/**
 * The charts of a run: which numbers, and how drawn.
 * @param {Translator} t
 * @param {import("../../runtime/planar/settings.js").Settings} settings
 * @returns {Definition[]}
 */
function definitions(t, { loss, data }) {
  /** Means over the batches since the row before. @type {(name: "loss" | "gradient") => Series[]} */
  const networks = (name) => [
    { key: "discriminator", label: t(`lab.series_${name}`, { network: "D" }), colour: "--discriminator" },
    { key: "generator", label: t(`lab.series_${name}`, { network: "G" }), colour: "--generator", line: "dashed" },
  ];
  /** @type {Series[]} */
  const sides = [
    { key: "real", label: t("lab.output_real"), colour: "--real" },
    { key: "fake", label: t("lab.output_fake"), colour: "--fake", line: "dashed" },
  ];
  const discriminator = [{ key: "value", label: t("lab.discriminator"), colour: "--discriminator" }];
  const generated = [{ key: "value", label: t("lab.generated"), colour: "--fake" }];
  const pair = (/** @type {string} */ name) => ({
    discriminator: `discriminator_${name}`,
    generator: `generator_${name}`,
  });
  const outputs = { real: "realOutput", fake: "fakeOutput" };
  const [unit, modes] = [t("lab.unit_plane"), MODES[data]];
  /** @type {[number, number]} */
  const share = [0, 1];
  /** @type {(Definition | null)[]} */
  const all = [
    {
      name: "loss",
      of: "logged",
      columns: pair("loss"),
      series: networks("loss"),
      unit: hasLogits(loss) ? t("unit.nats") : "",
    },
    { name: "gradient", of: "logged", columns: pair("gradient"), series: networks("gradient"), log: true },
    { name: "output", of: "measured", columns: outputs, series: sides, range: hasLogits(loss) ? share : undefined },
    loss.startsWith("wasserstein")
      ? null
      : { name: "accuracy", of: "measured", columns: { value: "accuracy" }, series: discriminator, range: share },
    modes
      ? {
          name: "modes",
          of: "measured",
          columns: { value: "modesCovered" },
          series: generated,
          unit: t("lab.of_modes", { count: modes, points: SHOWN }),
          range: [0, modes],
        }
      : null,
    {
      name: "quality",
      of: "measured",
      columns: { value: "highQuality" },
      series: generated,
      range: share,
      floor: "highQuality",
    },
    {
      name: "energy",
      of: "measured",
      columns: { value: "energy" },
      series: generated,
      unit,
      log: true,
      floor: "energy",
    },
    {
      name: "wasserstein",
      of: "measured",
      columns: { value: "slicedWasserstein" },
      series: generated,
      unit,
      log: true,
      floor: "slicedWasserstein",
    },
  ];
  return all.filter((each) => each !== null);
}

/** @param {Floors} floors @param {NonNullable<Definition["floor"]>} name */
function floorOf(floors, name) {
  const range = floors[name];
  if (typeof range === "number") return { value: range, low: range, high: range };
  return { value: range.mean, low: range.low, high: range.high };
}

/** @param {Run["history"]} history @returns {Table} */
function loggedTable({ columns, rows }) {
  const column = (/** @type {string} */ name) => rows.map((row) => row[columns.indexOf(name)] ?? NaN);
  return { x: column("iteration"), columns: Object.fromEntries(columns.map((name) => [name, column(name)])) };
}

/** @param {State[]} states @param {Measured} measured @returns {Table} of the states that are measured */
function measuredTable(states, measured) {
  const rows = states.flatMap((state) => {
    const measures = measured.get(state);
    return measures ? [{ iteration: state.iteration, measures }] : [];
  });
  const column = (/** @type {keyof import("../../runtime/planar/measures.js").Measures} */ name) =>
    rows.map(({ measures }) => measures[name] ?? NaN);
  return {
    x: rows.map(({ iteration }) => iteration),
    columns: {
      accuracy: column("accuracy"),
      modesCovered: column("modesCovered"),
      highQuality: column("highQuality"),
      energy: column("energy"),
      slicedWasserstein: column("slicedWasserstein"),
      realOutput: column("realOutput"),
      fakeOutput: column("fakeOutput"),
    },
  };
}
