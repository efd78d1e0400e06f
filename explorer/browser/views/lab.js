/**
 * The lab: a GAN in the plane, small in its graph and large in one plot. A recorded run and a run that trains in the page are
 * the same to everything here: moments that are played, scrubbed and measured.
 */

import { element } from "../dom.js";
import { loadKernels } from "../runtime/kernels.js";
import { forkRun, startLive } from "../runtime/planar/live.js";
import { openRecorded } from "../runtime/planar/recorded.js";
import { TRAINABLE_LOSSES } from "../runtime/planar/settings.js";
import { grouped } from "../charts/axis.js";
import { settingsFromState, settingsToState } from "./lab/address.js";
import { createCaption } from "./lab/caption.js";
import { createCharts } from "./lab/charts.js";
import { createDrawing } from "./lab/drawing.js";
import { createGallery } from "./lab/gallery.js";
import { createGraph } from "./lab/graph.js";
import { LayerChoice } from "./lab/layer-choice.js";
import { createPlot } from "./lab/plot.js";
import { RunList } from "./lab/runs.js";
import { LIVE, createSettingsPanel } from "./lab/settings-panel.js";
import { createSlowMotion } from "./lab/slow-motion.js";
import { createTrainingBar } from "./lab/training-bar.js";
import { createPlayer } from "../parts/player.js";

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  const [kernels, recorded] = await Promise.all([loadKernels(), openRecorded(model)]);
  const view = new Lab(root, { model, t, kernels, recorded }, host);
  view.start(state);
  return view;
}

class Lab {
  constructor(root, { model, t, kernels, recorded }, host) {
    this.root = root;
    this.model = model;
    this.t = t;
    this.host = host;
    this.runs = new RunList({
      t,
      kernels,
      onOpen: (entry) => this.open(entry),
      onChange: (entry) => this.runChanged(entry),
    });
    this.base = recorded.settings;
    this.build();
    this.recorded = this.runs.add(recorded, t("lab.run_recorded"));
    host.onUpdate(() => this.redraw());
    this.observer = new ResizeObserver(() => this.graph.redraw());
  }

  build() {
    const { t, host, model } = this;
    const failed =
      (act) =>
      (...values) =>
        this.attempt(() => act(...values));
    this.messages = element("div", { class: "lab-messages", role: "alert" });
    this.gallery = createGallery({
      t,
      checkpoints: host.checkpoints ?? [],
      viewsFor: host.viewsFor,
      shown: model.name,
      onChoose: (name) => host.emit("state", { model: name }),
    });
    this.description = element("p", { class: "lab-description" });
    this.graph = createGraph({
      t,
      onToggle: (layer) => this.layers.toggle(layer),
      onMorph: (on) => this.layers.morph(on),
    });
    this.caption = createCaption({
      t,
      onToggle: (layer) => this.layers.toggle(layer),
      onArrows: (arrows) => this.layers.chooseArrows(arrows),
    });
    this.panel = createSettingsPanel({
      t,
      onChange: failed((settings, path) => this.choose(settings, path)),
      onDraw: () => this.draw(),
    });
    this.bar = createTrainingBar({
      t,
      onTrain: failed(() => this.train()),
      onFork: failed(() => this.fork().play()),
      onRestart: failed(() => this.restart(this.shown.run.settings)),
      onStep: failed((which) => this.step(which)),
    });
    this.slow = createSlowMotion({
      t,
      explain: () => this.explain(),
      onStep: (step, past) => this.showSubStep(step, past),
    });
    this.charts = createCharts({
      t,
      onSeek: (iteration, event) => this.seekIteration(iteration, event),
      onError: (error) => this.refuse(error),
    });
    const plot = element("div", { class: "lab-picture" });
    const stage = element("div", { class: "lab-stage" }, this.runs.node, plot);
    const side = element(
      "div",
      { class: "lab-side" },
      this.description,
      this.graph.node,
      this.caption.node,
      this.slow.node,
      this.panel.node,
    );
    this.root.append(
      this.messages,
      this.gallery.node,
      element("div", { class: "lab-columns" }, side, stage),
      this.charts.node,
    );
    this.plot = createPlot(plot, { t });
    const restart = (points) => this.restart({ ...structuredClone(this.shown.run.settings), data: "drawn", points });
    this.drawing = createDrawing({ t, plot: this.plot, onUse: failed(restart) });
    // The player belongs right under the picture, before the plot's legend.
    const under = element("div", { class: "lab-under" }, this.drawing.node);
    this.plot.node.append(under);
    this.player = createPlayer(under, {
      t,
      length: 1,
      label: (i) => this.label(i),
      onSeek: (i, cause) => this.show(i, cause),
    });
    under.append(this.bar.node);
    this.layers = new LayerChoice({
      plot: this.plot,
      graph: this.graph,
      caption: this.caption,
      emit: (state) => host.emit("state", state),
    });
    this.picture = plot;
    plot.tabIndex = 0; // the player's keys work on the picture as well
    plot.addEventListener(
      "keydown",
      (event) => event.target === plot && this.player.press(event) && event.preventDefault(),
    );
  }

  /** @param {Record<string, string>} state */
  start(state) {
    this.layers.start(state);
    this.open(this.recorded);
    this.attempt(() => {
      const asked = settingsFromState(state, this.base);
      if (asked) this.restart(asked);
    });
    const iteration = Number(state.iteration);
    if (state.iteration !== undefined && Number.isFinite(iteration)) this.seekIteration(iteration);
    this.observer.observe(this.graph.node);
  }

  destroy() {
    this.observer.disconnect();
    this.player.destroy();
    this.charts.close();
    this.graph.destroy();
    this.plot.destroy();
    this.runs.destroy();
    this.root.replaceChildren();
  }

  /** Put a run on the stage, where it was left. */
  open(entry) {
    this.slow.end();
    this.drawing.stop();
    const { run, evaluator, index } = entry;
    this.shown = entry;
    this.runs.mark(entry);
    this.panel.show(run.settings);
    this.graph.open(run.settings, evaluator);
    this.charts.open(run, entry.measured);
    this.description.textContent =
      entry === this.recorded ? (run.description?.[this.t.language] ?? "") : this.t("lab.own_run");
    this.player.pause();
    this.player.setLength(run.length);
    this.player.seek(index);
    this.show(this.player.index);
    this.player.update();
  }

  label(index) {
    const { run } = this.shown ?? {};
    return run
      ? this.t("lab.moment", {
          iteration: grouped(run.iterations[index]),
          last: grouped(run.iterations[run.length - 1]),
        })
      : "";
  }

  /** Draw a moment. @param {number} index @param {import("../parts/player.js").Cause} [cause] */
  show(index, cause) {
    const { run, evaluator } = this.shown;
    if (this.slow.open) this.slow.end();
    this.shown.index = index;
    this.state = run.state(index);
    this.plot.show({ settings: run.settings, evaluator, state: this.state });
    this.graph.show(this.state);
    this.charts.setCursor(this.state.iteration);
    this.showTraining();
    if (!cause || cause.type === "follow") return; // nobody asked for it, and of hours of training the browser would keep every measure
    performance.measure("explorer:lab", { start: Math.min(cause.timeStamp, performance.now()) });
    this.rememberPlace();
  }

  seekIteration(iteration, event) {
    const { iterations, length } = this.shown.run;
    let nearest = 0;
    for (let i = 1; i < length; i += 1)
      if (Math.abs(iterations[i] - iteration) < Math.abs(iterations[nearest] - iteration)) nearest = i;
    this.player.pause();
    this.player.seek(nearest);
    if (event) performance.measure("explorer:lab", { start: event.timeStamp });
  }

  /** A run has another length, speed or end than before; its moments may have been thinned out. */
  runChanged(entry) {
    const { run } = entry;
    const following = this.state === entry.last;
    entry.last = run.state(run.length - 1);
    if (entry !== this.shown) {
      entry.index = run.length - 1;
      return;
    }
    const follow = following && !this.slow.open && !this.player.playing;
    this.player.setLength(run.length, { follow });
    if (follow) this.show(this.player.index);
    else this.holdPlace(run);
    this.charts.update();
    this.charts.fill();
    this.showTraining();
  }

  /** Stay at the moment that is shown although its number may have changed. */
  holdPlace({ states }) {
    if (states[this.player.index] === this.state) return;
    const here = states.indexOf(this.state);
    const before = states.findLastIndex(({ iteration }) => iteration <= this.state.iteration);
    this.player.seek(here >= 0 ? here : Math.max(0, before));
  }

  showTraining() {
    const { run, index } = this.shown;
    const trainable = TRAINABLE_LOSSES.includes(run.settings.loss);
    this.bar.show({
      live: run.live,
      running: run.running === true,
      atEnd: index === run.length - 1,
      trainable,
      stopped: run.stopped ?? null,
    });
    this.bar.count(this.state, run.running ? run.speed : null);
  }

  train() {
    const { run } = this.shown;
    if (!run.live) this.fork().play();
    else if (run.running) run.pause();
    else {
      this.player.seek(run.length - 1);
      run.play();
    }
    this.showTraining();
  }

  /** A run of its own from the moment that is shown. @returns the new run */
  fork() {
    const { run, index, name } = this.shown;
    this.player.pause();
    run.pause?.();
    const next = forkRun(run, index);
    const number = this.runs.next;
    this.open(
      this.runs.add(next, this.t("lab.run_fork", { number, iteration: grouped(this.state.iteration), name }), number),
    );
    return next;
  }

  /** Untrained networks under some settings; a run that nobody has trained gives way to it. */
  restart(settings) {
    const replaced = this.shown.run.live && this.shown.run.length === 1 ? this.shown : null;
    this.shown.run.pause?.();
    const number = replaced?.number ?? this.runs.next;
    this.open(this.runs.add(startLive(settings), this.t("lab.run_live", { number }), number));
    if (replaced) this.runs.remove(replaced);
    this.rememberPlace();
  }

  step(which) {
    const { run, index } = this.shown;
    const target = run.live && index === run.length - 1 ? run : this.fork();
    target.pause();
    target.step(which);
  }

  /** Settings were chosen: some act on the run that trains, the others begin a new one. */
  choose(settings, path) {
    const { run } = this.shown;
    if (!run.live || !LIVE.includes(path)) return this.restart(settings);
    const { generator_steps, discriminator_steps } = settings;
    const rate = (part) => ({ learning_rate: settings.optimisers[part].learning_rate });
    const optimisers = { generator: rate("generator"), discriminator: rate("discriminator") };
    return run.change({ optimisers, generator_steps, discriminator_steps }).then(
      () => this.rememberPlace(),
      (error) => this.refuse(error),
    );
  }

  /** Let the visitor draw the data. */
  draw() {
    this.slow.end();
    this.shown.run.pause?.();
    this.player.pause();
    this.drawing.start(this.shown.run.settings.points ?? []);
    this.picture.scrollIntoView({ block: "nearest" });
  }

  explain() {
    const { run, evaluator } = this.shown;
    run.pause?.();
    this.player.pause();
    try {
      return evaluator.explain(this.state);
    } catch (error) {
      this.refuse(error);
      return null;
    }
  }

  showSubStep(step, past) {
    const { run, evaluator } = this.shown;
    const state = past.findLast((each) => each.state)?.state ?? this.state;
    this.graph.light(step);
    this.graph.show(state);
    // The plot compares an update with the state that it starts from.
    const before = past.slice(0, -1).findLast((each) => each.state)?.state ?? this.state;
    this.plot.show({ settings: run.settings, evaluator, state: before, explain: step });
  }

  redraw() {
    this.graph.redraw();
    this.charts.redraw();
    this.panel.redraw();
  }

  rememberPlace() {
    const { run, index } = this.shown;
    const own = settingsToState(run.settings, this.base);
    this.host.emit("state", { ...own, iteration: index === run.length - 1 ? null : run.iterations[index] });
  }

  /** Do what the visitor asked; say what is wrong instead of losing the page. */
  attempt(act) {
    this.messages.replaceChildren();
    try {
      act();
    } catch (error) {
      this.refuse(error);
    }
  }

  refuse(error) {
    console.warn(error);
    this.messages.replaceChildren(
      element(
        "div",
        { class: "message" },
        element("p", {}, error.key ? this.t(error.key, error.values) : error.message),
      ),
    );
  }
}
