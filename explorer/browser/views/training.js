/**
 * The Training view: what a model drew or wrote at every moment of its training, played, scrubbed, followed, and set
 * beside another run on one clock; of a model that encodes, also where it placed images. Everything is loaded when the
 * view opens; replaying makes no request.
 */

import { grouped } from "../charts/axis.js";
import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { createField } from "../parts/fields.js";
import { Messages, errorWords } from "../parts/messages.js";
import { Player } from "../parts/player.js";
import { RunningTimeline } from "../runtime/running.js";
import { address } from "./training/address.js";
import { mergeSteps, momentAt } from "./training/clock.js";
import { comparable, shareScales } from "./training/compare.js";
import { createRun } from "./training/create-run.js";
import { keepAsking } from "./training/follow.js";
import { createMapControls } from "./training/map-controls.js";
import { remark } from "./training/pair.js";
import { Run } from "./training/run.js";
import { Weights } from "./training/weights.js";

export { address };

/**
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 * @typedef {import("../parts/host.js").ViewOptions} ViewOptions
 * @typedef {import("./training/address.js").Settings} Settings
 * @typedef {import("./training/run.js").Model} Model
 * @typedef {import("./training/create-run.js").Timeline} Timeline
 * @typedef {import("./training/compare.js").AnyRun} AnyRun
 */

/**
 * @param {HTMLElement} root
 * @param {ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [timeline, moments] = await Promise.all([model.loadTimeline(), model.loadMoments()]);
  if (moments) await model.loadPrior();
  const view = new TrainingView(root, { model, t, state, timeline, moments }, host);
  await view.start();
  return view;
}

class TrainingView {
  /** The model's own run, and maybe one beside it. @type {AnyRun[]} */
  runs = [];
  /** The newest picture that was asked for. @type {Promise<void> | undefined} */
  drawing;
  columns = element("div", { class: "training-columns" });
  #root;
  /** What stands on the page, from top to bottom. @type {HTMLElement[]} */
  #parts;
  #model;
  #t;
  #timeline;
  #host;
  #context;
  #settings;
  /** Steps at which a run that is shown recorded something. */
  #clock;
  /** Of the clock, where the visitor is. */
  #step;
  #destroyed = false;
  /** Whether the last question after a run that trains had no answer. */
  #failed = false;
  /** @type {(() => void) | null} */
  #stopAsking = null;
  #messages = new Messages();
  #remark = element("p", { class: "training-remark", role: "status", hidden: true });
  #beside;
  #choices;
  #player;
  #weights;

  /**
   * @param {HTMLElement} root
   * @param {ViewOptions & {timeline: Timeline, moments: import("../runtime/moments.js").Moments | null}} options
   * @param {ViewHost} host
   */
  constructor(root, { model, t, state, timeline, moments }, host) {
    this.#root = root;
    this.#model = model;
    this.#t = t;
    this.#timeline = timeline;
    this.#host = host;
    this.#clock = timeline.steps;
    const others = comparable(model, host, t.language);
    this.#context = {
      sheets: timeline.sheets.size ? [...timeline.sheets.keys()] : ["samples"],
      others: others.map(({ name }) => name),
      classes: "classes" in model ? model.classes : 0, // a run that trains has none yet
    };
    const { values, refused } = address.read(state, this.#context);
    this.#settings = values;
    this.#step = values.step ?? this.#clock[this.#clock.length - 1];
    this.#messages.show(...refusals(refused, t));
    this.#beside = this.#createBeside(others);
    this.#choices = createMapControls({ t, onChange: (changes) => this.#arrange(changes) });
    this.#choices.show(values);
    this.#weights =
      moments &&
      new Weights({
        t,
        model,
        moments,
        place: values,
        onChange: (changes) => this.#remember(changes),
        onError: (error) => this.#refuse(error),
      });
    const bar = element("div", { class: "training-bar" });
    this.#player = new Player(bar, {
      t,
      length: this.#clock.length,
      label: (index) => t("training.at_step", { step: grouped(this.#clock[index]) }),
      onSeek: (index, cause) => this.#show(this.#clock[index], cause),
    });
    this.#parts = [this.#messages.node, this.#createControls(others), this.#remark, bar, this.columns];
    if (this.#weights) this.#parts.push(this.#weights.node);
  }

  /** The own run comes first: only then is there something that can be handled. */
  async start() {
    this.runs = [await this.#createRun(this.#model, this.#timeline)];
    this.columns.append(this.runs[0].node);
    this.#root.append(...this.#parts);
    if (this.#settings.other) await this.#openBeside(this.#settings.other);
    await this.#refresh();
  }

  destroy() {
    this.#destroyed = true;
    this.#stopAsking?.();
    this.#player.destroy();
    this.runs.forEach((run) => run.destroy());
    this.#root.replaceChildren();
  }

  /** @param {import("./training/compare.js").Other[]} others */
  #createBeside(others) {
    const select = element(
      "select",
      { class: "select" },
      element("option", { value: "" }, this.#t("training.beside_none")),
      ...others.map(({ name, title }) => element("option", { value: name }, title)),
    );
    select.addEventListener("change", () => this.#setBeside(select.value || null));
    return select;
  }

  /** @param {import("./training/compare.js").Other[]} others */
  #createControls(others) {
    const beside = createField(this.#t("training.beside"), this.#beside);
    beside.hidden = others.length === 0;
    return element("div", { class: "control-row training-controls" }, beside, ...this.#choices.nodes);
  }

  /** @param {Model} model @param {Timeline} timeline */
  #createRun(model, timeline) {
    return createRun({
      model,
      timeline,
      t: this.#t,
      arrangement: this.#settings,
      onSeek: (step) => this.#seek(step),
      onPick: (sheet, index) => this.#follow(sheet, index),
      onImage: (image) => this.#followImage(image),
      onPress: (event) => this.#player.press(event),
      onError: (error) => this.#refuse(error),
      onFault: (error) => this.#messages.add(errorWords(error, this.#t)),
    });
  }

  /** Runs of pictures that are shown. */
  get #pictures() {
    return this.runs.filter((run) => run instanceof Run);
  }

  /** Runs that still train, with their timelines. */
  get #running() {
    return this.#pictures.flatMap((run) => {
      const { timeline } = run;
      return timeline instanceof RunningTimeline && timeline.running ? [{ run, timeline }] : [];
    });
  }

  /** Draw all runs at the place of the clock: at the start, and when another run has come or gone. */
  async #refresh() {
    if (this.#destroyed) return;
    this.#choices.offer(this.#pictures.map(({ latents }) => latents));
    this.#compare();
    this.runs.forEach((run) => run.charts.update());
    await Promise.all(this.runs.map((run) => run.show(this.#step)));
    this.#seek(this.#step);
    const { sheet, pick, image } = this.#settings;
    this.#follow(sheet, pick, image);
    if (!this.#destroyed) this.#followRunning();
  }

  /** What two runs have in common shares its scales, and what they have not is said. */
  #compare() {
    const [own, other] = this.runs.map(({ model }) => model.config);
    const found = other ? remark(own, other) : null;
    shareScales(this.runs, found?.key !== "training.pair_data");
    this.#remark.hidden = found === null;
    this.#remark.classList.toggle("warning", found?.warning === true);
    this.#remark.textContent = found ? this.#t(found.key, found.values) : "";
  }

  /** Go to the clock's last moment by a step. @param {number} step */
  #seek(step) {
    this.#player.pause();
    const index = Math.max(0, momentAt(this.#clock, step));
    if (index === this.#player.index) this.#show(this.#clock[index]);
    else this.#player.seek(index);
  }

  /** Draw the place on the clock. @param {number} step @param {import("../parts/player.js").Cause} [cause] */
  #show(step, cause) {
    this.#step = step;
    const pending = this.runs.flatMap((run) => run.show(step) ?? []);
    this.#weights?.show(step);
    const drawn = () => {
      if (cause) performance.measure("explorer:training", { start: cause.timeStamp, detail: cause.type });
    };
    if (pending.length) this.drawing = Promise.all(pending).then(drawn);
    else drawn();
    this.#remember({ step: step === this.#clock[this.#clock.length - 1] ? null : step });
  }

  /** Other axes or another frame of the maps. @param {Partial<import("./training/map.js").Arrangement>} changes */
  #arrange(changes) {
    this.#remember(changes);
    this.#choices.show(this.#settings);
    this.#pictures.forEach((run) => run.map?.arrange(this.#settings));
  }

  /**
   * Follow a tile of every run; an image whose reconstruction that is, also on the map.
   * @param {string} sheet @param {number | null} pick @param {number | null} [image]
   */
  async #follow(sheet, pick, image = this.#settings.image) {
    const followed = sheet === "reconstructions" && pick !== null ? pick >> 1 : image;
    this.#remember({ sheet: pick === null ? this.#context.sheets[0] : sheet, pick, image: followed });
    this.#pictures.forEach((run) => run.map?.follow(followed));
    try {
      await Promise.all(this.runs.map((run) => run.follow(sheet, pick)));
    } catch (error) {
      this.#refuse(error);
    }
  }

  /**
   * Follow an image that was chosen on a map; its reconstruction, too, where that was recorded.
   * @param {number | null} image
   */
  #followImage(image) {
    const { sheet, pick } = this.#settings;
    const recorded = this.#pictures[0]?.reconstructed ?? 0;
    if (image !== null && image < recorded) return this.#follow("reconstructions", 2 * image + 1);
    return sheet === "reconstructions" ? this.#follow(sheet, null, image) : this.#follow(sheet, pick, image);
  }

  /** Another run beside this one, or none. @param {string | null} name */
  async #setBeside(name) {
    this.runs.splice(1).forEach((run) => run.destroy());
    this.#remember({ other: name });
    if (name !== null) await this.#openBeside(name);
    else this.#setClock();
    await this.#refresh();
  }

  /** @param {string} name */
  async #openBeside(name) {
    this.#beside.value = name;
    this.columns.setAttribute("aria-busy", "true");
    try {
      const running = this.#host.checkpoints.find((entry) => entry.name === name)?.running;
      const model = await (running ? this.#host.openRun(name) : this.#host.open(name));
      const run = await this.#createRun(model, await model.loadTimeline());
      if (this.#destroyed || this.#settings.other !== name) return run.destroy();
      this.runs[1] = run;
      this.columns.append(run.node);
    } catch (error) {
      this.#refuse(error);
    }
    this.columns.removeAttribute("aria-busy");
    this.#setClock();
  }

  /**
   * The clock has every step at which a run that is shown recorded something.
   * @param {boolean} [follow] go to the new end
   */
  #setClock(follow = false) {
    this.#clock = mergeSteps(this.runs.map(({ timeline }) => timeline.steps));
    this.columns.classList.toggle("two", this.runs.length > 1);
    const index = Math.max(0, momentAt(this.#clock, this.#step));
    this.#player.setLength(this.#clock.length, { follow });
    if (!follow) this.#player.seek(index);
  }

  /** Ask after the runs that still train, until none does. */
  #followRunning() {
    this.#stopAsking?.();
    this.#stopAsking = this.#running.length ? keepAsking(() => this.#ask()) : null;
  }

  /** What came is shown; who looked at the end sees the new end. */
  async #ask() {
    try {
      const asked = this.#running.map(async ({ run, timeline }) => ({ run, ...(await timeline.poll()) }));
      const answers = await Promise.all(asked);
      if (this.#failed) this.#messages.show();
      this.#failed = false;
      await this.#grow(answers.filter(({ changed }) => changed));
    } catch (error) {
      this.#failed = true;
      this.#refuse(error);
    }
    if (!this.#running.length) this.#stopAsking?.();
  }

  /** @param {{run: Run, from: number}[]} grown runs, and the first moment of each that is new */
  async #grow(grown) {
    if (this.#destroyed || !grown.length) return;
    const atEnd = this.#player.index === this.#player.length - 1 && !this.#player.playing;
    this.#setClock(atEnd);
    await Promise.all(grown.map(({ run, from }) => run.grow(from)));
    this.#show(this.#clock[this.#player.index]);
  }

  /** @param {Partial<Settings>} changes */
  #remember(changes) {
    Object.assign(this.#settings, changes);
    this.#host.emit("state", address.write(this.#settings, this.#context));
  }

  /** @param {unknown} error */
  #refuse(error) {
    if (!this.#destroyed) this.#messages.show(errorWords(error, this.#t));
  }
}
