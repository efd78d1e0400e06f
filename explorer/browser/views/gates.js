/**
 * The gates view: a recurrent character model reads the visitor's text, and every gate and state of every unit can be
 * seen at every character. This module mounts the panels on one shared reading and draws those that are on the screen.
 */

import { element } from "../dom.js";
import { refusals } from "../parts/address.js";
import { Messages } from "../parts/messages.js";
import { address, placeOf } from "./gates/address.js";
import { createPanel as createDiagram } from "./gates/diagram.js";
import { createPanel as createEditor } from "./gates/editor.js";
import { createPanel as createFind } from "./gates/find.js";
import { createPanel as createHeatText } from "./gates/heat-text.js";
import { createPanel as createIntervene } from "./gates/intervene.js";
import { createPanel as createMemory } from "./gates/memory.js";
import { createPanel as createNext } from "./gates/next.js";
import { Reading } from "./gates/reading.js";
import { createPanel as createRows } from "./gates/rows.js";
import { createSections } from "./gates/sections.js";
import { watchSight } from "./gates/sight.js";
import { createPanel as createStatesMap } from "./gates/states-map.js";
import { createPanel as createStepper } from "./gates/stepper.js";
import { createPanel as createUnitCurves } from "./gates/unit-curves.js";

export { address };

const SETTLE = 300; // milliseconds after the last change before the address is written
const FIELDS = "input, textarea, select, [contenteditable]"; // whose keys are their own
/** @type {readonly ChangedKey[]} */
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
/** @type {readonly ChangedKey[]} */
const KEPT = Object.freeze(["text", "cursor", "unit", "quantity", "pinned", "span"]); // in the address
/** @type {ReadonlySet<ChangedKey>} */
const PASSING = new Set(["hover", "computed"]); // may come oftener than the screen shows frames

/**
 * @typedef {import("./gates/reading.js").Key | "theme" | "size"} ChangedKey
 * @typedef {Set<ChangedKey>} Changed
 * @typedef {import("./gates/reading.js").Cause} Cause
 *
 * @typedef {object} Surroundings what a panel is given beside its element and the reading
 * @property {import("../i18n.js").Translator} t
 * @property {import("../parts/host.js").ViewHost} host
 * @property {import("../runtime/model.js").Model} model
 * @property {Readonly<import("./gates/address.js").Settings>} settings what the address said at the start
 * @property {(changes: Partial<import("./gates/address.js").Looks>) => void} keep have the address say so from now on
 * @property {import("../runtime/recurrent/texts.js").Texts} texts
 * @property {{writing: import("./gates/address.js").Writing}} shared how the model is to write; the editor sets it
 * @property {() => void} remember write the reading and `shared` into the address soon
 * @property {(key?: string, values?: Record<string, string | number>) => void} complain say above the view what went
 *   wrong; no key takes it back
 * @property {() => "light" | "dark"} theme
 *
 * @typedef {object} Panel
 * @property {(changed: Changed) => void} draw called with everything at first, then with what changed since it was last
 *   called, and only while the panel is on the screen or near it
 * @property {() => void} destroy
 * @property {(event: KeyboardEvent) => boolean} [press] may act on a key that no field has taken
 * @property {(event: PointerEvent) => void} [touch] told of every press of a pointer in the view
 *
 * @typedef {(element: HTMLElement, reading: Reading, surroundings: Surroundings) => Panel} CreatePanel
 * @typedef {{panel: Panel, changed: Changed, near: boolean, seen: boolean}} Placed a panel, what it has yet to draw,
 *   and whether it is on the screen or near it
 */

/** @type {Readonly<Record<string, CreatePanel>>} in the order in which they are drawn */
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

/**
 * @param {HTMLElement} root
 * @param {import("../parts/host.js").ViewOptions} options
 * @param {import("../parts/host.js").ViewHost} host
 * @returns {Promise<import("../parts/host.js").Mounted>}
 * @throws {import("../runtime/errors.js").ModelError} where the checkpoint cannot be read
 */
export async function mount(root, { model, t, state }, host) {
  root.classList.add("view-body");
  const [language, texts] = await Promise.all([model.loadLanguage(), model.loadTexts()]);
  const { values, refused } = address.read(state, { language, examples: texts.examples });
  const view = new GatesView(root, { model, t, settings: values, language, texts }, host);
  view.tell(refusals(refused, t));
  return view;
}

/**
 * @typedef {object} Opened
 * @property {import("../runtime/model.js").Model} model
 * @property {import("../i18n.js").Translator} t
 * @property {import("./gates/address.js").Settings} settings
 * @property {import("../runtime/recurrent/language.js").Language} language
 * @property {import("../runtime/recurrent/texts.js").Texts} texts
 */

class GatesView {
  #root;
  #t;
  #host;
  #settings;
  #context;
  #shared;
  #reading;
  #messages = new Messages();
  /** @type {Map<Element, Placed>} */
  #panels = new Map();
  #sight;
  /** When the text was changed that is still being read. @type {number | null} */
  #edited = null;
  /** The input that what is next drawn answers to. @type {Cause | null} */
  #event = null;
  /** @type {number | null} */
  #frame = null;
  #soon = false;
  #telling = 0;

  /** @param {HTMLElement} root @param {Opened} opened @param {import("../parts/host.js").ViewHost} host */
  constructor(root, { model, t, settings, language, texts }, host) {
    this.#root = root;
    this.#t = t;
    this.#host = host;
    this.#settings = settings;
    this.#context = { language, examples: texts.examples };
    const { text, t: cursor, unit, quantity, pins, span, seed, temperature, topK, topP } = settings;
    this.#shared = { writing: { seed, temperature, topK, topP } };
    this.#reading = new Reading(language, { text, cursor, unit: unit ?? undefined, quantity, pinned: pins, span });
    this.#build({
      t,
      host,
      model,
      texts,
      settings: { ...settings },
      shared: this.#shared,
      keep: (changes) => this.#keep(changes),
      remember: () => this.#remember(),
      complain: (key, values) => this.tell(key === undefined ? [] : [t(key, values)]),
      theme: () => (root.closest("[data-theme]")?.getAttribute("data-theme") === "dark" ? "dark" : "light"),
    });
    this.#sight = watchSight([...this.#panels.keys()], {
      onSight: (node, what, is) => {
        const placed = this.#panels.get(node);
        if (placed) placed[what] = is;
      },
      onWidth: (node) => this.#panels.get(node)?.changed.add("size"),
      onTold: () => this.#drawAll(),
    });
    this.#listen();
    this.#drawAll();
  }

  /** Say something above the view, in place of what was said before. @param {string[]} sentences */
  tell(sentences) {
    this.#messages.show(...sentences);
  }

  /** @param {Surroundings} surroundings */
  #build(surroundings) {
    const place = (/** @type {string} */ name) =>
      element("div", { class: `gates-panel gates-${name}`, "data-panel": name });
    const places = Object.fromEntries(Object.keys(PANELS).map((name) => [name, place(name)]));
    const text = element("div", { class: "gates-text-column" }, places.editor, places.stepper);
    const step = element("div", { class: "gates-step-column" }, places.rows, places.diagram, places.next);
    const sections = createSections({
      t: this.#t,
      places,
      open: this.#settings.section,
      onOpen: (id) => this.#keep({ section: id }),
    });
    const first = element("div", { class: "gates-first" }, text, step);
    this.#root.replaceChildren(this.#messages.node, first, sections);
    for (const [name, createPanel] of Object.entries(PANELS)) {
      const panel = createPanel(places[name], this.#reading, surroundings);
      this.#panels.set(places[name], { panel, changed: new Set(EVERYTHING), near: true, seen: true });
    }
  }

  #listen() {
    this.#root.tabIndex = -1; // so that a click anywhere in the view brings its keys here
    if (document.activeElement === document.body) this.#root.focus({ preventScroll: true });
    this.#root.addEventListener("keydown", (event) => this.#takeKey(event));
    this.#root.addEventListener("click", () => this.#keepFocus());
    const touch = (/** @type {PointerEvent} */ event) => {
      for (const { panel } of this.#panels.values()) panel.touch?.(event);
    };
    this.#root.addEventListener("pointerdown", touch, true);
    this.#reading.subscribe((changed, event) => this.#schedule(changed, event));
    this.#host.onUpdate(() => this.#schedule(new Set(["theme"]), null));
  }

  /** What had the focus may be gone once it was clicked: the next key still belongs to the view. */
  #keepFocus() {
    const focused = document.activeElement;
    const lost = focused === null || focused === document.body || focused.closest("[hidden]") !== null;
    if (lost || focused.matches(":disabled")) this.#root.focus({ preventScroll: true });
  }

  /**
   * Draw what changed: what is on the screen right after the visitor's input, the panels around it with the next frame,
   * as everything is that may change oftener than frames come.
   * @param {Changed} changed
   * @param {Cause | null} event
   */
  #schedule(changed, event) {
    if (event) this.#event = event;
    if (changed.has("text")) this.#edited = event?.timeStamp ?? null;
    for (const placed of this.#panels.values()) for (const key of changed) placed.changed.add(key);
    if (KEPT.some((key) => changed.has(key))) this.#remember();
    this.#frame ??= requestAnimationFrame(() => this.#drawAll());
    if (this.#soon || [...changed].every((key) => PASSING.has(key))) return;
    this.#soon = true;
    queueMicrotask(() => this.#drawSeen());
  }

  #drawSeen() {
    this.#soon = false;
    this.#draw(({ seen }) => seen);
  }

  #drawAll() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#draw(({ near }) => near);
  }

  /** @param {(placed: Placed) => boolean} wanted */
  #draw(wanted) {
    for (const [node, placed] of this.#panels) {
      if (!wanted(placed) || placed.changed.size === 0 || node.closest("[hidden]")) continue;
      const { changed } = placed;
      placed.changed = new Set();
      placed.panel.draw(changed);
    }
    if (this.#event)
      performance.measure("explorer:gates", { start: Math.min(this.#event.timeStamp, performance.now()) });
    this.#event = null;
    this.#measureReading();
  }

  /** A long text is read in slices after its edit was drawn: measure from the edit until all that is read was drawn. */
  #measureReading() {
    if (this.#edited === null || this.#reading.trace.computed < this.#reading.length) return;
    performance.measure("explorer:gates:read", { start: Math.min(this.#edited, performance.now()) });
    this.#edited = null;
  }

  /** Keys belong to whatever field has the focus, and to the panels where none has. @param {KeyboardEvent} event */
  #takeKey(event) {
    const { target } = event;
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !(target instanceof Element))
      return;
    if (target.closest(FIELDS) || (event.key === " " && target.closest("button, a, summary"))) return;
    for (const { panel } of this.#panels.values()) {
      if (!panel.press?.(event)) continue;
      event.preventDefault();
      return;
    }
  }

  /** @param {Partial<import("./gates/address.js").Looks>} changes */
  #keep(changes) {
    Object.assign(this.#settings, changes);
    this.#write();
  }

  /** Write the reading into the address once things have settled. */
  #remember() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#write(), SETTLE);
  }

  #write() {
    Object.assign(this.#settings, placeOf(this.#reading, this.#context.examples), this.#shared.writing);
    this.#host.emit("state", address.write(this.#settings, this.#context));
  }

  destroy() {
    clearTimeout(this.#telling);
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#sight.destroy();
    for (const { panel } of this.#panels.values()) panel.destroy();
    this.#reading.destroy();
  }
}
