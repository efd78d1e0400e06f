/** The text that the model reads: typed, pasted, picked from the examples, or written by the model itself. */

import { element } from "../../dom.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { codePointsBefore, visible } from "../../parts/characters.js";
import { exampleOf, firstLook } from "./state.js";
import { createWritingSettings } from "../../parts/writing-settings.js";

const SLICE = 8; // milliseconds of writing before the page draws what there is
const COUNTS = Object.freeze([100, 300, 1000]); // characters to write
const MOST_NAMED = 12; // unknown characters that the note names
const MOST_UNDONE = 50;

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Editor(node, reading, surroundings);
}

class Editor {
  constructor(node, reading, { t, texts, shared, remember, complain }) {
    this.reading = reading;
    this.t = t;
    this.examples = texts.examples;
    this.shared = shared;
    this.complain = complain;
    /** @type {string[]} texts that were replaced as a whole; typing has the field's own undo */
    this.earlier = [];
    this.frame = 0;
    this.build(node, remember);
    this.listen();
  }

  build(node, remember) {
    const { t, examples } = this;
    const options = examples.map(({ title }, i) => element("option", { value: i }, title[t.language]));
    this.own = element("option", { value: -1 }, t("gates.own_text"));
    this.picker = element("select", { class: "select", id: "gates-example" }, this.own, ...options);
    const label = (/** @type {string} */ id, /** @type {string} */ words) =>
      element("label", { class: "field-name", for: id }, words);
    this.area = element("textarea", {
      class: "input gates-input",
      id: "gates-input",
      rows: 5,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      dir: "auto",
      "aria-label": t("gates.text"),
      "aria-describedby": "gates-unknown",
      placeholder: t("gates.text_hint"),
    });
    this.unknown = element("p", { class: "note gates-unknown", id: "gates-unknown", "aria-live": "polite" });
    this.count = element("p", { class: "note number" });
    this.undo = element("button", { class: "button", type: "button", disabled: true }, t("gates.undo"));
    this.go = element("button", { class: "button gates-write", type: "button" }, t("gates.write"));
    const counts = COUNTS.map((count) => element("option", { value: count }, t("gates.characters", { count })));
    this.amount = element("select", { class: "select", "aria-label": t("gates.write_count") }, ...counts);
    this.settings = createWritingSettings({
      t,
      shared: this.shared,
      limit: this.reading.language.vocabulary.length,
      onChange: remember,
    });
    node.append(
      element(
        "div",
        { class: "gates-row" },
        element("div", { class: "field gates-example" }, label("gates-example", t("gates.example")), this.picker),
        this.undo,
      ),
      this.area,
      this.count,
      this.unknown,
      element("div", { class: "gates-row" }, this.go, this.amount),
      this.settings.node,
    );
  }

  listen() {
    const { area } = this;
    area.addEventListener("input", (event) => event.isComposing || this.take(area.value, event));
    area.addEventListener("compositionend", (event) => this.take(area.value, event));
    area.addEventListener("paste", (event) => this.insert(event.clipboardData?.getData("text/plain") ?? "", event));
    this.follow = (/** @type {Event} */ event) => document.activeElement === area && this.followCaret(event);
    document.addEventListener("selectionchange", this.follow);
    this.picker.addEventListener("change", (event) => this.pick(Number(this.picker.value), event));
    this.go.addEventListener("click", (event) => (this.frame ? this.stop() : this.write(event)));
    this.undo.addEventListener("click", (event) => this.replace(this.earlier.pop(), Infinity, event, false));
  }

  /** The text as the visitor has just left it. */
  take(text, event) {
    this.stop();
    try {
      this.reading.set({ text, cursor: this.caretStep(text) }, event);
      this.complain();
    } catch (error) {
      if (error.key === undefined) throw error;
      this.complain(error.key, error.values);
      this.area.value = this.reading.text; // what was there stays; a text that is refused would only be lost later
    }
  }

  /** What is too long is refused before the field has taken it: laying out megabytes would stop the page for seconds. */
  insert(pasted, event) {
    const { value, selectionStart, selectionEnd } = this.area;
    const after = value.length - (selectionEnd - selectionStart) + pasted.length;
    const error = this.reading.refusalOf(after);
    if (!error) return;
    event.preventDefault();
    this.complain(error.key, error.values);
  }

  /** The step that has read the character before the caret; the first one where the caret is at the start. */
  caretStep(text) {
    return Math.max(0, codePointsBefore(text, this.area.selectionStart) - 1);
  }

  followCaret(event) {
    const { selectionStart, selectionEnd, value } = this.area;
    if (selectionStart !== selectionEnd || value !== this.reading.text) return;
    this.reading.set({ cursor: this.caretStep(value) }, event);
  }

  pick(example, event) {
    if (example < 0) return;
    const { text } = this.examples[example];
    this.replace(text, firstLook(text), event);
  }

  /** Another text as a whole; the one before can be had back. */
  replace(text, cursor, event, keep = true) {
    this.stop();
    if (keep) this.keep();
    this.reading.set({ text, cursor }, event);
    this.complain();
  }

  keep() {
    const { text } = this.reading;
    if (text) this.earlier = [...this.earlier, text].slice(-MOST_UNDONE);
  }

  /** Let the model go on from the cursor; what came after it gives way, and can be had back. */
  write(event) {
    const { reading, shared } = this;
    this.keep();
    const start = reading.trace.characters.slice(0, reading.cursor + 1).join("");
    const writer = createWriter(reading.language, reading.trace.state(reading.cursor), shared.writing);
    const written = [];
    const count = Number(this.amount.value);
    const go = () => {
      this.frame = requestAnimationFrame(go);
      const until = performance.now() + SLICE;
      while (written.length < count && performance.now() < until) written.push(writer.next().character);
      try {
        reading.set({ text: start + written.join(""), cursor: Infinity }, event);
      } catch (error) {
        this.stop();
        if (error.key === undefined) throw error;
        this.complain(error.key, error.values);
      }
      event = null; // only the first frame is the answer to a click
      if (written.length === count) this.stop();
    };
    this.complain();
    go();
    this.showWriting();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.showWriting();
  }

  showWriting() {
    this.go.textContent = this.t(this.frame ? "gates.write_stop" : "gates.write");
  }

  draw(changed) {
    this.undo.disabled = this.earlier.length === 0;
    if (!changed.has("text")) return;
    const { reading, t, area } = this;
    if (area.value !== reading.text) {
      area.value = reading.text;
      area.scrollTop = area.scrollHeight * ((reading.goal + 1) / Math.max(1, reading.length)) - area.clientHeight / 2;
    }
    const example = exampleOf(reading.text, this.examples);
    this.picker.value = String(example);
    this.count.textContent = t("gates.characters", { count: reading.length });
    const { unknown, characters } = reading.trace;
    const named = [...new Set(unknown.slice(0, 1000).map((index) => nameOf(characters[index])))];
    const names = named.slice(0, MOST_NAMED).join(" ") + (named.length > MOST_NAMED ? " …" : "");
    this.unknown.textContent = unknown.length ? t("gates.unknown", { count: unknown.length, names }) : "";
  }

  destroy() {
    this.stop();
    document.removeEventListener("selectionchange", this.follow);
  }
}

/** A character as one can tell it from others; what has no picture by its number. */
function nameOf(character) {
  const printable = /^[^\p{C}\p{Z}\p{M}]$/u.test(character);
  return printable
    ? character
    : visible(character) === character
      ? `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`
      : visible(character);
}
