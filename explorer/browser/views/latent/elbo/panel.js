/**
 * ELBO: what the evidence lower bound of the input is made of, and how the importance-weighted bound tightens with the number
 * of samples. The draws are made in idle moments; for the oracle the exact ln p(x) is known, and drawn as a line.
 */
import { element } from "../../../dom.js";
import { linearLogEvidence } from "../../../runtime/evidence.js";
import { klPerDimension } from "../../../runtime/numbers.js";
import { Chart } from "../../../charts/chart.js";
import { createIdleWorker } from "../idle.js";
import { MOST_SAMPLES, REPEATS, drawWeights } from "./draws.js";

const LEAST_TALL = 1; // nats above and below: rounding errors must not fill a chart
const LEAST_REPEATS = 4; // fewer have no spread to speak of
const TERMS = Object.freeze(["reconstruction", "kl", "elbo", "bound", "gain", "exact", "heaviest"]);

/** @param {import("../panels.js").Surroundings} surroundings */
export function create(surroundings) {
  return new ElboPanel(surroundings);
}

class ElboPanel {
  constructor({ model, t, view }) {
    this.model = model;
    this.t = t;
    this.jobs = null;
    /** Only of a linear decoder can ln p(x) be had exactly. */
    this.linear = model.config.family === "oracle";
    this.stopped = false;
    this.worker = createIdleWorker(() => view.isBusy());
    this.build();
  }

  build() {
    const { t, model } = this;
    this.values = Object.fromEntries(TERMS.map((name) => [name, element("dd", { class: `number elbo-${name}` })]));
    const shown = TERMS.filter((name) => this.linear || name !== "exact");
    const rows = shown.flatMap((name) => [
      element("dt", {}, t(`elbo.term_${name}`, { count: MOST_SAMPLES })),
      this.values[name],
    ]);
    this.progress = element("p", { class: "note elbo-progress", role: "status" });
    const numbers = element(
      "div",
      { class: "elbo-numbers" },
      element("dl", { class: "latent-terms elbo-terms" }, ...rows),
      this.progress,
    );
    this.chartBox = element("div", { class: "elbo-chart" });
    this.chart = new Chart(this.chartBox, {
      t,
      title: t("elbo.chart"),
      unit: t("elbo.unit"),
      x: { label: "K", words: (place) => String(2 ** place) },
      y: { words: signedPlain },
      series: [
        { key: "mean", label: t("elbo.mean"), colour: "--accent" },
        { key: "low", label: t("elbo.low"), colour: "--text-soft", line: "dotted" },
        { key: "high", label: t("elbo.high"), colour: "--text-soft", line: "dotted" },
      ],
      caption: t(this.linear ? "elbo.caption_exact" : "elbo.caption"),
    });
    this.message = element("p", { class: "note", hidden: true });
    this.body = element("div", { class: "elbo-body" }, numbers, this.chartBox);
    const { likelihood } = model.config;
    const notes = [
      element("p", { class: "note" }, t("elbo.hint")),
      ...(likelihood.kind === "bernoulli" ? [element("p", { class: "note" }, t("elbo.grey"))] : []),
    ];
    this.node = element("section", { class: "latent-panel elbo" }, ...notes, this.message, this.body);
  }

  /** @param {import("../panels.js").Point} point */
  update(point) {
    const { posterior, input } = point;
    const reason = this.model.remote ? "elbo.remote" : posterior === null ? "latent.no_input" : null;
    this.message.hidden = reason === null;
    this.body.hidden = reason !== null;
    if (reason !== null) {
      this.message.textContent = this.t(reason);
      this.worker.stop();
      this.posterior = null;
      return;
    }
    if (posterior !== this.posterior || input !== this.input) this.begin(point);
    else if (this.stopped) this.resume();
  }

  begin(point) {
    const { posterior, input } = point;
    this.posterior = posterior;
    this.input = input;
    this.worker.stop();
    this.jobs = null;
    this.clear();
    if (!input) return; // it is on its way
    this.exact = this.linear
      ? linearLogEvidence((z) => this.model.decode(z), this.model.latentSize, input, this.model.config.likelihood.scale)
      : null;
    this.kl = klPerDimension(posterior).reduce((sum, value) => sum + value, 0);
    this.chart.setFloor(
      this.exact === null
        ? null
        : { value: this.exact, low: this.exact, high: this.exact, label: this.t("elbo.term_exact") },
    );
    this.jobs = drawWeights(this.model, point, (summary) => this.show(summary, point.epsilon));
    this.resume();
  }

  clear() {
    for (const value of Object.values(this.values)) value.textContent = "…";
    this.chart.setFloor(null);
    this.chart.setRows([], {});
    this.progress.textContent = "";
  }

  resume() {
    this.stopped = false;
    if (this.jobs) this.worker.run(this.jobs);
  }

  /** @param {import("./draws.js").Summary} summary @param {number} seed */
  show({ draws, planned, bounds, reconstruction, heaviest, compared }, seed) {
    const { t, kl, exact } = this;
    const nats = (/** @type {number} */ value) => t("latent.nats", { value: signedPlain(value) });
    const last = bounds[bounds.length - 1];
    const elbo = reconstruction.mean - kl;
    const write = (/** @type {string} */ name, /** @type {string} */ text) => (this.values[name].textContent = text);
    const uncertain = (/** @type {number} */ value) =>
      t("elbo.with_error", { value: signedPlain(value), error: reconstruction.error.toFixed(2) });
    write("reconstruction", uncertain(reconstruction.mean));
    write("kl", nats(kl));
    write("elbo", uncertain(elbo));
    write("bound", last.count === MOST_SAMPLES ? nats(last.mean) : "…");
    write("gain", last.count === MOST_SAMPLES ? nats(last.mean - bounds[0].mean) : "…");
    if (exact !== null) write("exact", nats(exact));
    write("heaviest", compared === MOST_SAMPLES ? `${(100 * heaviest).toFixed(heaviest < 0.1 ? 1 : 0)} %` : "…");
    this.drawCurve(bounds, exact);
    const done = draws >= planned;
    this.progress.textContent = t(done ? "elbo.done" : "elbo.progress", {
      draws,
      planned,
      repeats: Math.floor(draws / MOST_SAMPLES),
      most: REPEATS,
      seed,
    });
  }

  drawCurve(bounds, exact) {
    const values = bounds.flatMap(({ low, high }) => [low, high]).concat(exact ?? []);
    const middle = (Math.min(...values) + Math.max(...values)) / 2;
    this.chart.setRange([middle - LEAST_TALL, middle + LEAST_TALL]);
    const spread = (/** @type {"low" | "high"} */ name) =>
      bounds.map((bound) => (bound.repeats < LEAST_REPEATS ? NaN : bound[name]));
    this.chart.setRows(
      bounds.map(({ count }) => Math.log2(count)),
      { mean: bounds.map(({ mean }) => mean), low: spread("low"), high: spread("high") },
    );
    this.chart.setCursor(Math.log2(bounds[bounds.length - 1].count));
  }

  theme() {
    this.chart.redraw();
  }

  close() {
    this.stopped = true;
    this.worker.stop();
  }

  destroy() {
    this.worker.stop();
    this.chart.destroy();
  }
}

function signedPlain(/** @type {number} */ value) {
  return value.toFixed(2).replace("-", "−");
}
