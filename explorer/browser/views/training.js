/**
 * The Training view: what a model drew or wrote at every moment of its training, played, scrubbed, followed, and set beside another
 * run on one clock; of a model that encodes, also where it placed images. Everything is loaded when the view opens; replaying makes
 * no request.
 */

import { element } from "../dom.js";
import { grouped } from "../charts/axis.js";
import { createPlayer } from "../parts/player.js";
import { mergeSteps, momentAt } from "./training/clock.js";
import { keepAsking } from "./training/follow.js";
import { openLatents } from "./training/latents.js";
import { createMapControls } from "./training/map-controls.js";
import { remark } from "./training/pair.js";
import { Run } from "./training/run.js";
import { SequenceRun } from "./training/sequence-run.js";
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
    this.root = root;
    this.model = model;
    this.t = t;
    this.timeline = timeline;
    this.host = host;
    this.runs = [];
    this.failed = false;
    this.step = 0;
    this.clock = timeline.steps;
    this.destroyed = false;
    this.others = comparable(model, host).map(({ name, title }) => ({ name, title: title[t.language] }));
    this.weights =
      moments &&
      createWeights({
        t,
        model,
        moments,
        onChange: (changes) => this.remember(changes),
        onError: (error) => this.refuse(error),
      });
  }

  build() {
    const { t } = this;
    this.beside = element(
      "select",
      { class: "select", id: "training-beside", on: { change: () => this.setBeside(this.beside.value || null) } },
      element("option", { value: "" }, t("training.beside_none")),
      ...this.others.map(({ name, title }) => element("option", { value: name }, title)),
    );
    this.choices = createMapControls({ t, settings: this.settings, onChange: (changed) => this.arrange(changed) });
    this.refusals = element("div", { class: "refusals", role: "alert" });
    this.remark = element("p", { class: "training-remark", role: "status", hidden: true });
    this.bar = element("div", { class: "training-bar" });
    this.columns = element("div", { class: "training-columns" });
    const controls = element(
      "div",
      { class: "control-row training-controls" },
      element(
        "label",
        { class: "field", for: "training-beside", hidden: !this.others.length },
        element("span", { class: "field-name" }, t("training.beside")),
        this.beside,
      ),
      ...this.choices.nodes,
    );
    this.root.append(this.refusals, controls, this.remark, this.bar, this.columns);
    if (this.weights) this.root.append(this.weights.node);
  }

  /** @param {Record<string, string>} state */
  async start(state) {
    const { settings, refused } = readSettings(
      state,
      [...this.timeline.sheets.keys()],
      this.others.map(({ name }) => name),
    );
    this.settings = settings;
    this.build();
    for (const { name, value, expected } of refused)
      this.complain("training.state_refused", { name, value: value.slice(0, 60), expected });
    this.runs = [await this.createRun(this.model, this.timeline)];
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
    await this.refresh();
    this.host.onUpdate(() => this.runs.forEach((run) => run.redraw()));
  }

  async createRun(model, timeline) {
    const shared = { model, timeline, t: this.t, onSeek: (step) => this.seek(step) };
    if (model.capabilities.has("Writes")) return new TextRun(shared);
    if (timeline.form)
      return new SequenceRun({
        ...shared,
        onPick: (sheet, index) => this.follow(sheet, index),
        onError: (error) => this.refuse(error),
      });
    return new Run({
      ...shared,
      latents: await this.openLatents(model, timeline),
      arrangement: this.settings,
      onPick: (sheet, index) => this.follow(sheet, index),
      onImage: (image) => this.followImage(image),
      onPress: (event) => this.player.press(event),
      onError: (error) => this.refuse(error),
    });
  }

  /** Where a model placed images; what is wrong with that is said, and the rest of its training is shown. */
  async openLatents(model, timeline) {
    try {
      return await openLatents(model, timeline);
    } catch (error) {
      if (!error.key) throw error;
      this.complain(error.key, error.values);
      return null;
    }
  }

  /** Draw all runs at the place of the clock: at the start, and when another run has come or gone. */
  async refresh() {
    this.choices.offer(this.runs.map(({ latents }) => latents ?? null));
    this.compare();
    this.runs.forEach((run) => run.charts.update());
    await Promise.all(this.runs.map((run) => run.show(this.step)));
    this.seek(this.step);
    const { sheet, pick, image } = this.settings;
    this.follow(sheet, pick, image);
    this.followRunning();
  }

  /** What two runs have in common shares its scales, and what they have not is said. */
  compare() {
    const [own, other] = this.runs.map(({ model }) => model.config);
    const found = other && remark(own, other);
    shareScales(this.runs, found?.key !== "training.pair_data");
    this.remark.hidden = !found;
    this.remark.classList.toggle("warning", Boolean(found?.warning));
    this.remark.textContent = found ? this.t(found.key, found.values) : "";
  }

  /** Go to the clock's last moment by a step. @param {number} step */
  seek(step) {
    this.player.pause();
    const index = Math.max(0, momentAt(this.clock, step));
    if (index === this.player.index) this.show(this.clock[index]);
    else this.player.seek(index);
  }

  /** Draw the place on the clock. @param {number} step @param {import("../parts/player.js").Cause} [cause] */
  show(step, cause) {
    this.step = step;
    const pending = this.runs.map((run) => run.show(step)).filter(Boolean);
    this.weights?.show(step);
    const drawn = () =>
      cause && performance.measure("explorer:training", { start: cause.timeStamp, detail: cause.type });
    if (pending.length) this.drawing = Promise.all(pending).then(drawn);
    else drawn();
    this.remember({ step: step === this.clock.at(-1) ? null : step });
    return this.drawing;
  }

  /** Other axes or another frame of the maps. @param {"axes" | "frame"} changed */
  arrange(changed) {
    this.runs.forEach((run) => run.map?.arrange(this.settings));
    this.remember({ [changed]: this.settings[changed] });
  }

  /**
   * Follow a tile of every run; an image whose reconstruction that is, also on the map.
   * @param {string} sheet @param {number | null} pick @param {number | null} [image]
   */
  async follow(sheet, pick, image = this.settings.image) {
    const followed = sheet === "reconstructions" && pick !== null ? pick >> 1 : image;
    Object.assign(this.settings, { sheet, pick, image: followed });
    this.remember({ sheet: pick === null || sheet === "samples" ? null : sheet, pick, image: followed });
    this.runs.forEach((run) => run.map?.follow(followed));
    await Promise.all(this.runs.map((run) => run.follow(sheet, pick))).catch((error) => this.refuse(error));
  }

  /** Follow an image that was chosen on a map; its reconstruction, too, where that was recorded. @param {number | null} image */
  followImage(image) {
    const { sheet, pick } = this.settings;
    const recorded = image !== null && image < this.runs[0].reconstructed;
    if (recorded) return this.follow("reconstructions", 2 * image + 1);
    return sheet === "reconstructions" ? this.follow(sheet, null, image) : this.follow(sheet, pick, image);
  }

  /** Another run beside this one, or none. @param {string | null} name */
  async setBeside(name) {
    this.runs.splice(1).forEach((run) => run.destroy());
    this.settings.other = name;
    if (name !== null) await this.openBeside(name);
    else this.setClock();
    await this.refresh();
    this.remember({ other: name });
  }

  /** @param {string} name */
  async openBeside(name) {
    this.beside.value = name;
    this.columns.setAttribute("aria-busy", "true");
    try {
      const model = await this.host.open(name);
      const run = await this.createRun(model, await model.loadTimeline());
      if (this.destroyed || this.settings.other !== name) return run.destroy();
      this.runs[1] = run;
      this.columns.append(run.node);
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

/**
 * The same height means the same in all runs: of bars always, of curves where they are of the same data.
 * @param {Run[]} runs @param {boolean} sameData
 */
function shareScales(runs, sameData) {
  const bars = runs.map(({ dimensions }) => dimensions).filter(Boolean);
  const most = Math.max(...bars.map(({ highest }) => highest));
  bars.forEach((each) => each.setScale(most));
  const ranges = sameData && runs.length > 1 ? runs.map(({ charts }) => charts.ranges()) : [];
  const names = [...new Set(ranges.flatMap((each) => [...each.keys()]))];
  const ends = (name) => ranges.flatMap((each) => each.get(name) ?? []);
  const whole = new Map(names.map((name) => [name, [Math.min(...ends(name)), Math.max(...ends(name))]]));
  runs.forEach(({ charts }) => charts.setRanges(whole));
}

/** What a model's moments are. @param {string[]} capabilities */
function kindOf(capabilities) {
  if (capabilities.includes("Writes")) return "texts";
  return ["GeneratesSequences", "WritesNotes"].some((each) => capabilities.includes(each)) ? "sequences" : "pictures";
}

/**
 * The models whose training can stand beside this one's; those of its kind come first.
 * @param {import("../runtime/model.js").Model} model
 * @param {import("../page.js").ViewHost} host
 */
function comparable({ name: own, capabilities, config: { family, image } }, { checkpoints, viewsFor }) {
  const kind = kindOf([...capabilities]);
  const like = (entry) =>
    Number(entry.family === family) + Number(JSON.stringify(entry.image) === JSON.stringify(image));
  return checkpoints
    .filter(
      (entry) =>
        entry.name !== own && kindOf(entry.capabilities) === kind && viewsFor(entry.capabilities).includes("training"),
    )
    .sort((a, b) => like(b) - like(a));
}
