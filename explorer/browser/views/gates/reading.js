/**
 * What the panels of the gates view share: the text, its trace, and where the visitor looks. Panels read it, set it and
 * are told; it draws nothing. A long text is computed in slices between the visitor's inputs.
 */

import { ModelError } from "../../runtime/errors.js";
import { LONGEST_TEXT, Trace } from "../../runtime/recurrent/trace.js";
import { Magnitudes } from "./magnitudes.js";

export const MOST_PINNED = 6;
const AT_ONCE = 6; // milliseconds that an edit may compute before anything is drawn
const SLICE = 8; // milliseconds of computing between two chances for the visitor's inputs
const COMMON = 0.95; // of all cell states are within the scale
const COLOURS = Object.freeze(Array.from({ length: MOST_PINNED }, (_, slot) => `--pin-${slot + 1}`));

/**
 * @typedef {{layer: number, index: number}} Unit both count from 0
 * @typedef {Unit & {colour: string}} PinnedUnit `colour` is the name of a CSS variable and stays the unit's while it is
 *   pinned
 * @typedef {{from: number, to: number}} Span steps, both included
 * @typedef {{time: number | null, unit: Unit | null}} Hover
 * @typedef {"text" | "computed" | "cursor" | "unit" | "quantity" | "pinned" | "span" | "hover"} Key
 * @typedef {{type: string, timeStamp: number}} Cause the input event, or the like of one, from which a redraw is timed
 * @typedef {(changed: Set<Key>, event: Cause | null) => void} Listener
 *
 * @typedef {object} Changes any of them
 * @property {string} [text]
 * @property {number} [cursor]
 * @property {Unit} [unit]
 * @property {string} [quantity]
 * @property {readonly Unit[]} [pinned]
 * @property {Span | null} [span]
 * @property {Partial<Hover>} [hover]
 */

export class Reading {
  /** @type {import("../../runtime/recurrent/language.js").Language} */
  language;
  /** @type {import("../../runtime/recurrent/trace.js").Trace} */
  trace;
  text = "";
  /**
   * The step that is shown: the character with this number was read last. Always computed; −1 only where the text is
   * empty: the state after the line feed that comes before every text.
   */
  cursor = -1;
  /** Where the cursor is going; beyond what is computed for as long as it is on its way. */
  goal = -1;
  /** @type {Unit} */
  unit;
  /** @type {string} */
  quantity;
  /** @type {PinnedUnit[]} */
  pinned = [];
  /** @type {Span | null} */
  span = null;
  /** @type {Hover} */
  hover = Object.freeze({ time: null, unit: null });
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** Of cell states, by layer. @type {(Magnitudes | undefined)[]} */
  #magnitudes = [];
  #slicing = false;
  #slices = new MessageChannel();

  /**
   * @param {import("../../runtime/recurrent/language.js").Language} language
   * @param {Changes} [initial] of the empty text at its end
   * @throws {ModelError} `gates.error_long` for more text than a trace holds
   */
  constructor(language, { text = "", cursor = Infinity, ...looks } = {}) {
    this.language = language;
    this.trace = new Trace(language);
    this.unit = { layer: language.layers - 1, index: 0 };
    this.quantity = usualQuantity(language);
    this.#slices.port1.onmessage = () => this.#slice();
    this.set({ text, cursor, ...looks });
  }

  /** How many characters there are. */
  get length() {
    return this.trace.length;
  }

  /**
   * Change something; all of it or nothing where the text is refused. Places outside the text move to its nearest end;
   * units and quantities must exist.
   * @param {Changes} changes
   * @param {Cause | null} [event] the input behind it, for the view's measure
   * @throws {ModelError} `gates.error_long`
   * @throws {RangeError} for a unit or quantity that the model does not have: check what comes from outside first
   */
  set(changes, event = null) {
    this.#check(changes);
    /** @type {Set<Key>} */
    const changed = new Set();
    this.#changePlace(changes, changed);
    this.#changeLooks(changes, changed);
    const { span, hover } = changes;
    const moved = changed.has("text");
    if (span !== undefined || moved) this.#changeSpan(span === undefined ? this.span : span, changed);
    if (hover !== undefined || moved) this.#changeHover({ ...this.hover, ...hover }, changed);
    this.#tell(changed, event);
  }

  /**
   * Whether a text is too long to be tried at all.
   * @param {number} units of UTF-16, of which a character has one or two
   * @returns {ModelError | null}
   */
  refusalOf(units) {
    return units > 2 * LONGEST_TEXT
      ? new ModelError("gates.error_long", { most: LONGEST_TEXT, found: Math.ceil(units / 2) })
      : null;
  }

  /**
   * Pin a unit, or let go of it.
   * @param {Unit} unit
   * @param {Cause | null} [event]
   * @returns {boolean} false where no more can be pinned
   */
  togglePin(unit, event = null) {
    const others = this.pinned.filter((each) => !same(each, unit));
    const pinning = others.length === this.pinned.length;
    if (pinning && others.length === MOST_PINNED) return false;
    this.set({ pinned: pinning ? [...others, unit] : others }, event);
    return true;
  }

  /** @param {Unit} unit */
  isPinned(unit) {
    return this.pinned.some((each) => same(each, unit));
  }

  /** @param {Unit} unit @returns {boolean} whether the model has it */
  hasUnit(unit) {
    return hasUnit(this.language, unit);
  }

  /** @param {Listener} listener @returns {() => void} unsubscribe */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  destroy() {
    this.#listeners.clear();
    this.#slices.port1.close();
  }

  /**
   * The cell state's scale for all units of a layer, which all panels share: about one value in twenty of what is
   * computed of the text lies beyond it. (The largest value would not do: single units count to dozens, and all others
   * would look alike.)
   * @param {number} layer
   * @returns {number} above 0
   */
  cellRange(layer) {
    const magnitudes = (this.#magnitudes[layer] ??= new Magnitudes());
    for (let step = magnitudes.next; step < this.trace.computed; step = magnitudes.next)
      magnitudes.add(this.trace.quantity(layer, "cell", step));
    return magnitudes.quantile(COMMON);
  }

  /** @param {Changes} changes */
  #check({ unit, quantity, pinned = [], hover }) {
    for (const each of [unit, hover?.unit, ...pinned])
      if (each && !this.hasUnit(each)) throw new RangeError(`no unit ${each.layer}.${each.index}`);
    if (quantity !== undefined && !this.language.quantities.includes(quantity))
      throw new RangeError(`no quantity ${quantity}`);
  }

  /** Change the text and where the cursor is in it. @param {Changes} changes @param {Set<Key>} changed */
  #changePlace({ text, cursor }, changed) {
    if (text !== undefined && text !== this.text) this.#changeText(text, changed);
    if (cursor !== undefined) this.goal = cursor;
    this.#advance(changed);
  }

  /** Change what of the model is looked at. @param {Changes} changes @param {Set<Key>} changed */
  #changeLooks({ unit, quantity, pinned }, changed) {
    if (unit && !same(unit, this.unit)) {
      this.unit = { layer: unit.layer, index: unit.index };
      changed.add("unit");
    }
    if (quantity !== undefined && quantity !== this.quantity) {
      this.quantity = quantity;
      changed.add("quantity");
    }
    if (pinned !== undefined) this.#changePinned(pinned, changed);
  }

  /** @param {string} text @param {Set<Key>} changed */
  #changeText(text, changed) {
    const first = this.trace.setText(text);
    this.#magnitudes = this.#magnitudes.map((each) => (each && each.next > first ? undefined : each));
    this.text = text;
    this.trace.compute({ budget: AT_ONCE });
    changed.add("text").add("computed");
    this.#sliceSoon();
  }

  #sliceSoon() {
    if (this.#slicing || this.trace.computed >= this.length) return;
    this.#slicing = true;
    this.#slices.port2.postMessage(null);
  }

  /** Compute a little more. */
  #slice() {
    this.#slicing = false;
    if (this.trace.computed >= this.length) return;
    this.trace.compute({ budget: SLICE });
    /** @type {Set<Key>} */
    const changed = new Set(["computed"]);
    this.#advance(changed);
    this.#sliceSoon();
    this.#tell(changed, null);
  }

  /** Bring the cursor as near to where it is wanted as is computed. @param {Set<Key>} changed */
  #advance(changed) {
    this.goal = Math.max(Math.min(0, this.length - 1), Math.min(this.length - 1, Math.round(this.goal)));
    const cursor = Math.min(this.goal, this.trace.computed - 1);
    if (cursor === this.cursor && !changed.has("text")) return;
    this.cursor = cursor;
    changed.add("cursor");
  }

  /** @param {readonly Unit[]} units @param {Set<Key>} changed */
  #changePinned(units, changed) {
    const kept = units
      .slice(0, MOST_PINNED)
      .filter((unit, place, all) => all.findIndex((each) => same(each, unit)) === place);
    const before = this.pinned.filter((each) => kept.some((unit) => same(unit, each)));
    const free = COLOURS.filter((colour) => !before.some((each) => each.colour === colour));
    this.pinned = kept.map((unit) => {
      const known = before.find((each) => same(each, unit));
      return { layer: unit.layer, index: unit.index, colour: known ? known.colour : String(free.shift()) };
    });
    changed.add("pinned");
  }

  /** @param {Span | null} span @param {Set<Key>} changed */
  #changeSpan(span, changed) {
    const last = this.length - 1;
    const inside = (/** @type {number} */ step) => Math.max(0, Math.min(last, Math.round(step)));
    const wanted =
      span && last >= 0
        ? { from: inside(Math.min(span.from, span.to)), to: inside(Math.max(span.from, span.to)) }
        : null;
    if (wanted?.from === this.span?.from && wanted?.to === this.span?.to) return;
    this.span = wanted;
    changed.add("span");
  }

  /** @param {Hover} hover @param {Set<Key>} changed */
  #changeHover({ time, unit }, changed) {
    const wanted = { time: time !== null && time >= 0 && time < this.length ? Math.round(time) : null, unit };
    if (wanted.time === this.hover.time && same(wanted.unit, this.hover.unit)) return;
    this.hover = wanted;
    changed.add("hover");
  }

  /** @param {Set<Key>} changed @param {Cause | null} event */
  #tell(changed, event) {
    if (changed.size) for (const listener of this.#listeners) listener(changed, event);
  }
}

/** Whether two units are the same one. @param {Unit | null} one @param {Unit | null} other */
export function same(one, other) {
  return one?.layer === other?.layer && one?.index === other?.index;
}

/**
 * Whether a model has a unit.
 * @param {{layers: number, hiddenSize: number}} language
 * @param {Unit} unit
 */
export function hasUnit({ layers, hiddenSize }, { layer, index }) {
  const among = (/** @type {number} */ value, /** @type {number} */ count) =>
    Number.isInteger(value) && value >= 0 && value < count;
  return among(layer, layers) && among(index, hiddenSize);
}

/** What is looked at first: what carries a memory. @param {{quantities: readonly string[]}} language */
export function usualQuantity({ quantities }) {
  return quantities.includes("cell") ? "cell" : "hidden";
}

/** How a unit is called, such as "0.17". @param {Unit} unit */
export function nameOfUnit({ layer, index }) {
  return `${layer}.${index}`;
}
