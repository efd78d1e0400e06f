/**
 * The Sample view of a model that writes: texts of several seeds side by side, written in the page character by character. The
 * same seed and settings give the same text here and by `explorer sample`.
 */

import { element } from "../dom.js";
import { createTrace } from "../runtime/recurrent/trace.js";
import { createWritingSettings } from "../parts/writing-settings.js";
import { Column, MOST_BITS, background } from "./sample-text/column.js";
import {
  LONGEST_PROMPT,
  MOST_CHARACTERS,
  MOST_COLUMNS,
  command,
  readSettings,
  writeSettings,
} from "./sample-text/settings.js";

const SLICE = 8; // milliseconds of writing in a frame
const SLOW = 25; // characters a second, about as fast as one reads
const LEGEND = Object.freeze([0, 2, 4, 6, 8]); // bits
const MOST_LINKED = 1000; // characters that the step-by-step view takes from a link

/**
 * @param {HTMLElement} root
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 */
export async function mount(root, { model, t, state }, host) {
  const [language, texts] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  return new WritingView(root, { model, t, language, usual: texts.prompt }, state, host);
}

class WritingView {
  constructor(root, parts, state, host) {
    const { settings, refused } = readSettings(state, parts.usual, parts.language.vocabulary.length);
    Object.assign(this, { root, host, settings, frame: 0, slow: false, cause: null, ...parts });
    this.build();
    for (const { name, value, expected } of refused)
      this.complain("write.state_refused", { name, value: value.slice(0, 60), expected });
    this.restart();
  }

  build() {
    const { t, settings } = this;
    this.refusals = element("div", { class: "refusals", role: "alert" });
    this.prompt = element(
      "textarea",
      { class: "input written-input", id: "write-prompt", rows: 3, spellcheck: "false", dir: "auto" },
      settings.prompt,
    );
    this.prompt.value = settings.prompt;
    this.prompt.addEventListener("input", (event) => event.isComposing || this.takePrompt(event));
    this.prompt.addEventListener("compositionend", (event) => this.takePrompt(event));
    // The fields of the step-by-step view keep their values in `shared`.
    const { seed, temperature, topK, topP } = settings;
    const shared = { writing: { seed, temperature, topK, topP } };
    const fields = createWritingSettings({
      t,
      shared,
      limit: this.language.vocabulary.length,
      onChange: () => this.change(shared.writing),
    });
    this.columnsBox = element("div", { class: "written-columns" });
    this.toggle = element("button", {
      class: "button written-toggle",
      type: "button",
      on: { click: (event) => this.press(event) },
    });
    this.python = element("pre", { class: "python number", tabindex: 0 });
    this.root.append(
      this.refusals,
      element(
        "div",
        { class: "written-controls" },
        this.field("write-prompt", t("write.prompt"), this.prompt),
        element("div", { class: "written-fields" }, fields.node, this.choices()),
      ),
      this.legend(),
      this.columnsBox,
      element("p", { class: "note" }, t("write.note")),
      element("details", { class: "python-box" }, element("summary", {}, t("write.python")), this.python),
    );
  }

  /** How much, how many, how fast; and the one button. */
  choices() {
    const { t, settings } = this;
    this.count = element("input", {
      class: "input number",
      id: "write-count",
      inputmode: "numeric",
      autocomplete: "off",
      value: settings.count,
    });
    this.count.addEventListener("input", (event) => this.takeCount(event));
    const columns = Array.from({ length: MOST_COLUMNS }, (_, i) =>
      element("option", { value: i + 1, selected: i + 1 === settings.columns }, String(i + 1)),
    );
    this.columns = element("select", { class: "select", id: "write-columns" }, ...columns);
    this.columns.addEventListener("change", (event) => this.change({ columns: Number(this.columns.value) }, event));
    this.pace = element(
      "select",
      { class: "select", id: "write-pace" },
      element("option", { value: "fast" }, t("write.fast")),
      element("option", { value: "slow" }, t("write.slow")),
    );
    this.pace.addEventListener("change", () => (this.slow = this.pace.value === "slow") && this.restart());
    return element(
      "div",
      { class: "control-row written-choices" },
      this.field("write-count", t("write.count"), this.count),
      this.field("write-columns", t("write.columns"), this.columns),
      this.field("write-pace", t("write.pace"), this.pace),
      this.toggle,
    );
  }

  field(id, words, control) {
    return element("div", { class: "field" }, element("label", { class: "field-name", for: id }, words), control);
  }

  legend() {
    const { t } = this;
    const steps = LEGEND.map((bits) =>
      element(
        "span",
        { class: "number written-step", style: { background: background(bits) } },
        bits === MOST_BITS ? `≥ ${bits}` : String(bits),
      ),
    );
    return element("p", { class: "note written-legend" }, t("write.legend"), " ", ...steps);
  }

  takePrompt(event) {
    const text = this.prompt.value;
    const fits = Array.from(text).length <= LONGEST_PROMPT;
    this.prompt.setAttribute("aria-invalid", String(!fits));
    if (fits) this.change({ prompt: text }, event);
    else this.complain("write.prompt_long", { most: LONGEST_PROMPT });
  }

  takeCount(event) {
    const count = this.count.value.trim() === "" ? NaN : Number(this.count.value);
    const fits = Number.isInteger(count) && count >= 1 && count <= MOST_CHARACTERS;
    this.count.setAttribute("aria-invalid", String(!fits));
    if (fits) this.change({ count }, event);
    else this.complain("write.count_refused", { most: MOST_CHARACTERS });
  }

  /** @param {Partial<import("./sample-text/settings.js").Settings>} changes @param {Event} [event] */
  change(changes, event) {
    this.settings = { ...this.settings, ...changes };
    this.refusals.replaceChildren();
    this.remember();
    this.restart(event);
  }

  remember() {
    this.host.emit("state", writeSettings(this.settings, this.usual));
  }

  /** Write everything anew. @param {Event} [event] the input that asked for it */
  restart(event) {
    const { language, settings, t, model } = this;
    const { prompt, columns, seed, temperature, topK, topP } = settings;
    const trace = createTrace(language);
    trace.setText(prompt);
    trace.compute();
    const state = trace.state(trace.length - 1);
    this.target = settings.count;
    this.list = Array.from(
      { length: columns },
      (_, i) => this.list?.[i] ?? new Column({ t, name: model.config.name, onStep: (text) => this.step(text) }),
    );
    // Beyond the largest seed there is none.
    const seeds = this.list.map((_, i) => seed + i).filter(Number.isSafeInteger);
    this.list.length = seeds.length;
    this.list.forEach((column, i) =>
      column.begin(language, state, trace.characters.join(""), { seed: seeds[i], temperature, topK, topP }),
    );
    this.columnsBox.replaceChildren(...this.list.map(({ node }) => node));
    this.columnsBox.style.setProperty("--columns", String(this.list.length));
    this.python.textContent = seeds.map((each) => command(model.config.name, settings, each)).join("\n");
    this.cause = event ?? null;
    this.run();
  }

  get done() {
    return this.list.every(({ count }) => count >= this.target);
  }

  run() {
    cancelAnimationFrame(this.frame);
    this.started = { time: performance.now(), count: this.list[0].count };
    this.advance();
  }

  /** A frame's worth of characters, one of each column in turn. */
  advance() {
    const now = performance.now();
    const due = this.slow ? this.started.count + 1 + Math.floor(((now - this.started.time) / 1000) * SLOW) : Infinity;
    const goal = Math.min(this.target, due);
    for (let next = this.next(goal); next && performance.now() < now + SLICE; next = this.next(goal)) next.write();
    this.list.forEach((column) => column.show(this.slow));
    if (this.cause) performance.measure("explorer:sample", { start: this.cause.timeStamp, detail: "text" });
    this.cause = null;
    this.frame = this.done ? 0 : requestAnimationFrame(() => this.advance());
    this.label();
  }

  /** The column that has written least, unless it has written enough. @param {number} goal */
  next(goal) {
    const behind = this.list.reduce((least, column) => (column.count < least.count ? column : least));
    return behind.count < goal ? behind : null;
  }

  /** Pause, go on, or write as much again. */
  press() {
    if (this.frame) {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      return this.label();
    }
    if (this.done) {
      this.target = Math.min(MOST_CHARACTERS, this.target + this.settings.count);
      this.settings = { ...this.settings, count: this.target };
      this.count.value = String(this.target);
      this.python.textContent = this.list
        .map(({ seed }) => command(this.model.config.name, this.settings, seed))
        .join("\n");
      this.remember();
    }
    return this.run();
  }

  label() {
    const { t } = this;
    const key = this.frame ? "write.pause" : this.done ? "write.more" : "write.continue";
    this.toggle.textContent = t(key);
    this.toggle.disabled = this.done && this.target >= MOST_CHARACTERS;
  }

  /** Look at the beginning of a text step by step. @param {string} text */
  step(text) {
    this.host.emit("state", { view: "gates", text: Array.from(text).slice(0, MOST_LINKED).join("") });
  }

  complain(key, values) {
    this.refusals.replaceChildren(element("div", { class: "message" }, this.t(key, values)));
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.root.replaceChildren();
  }
}
