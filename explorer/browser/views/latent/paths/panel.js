/** Paths: from A to B in latent space, decoded on the way, beside how dense latent space is there. */
import { element } from "../../../dom.js";
import { Chart } from "../../../charts/chart.js";
import { createTakeaway } from "../../../parts/takeaway.js";
import { WAYS, norm } from "../../../runtime/interpolation.js";
import { createPainter } from "../../../parts/painter.js";
import { createPlayer } from "../../../parts/player.js";
import { createIdleWorker } from "../idle.js";
import { createAggregated, logPrior } from "./density.js";
import { createEnd } from "./end-chooser.js";
import { defaultEnds, latentOf } from "./ends.js";
import { pathFiles, pathPython } from "./files.js";
import { STEPS, STRIDE, readPath, walk, writePath } from "./path.js";
import { MEASURED, measureTypical, middle } from "./typical.js";

/** @param {import("../panels.js").Surroundings} surroundings @returns {Promise<import("../panels.js").Opened>} */
export async function create(surroundings) {
  await surroundings.model.loadPrior(); // so that a seed asks for nothing later
  return new PathsPanel(surroundings);
}

class PathsPanel {
  constructor({ model, map, t, host, view, state, tell }) {
    this.model = model;
    this.map = map;
    this.t = t;
    this.view = view;
    this.tell = tell;
    const seeds = model.config.priors.length > 0;
    const read = readPath(state, defaultEnds(map), { latentSize: model.latentSize, count: map.count, seeds });
    /** @type {import("./path.js").PathState} */
    this.state = read.state;
    this.aggregated = createAggregated(map);
    this.painter = createPainter(model, ["frame", "ends", "strip"]);
    this.idle = createIdleWorker(() => view.isBusy());
    /** @type {import("../panels.js").Point | null} */
    this.point = null;
    this.build(seeds, () => host.link("latent"));
    this.node.prepend(
      ...read.refused.map((entry) =>
        element("p", { class: "latent-refused", role: "alert" }, t("paths.refused", { entry })),
      ),
    );
    this.walk();
    const typical = [];
    this.idle.run(measureTypical(map, this.aggregated, typical), () => {
      this.chart.setFloor({ ...middle(typical), label: t("paths.typical", { count: typical.length || MEASURED }) });
    });
  }

  build(seeds, link) {
    const { t, model } = this;
    const { width, height } = model.imageShape;
    const end = (/** @type {"a" | "b"} */ name) =>
      createEnd({
        name,
        shape: model.imageShape,
        seeds,
        t,
        onMap: () => this.point && this.change({ [name]: { kind: "z", z: this.point.z } }),
        onInput: () => this.change({ [name]: this.inputEnd() }),
        onSeed: (seed) => this.change({ [name]: { kind: "seed", seed } }),
      });
    this.ends = { a: end("a"), b: end("b") };
    this.picture = element("canvas", {
      class: "picture paths-picture",
      width,
      height,
      role: "img",
      "aria-label": t("paths.picture"),
    });
    this.line = element("p", { class: "paths-line number" });
    this.frames = Array.from({ length: STEPS / STRIDE + 1 }, (_, i) => this.frame(i * STRIDE));
    this.ways = WAYS.map((way) =>
      element(
        "button",
        { class: "segment", type: "button", "data-way": way, on: { click: () => this.change({ way }) } },
        t(`paths.${way}`),
      ),
    );
    const go = element(
      "button",
      {
        class: "button",
        type: "button",
        on: { click: (event) => this.view.setLatent(this.latents[this.state.at], event) },
      },
      t("paths.go"),
    );
    const place = element("div", { class: "paths-place" });
    const chart = element("div", { class: "paths-chart" });
    this.files = createTakeaway({
      t,
      link,
      files: pathFiles(model, t, () => ({ state: this.state, latents: this.latents, densities: this.densities })),
    });
    this.node = element(
      "section",
      { class: "paths" },
      element("p", { class: "note" }, t("paths.note")),
      element("div", { class: "paths-ends" }, this.ends.a.node, this.ends.b.node),
      element(
        "div",
        { class: "paths-bar" },
        element("div", { class: "segments", role: "group", "aria-label": t("paths.way") }, ...this.ways),
        place,
      ),
      element(
        "div",
        { class: "paths-body" },
        element("div", { class: "paths-shown" }, this.picture, this.line, go),
        chart,
      ),
      element("div", { class: "paths-strip" }, ...this.frames.map(({ button }) => button)),
      this.files.node,
    );
    this.player = createPlayer(place, {
      t,
      length: STEPS + 1,
      label: (step) => t("paths.share", { share: percent(step) }),
      onSeek: (step, cause) => this.seek(step, cause),
      onPlay: (playing) => playing || this.tell(writePath(this.state)),
    });
    this.chart = new Chart(chart, {
      t,
      title: t("paths.density"),
      unit: t("paths.density_unit"),
      x: { label: t("paths.x") },
      series: [
        { key: "aggregated", label: t("paths.aggregated", { count: this.map.count }), colour: "--encoder" },
        { key: "prior", label: t("paths.prior"), colour: "--prior", line: "dashed" },
      ],
      caption: t("paths.caption"),
    });
    this.chart.onSeek((x) => this.player.seek(Math.round((x / 100) * STEPS)));
  }

  frame(step) {
    const { width, height } = this.model.imageShape;
    const canvas = element("canvas", { class: "picture", width, height });
    const label = this.t("paths.share", { share: percent(step) });
    return {
      canvas,
      button: element(
        "button",
        {
          class: "paths-frame",
          type: "button",
          title: label,
          "aria-label": label,
          on: { click: () => this.player.seek(step) },
        },
        canvas,
      ),
    };
  }

  /** The input's posterior mean: by its number where it is of the browse set, else as it is. @returns {import("./ends.js").End} */
  inputEnd() {
    const { image, posterior } = this.point;
    return image === null ? { kind: "z", z: posterior.mean } : { kind: "image", index: image };
  }

  change(changes) {
    this.player.pause();
    Object.assign(this.state, changes);
    this.walk();
    this.tell(writePath(this.state));
  }

  /** Another path: its latents, densities, strip and line on the map. */
  walk() {
    const { t, model, map, state } = this;
    this.latents = walk(state, model, map);
    this.densities = { prior: this.latents.map(logPrior), aggregated: this.latents.map((z) => this.aggregated(z)) };
    const x = Float64Array.from(this.latents, (_, step) => (100 * step) / STEPS);
    this.chart.setRows(x, this.densities);
    for (const button of this.ways) button.setAttribute("aria-pressed", String(button.dataset.way === state.way));
    for (const name of /** @type {const} */ (["a", "b"])) {
      const end = state[name];
      const length = norm(latentOf(end, model, map)).toFixed(2);
      const words = {
        z: () => t("paths.is_latent", { length }),
        image: () => t("paths.is_image", { index: end.index }),
        seed: () => t("paths.is_seed", { seed: end.seed }),
      };
      this.ends[name].say(words[end.kind](), end.kind === "seed" ? end.seed : null);
    }
    this.paint("ends", [this.ends.a, this.ends.b], [0, STEPS]);
    this.node.setAttribute("aria-busy", "true");
    this.paint(
      "strip",
      this.frames,
      this.frames.map((_, i) => i * STRIDE),
    ).then((complete) => complete && this.node.removeAttribute("aria-busy"));
    this.files.setPython(pathPython(model, state));
    this.player.seek(state.at);
    this.show();
  }

  /** @param {string} group @param {{canvas: HTMLCanvasElement}[]} slots @param {number[]} steps */
  paint(group, slots, steps) {
    return this.painter.paint(
      group,
      slots.map(({ canvas }, i) => ({ canvas, z: this.latents[steps[i]], label: null })),
    );
  }

  seek(step, cause) {
    this.state.at = step;
    this.show(cause);
    if (!this.player.playing) this.tell(writePath(this.state));
  }

  /** The picture, the numbers and the marks of a place on the way. */
  show(cause = null) {
    const { t, latents, densities, state } = this;
    const z = latents[state.at];
    this.paint("frame", [{ canvas: this.picture }], [state.at]).then((complete) => {
      if (complete && cause) performance.measure("explorer:latent", { start: cause.timeStamp, detail: "paths" });
    });
    const nats = (/** @type {number} */ value) => value.toFixed(2).replace("-", "−");
    const typical = Math.sqrt(z.length).toFixed(2);
    this.line.textContent = t("paths.line", {
      length: norm(z).toFixed(2),
      typical,
      prior: nats(densities.prior[state.at]),
      aggregated: nats(densities.aggregated[state.at]),
    });
    this.chart.setCursor((100 * state.at) / STEPS);
    this.view.trace({ latents, at: state.at });
  }

  update(point) {
    const opened = this.point === null || this.view.traced === null;
    this.point = point;
    for (const end of Object.values(this.ends)) end.allowInput(point.posterior !== null);
    if (opened) this.view.trace({ latents: this.latents, at: this.state.at });
  }

  theme() {
    this.chart.redraw();
  }

  close() {
    this.player.pause();
    this.view.trace(null);
  }

  destroy() {
    this.painter.stop();
    this.idle.stop();
    this.player.destroy();
    this.chart.destroy();
  }
}

function percent(/** @type {number} */ step) {
  return Math.round((100 * step) / STEPS);
}
