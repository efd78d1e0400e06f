/**
 * The text as characters to step through: each in a cell of its own, with a bar that says how much it surprised the
 * model. Only the lines on the screen exist.
 */

import { element } from "../../dom.js";
import { UNKNOWN, visible } from "../../parts/characters.js";
import { Player } from "../../parts/player.js";
import { lineOf, wrap } from "./across/lines.js";

const FULL_BAR = 8; // bits; a bar is full from there on
const MARGIN = 2; // lines beyond the visible ones that are kept ready
const SPEEDS = Object.freeze([2, 5, 10, 30]); // characters a second

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Stepper(node, reading, surroundings);
}

class Stepper {
  #reading;
  #t;
  #lines = wrap([], 2);
  /** The text that was laid out last. @type {readonly string[]} */
  #characters = [];
  #scrolled = 0;
  /** Of a line, CSS pixels. */
  #height = 0;
  /** Whole lines in sight. */
  #whole = 1;
  /** Cells of a line; 0 before anything was measured. */
  #columns = 0;
  #following = false;
  /** By number of line. @type {Map<number, {key: string, node: HTMLElement}>} */
  #shown = new Map();
  #probe = element("span", { class: "gates-character gates-probe", "aria-hidden": true }, "0");
  #sheet = element("div", { class: "gates-sheet" }, this.#probe);
  #scroller;
  #empty;
  #said = element("p", { class: "note gates-said" });
  #player;

  /**
   * @param {HTMLElement} node
   * @param {import("./reading.js").Reading} reading
   * @param {import("../gates.js").Surroundings} surroundings
   */
  constructor(node, reading, { t }) {
    this.#reading = reading;
    this.#t = t;
    this.#scroller = element(
      "div",
      { class: "gates-text", tabindex: 0, role: "group", "aria-label": t("gates.stepper") },
      this.#sheet,
    );
    this.#empty = element("p", { class: "note" }, t("gates.empty"));
    node.append(this.#scroller, this.#empty, this.#said);
    this.#player = new Player(node, {
      t,
      length: 1,
      speeds: SPEEDS,
      label: (i) => t("gates.position", { position: reading.length ? i + 1 : 0, count: reading.length }),
      onSeek: (i, cause) => this.#following || reading.set({ cursor: i }, cause),
    });
    this.#listen();
  }

  #listen() {
    const scroller = this.#scroller;
    const reading = this.#reading;
    scroller.addEventListener("click", (event) => {
      const step = stepOf(event);
      if (step !== null) reading.set({ cursor: step }, event);
    });
    scroller.addEventListener("pointermove", (event) => reading.set({ hover: { time: stepOf(event) } }, event));
    scroller.addEventListener("pointerleave", (event) => reading.set({ hover: { time: null } }, event));
    scroller.addEventListener("scroll", () => {
      this.#scrolled = scroller.scrollTop;
      if (this.#characters === reading.trace.characters) this.#renderLines(); // another text is drawn soon
    });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    return this.#reading.length > 0 && this.#player.press(event);
  }

  /** Any touch of the view ends the playing, so that what is touched stays. @param {PointerEvent} event */
  touch({ target }) {
    const own = target instanceof Element && target.closest(".player") !== null;
    if (this.#player.playing && !own) this.#player.pause();
  }

  /** @param {import("../gates.js").Changed} changed */
  draw(changed) {
    if (changed.has("size")) this.#measure();
    if (!this.#columns) return;
    const moved = changed.has("text") || changed.has("size");
    if (moved) this.#layOut();
    if (moved || changed.has("cursor")) this.#followCursor();
    if (moved || changed.has("computed")) this.#renderLines();
    const { cursor, hover } = this.#reading;
    this.#mark("gates-current", cursor);
    this.#mark("gates-hovered", hover.time);
    this.#say(hover.time ?? cursor);
  }

  #measure() {
    const box = this.#probe.getBoundingClientRect();
    this.#height = box.height;
    this.#whole = Math.max(1, Math.floor(this.#scroller.clientHeight / box.height));
    this.#columns = Math.max(2, Math.floor(this.#sheet.clientWidth / box.width));
  }

  #layOut() {
    this.#characters = this.#reading.trace.characters;
    this.#lines = wrap(this.#characters, this.#columns);
    this.#sheet.style.height = `${this.#lines.count * this.#height}px`;
    this.#empty.hidden = this.#reading.length > 0;
  }

  /** Bring the current character's line onto the screen, and the player to its place. */
  #followCursor() {
    const { length, cursor } = this.#reading;
    const player = this.#player;
    this.#following = true;
    player.setLength(Math.max(1, length));
    player.seek(Math.max(0, cursor));
    player.update();
    this.#following = false;
    const line = lineOf(this.#lines, Math.max(0, cursor));
    const first = Math.ceil(this.#scrolled / this.#height);
    if (line < first) this.#scrollTo(line);
    else if (line >= first + this.#whole) this.#scrollTo(line - this.#whole + 1);
  }

  /** @param {number} line that comes first */
  #scrollTo(line) {
    this.#scroller.scrollTop = line * this.#height;
    this.#scrolled = this.#scroller.scrollTop;
    this.#renderLines();
  }

  /**
   * Have the lines on the screen, and no others; those whose characters and numbers stayed the same stay as they are.
   */
  #renderLines() {
    const first = Math.max(0, Math.floor(this.#scrolled / this.#height) - MARGIN);
    const last = Math.min(this.#lines.count - 1, first + this.#whole + 2 * MARGIN);
    for (const [line, { node }] of this.#shown) {
      if (line >= first && line <= last) continue;
      node.remove();
      this.#shown.delete(line);
    }
    for (let line = first; line <= last; line += 1) this.#renderLine(line);
  }

  /** @param {number} line */
  #renderLine(line) {
    const { trace } = this.#reading;
    const [from, to] = [this.#lines.starts[line], this.#lines.starts[line + 1]];
    const heights = [];
    for (let step = from; step < to; step += 1) heights.push(step < trace.computed ? barOf(trace.surprise(step)) : "");
    const key = `${from} ${trace.characters.slice(from, to).join("")} ${heights.join()}`;
    const before = this.#shown.get(line);
    if (before?.key === key) return;
    const cells = heights.map((height, i) => this.#cell(from + i, height));
    const node = element("div", { class: "gates-line", style: { top: `${line * this.#height}px` } }, ...cells);
    if (before) before.node.replaceWith(node);
    else this.#sheet.append(node);
    this.#shown.set(line, { key, node });
  }

  /** @param {number} step @param {string} height of its bar, "" where it is not known yet */
  #cell(step, height) {
    const { trace, cursor } = this.#reading;
    const character = trace.characters[step];
    const unknown = trace.tokens[step] === 0;
    const text = unknown ? UNKNOWN : visible(character);
    const classes = ["gates-character"];
    if (this.#lines.widths[step] === 2) classes.push("gates-wide");
    if (unknown) classes.push("gates-unknown-character");
    else if (text !== character) classes.push("gates-white");
    if (step === cursor) classes.push("gates-current");
    const node = element("span", { class: classes.join(" "), "data-step": step }, text);
    if (height) node.style.setProperty("--bar", height);
    if (unknown) node.title = this.#t("gates.unknown_character", { character });
    return node;
  }

  /** Move a mark to another character's cell. @param {string} name of the class @param {number | null} step */
  #mark(name, step) {
    const line = step === null ? -1 : lineOf(this.#lines, step);
    const marked = step === null ? null : this.#shown.get(line)?.node.children[step - this.#lines.starts[line]];
    for (const cell of this.#sheet.querySelectorAll(`.${name}`)) if (cell !== marked) cell.classList.remove(name);
    marked?.classList.add(name);
  }

  /** @param {number} step */
  #say(step) {
    const { trace } = this.#reading;
    const known = step >= 0 && step < trace.computed;
    this.#said.textContent = known
      ? this.#t("gates.said", {
          position: step + 1,
          character: visible(trace.characters[step]),
          bits: trace.surprise(step).toFixed(2),
        })
      : "";
  }

  destroy() {
    this.#player.destroy();
  }
}

/** The step of the cell that an event is of. @param {Event} event */
function stepOf({ target }) {
  const cell = target instanceof Element ? target.closest("[data-step]") : null;
  return cell === null ? null : Number(cell.getAttribute("data-step"));
}

/** @param {number} bits of surprise */
function barOf(bits) {
  return Math.min(1, bits / FULL_BAR).toFixed(2);
}
