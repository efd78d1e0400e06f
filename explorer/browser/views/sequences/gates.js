/**
 * The gates view of a sequence model: the cells that make a sequence, or read it, step by step, with sound. A
 * generator's, a note model's, or the two passes of a discriminator side by side.
 */
import { element } from "../../dom.js";
import { refusals } from "../../parts/address.js";
import { Messages, errorWords } from "../../parts/messages.js";
import { Subjects } from "../../runtime/sequences/subjects.js";
import { gatesAddress } from "./address.js";
import { Cells } from "./cells.js";
import { createControls } from "./controls.js";
import { listNetworks } from "./networks.js";
import { Stage } from "./stage.js";

export { gatesAddress as address };

const FIRST_LOOK = 0.3; // of the way through, where a state has something to remember
/** @type {Readonly<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowLeft: -1, ArrowRight: 1 });
/** @type {Readonly<Record<string, number>>} */
const UNITS = Object.freeze({ ArrowUp: -1, ArrowDown: 1 });

/**
 * @typedef {import("../../parts/host.js").ViewHost} ViewHost
 * @typedef {import("../../parts/host.js").ViewOptions} ViewOptions
 * @typedef {import("./address.js").GatesSettings} Settings
 */

/**
 * @param {HTMLElement} root
 * @param {ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const subjects = new Subjects(model, await model.loadSequences());
  return new SequenceGatesView(root, { model, t, state, subjects }, host);
}

class SequenceGatesView {
  #root;
  #t;
  #host;
  #subjects;
  #context;
  #settings;
  #messages = new Messages();
  #controls;
  #stage;
  #cells;

  /**
   * @param {HTMLElement} root
   * @param {ViewOptions & {subjects: Subjects}} options
   * @param {ViewHost} host
   */
  constructor(root, { model, t, state, subjects }, host) {
    this.#root = root;
    this.#t = t;
    this.#host = host;
    this.#subjects = subjects;
    const networks = listNetworks(subjects, t);
    this.#context = { condition: model.config.condition, networks };
    const { values, refused } = gatesAddress.read(state, this.#context);
    this.#settings = values;
    this.#messages.show(...refusals(refused, t));
    this.#controls = createControls({
      t,
      config: model.config,
      writes: subjects.generator === null,
      onChange: (changes) => this.#draw(changes),
    });
    this.#stage = new Stage({
      model,
      t,
      subjects,
      onError: (error) => this.#messages.show(errorWords(error, t)),
      onStep: (step) => this.#at(step),
      buttons: [this.#createStep(t("sequences.step_back"), -1), this.#createStep(t("sequences.step_forward"), 1)],
    });
    this.#cells = new Cells({
      t,
      networks,
      notes: subjects.notes,
      place: values,
      onChoose: (changes) => this.#choose(changes),
      onPick: (changes, step) => {
        this.#stage.goTo(step);
        this.#choose(changes);
      },
      onSeek: (step) => this.#stage.goTo(step),
    });
    this.#cells.node.addEventListener("keydown", (event) => this.#press(event));
    root.append(this.#messages.node, this.#controls.node, this.#stage.node, this.#cells.node);
    this.#makeSubject();
  }

  destroy() {
    this.#cells.destroy();
    this.#stage.destroy();
    this.#root.replaceChildren();
  }

  /** @param {string} words @param {number} by */
  #createStep(words, by) {
    const named = { class: "button step", type: "button", title: words, "aria-label": words };
    return element("button", { ...named, on: { click: () => this.#step(by) } }, by < 0 ? "←" : "→");
  }

  /** Another sequence. @param {Partial<import("./address.js").Drawn>} changes */
  #draw(changes) {
    Object.assign(this.#settings, changes);
    this.#messages.show();
    this.#makeSubject();
    this.#remember();
  }

  #makeSubject() {
    const [settings, stage] = [this.#settings, this.#stage];
    const seed = settings.seed + settings.pick;
    const subject = this.#subjects.ofSeed(seed, settings);
    this.#controls.update(settings);
    stage.show(subject, this.#t("sequences.of_seed", { seed }));
    const wanted = settings.step ?? Math.floor(FIRST_LOOK * stage.steps);
    settings.step = Math.max(0, Math.min(stage.steps - 1, wanted));
    this.#cells.show({ subject, judged: stage.judged, edges: stage.edges }, { ...settings, step: settings.step });
    if (stage.steps > 0 && !stage.playback.playing) stage.goTo(settings.step);
  }

  /** Another place in the cells. @param {Partial<import("./address.js").Place>} changes */
  #choose(changes) {
    Object.assign(this.#settings, changes);
    this.#place();
    this.#remember();
  }

  /** The cursor is at a step. @param {number} step */
  #at(step) {
    if (step === this.#settings.step) return;
    this.#settings.step = step;
    this.#place();
  }

  #place() {
    const { step, ...settings } = this.#settings;
    this.#cells.place({ ...settings, step: step ?? 0 });
  }

  /** @param {number} by */
  #step(by) {
    const step = (this.#settings.step ?? 0) + by;
    if (step < 0 || step >= this.#stage.steps) return;
    this.#stage.playback.stop();
    this.#stage.goTo(step);
    this.#remember();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const [by, move] = [STEPS[event.key], UNITS[event.key]];
    if ((by === undefined && move === undefined) || event.target !== event.currentTarget) return;
    event.preventDefault();
    if (by !== undefined) this.#step(by);
    else this.#choose({ unit: Math.max(0, Math.min(this.#cells.units - 1, this.#settings.unit + move)) });
  }

  #remember() {
    this.#host.emit("state", gatesAddress.write(this.#settings, this.#context));
  }
}
