/**
 * The gates view: a recurrent character model reads the visitor's text, and every gate and state of every unit can be seen at
 * every character. This module mounts the panels on one shared reading and draws those that are on the screen.
 */

import { element } from "../dom.js";
import { createPanel as createDiagram } from "./gates/diagram.js";
import { createPanel as createEditor } from "./gates/editor.js";
import { createPanel as createFind } from "./gates/find.js";
import { createPanel as createHeatText } from "./gates/heat-text.js";
import { createPanel as createIntervene } from "./gates/intervene.js";
import { createPanel as createMemory } from "./gates/memory.js";
import { createPanel as createNext } from "./gates/next.js";
import { createReading } from "./gates/reading.js";
import { createPanel as createRows } from "./gates/rows.js";
import { createSections } from "./gates/sections.js";
import { readState, writeState } from "./gates/state.js";
import { createPanel as createStatesMap } from "./gates/states-map.js";
import { createPanel as createStepper } from "./gates/stepper.js";
import { createPanel as createUnitCurves } from "./gates/unit-curves.js";

const SETTLE = 300; // milliseconds after the last change before the address is written
const FAR = "50%"; // of the screen's height: panels farther away than that are drawn when they come nearer
const EVERYTHING = Object.freeze([
  "text",
  "computed",
  "cursor",
  "unit",
  "quantity",
  "pinned",
  "span",
  "hover",
  "theme",
  "size",
]);
const KEPT = Object.freeze(["text", "cursor", "unit", "quantity", "pinned"]); // in the address
const PASSING = new Set(["hover", "computed"]); // may come oftener than the screen shows frames

/**
 * @typedef {Set<import("./gates/reading.js").Key | "theme" | "size">} Changed
 * @typedef {object} Surroundings what a panel is given beside its element and the reading
 * @property {import("../i18n.js").Translator} t
 * @property {object} host as a view's, see docs/architecture.md
 * @property {import("../runtime/model.js").Model} model
 * @property {Record<string, string>} state the query string's entries at the start; `host.emit("state", …)` writes them
 * @property {{page: string, prompt: string, examples: {title: Record<string, string>, text: string}[]}} texts
 * @property {{writing: import("./gates/state.js").Writing}} shared how the model is to write; the editor sets it, `remember` keeps it
 * @property {() => void} remember write the reading and `shared` into the address soon
 * @property {(key: string, values?: Record<string, unknown>) => void} complain say above the view what went wrong; no key takes it back
 * @property {() => string} theme "light" or "dark"
 * @typedef {{draw(changed: Changed): void, destroy(): void, press?(event: KeyboardEvent): boolean}} Panel `draw` is called with
 *   everything at first, then with what changed since it was last called, and only while the panel is on the screen or near it;
 *   `press` may act on a key that no field has taken
 * @typedef {(element: HTMLElement, reading: import("./gates/reading.js").Reading, surroundings: Surroundings) => Panel} CreatePanel
 */

/** @type {Record<string, CreatePanel>} in the order in which they are drawn */
const PANELS = Object.freeze({
  editor: createEditor,
  stepper: createStepper,
  rows: createRows,
  diagram: createDiagram,
  next: createNext,
  "heat-text": createHeatText,
  "unit-curves": createUnitCurves,
  find: createFind,
  intervene: createIntervene,
  memory: createMemory,
  "states-map": createStatesMap,
});

/** Which panels share a section below the first row. */
const SECTIONS = Object.freeze({
  across: ["heat-text", "unit-curves"],
  find: ["find"],
  intervene: ["intervene"],
  memory: ["memory"],
  states: ["states-map"],
});

/**
 * @param {HTMLElement} body
 * @param {{model: import("../runtime/model.js").Model, t: import("../i18n.js").Translator, state: Record<string, string>}} options
 * @param {object} host see docs/architecture.md
 * @returns {Promise<{destroy(): void}>}
 * @throws {import("../runtime/errors.js").ModelError} where the checkpoint cannot be read
 */
export async function mount(body, { model, t, state }, host) {
  const [language, texts] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  return new GatesView(body, { model, t, state, language, texts }, host);
}

class GatesView {
  constructor(body, { model, t, state, language, texts }, host) {
    this.body = body;
    this.t = t;
    this.host = host;
    const { initial, writing, refused } = readState(state, language, texts.examples);
    this.messages = element("div", { class: "gates-messages", role: "alert" });
    this.shared = { writing };
    this.examples = texts.examples;
    this.reading = this.open(language, initial);
    this.messages.append(...refused.map(([key, values]) => this.message(key, values)));
    const theme = () => body.closest("[data-theme]")?.dataset.theme ?? "light";
    this.surroundings = {
      t,
      host,
      model,
      state,
      texts,
      theme,
      shared: this.shared,
      remember: () => this.remember(),
      complain: (...given) => this.complain(...given),
    };
    this.build(state);
    this.edited = null; // when the text was changed that is still being read
    this.unsubscribe = this.reading.subscribe((changed, event) => this.schedule(changed, event));
    this.press = (/** @type {KeyboardEvent} */ event) => this.takeKey(event);
    document.addEventListener("keydown", this.press);
    host.onUpdate(() => this.schedule(new Set(["theme"]), null));
    this.drawAll();
  }

  /** A link may carry more text than is read: then the view opens empty, and says so. */
  open(language, initial) {
    try {
      return createReading(language, initial);
    } catch (error) {
      if (error.key === undefined) throw error;
      this.complain(error.key, error.values);
      return createReading(language, { ...initial, text: "" });
    }
  }

  build(state) {
    /** @type {Map<Element, {panel: import("./gates.js").Panel, name: string, changed: Changed, near: boolean, seen: boolean}>} */
    this.panels = new Map();
    const place = (/** @type {string} */ name) =>
      element("div", { class: `gates-panel gates-${name}`, "data-panel": name });
    const places = Object.fromEntries(Object.keys(PANELS).map((name) => [name, place(name)]));
    const text = element("div", { class: "gates-text-column" }, places.editor, places.stepper);
    const step = element("div", { class: "gates-step-column" }, places.rows, places.diagram, places.next);
    const sections = Object.entries(SECTIONS).map(([id, names]) => [id, names.map((name) => places[name])]);
    this.sections = createSections({
      t: this.t,
      sections,
      open: state.section,
      onOpen: (id) => this.host.emit("state", { section: id }),
    });
    this.body.replaceChildren(this.messages, element("div", { class: "gates-first" }, text, step), this.sections.node);
    for (const [name, createPanel] of Object.entries(PANELS)) {
      const panel = createPanel(places[name], this.reading, this.surroundings);
      this.panels.set(places[name], { panel, name, changed: new Set(EVERYTHING), near: true, seen: true });
    }
    this.watch(Object.values(places));
  }

  /** Know which panels are on the screen or near it, and how wide they are. */
  watch(nodes) {
    const observe = (/** @type {"near" | "seen"} */ what, /** @type {string} */ rootMargin) =>
      new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) this.panels.get(target)[what] = isIntersecting;
          this.drawAll();
        },
        { rootMargin },
      );
    this.sights = [observe("seen", "0px"), observe("near", FAR)];
    const widths = new Map();
    this.sizes = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        if (widths.get(target) === contentRect.width) continue;
        widths.set(target, contentRect.width);
        this.panels.get(target).changed.add("size");
      }
      this.drawAll();
    });
    for (const node of nodes) {
      for (const sight of this.sights) sight.observe(node);
      this.sizes.observe(node);
    }
  }

  /**
   * Draw what changed: what is on the screen right after the visitor's input, the panels around it with the next frame, as everything
   * is that may change oftener than frames come.
   */
  schedule(changed, event) {
    if (event) this.event = event;
    if (changed.has("text")) this.edited = event?.timeStamp ?? null;
    for (const state of this.panels.values()) for (const key of changed) state.changed.add(key);
    if (KEPT.some((key) => changed.has(key))) this.remember();
    this.frame ??= requestAnimationFrame(() => this.drawAll());
    if (this.soon || [...changed].every((key) => PASSING.has(key))) return;
    this.soon = true;
    queueMicrotask(() => this.drawSeen());
  }

  drawSeen() {
    this.soon = false;
    this.draw((state) => state.seen);
  }

  drawAll() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.draw((state) => state.near);
  }

  /** @param {(state: {near: boolean, seen: boolean}) => boolean} wanted */
  draw(wanted) {
    for (const [node, state] of this.panels) {
      if (!wanted(state) || state.changed.size === 0 || node.closest("[hidden]")) continue;
      const { changed } = state;
      state.changed = new Set();
      state.panel.draw(changed);
    }
    if (this.event) performance.measure("explorer:gates", { start: Math.min(this.event.timeStamp, performance.now()) });
    this.event = null;
    this.measureReading();
  }

  /** A long text is read in slices after its edit was drawn: measure from the edit until all that is read was drawn. */
  measureReading() {
    if (this.edited === null || this.reading.trace.computed < this.reading.length) return;
    performance.measure("explorer:gates:read", { start: Math.min(this.edited, performance.now()) });
    this.edited = null;
  }

  /** Keys belong to whatever field has the focus, and to the panels where none has. */
  takeKey(event) {
    if (
      event.defaultPrevented ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      event.target.closest?.("input, textarea, select, [contenteditable]")
    )
      return;
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    for (const { panel } of this.panels.values()) {
      if (!panel.press?.(event)) continue;
      event.preventDefault();
      return;
    }
  }

  /** Say what went wrong, in place of what was said before. @param {string} [key] none takes the message back */
  complain(key, values = {}) {
    this.messages.replaceChildren(...(key ? [this.message(key, values)] : []));
  }

  message(key, values) {
    return element("div", { class: "message" }, element("p", {}, this.t(key, values)));
  }

  /** Write the reading into the address once things have settled. */
  remember() {
    clearTimeout(this.telling);
    this.telling = setTimeout(
      () => this.host.emit("state", writeState(this.reading, this.examples, this.shared.writing)),
      SETTLE,
    );
  }

  destroy() {
    clearTimeout(this.telling);
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.press);
    for (const sight of this.sights) sight.disconnect();
    this.sizes.disconnect();
    this.unsubscribe();
    for (const { panel } of this.panels.values()) panel.destroy();
    this.reading.destroy();
  }
}
