/**
 * The lab: a GAN in the plane, small in its graph and large in one plot. A recorded run and a run that trains in the
 * page are the same to everything here: moments that are played, scrubbed and measured.
 */

import { grouped, nearestRow } from "../charts/axis.js";
import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { Player } from "../parts/player.js";
import { loadKernels } from "../runtime/kernels.js";
import { LiveRun } from "../runtime/planar/live.js";
import { openRecorded } from "../runtime/planar/recorded.js";
import { TRAINABLE_LOSSES, checkSettings } from "../runtime/planar/settings.js";
import { address, singleSettings, together } from "./lab/address.js";
import { Attempts } from "./lab/attempts.js";
import { createCaption } from "./lab/caption.js";
import { Charts } from "./lab/charts.js";
import { DataDrawing } from "./lab/data-drawing.js";
import { createGallery } from "./lab/gallery.js";
import { Graph } from "./lab/graph.js";
import { LayerChoice } from "./lab/layer-choice.js";
import { Plot } from "./lab/plot.js";
import { RunList } from "./lab/runs.js";
import { SettingsPanel } from "./lab/settings-panel.js";
import { SlowMotion } from "./lab/slow-motion.js";
import { Steering } from "./lab/steering.js";
import { createTrainingBar } from "./lab/training-bar.js";

export { address };

/**
 * @typedef {import("../runtime/planar/run.js").Run} Run
 * @typedef {import("../runtime/planar/settings.js").Settings} Settings
 * @typedef {import("../runtime/planar/explain.js").Step} SubStep
 * @typedef {import("./lab/runs.js").Entry} Entry
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 */

/**
 * @param {HTMLElement} root
 * @param {import("../parts/host.js").ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [kernels, recorded] = await Promise.all([loadKernels(), openRecorded(model)]);
  return new Lab(root, { name: model.name, t, kernels, recorded, state }, host);
}

/**
 * @typedef {object} Options
 * @property {string} name of the model
 * @property {import("../i18n.js").Translator} t
 * @property {import("../runtime/kernels.js").Kernels} kernels
 * @property {Run} recorded
 * @property {Record<string, string>} state the view's entries of the address
 */

class Lab {
  #root;
  #t;
  #host;
  /** The model's own settings. @type {Settings} */
  #base;
  /** @type {RunList} */
  #runs;
  /** @type {Entry} */
  #recorded;
  #steering;
  /** The run on the stage. @type {Entry} */
  #shown;
  /** Of it, the moment that is shown. @type {import("../runtime/planar/initial.js").State} */
  #state;
  /** @type {LayerChoice} */
  #layers;
  /** @type {Attempts} */
  #attempts;
  #description = element("p", { class: "lab-description" });
  /** The plot with its player; the player's keys work on the picture as well. */
  #picture = element("div", { class: "lab-picture", tabindex: 0 });
  /** @type {Plot} */
  #plot;
  /** @type {Graph} */
  #graph;
  /** @type {Player} */
  #player;
  #drawing;
  #panel;
  #bar;
  #slow;
  #charts;
  #observer = new ResizeObserver(() => this.#graph.redraw());

  /** @param {HTMLElement} root @param {Options} options @param {ViewHost} host */
  constructor(root, { name, t, kernels, recorded, state }, host) {
    this.#root = root;
    this.#t = t;
    this.#host = host;
    this.#base = recorded.settings;
    this.#attempts = new Attempts(t);
    const { values, refused } = address.read(state, singleSettings(this.#base));
    this.#runs = new RunList({
      t,
      kernels,
      onOpen: (entry) => this.#open(entry),
      onChange: (entry) => this.#runChanged(entry),
    });
    this.#steering = new Steering({ t, runs: this.#runs, stage: this.#stage() });
    this.#recorded = this.#shown = this.#runs.add(recorded, t("lab.run_recorded"));
    this.#state = this.#recorded.last;
    this.#graph = new Graph({
      t,
      onToggle: (layer) => this.#layers.toggle(layer),
      onMorph: (on) => this.#layers.morph(on),
    });
    const caption = createCaption({
      t,
      onToggle: (layer) => this.#layers.toggle(layer),
      onArrows: (arrows) => this.#layers.chooseArrows(arrows),
    });
    this.#panel = new SettingsPanel({
      t,
      onChange: this.#attempts.attempting((settings, path) => this.#steering.choose(settings, path)),
      onDraw: () => this.#draw(),
    });
    this.#bar = createTrainingBar({
      t,
      onTrain: this.#attempts.attempting(() => this.#train()),
      onFork: this.#attempts.attempting(() => this.#steering.fork().play()),
      onRestart: this.#attempts.attempting(() => this.#steering.restart(this.#shown.run.settings)),
      onStep: this.#attempts.attempting((which) => this.#steering.step(which)),
    });
    this.#slow = new SlowMotion({
      t,
      explain: () => this.#explain(),
      onStep: (step, past) => this.#showSubStep(step, past),
    });
    this.#charts = new Charts({
      t,
      onSeek: (iteration, event) => this.#seekIteration(iteration, event),
      onError: (error) => this.#attempts.refuse(error),
    });
    this.#build(name, caption.node);
    this.#plot = new Plot(this.#picture, { t });
    this.#drawing = new DataDrawing({
      t,
      plot: this.#plot,
      onUse: this.#attempts.attempting((points) =>
        this.#steering.restart({ ...this.#shown.run.settings, data: "drawn", points }),
      ),
    });
    this.#player = this.#buildPlayer();
    const parts = { plot: this.#plot, graph: this.#graph, caption, onChange: () => this.#remember() };
    this.#layers = new LayerChoice(values, parts);
    host.onUpdate(() => this.#redraw());
    this.#open(this.#recorded);
    this.#start(values);
    this.#attempts.add(refusals(refused, t));
    this.#observer.observe(this.#graph.node);
  }

  /** @param {string} name of the model @param {HTMLElement} caption */
  #build(name, caption) {
    const gallery = createGallery({
      t: this.#t,
      checkpoints: this.#host.checkpoints,
      viewsFor: this.#host.viewsFor,
      shown: name,
      onChoose: (model) => this.#host.emit("state", { model }),
    });
    const explaining = [this.#description, this.#graph.node, caption, this.#slow.node, this.#panel.node];
    const columns = element(
      "div",
      { class: "lab-columns" },
      element("div", { class: "lab-side" }, ...explaining),
      element("div", { class: "lab-stage" }, this.#runs.node, this.#picture),
    );
    this.#root.append(this.#attempts.node, gallery.node, columns, this.#charts.node);
  }

  /** The player belongs right under the picture, before the plot's legend. */
  #buildPlayer() {
    const under = element("div", { class: "lab-under" }, this.#drawing.node);
    this.#plot.node.append(under);
    const player = new Player(under, {
      t: this.#t,
      length: 1,
      label: (i) => this.#label(i),
      onSeek: (i, cause) => this.#show(i, cause),
    });
    under.append(this.#bar.node);
    this.#picture.addEventListener("keydown", (event) => {
      if (event.target === this.#picture && player.press(event)) event.preventDefault();
    });
    return player;
  }

  /** The settings and the moment that the address asks for. @param {import("./lab/address.js").Values} values */
  #start(values) {
    this.#attempts.attempt(() => {
      const asked = checkSettings(together(values));
      if (JSON.stringify(asked) !== JSON.stringify(this.#base)) this.#steering.restart(asked);
    });
    if (values.iteration !== null) this.#seekIteration(values.iteration);
  }

  destroy() {
    this.#observer.disconnect();
    this.#player.destroy();
    this.#charts.close();
    this.#graph.destroy();
    this.#plot.destroy();
    this.#runs.destroy();
    this.#root.replaceChildren();
  }

  /** Put a run on the stage, where it was left. @param {Entry} entry */
  #open(entry) {
    this.#slow.end();
    this.#drawing.stop();
    const { run, evaluator, index } = entry;
    this.#shown = entry;
    this.#runs.mark(entry);
    this.#panel.show(run.settings);
    this.#graph.open(run.settings, evaluator);
    this.#charts.open(run, entry.measured);
    this.#description.textContent = this.#describe(entry);
    this.#player.pause();
    this.#player.setLength(run.length);
    this.#player.seek(index);
    this.#show(this.#player.index);
    this.#player.update();
  }

  /** What is to be seen in a run. @param {Entry} entry */
  #describe({ run }) {
    if (run !== this.#recorded.run) return this.#t("lab.own_run");
    return new Map(Object.entries(run.description ?? {})).get(this.#t.language) ?? "";
  }

  /** @param {number} index */
  #label(index) {
    const { iterations, length } = this.#shown.run;
    const [iteration, last] = [grouped(iterations[index]), grouped(iterations[length - 1])];
    return this.#t("lab.moment", { iteration, last });
  }

  /** Draw a moment. @param {number} index @param {import("../parts/player.js").Cause} [cause] */
  #show(index, cause) {
    const { run, evaluator } = this.#shown;
    this.#slow.end();
    this.#shown.index = index;
    this.#state = run.state(index);
    this.#plot.show({ settings: run.settings, evaluator, state: this.#state });
    this.#graph.show(this.#state);
    this.#charts.setCursor(this.#state.iteration);
    this.#showTraining();
    // Where nobody asked for it nothing is measured: of hours of training the browser would keep every measure.
    if (!cause || cause.type === "follow") return;
    performance.measure("explorer:lab", { start: Math.min(cause.timeStamp, performance.now()) });
    this.#remember();
  }

  /** @param {number} iteration @param {Event} [event] that asked for it */
  #seekIteration(iteration, event) {
    const { iterations } = this.#shown.run;
    this.#player.pause();
    this.#player.seek(nearestRow(iterations, iteration));
    if (event) performance.measure("explorer:lab", { start: event.timeStamp });
  }

  /** A run has another length, speed or end than before; its moments may have been thinned out. @param {Entry} entry */
  #runChanged(entry) {
    const { run } = entry;
    const following = this.#state === entry.last;
    entry.last = run.state(run.length - 1);
    if (entry !== this.#shown) {
      entry.index = run.length - 1;
      return;
    }
    const follow = following && !this.#slow.open && !this.#player.playing;
    this.#player.setLength(run.length, { follow });
    if (follow) this.#show(this.#player.index);
    else this.#holdPlace(run);
    this.#charts.update();
    this.#charts.fill();
    this.#showTraining();
  }

  /** Stay at the moment that is shown although its number may have changed. @param {Run} run */
  #holdPlace({ states }) {
    if (states[this.#player.index] === this.#state) return;
    const here = states.indexOf(this.#state);
    const before = states.findLastIndex(({ iteration }) => iteration <= this.#state.iteration);
    this.#player.seek(here >= 0 ? here : Math.max(0, before));
  }

  #showTraining() {
    const { run, index } = this.#shown;
    const running = run instanceof LiveRun && run.running;
    this.#bar.show({
      live: run.live,
      running,
      atEnd: index === run.length - 1,
      trainable: TRAINABLE_LOSSES.includes(run.settings.loss),
      stopped: run.stopped,
    });
    this.#bar.count(this.#state, running ? run.speed : null);
  }

  /** What steering sees of the stage. @returns {import("./lab/steering.js").Stage} */
  #stage() {
    return {
      shown: () => this.#shown,
      open: (entry) => this.#open(entry),
      pause: () => this.#player.pause(),
      toEnd: () => this.#player.seek(this.#shown.run.length - 1),
      remember: () => this.#remember(),
    };
  }

  #train() {
    this.#steering.train();
    this.#showTraining();
  }

  /** Let the visitor draw the data. */
  #draw() {
    this.#slow.end();
    this.#steering.hold();
    const points = this.#shown.run.settings.points ?? [];
    this.#drawing.start(points.map(([x, y]) => [x, y]));
    this.#picture.scrollIntoView({ block: "nearest" });
  }

  #explain() {
    this.#steering.hold();
    try {
      return this.#shown.evaluator.explain(this.#state);
    } catch (error) {
      this.#attempts.refuse(error);
      return null;
    }
  }

  /** @param {SubStep | null} step @param {SubStep[]} past */
  #showSubStep(step, past) {
    const { run, evaluator } = this.#shown;
    const reached = (/** @type {SubStep[]} */ steps) => steps.findLast(({ state }) => state)?.state ?? this.#state;
    this.#graph.light(step);
    this.#graph.show(reached(past));
    // The plot compares an update with the state that it starts from.
    this.#plot.show({ settings: run.settings, evaluator, state: reached(past.slice(0, -1)), explain: step });
  }

  #redraw() {
    this.#graph.redraw();
    this.#charts.redraw();
    this.#panel.redraw();
  }

  #remember() {
    const { run, index } = this.#shown;
    const { layers, arrows } = this.#layers;
    const iteration = index === run.length - 1 ? null : run.iterations[index];
    const values = { ...singleSettings(run.settings), layers, arrows, iteration };
    this.#host.emit("state", address.write(values, singleSettings(this.#base)));
  }
}
