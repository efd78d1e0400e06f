/** Paths: from A to B in latent space, decoded on the way, beside how dense latent space is there. */
import { element } from "../../../dom.js";
import { Chart } from "../../../charts/chart.js";
import { fixed } from "../../../charts/numerals.js";
import { lengthWords } from "../../../parts/lengths.js";
import { Painter } from "../../../parts/painter.js";
import { Player } from "../../../parts/player.js";
import { createTakeaway } from "../../../parts/takeaway.js";
import { WAYS, norm } from "../../../runtime/interpolation.js";
import { IdleWorker } from "../idle.js";
import { refusedNotes } from "../refused.js";
import { pathsAddress } from "./address.js";
import { createAggregated, logPrior } from "./density.js";
import { createEnd } from "./end-chooser.js";
import { defaultEnds, latentOf } from "./ends.js";
import { pathFiles, pathPython } from "./files.js";
import { STEPS, STRIDE, walk } from "./path.js";
import { measureTypical, middle } from "./typical.js";

const ENDS = Object.freeze(/** @type {const} */ (["a", "b"]));

/**
 * @typedef {import("../panels.js").Point} Point
 * @typedef {import("../panels.js").Surroundings} Surroundings
 * @typedef {import("./address.js").PathState} PathState
 * @typedef {import("./ends.js").End} End
 */

/** @param {Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  await surroundings.model.loadPrior(); // so that a seed asks for nothing later
  return new PathsPanel(surroundings);
}

class PathsPanel {
  /** @type {PathState} */
  state;
  /** STEPS + 1 of them. @type {Float32Array[]} */
  latents = [];
  /** Nats, at each step. @type {{prior: number[], aggregated: number[]}} */
  densities = { prior: [], aggregated: [] };
  /** @type {Point | null} */
  point = null;
  #model;
  #map;
  #t;
  #view;
  #tell;
  #context;
  #aggregated;
  /** How long latents usually are, in words. */
  #usual;
  #painter;
  #idle;
  #ends;
  #picture;
  #line = element("p", { class: "paths-line number" });
  #frames;
  #ways;
  #files;
  #player;

  /** @param {Surroundings} surroundings */
  constructor({ model, map, t, host, view, state, tell }) {
    this.#model = model;
    this.#map = map;
    this.#t = t;
    this.#view = view;
    this.#tell = tell;
    const seeds = model.config.priors.length > 0;
    this.#context = { latentSize: model.latentSize, count: map.count, seeds, usual: defaultEnds(map) };
    const { values, refused } = pathsAddress.read(state, this.#context);
    this.state = values;
    this.#aggregated = createAggregated(map);
    this.#usual = lengthWords(model.latentSize, t);
    this.#painter = new Painter(model, ["frame", "ends", "strip"]);
    this.#idle = new IdleWorker(() => view.isBusy());
    this.#ends = { a: this.#end("a", seeds), b: this.#end("b", seeds) };
    const { width, height } = model.imageShape;
    const shown = { class: "picture paths-picture", width, height, role: "img", "aria-label": t("paths.picture") };
    this.#picture = element("canvas", shown);
    this.#frames = Array.from({ length: STEPS / STRIDE + 1 }, (_, i) => this.#frame(i * STRIDE));
    this.#ways = WAYS.map((way) => this.#way(way));
    this.#files = createTakeaway({ t, link: () => host.link("latent"), files: pathFiles(model, t, () => this) });
    const place = element("div", { class: "paths-place" });
    const chart = element("div", { class: "paths-chart" });
    this.node = element("section", { class: "paths" }, ...refusedNotes(refused, t), ...this.#parts(place, chart));
    this.#player = new Player(place, {
      t,
      length: STEPS + 1,
      label: (step) => t("paths.share", { share: percent(step) }),
      onSeek: (step, cause) => this.#seek(step, cause),
      onPlay: (playing) => playing || this.#tellState(),
    });
    this.chart = this.#createChart(chart);
    this.#walk();
    /** @type {number[]} */
    const typical = [];
    this.#idle.run(measureTypical(map, this.#aggregated, typical), () => {
      this.chart.setFloor({ ...middle(typical), label: t("paths.typical", { count: typical.length }) });
    });
  }

  /** @param {HTMLElement} place of the player @param {HTMLElement} chart */
  #parts(place, chart) {
    const t = this.#t;
    const go = element("button", { class: "button", type: "button" }, t("paths.go"));
    go.addEventListener("click", (event) => this.#view.setLatent(this.latents[this.state.at], event));
    const ways = element("div", { class: "segments", role: "group", "aria-label": t("paths.way") }, ...this.#ways);
    const shown = element("div", { class: "paths-shown" }, this.#picture, this.#line, go);
    return [
      element("p", { class: "note" }, t("paths.note")),
      element("div", { class: "paths-ends" }, this.#ends.a.node, this.#ends.b.node),
      element("div", { class: "paths-bar" }, ways, place),
      element("div", { class: "paths-body" }, shown, chart),
      element("div", { class: "paths-strip" }, ...this.#frames.map(({ button }) => button)),
      this.#files.node,
    ];
  }

  #createChart(/** @type {HTMLElement} */ parent) {
    const t = this.#t;
    const chart = new Chart(parent, {
      t,
      title: t("paths.density"),
      unit: t("paths.density_unit"),
      x: { label: t("paths.x") },
      series: [
        { key: "aggregated", label: t("paths.aggregated", { count: this.#map.count }), colour: "--encoder" },
        { key: "prior", label: t("paths.prior"), colour: "--prior", line: "dashed" },
      ],
      caption: t("paths.caption"),
    });
    chart.onSeek((x) => this.#player.seek(Math.round((x / 100) * STEPS)));
    return chart;
  }

  /** @param {"a" | "b"} name @param {boolean} seeds whether there is a prior */
  #end(name, seeds) {
    const change = (/** @type {End} */ end) => this.#change({ [name]: end });
    return createEnd({
      name,
      shape: this.#model.imageShape,
      seeds,
      t: this.#t,
      onMap: () => this.point && change({ kind: "z", z: this.point.z }),
      onInput: () => {
        const end = this.#inputEnd();
        if (end !== null) change(end);
      },
      onSeed: (seed) => change({ kind: "seed", seed }),
    });
  }

  #way(/** @type {import("../../../runtime/interpolation.js").Way} */ way) {
    const press = () => this.#change({ way });
    return element(
      "button",
      { class: "segment", type: "button", "data-way": way, on: { click: press } },
      this.#t(`paths.${way}`),
    );
  }

  #frame(/** @type {number} */ step) {
    const { width, height } = this.#model.imageShape;
    const canvas = element("canvas", { class: "picture", width, height });
    const label = this.#t("paths.share", { share: percent(step) });
    const press = () => this.#player.seek(step);
    const named = { class: "paths-frame", type: "button", title: label, "aria-label": label };
    return { canvas, button: element("button", { ...named, on: { click: press } }, canvas) };
  }

  /** The input's posterior mean: by its number where it is of the browse set, else as it is. @returns {End | null} */
  #inputEnd() {
    const { image = null, posterior = null } = this.point ?? {};
    if (image !== null) return { kind: "image", index: image };
    return posterior && { kind: "z", z: posterior.mean };
  }

  #change(/** @type {Partial<PathState>} */ changes) {
    this.#player.pause();
    Object.assign(this.state, changes);
    this.#walk();
    this.#tellState();
  }

  #tellState() {
    this.#tell(pathsAddress.write(this.state, this.#context));
  }

  /** Another path: its latents, densities, strip and line on the map. */
  #walk() {
    const { state } = this;
    this.latents = walk(state, this.#model, this.#map);
    const aggregated = this.latents.map((z) => this.#aggregated(z));
    this.densities = { prior: this.latents.map(logPrior), aggregated };
    const x = Float64Array.from(this.latents, (_, step) => (100 * step) / STEPS);
    this.chart.setRows(x, this.densities);
    for (const button of this.#ways) button.setAttribute("aria-pressed", String(button.dataset.way === state.way));
    for (const name of ENDS) {
      const end = state[name];
      this.#ends[name].say(this.#endWords(end), end.kind === "seed" ? end.seed : null);
    }
    this.#paint("ends", [this.#ends.a, this.#ends.b], [0, STEPS]);
    this.#paintStrip();
    this.#files.setPython(pathPython(this.#model, state));
    this.#player.seek(state.at);
    this.#show(null);
  }

  #endWords(/** @type {End} */ end) {
    if (end.kind === "image") return this.#t("paths.is_image", { index: this.#map.datasetIndex[end.index] });
    if (end.kind === "seed") return this.#t("paths.is_seed", { seed: end.seed });
    return this.#t("paths.is_latent", { length: norm(latentOf(end, this.#model, this.#map)).toFixed(2) });
  }

  async #paintStrip() {
    this.node.setAttribute("aria-busy", "true");
    const steps = this.#frames.map((_, i) => i * STRIDE);
    if (await this.#paint("strip", this.#frames, steps)) this.node.removeAttribute("aria-busy");
  }

  /** @param {string} group @param {{canvas: HTMLCanvasElement}[]} slots @param {number[]} steps */
  #paint(group, slots, steps) {
    const jobs = slots.map(({ canvas }, i) => ({ canvas, z: this.latents[steps[i]], label: null }));
    return this.#painter.paint(group, jobs);
  }

  /** @param {number} step @param {import("../../../parts/player.js").Cause} cause */
  #seek(step, cause) {
    this.state.at = step;
    this.#show(cause);
    if (!this.#player.playing) this.#tellState();
  }

  /**
   * The picture, the numbers and the marks of a place on the way.
   * @param {import("../../../parts/player.js").Cause | null} cause what moved it
   */
  #show(cause) {
    const { latents, densities, state } = this;
    const z = latents[state.at];
    this.#paintPicture(cause);
    this.#line.textContent = this.#t("paths.line", {
      length: norm(z).toFixed(2),
      usual: this.#usual,
      prior: fixed(densities.prior[state.at], 2),
      aggregated: fixed(densities.aggregated[state.at], 2),
    });
    this.chart.setCursor((100 * state.at) / STEPS);
    this.#view.trace({ latents, at: state.at });
  }

  async #paintPicture(/** @type {import("../../../parts/player.js").Cause | null} */ cause) {
    const complete = await this.#paint("frame", [{ canvas: this.#picture }], [this.state.at]);
    if (complete && cause) performance.measure("explorer:latent", { start: cause.timeStamp, detail: "paths" });
  }

  /** @param {Point} point */
  update(point) {
    const opened = this.point === null || this.#view.traced === null;
    this.point = point;
    for (const name of ENDS) this.#ends[name].allowInput(point.posterior !== null);
    if (opened) this.#view.trace({ latents: this.latents, at: this.state.at });
  }

  close() {
    this.#player.pause();
    this.#view.trace(null);
  }

  destroy() {
    this.#painter.stop();
    this.#idle.stop();
    this.#player.destroy();
    this.chart.destroy();
  }
}

function percent(/** @type {number} */ step) {
  return Math.round((100 * step) / STEPS);
}
