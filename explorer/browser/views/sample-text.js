/**
 * The Sample view of a model that writes: texts of several seeds side by side, written in the page character by
 * character. The same seed and settings give the same text here and by `explorer sample`.
 */

import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { Messages } from "../parts/messages.js";
import { Trace } from "../runtime/recurrent/trace.js";
import { MOST_CHARACTERS, address } from "./sample-text/address.js";
import { Column } from "./sample-text/column.js";
import { command } from "./sample-text/command.js";
import { createControls } from "./sample-text/controls.js";
import { createLegend } from "./sample-text/surprise.js";
import { verseNotes } from "./sample-text/verse.js";

export { address };

const SLICE = 8; // milliseconds of writing in a frame
const SLOW = 25; // characters a second, about as fast as one reads
const MOST_LINKED = 1000; // characters that the step-by-step view takes from a link

/**
 * @typedef {import("../parts/host.js").ViewHost} ViewHost
 * @typedef {import("./sample-text/address.js").Settings} Settings
 * @typedef {import("./sample-text/column.js").Start} Start
 *
 * @typedef {object} Options
 * @property {string} name of the model
 * @property {import("../runtime/config.js").Config["metrics"]} metrics that were measured of it
 * @property {import("../i18n.js").Translator} t
 * @property {import("../runtime/recurrent/language.js").Language} language
 * @property {string} prompt the model's own
 * @property {Record<string, string>} state the view's entries of the address
 */

/**
 * @param {HTMLElement} root
 * @param {import("../parts/host.js").ViewOptions} options
 * @param {ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [language, { prompt }] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  const { name, metrics } = model.config;
  return new WritingView(root, { name, metrics, t, language, prompt, state }, host);
}

class WritingView {
  #root;
  #host;
  #t;
  #name;
  #language;
  /** What the address is read and written with. */
  #context;
  #settings;
  #messages = new Messages();
  #controls;
  #box = element("div", { class: "written-columns" });
  #python = element("pre", { class: "python number", tabindex: 0 });
  /** At least one. @type {Column[]} */
  #columns = [];
  /** Characters that each column is to have. */
  #target = 0;
  #slow = false;
  #frame = 0;
  /** When and from where on it is written, for a pace that can be read. */
  #started = { time: 0, count: 0 };
  /** The input whose effect has not been shown yet. @type {Event | null} */
  #cause = null;

  /** @param {HTMLElement} root @param {Options} options @param {ViewHost} host */
  constructor(root, { name, metrics, t, language, prompt, state }, host) {
    this.#root = root;
    this.#host = host;
    this.#t = t;
    this.#name = name;
    this.#language = language;
    this.#context = { prompt, vocabulary: language.vocabulary.length };
    const { values, refused } = address.read(state, this.#context);
    this.#settings = values;
    this.#controls = createControls({
      t,
      settings: values,
      vocabulary: language.vocabulary.length,
      onChange: (changes, event) => this.#change(changes, event),
      onPace: (slow) => this.#changePace(slow),
      onPress: () => this.#press(),
    });
    this.#root.append(
      this.#messages.node,
      this.#controls.node,
      createLegend(t),
      this.#box,
      element("p", { class: "note" }, t("write.note")),
      ...verseNotes(metrics, t),
      element("details", { class: "python-box" }, element("summary", {}, t("write.python")), this.#python),
    );
    this.#messages.show(...refusals(refused, t));
    this.#restart();
  }

  destroy() {
    cancelAnimationFrame(this.#frame);
    this.#root.replaceChildren();
  }

  /** @param {Partial<Settings>} changes @param {Event} [event] */
  #change(changes, event) {
    this.#settings = { ...this.#settings, ...changes };
    this.#messages.show();
    this.#remember();
    this.#restart(event);
  }

  #changePace(/** @type {boolean} */ slow) {
    this.#slow = slow;
    if (slow) this.#restart();
  }

  #remember() {
    this.#host.emit("state", address.write(this.#settings, this.#context));
  }

  /** Write everything anew. @param {Event} [event] the input that asked for it */
  #restart(event) {
    const { prompt, columns, seed, count } = this.#settings;
    const trace = new Trace(this.#language);
    trace.setText(prompt);
    trace.compute();
    const state = trace.state(trace.length - 1);
    const start = { language: this.#language, state, prompt: trace.characters.join("") };
    // Beyond the largest seed there is none.
    const seeds = Array.from({ length: columns }, (_, i) => seed + i).filter(Number.isSafeInteger);
    this.#target = count;
    this.#columns = seeds.map((each, i) => this.#begin(this.#columns[i], start, each));
    this.#box.replaceChildren(...this.#columns.map(({ node }) => node));
    this.#box.style.setProperty("--columns", String(this.#columns.length));
    this.#sayCommands();
    this.#cause = event ?? null;
    this.#run();
  }

  /**
   * @param {Column | undefined} column that may write again
   * @param {Start} start
   * @param {number} seed
   * @returns {Column}
   */
  #begin(column, start, seed) {
    const { temperature, topK, topP } = this.#settings;
    const settings = { seed, temperature, topK, topP };
    if (column === undefined) {
      return new Column(start, settings, { t: this.#t, name: this.#name, onStep: (text) => this.#step(text) });
    }
    column.begin(start, settings);
    return column;
  }

  #sayCommands() {
    const commands = this.#columns.map(({ seed }) => command(this.#name, this.#settings, seed));
    this.#python.textContent = commands.join("\n");
  }

  get #done() {
    return this.#columns.every(({ count }) => count >= this.#target);
  }

  #run() {
    cancelAnimationFrame(this.#frame);
    this.#started = { time: performance.now(), count: this.#columns[0].count };
    this.#advance();
  }

  /** A frame's worth of characters, one of each column in turn. */
  #advance() {
    const now = performance.now();
    const { time, count } = this.#started;
    const due = this.#slow ? count + 1 + Math.floor(((now - time) / 1000) * SLOW) : Infinity;
    const goal = Math.min(this.#target, due);
    for (let next = this.#next(goal); next && performance.now() < now + SLICE; next = this.#next(goal)) next.write();
    for (const column of this.#columns) column.show(this.#slow);
    if (this.#cause) performance.measure("explorer:sample", { start: this.#cause.timeStamp, detail: "text" });
    this.#cause = null;
    this.#frame = this.#done ? 0 : requestAnimationFrame(() => this.#advance());
    this.#sayPlace();
  }

  /** The column that has written least, unless it has written enough. @param {number} goal */
  #next(goal) {
    const behind = this.#columns.reduce((least, column) => (column.count < least.count ? column : least));
    return behind.count < goal ? behind : null;
  }

  /** Pause, go on, or write as much again. */
  #press() {
    if (this.#frame) {
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      return this.#sayPlace();
    }
    if (this.#done) {
      this.#target = Math.min(MOST_CHARACTERS, this.#target + this.#settings.count);
      this.#settings = { ...this.#settings, count: this.#target };
      this.#controls.showCount(this.#target);
      this.#sayCommands();
      this.#remember();
    }
    return this.#run();
  }

  #sayPlace() {
    const full = this.#done && this.#target >= MOST_CHARACTERS;
    this.#controls.showPlace(this.#frame ? "pause" : this.#done ? "more" : "continue", full);
  }

  /** Look at the beginning of a text step by step. @param {string} text */
  #step(text) {
    this.#host.emit("state", { view: "gates", text: Array.from(text).slice(0, MOST_LINKED).join("") });
  }
}
