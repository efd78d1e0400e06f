/** The text that the model reads: typed, pasted, picked from the examples, or written by the model itself. */

import { element, freshId } from "../../dom.js";
import { codePointsBefore, visible } from "../../parts/characters.js";
import { createWritingSettings } from "../../parts/writing-settings.js";
import { ModelError } from "../../runtime/errors.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { exampleOf, firstLook } from "./address.js";

const SLICE = 8; // milliseconds of writing before the page draws what there is
const COUNTS = Object.freeze([100, 300, 1000]); // characters to write
const MOST_NAMED = 12; // unknown characters that the note names
const MOST_UNDONE = 50;

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Editor(node, reading, surroundings);
}

class Editor {
  #reading;
  #t;
  #examples;
  #shared;
  #complain;
  /** Texts that were replaced as a whole; typing has the field's own undo. @type {string[]} */
  #earlier = [];
  /** The next one that the model writes in; 0 while it does not. */
  #frame = 0;
  #area = element("textarea", {
    class: "input gates-input",
    rows: 5,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    dir: "auto",
  });
  #picker = element("select", { class: "select", id: freshId("gates-example") });
  #unknown = element("p", { class: "note gates-unknown", id: freshId("gates-unknown"), "aria-live": "polite" });
  #count = element("p", { class: "note number" });
  #undo = element("button", { class: "button", type: "button", disabled: true });
  #go = element("button", { class: "button gates-write", type: "button" });
  #amount = element("select", { class: "select" });
  #follow = (/** @type {Event} */ event) => this.#followCaret(event);

  /**
   * @param {HTMLElement} node
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(node, reading, { t, texts, shared, remember, complain }) {
    this.#reading = reading;
    this.#t = t;
    this.#examples = texts.examples;
    this.#shared = shared;
    this.#complain = complain;
    this.#fill();
    const limit = reading.language.vocabulary.length;
    const settings = createWritingSettings({ t, shared, limit, onChange: remember });
    const label = element("label", { class: "field-name", for: this.#picker.id }, t("gates.example"));
    node.append(
      element(
        "div",
        { class: "gates-row" },
        element("div", { class: "field gates-example" }, label, this.#picker),
        this.#undo,
      ),
      this.#area,
      this.#count,
      this.#unknown,
      element("div", { class: "gates-row" }, this.#go, this.#amount),
      settings.node,
    );
    this.#listen();
  }

  /** Give the controls their words and choices. */
  #fill() {
    const t = this.#t;
    this.#picker.append(
      element("option", { value: -1 }, t("gates.own_text")),
      ...this.#examples.map(({ title }, i) => element("option", { value: i }, title[t.language])),
    );
    this.#area.placeholder = t("gates.text_hint");
    this.#area.setAttribute("aria-label", t("gates.text"));
    this.#area.setAttribute("aria-describedby", this.#unknown.id);
    this.#undo.textContent = t("gates.undo");
    this.#go.textContent = t("gates.write");
    this.#amount.append(
      ...COUNTS.map((count) => element("option", { value: count }, t("gates.characters", { count }))),
    );
    this.#amount.setAttribute("aria-label", t("gates.write_count"));
  }

  #listen() {
    const area = this.#area;
    area.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) this.#take(area.value, event);
    });
    area.addEventListener("compositionend", (event) => this.#take(area.value, event));
    area.addEventListener("paste", (event) => this.#insert(event.clipboardData?.getData("text/plain") ?? "", event));
    document.addEventListener("selectionchange", this.#follow); // there is no other place to hear of it
    this.#picker.addEventListener("change", (event) => this.#pick(Number(this.#picker.value), event));
    this.#go.addEventListener("click", (event) => (this.#frame ? this.#stop() : this.#write(event)));
    this.#undo.addEventListener("click", (event) => {
      const text = this.#earlier.pop();
      if (text !== undefined) this.#replace(text, Infinity, event);
    });
  }

  /** The text as the visitor has just left it. @param {string} text @param {Event} event */
  #take(text, event) {
    this.#stop();
    const fits = this.#tryText(text, this.#caretStep(text), event);
    if (!fits) this.#area.value = this.#reading.text; // what was there stays; what is refused would only be lost later
  }

  /**
   * Read a text, or say why not.
   * @param {string} text
   * @param {number} cursor
   * @param {Event | null} event
   * @returns {boolean}
   */
  #tryText(text, cursor, event) {
    try {
      this.#reading.set({ text, cursor }, event);
      this.#complain();
      return true;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      this.#complain(error.key, error.values);
      return false;
    }
  }

  /**
   * What is too long is refused before the field has taken it: laying out megabytes would stop the page for seconds.
   * @param {string} pasted
   * @param {Event} event
   */
  #insert(pasted, event) {
    const { value, selectionStart, selectionEnd } = this.#area;
    const after = value.length - (selectionEnd - selectionStart) + pasted.length;
    const error = this.#reading.refusalOf(after);
    if (!error) return;
    event.preventDefault();
    this.#complain(error.key, error.values);
  }

  /**
   * The step that has read the character before the caret; the first one where the caret is at the start.
   * @param {string} text
   */
  #caretStep(text) {
    return Math.max(0, codePointsBefore(text, this.#area.selectionStart) - 1);
  }

  /** @param {Event} event */
  #followCaret(event) {
    const { selectionStart, selectionEnd, value } = this.#area;
    if (document.activeElement !== this.#area || selectionStart !== selectionEnd || value !== this.#reading.text)
      return;
    this.#reading.set({ cursor: this.#caretStep(value) }, event);
  }

  /** @param {number} example @param {Event} event */
  #pick(example, event) {
    if (example < 0) return;
    const { text } = this.#examples[example];
    this.#keep();
    this.#replace(text, firstLook(text), event);
  }

  /** Another text as a whole. @param {string} text @param {number} cursor @param {Event} event */
  #replace(text, cursor, event) {
    this.#stop();
    this.#reading.set({ text, cursor }, event);
    this.#complain();
  }

  /** Let the text be had back that is about to be replaced. */
  #keep() {
    const { text } = this.#reading;
    if (text) this.#earlier = [...this.#earlier, text].slice(-MOST_UNDONE);
  }

  /** Let the model go on from the cursor; what came after it gives way, and can be had back. @param {Event} click */
  #write(click) {
    const { language, trace, cursor } = this.#reading;
    this.#keep();
    const start = trace.characters.slice(0, cursor + 1).join("");
    const writer = createWriter(language, trace.state(cursor), this.#shared.writing);
    /** @type {string[]} */
    const written = [];
    const count = Number(this.#amount.value);
    /** @type {Event | null} */
    let event = click; // only the first frame is the answer to it
    const go = () => {
      this.#frame = requestAnimationFrame(go);
      const until = performance.now() + SLICE;
      while (written.length < count && performance.now() < until) written.push(writer.next().character);
      const fits = this.#tryText(start + written.join(""), Infinity, event);
      event = null;
      if (!fits || written.length === count) this.#stop();
    };
    go();
    this.#showWriting();
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#showWriting();
  }

  #showWriting() {
    this.#go.textContent = this.#t(this.#frame ? "gates.write_stop" : "gates.write");
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    this.#undo.disabled = this.#earlier.length === 0;
    if (!changed.has("text")) return;
    const { text, goal, length, trace } = this.#reading;
    const area = this.#area;
    if (area.value !== text) {
      area.value = text;
      area.scrollTop = area.scrollHeight * ((goal + 1) / Math.max(1, length)) - area.clientHeight / 2;
    }
    this.#picker.value = String(exampleOf(text, this.#examples));
    this.#count.textContent = this.#t("gates.characters", { count: length });
    this.#unknown.textContent = this.#wordsOfUnknown(trace);
  }

  /** @param {import("../../runtime/recurrent/trace.js").Trace} trace */
  #wordsOfUnknown({ unknown, characters }) {
    if (!unknown.length) return "";
    const named = [...new Set(unknown.slice(0, 1000).map((index) => nameOf(characters[index])))];
    const names = named.slice(0, MOST_NAMED).join(" ") + (named.length > MOST_NAMED ? " …" : "");
    return this.#t("gates.unknown", { count: unknown.length, names });
  }

  destroy() {
    this.#stop();
    document.removeEventListener("selectionchange", this.#follow);
  }
}

/** A character as one can tell it from others; what has no picture by its number. @param {string} character */
function nameOf(character) {
  if (/^[^\p{C}\p{Z}\p{M}]$/u.test(character)) return character;
  if (visible(character) !== character) return visible(character);
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
