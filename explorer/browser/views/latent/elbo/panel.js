/**
 * ELBO: the evidence lower bound of the input as a mean over draws of ε, beside what one draw gives; what it is made
 * of; and how the importance-weighted bound tightens with the number of samples. The draws are made in idle moments;
 * where the exact ln p(x) is known, it is drawn as a line.
 */
import { element } from "../../../dom.js";
import { fixed } from "../../../charts/numerals.js";
import { exactLogEvidence } from "../../../runtime/evidence.js";
import { klPerDimension } from "../../../runtime/numbers.js";
import { rollSeed } from "../die.js";
import { IdleWorker } from "../idle.js";
import { createCurve, drawCurve } from "./curve.js";
import { MOST_SAMPLES, REPEATS, drawWeights } from "./draws.js";

const TERMS = Object.freeze(
  /** @type {const} */ (["elbo", "range", "one", "reconstruction", "kl", "bound", "gain", "exact", "heaviest"]),
);

/**
 * @typedef {typeof TERMS[number]} Term
 * @typedef {import("../panels.js").Point} Point
 * @typedef {import("../panels.js").Surroundings} Surroundings
 * @typedef {import("../../../i18n.js").Translator} Translator
 *
 * @typedef {object} Known of the input without drawing
 * @property {number} kl nats
 * @property {number | null} exact ln p(x), nats; null where it can only be bounded
 * @property {number} seed of ε
 */

/** @param {Surroundings} surroundings @returns {import("../panels.js").Opened} */
export function create(surroundings) {
  return new ElboPanel(surroundings);
}

class ElboPanel {
  #model;
  #t;
  #view;
  /** Null where the model does not offer the exact ln p(x). */
  #exactEvidence;
  #worker;
  /** @type {Generator<void> | null} */
  #jobs = null;
  #stopped = false;
  /** @type {Point["posterior"]} */
  #posterior = null;
  /** @type {Point["input"]} */
  #input = null;
  #terms;
  #progress = element("p", { class: "note elbo-progress", role: "status" });
  chart;
  #message = element("p", { class: "note", hidden: true });
  #body;

  /** @param {Surroundings} surroundings */
  constructor({ model, t, view }) {
    this.#model = model;
    this.#t = t;
    this.#view = view;
    this.#exactEvidence = exactLogEvidence(model);
    this.#worker = new IdleWorker(() => view.isBusy());
    this.#terms = new Map(TERMS.map((name) => [name, element("dd", { class: `number elbo-${name}` })]));
    const chartBox = element("div", { class: "elbo-chart" });
    this.#body = element("div", { class: "elbo-body" }, this.#numbers(), chartBox);
    this.chart = createCurve(chartBox, t, t(this.#exactEvidence ? "elbo.caption_exact" : "elbo.caption"));
    const notes = ["elbo.hint", ...whichInput(model)].map((key) => element("p", { class: "note" }, t(key)));
    this.node = element("section", { class: "latent-panel elbo" }, ...notes, this.#message, this.#body);
  }

  #numbers() {
    const shown = [...this.#terms].filter(([name]) => name !== "exact" || this.#exactEvidence !== null);
    const rows = shown.flatMap(([name, value]) => [
      element("dt", {}, this.#t(`elbo.term_${name}`, { count: MOST_SAMPLES })),
      value,
    ]);
    const list = element("dl", { class: "elbo-terms" }, ...rows);
    return element("div", { class: "elbo-numbers" }, list, this.#die(), this.#progress);
  }

  #die() {
    const roll = () => this.#view.reroll(rollSeed());
    return element(
      "button",
      { class: "button elbo-die", type: "button", title: this.#t("latent.die_hint"), on: { click: roll } },
      this.#t("latent.die"),
    );
  }

  /** @param {Point} point */
  update(point) {
    const { posterior, input } = point;
    const reason = this.#model.remote ? "elbo.remote" : posterior === null ? "latent.no_input" : null;
    this.#message.hidden = reason === null;
    this.#body.hidden = reason !== null;
    if (reason !== null) {
      this.#message.textContent = this.#t(reason);
      this.#worker.stop();
      this.#posterior = null;
      this.#input = null;
    } else if (posterior !== this.#posterior || input !== this.#input) this.#begin(point);
    else if (this.#stopped) this.#resume();
  }

  /** Draw anew; where only ε was rolled, what is shown stays until the new draws say more. */
  #begin(/** @type {Point} */ { posterior, input, epsilon }) {
    const rolled = input !== null && input === this.#input && this.#posterior !== null;
    this.#posterior = posterior;
    this.#input = input;
    this.#worker.stop();
    this.#jobs = null;
    if (!rolled) this.#clear();
    if (posterior === null || input === null) return; // it is on its way
    const exact = this.#exactEvidence?.(input) ?? null;
    const kl = klPerDimension(posterior).reduce((sum, value) => sum + value, 0);
    this.chart.setFloor(
      exact === null ? null : { value: exact, low: exact, high: exact, label: this.#t("elbo.term_exact") },
    );
    this.#jobs = drawWeights(this.#model, { input, posterior, epsilon }, (summary) =>
      this.#show(summary, { kl, exact, seed: epsilon }),
    );
    this.#resume();
  }

  #clear() {
    for (const value of this.#terms.values()) value.textContent = "…";
    this.chart.setFloor(null);
    this.chart.setRows([], {});
    this.#progress.textContent = "";
  }

  #resume() {
    this.#stopped = false;
    if (this.#jobs) this.#worker.run(this.#jobs);
  }

  /** @param {import("./draws.js").Summary} summary @param {Known} known */
  #show(summary, { kl, exact, seed }) {
    const { draws, planned, bounds } = summary;
    const words = termWords(summary, kl, exact, this.#t);
    for (const [name, value] of this.#terms) value.textContent = words[name];
    drawCurve(this.chart, bounds, exact);
    const done = draws >= planned;
    this.#progress.textContent = this.#t(done ? "elbo.done" : "elbo.progress", {
      draws,
      planned,
      repeats: Math.floor(draws / MOST_SAMPLES),
      most: REPEATS,
      seed,
    });
  }

  close() {
    this.#stopped = true;
    this.#worker.stop();
  }

  destroy() {
    this.#worker.stop();
    this.chart.destroy();
  }
}

/**
 * Of which x the numbers are, by the likelihood: translation keys.
 * @param {import("../../../runtime/model.js").Model} model
 */
function whichInput({ config: { likelihood, training } }) {
  if (likelihood?.kind === "gaussian") return ["elbo.density"];
  return ["elbo.grey", ...(training.settings?.binarise === true ? ["elbo.binarised"] : [])];
}

/**
 * The terms in words; those of the largest K once it was drawn.
 * @param {import("./draws.js").Summary} summary
 * @param {number} kl
 * @param {number | null} exact
 * @param {Translator} t
 * @returns {Record<Term, string>}
 */
function termWords({ bounds, reconstruction, first, heaviest, compared }, kl, exact, t) {
  const nats = (/** @type {number} */ value) => t("latent.nats", { value: fixed(value, 2) });
  const uncertain = (/** @type {number} */ value) =>
    t("elbo.with_error", { value: fixed(value, 2), error: reconstruction.error.toFixed(2) });
  const last = bounds[bounds.length - 1];
  const whole = last.count === MOST_SAMPLES;
  return {
    elbo: uncertain(reconstruction.mean - kl),
    range: t("latent.range", { low: fixed(reconstruction.low - kl, 2), high: fixed(reconstruction.high - kl, 2) }),
    one: nats(first - kl),
    reconstruction: uncertain(reconstruction.mean),
    kl: nats(kl),
    bound: whole ? nats(last.mean) : "…",
    gain: whole ? nats(last.mean - bounds[0].mean) : "…",
    exact: exact === null ? "…" : nats(exact),
    heaviest:
      compared === MOST_SAMPLES ? t("words.percent", { value: (100 * heaviest).toFixed(heaviest < 0.1 ? 1 : 0) }) : "…",
  };
}
