/**
 * The text as characters to step through: each in a cell of its own, with a bar that says how much it surprised the model. Only
 * the lines on the screen exist.
 */

import { element } from "../../dom.js";
import { createPlayer } from "../../parts/player.js";
import { lineOf, wrap } from "./across/lines.js";
import { UNKNOWN, visible } from "../../parts/characters.js";

const FULL_BAR = 8; // bits; a bar is full from there on
const MARGIN = 2; // lines beyond the visible ones that are kept ready
const SPEEDS = Object.freeze([2, 5, 10, 30]); // characters a second

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(node, reading, surroundings) {
  return new Stepper(node, reading, surroundings);
}

class Stepper {
  constructor(node, reading, { t }) {
    this.reading = reading;
    this.t = t;
    this.lines = null;
    this.scrolled = 0;
    /** @type {Map<number, {key: string, node: HTMLElement}>} by number of line */
    this.shown = new Map();
    this.build(node);
    this.listen();
  }

  build(node) {
    const { t, reading } = this;
    this.probe = element("span", { class: "gates-character gates-probe", "aria-hidden": true }, "0");
    this.sheet = element("div", { class: "gates-sheet" }, this.probe);
    this.scroller = element(
      "div",
      { class: "gates-text", tabindex: 0, role: "group", "aria-label": t("gates.stepper") },
      this.sheet,
    );
    this.empty = element("p", { class: "note" }, t("gates.empty"));
    this.said = element("p", { class: "note gates-said" });
    node.append(this.scroller, this.empty, this.said);
    this.player = createPlayer(node, {
      t,
      length: 1,
      speeds: SPEEDS,
      label: (i) => t("gates.position", { position: reading.length ? i + 1 : 0, count: reading.length }),
      onSeek: (i, cause) => this.following || reading.set({ cursor: i }, cause),
    });
  }

  listen() {
    const { scroller, reading, player } = this;
    const stepOf = (/** @type {Event} */ event) => {
      const cell = event.target.closest?.("[data-step]");
      return cell ? Number(cell.dataset.step) : null;
    };
    scroller.addEventListener("click", (event) => {
      const step = stepOf(event);
      if (step !== null) reading.set({ cursor: step }, event);
    });
    scroller.addEventListener("pointermove", (event) => reading.set({ hover: { time: stepOf(event) } }, event));
    scroller.addEventListener("pointerleave", (event) => reading.set({ hover: { time: null } }, event));
    scroller.addEventListener("scroll", () => {
      this.scrolled = scroller.scrollTop;
      this.renderLines();
    });
    this.touch = (/** @type {PointerEvent} */ event) =>
      player.playing && !player.node.contains(event.target) && player.pause();
    document.addEventListener("pointerdown", this.touch, true);
  }

  press(event) {
    return this.reading.length > 0 && this.player.press(event);
  }

  draw(changed) {
    const { reading } = this;
    if (changed.has("size")) this.measure();
    if (!this.columns) return;
    const moved = changed.has("text") || changed.has("size");
    if (moved) this.layOut();
    if (moved || changed.has("cursor")) this.followCursor();
    if (moved || changed.has("computed")) this.renderLines();
    this.mark("gates-current", reading.cursor);
    this.mark("gates-hovered", reading.hover.time);
    if (changed.has("text") || changed.has("cursor") || changed.has("hover"))
      this.say(reading.hover.time ?? reading.cursor);
  }

  measure() {
    const box = this.probe.getBoundingClientRect();
    this.height = box.height;
    this.whole = Math.max(1, Math.floor(this.scroller.clientHeight / box.height));
    this.columns = Math.max(2, Math.floor(this.sheet.clientWidth / box.width));
  }

  layOut() {
    const { reading } = this;
    this.lines = wrap(reading.trace.characters, this.columns);
    this.sheet.style.height = `${this.lines.count * this.height}px`;
    this.empty.hidden = reading.length > 0;
  }

  /** Bring the current character's line onto the screen, and the player to its place. */
  followCursor() {
    const { reading, player } = this;
    this.following = true;
    player.setLength(Math.max(1, reading.length));
    player.seek(Math.max(0, reading.cursor));
    player.update();
    this.following = false;
    const line = lineOf(this.lines, Math.max(0, reading.cursor));
    const first = Math.ceil(this.scrolled / this.height);
    if (line < first) this.scrollTo(line);
    else if (line >= first + this.whole) this.scrollTo(line - this.whole + 1);
  }

  scrollTo(line) {
    this.scroller.scrollTop = line * this.height;
    this.scrolled = this.scroller.scrollTop;
    this.renderLines();
  }

  /** Have the lines on the screen, and no others; those whose characters and numbers stayed the same stay as they are. */
  renderLines() {
    const first = Math.max(0, Math.floor(this.scrolled / this.height) - MARGIN);
    const last = Math.min(this.lines.count - 1, first + this.whole + 2 * MARGIN);
    for (const [line, { node }] of this.shown) {
      if (line >= first && line <= last) continue;
      node.remove();
      this.shown.delete(line);
    }
    for (let line = first; line <= last; line += 1) this.renderLine(line);
  }

  renderLine(line) {
    const { trace } = this.reading;
    const [from, to] = [this.lines.starts[line], this.lines.starts[line + 1]];
    const heights = [];
    for (let step = from; step < to; step += 1) heights.push(step < trace.computed ? barOf(trace.surprise(step)) : "");
    const key = `${from} ${trace.characters.slice(from, to).join("")} ${heights.join()}`;
    const before = this.shown.get(line);
    if (before?.key === key) return;
    const cells = heights.map((height, i) => this.cell(from + i, height));
    const node = element("div", { class: "gates-line", style: { top: `${line * this.height}px` } }, ...cells);
    if (before) before.node.replaceWith(node);
    else this.sheet.append(node);
    this.shown.set(line, { key, node });
  }

  cell(step, height) {
    const { trace } = this.reading;
    const character = trace.characters[step];
    const unknown = trace.tokens[step] === 0;
    const text = unknown ? UNKNOWN : visible(character);
    const classes = ["gates-character"];
    if (this.lines.widths[step] === 2) classes.push("gates-wide");
    if (unknown) classes.push("gates-unknown-character");
    else if (text !== character) classes.push("gates-white");
    if (step === this.reading.cursor) classes.push("gates-current");
    const node = element("span", { class: classes.join(" "), "data-step": step }, text);
    if (height) node.style.setProperty("--bar", height);
    if (unknown) node.title = this.t("gates.unknown_character", { character });
    return node;
  }

  /** Move a mark to another character's cell. @param {string} name of the class @param {number | null} step */
  mark(name, step) {
    for (const cell of this.sheet.querySelectorAll(`.${name}`))
      if (Number(cell.dataset.step) !== step) cell.classList.remove(name);
    if (step === null || step < 0) return;
    const { node } = this.shown.get(lineOf(this.lines, step)) ?? {};
    node?.children[step - this.lines.starts[lineOf(this.lines, step)]]?.classList.add(name);
  }

  say(step) {
    const { trace } = this.reading;
    if (step < 0 || step >= trace.computed) this.said.textContent = "";
    else
      this.said.textContent = this.t("gates.said", {
        position: step + 1,
        character: visible(trace.characters[step]),
        bits: trace.surprise(step).toFixed(2),
      });
  }

  destroy() {
    this.player.destroy();
    document.removeEventListener("pointerdown", this.touch, true);
  }
}

/** @param {number} bits of surprise */
function barOf(bits) {
  return Math.min(1, bits / FULL_BAR).toFixed(2);
}
