/**
 * The Training view: what a model drew or wrote at every moment of its training, played, scrubbed, followed, and set beside another
 * run on one clock. Everything is loaded when the view opens; replaying makes no request.
 */

import { element } from "../dom.js";
import { grouped } from "./axis.js";
import { createPlayer } from "./player.js";
import { viewsFor } from "./registry.js";
import { mergeSteps, momentAt } from "./training/clock.js";
import { keepAsking } from "./training/follow.js";
import { Run } from "./training/run.js";
import { readSettings } from "./training/settings.js";
import { TextRun } from "./training/text-run.js";
import { createWeights } from "./training/weights.js";

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  const [timeline, moments] = await Promise.all([model.loadTimeline(), model.loadMoments()]);
  if (moments) await model.loadPrior();
  const view = new TrainingView(root, { model, t, timeline, moments }, host);
  await view.start(state);
  return view;
}

class TrainingView {
  constructor(root, { model, t, timeline, moments }, host) {
    Object.assign(this, { root, model, t, timeline, host, runs: [], failed: false, step: 0, clock: timeline.steps, destroyed: false });
    const writes = model.capabilities.has("Writes");
    const comparable = (capabilities) => capabilities.includes("Writes") === writes && viewsFor(capabilities).some(({ id }) => id === "training");
    this.others = host.checkpoints
      .filter(({ name, capabilities }) => name !== model.name && comparable(capabilities))
      .map(({ name, title }) => ({ name, title: title[t.language] }));
    this.weights = moments && createWeights({ t, model, moments, onChange: (changes) => this.remember(changes), onError: (error) => this.refuse(error) });
    this.build();
  }

  build() {
    const { t, timeline } = this;
    const kinds = [...timeline.sheets.keys()];
    this.kinds = kinds.map((kind) =>
      element("button", { class: "segment", type: "button", "data-sheet": kind, on: { click: () => this.choose(kind) } }, t(`training.sheet_${kind}`)),
    );
    this.beside = element(
      "select",
      { class: "select", id: "training-beside", on: { change: () => this.setBeside(this.beside.value || null) } },
      element("option", { value: "" }, t("training.beside_none")),
      ...this.others.map(({ name, title }) => element("option", { value: name }, title)),
    );
    this.refusals = element("div", { class: "refusals", role: "alert" });
    this.bar = element("div", { class: "training-bar" });
    this.columns = element("div", { class: "training-columns" });
    const controls = element(
      "div",
      { class: "control-row training-controls" },
      element("div", { class: "segments", role: "group", "aria-label": t("training.sheet"), hidden: kinds.length < 2 }, ...this.kinds),
      element("label", { class: "field", for: "training-beside", hidden: !this.others.length }, element("span", { class: "field-name" }, t("training.beside")), this.beside),
    );
    this.root.append(this.refusals, controls, this.bar, this.columns);
    if (this.weights) this.root.append(this.weights.node);
  }

  /** @param {Record<string, string>} state */
  async start(state) {
    const { settings, refused } = readSettings(state, [...this.timeline.sheets.keys()], this.others.map(({ name }) => name));
    for (const { name, value, expected } of refused) this.complain("training.state_refused", { name, value: value.slice(0, 60), expected });
    this.settings = settings;
    this.runs = [this.createRun(this.model, this.timeline)];
    this.columns.append(this.runs[0].node);
    this.player = createPlayer(this.bar, {
      t: this.t,
      length: this.clock.length,
      label: (index) => this.t("training.at_step", { step: grouped(this.clock[index]) }),
      onSeek: (index, cause) => this.show(this.clock[index], cause),
    });
    this.weights?.restore(state);
    this.step = settings.step ?? this.clock.at(-1);
    if (settings.other) await this.openBeside(settings.other);
    this.runs.forEach((run) => run.charts.update());
    await this.choose(settings.sheet);
    this.host.onUpdate(() => this.runs.forEach((run) => run.charts.redraw()));
    this.followRunning();
  }

  createRun(model, timeline) {
    const Kind = model.capabilities.has("Writes") ? TextRun : Run;
    return new Kind({
      model,
      timeline,
      t: this.t,
      onPick: (index) => this.follow(index),
      onSeek: (step) => this.seek(step),
      onError: (error) => this.refuse(error),
    });
  }

  /** Go to the clock's last moment by a step. @param {number} step */
  seek(step) {
    this.player.pause();
    const index = Math.max(0, momentAt(this.clock, step));
    if (index === this.player.index) this.show(this.clock[index]);
    else this.player.seek(index);
  }

  /** Draw the place on the clock. @param {number} step @param {import("./player.js").Cause} [cause] */
  show(step, cause) {
    this.step = step;
    const pending = this.runs.map((run) => run.show(step)).filter(Boolean);
    this.weights?.show(step);
    const drawn = () => cause && performance.measure("explorer:training", { start: cause.timeStamp, detail: cause.type });
    if (pending.length) this.drawing = Promise.all(pending).then(drawn);
    else drawn();
    this.remember({ step: step === this.clock.at(-1) ? null : step });
    return this.drawing;
  }

  /** @param {string} kind of sheet */
  async choose(kind) {
    this.settings.sheet = kind;
    this.kinds.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.sheet === kind)));
    await Promise.all(this.runs.map((run) => run.choose(kind, this.step)));
    this.seek(this.step);
    this.follow(this.settings.pick);
    this.remember({ sheet: kind === this.kinds[0]?.dataset.sheet ? null : kind });
  }

  /** Follow a tile of every run. @param {number | null} index */
  async follow(index) {
    this.settings.pick = index;
    this.remember({ pick: index });
    await Promise.all(this.runs.map((run) => run.follow(index))).catch((error) => this.refuse(error));
  }

  /** Another run beside this one, or none. @param {string | null} name */
  async setBeside(name) {
    this.runs.splice(1).forEach((run) => run.destroy());
    this.settings.other = name;
    if (name !== null) await this.openBeside(name);
    else this.setClock();
    await this.choose(this.settings.sheet);
    this.runs.forEach((run) => run.charts.update());
    this.followRunning();
    this.remember({ other: name });
  }

  /** @param {string} name */
  async openBeside(name) {
    this.beside.value = name;
    this.columns.setAttribute("aria-busy", "true");
    try {
      const model = await this.host.open(name);
      const timeline = await model.loadTimeline();
      if (this.destroyed || this.settings.other !== name) return;
      this.runs[1] = this.createRun(model, timeline);
      this.columns.append(this.runs[1].node);
    } catch (error) {
      this.refuse(error);
    }
    this.columns.removeAttribute("aria-busy");
    this.setClock();
  }

  /** The clock has every step at which a run that is shown recorded something. @param {boolean} [follow] go to the new end */
  setClock(follow = false) {
    this.clock = mergeSteps(this.runs.map(({ timeline }) => timeline.steps));
    this.columns.classList.toggle("two", this.runs.length > 1);
    const index = Math.max(0, momentAt(this.clock, this.step));
    this.player.setLength(this.clock.length, { follow });
    if (!follow) this.player.seek(index);
  }

  /** Ask after the runs that still train, until none does. */
  followRunning() {
    this.stopAsking?.();
    this.stopAsking = this.runs.some(({ timeline }) => timeline.running) ? keepAsking(() => this.ask()) : null;
  }

  /** What came is shown; who looked at the end sees the new end. */
  async ask() {
    const running = this.runs.filter(({ timeline }) => timeline.running);
    try {
      const answers = await Promise.all(running.map(async (run) => ({ run, ...(await run.timeline.poll()) })));
      if (this.failed) this.refusals.replaceChildren();
      this.failed = false;
      const changed = answers.filter((answer) => answer.changed);
      if (this.destroyed || !changed.length) return;
      const atEnd = this.player.index === this.player.length - 1 && !this.player.playing;
      this.setClock(atEnd);
      await Promise.all(changed.map(({ run, from }) => run.grow(from)));
      this.show(this.clock[this.player.index]);
    } catch (error) {
      this.failed = true;
      this.refuse(error);
    }
    if (!this.runs.some(({ timeline }) => timeline.running)) this.stopAsking?.();
  }

  /** @param {Record<string, string | number | null>} changes */
  remember(changes) {
    this.host.emit("state", changes);
  }

  /** @param {Error & {key?: string, values?: object}} error */
  refuse(error) {
    if (this.destroyed) return;
    const text = error.key ? this.t(error.key, error.values) : error.message;
    this.refusals.replaceChildren(element("div", { class: "message" }, text));
  }

  complain(key, values) {
    this.refusals.append(element("div", { class: "message" }, this.t(key, values)));
  }

  destroy() {
    this.destroyed = true;
    this.stopAsking?.();
    this.player?.destroy();
    this.runs.forEach((run) => run.destroy());
    this.root.replaceChildren();
  }
}
