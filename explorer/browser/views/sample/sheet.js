/** The sheet: a grid of samples, painted a few at a time. */

import { element } from "../../dom.js";
import { pasteTiles } from "../../files/tiles.js";

/**
 * @typedef {import("../../parts/painter.js").Painter} Painter
 * @typedef {{z: Float32Array, label: Float32Array | null}} Subject what is decoded
 */

export class Sheet {
  node;
  #model;
  #painter;
  #onPick;
  #onOpen;
  /** @type {{canvas: HTMLCanvasElement, button: HTMLButtonElement}[]} */
  #tiles = [];
  /** Which sample is looked at. */
  #pick = 0;

  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {Painter} options.painter
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(index: number) => void} options.onPick a sample was chosen with the keyboard
   * @param {(event: PointerEvent, index: number) => void} options.onPress a pointer went down on a sample
   * @param {(index: number) => void} options.onOpen a sample was opened with Enter or Space
   */
  constructor({ model, painter, t, onPick, onPress, onOpen }) {
    this.#model = model;
    this.#painter = painter;
    this.#onPick = onPick;
    this.#onOpen = onOpen;
    this.node = element("div", { class: "sheet", role: "group", "aria-label": t("sample.sheet") });
    this.node.addEventListener("pointerdown", (event) => {
      const index = this.#under(event);
      if (index >= 0 && event.button === 0) onPress(event, index);
    });
    // A click without a pointer comes from assistive technology.
    this.node.addEventListener("click", (event) => {
      const index = this.#under(event);
      if (index >= 0 && event.detail === 0) onOpen(index);
    });
    this.node.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {number} index */
  canvas(index) {
    return this.#tiles[index].canvas;
  }

  /** Make room for samples; what is there stays until it is painted over. @param {number} count a square number */
  resize(count) {
    if (this.#tiles.length === count) return;
    const { height, width } = this.#model.imageShape;
    this.#tiles = Array.from({ length: count }, () => {
      const canvas = element("canvas", { class: "picture", width, height });
      return { canvas, button: element("button", { class: "tile", type: "button", tabindex: -1 }, canvas) };
    });
    this.node.style.setProperty("--columns", String(Math.sqrt(count)));
    this.node.replaceChildren(...this.#tiles.map(({ button }) => button));
  }

  /**
   * Say which seeds the samples come from, and which sample is looked at.
   * @param {string[]} names
   * @param {number} pick
   */
  label(names, pick) {
    this.#pick = pick;
    this.#tiles.forEach(({ button }, index) => {
      button.setAttribute("aria-label", names[index]);
      button.title = names[index];
      button.setAttribute("aria-pressed", String(index === pick));
      button.tabIndex = index === pick ? 0 : -1;
    });
  }

  /** Letters on samples, such as the ends of a path. @param {Map<number, string>} letters by sample */
  mark(letters) {
    this.#tiles.forEach(({ button }, index) => {
      const letter = letters.get(index);
      if (letter === undefined) delete button.dataset.mark;
      else button.dataset.mark = letter;
    });
  }

  /**
   * Decode and paint every sample; a newer call ends this one.
   * @param {(index: number) => Subject} subject
   * @returns {Promise<boolean>} whether all were painted
   */
  async draw(subject) {
    this.node.setAttribute("aria-busy", "true");
    const jobs = this.#tiles.map(({ canvas }, index) => ({ canvas, ...subject(index) }));
    const complete = await this.#painter.paint("sheet", jobs);
    if (complete) this.node.removeAttribute("aria-busy");
    return complete;
  }

  /** Paint one sample anew. @param {number} index @param {Subject} subject */
  repaint(index, subject) {
    return this.#painter.paint("tile", [{ canvas: this.canvas(index), ...subject }]);
  }

  /** All samples as one picture, pixel for pixel, as `explorer sample` writes it. @returns {Promise<Blob>} */
  toPng() {
    const canvases = this.#tiles.map(({ canvas }) => canvas);
    return pasteTiles(canvases, Math.sqrt(canvases.length), this.#model.imageShape);
  }

  /** The sample that an event is about, −1 where there is none. @param {Event} event */
  #under({ target }) {
    return this.#tiles.findIndex(({ button }) => target instanceof Node && button.contains(target));
  }

  #press(/** @type {KeyboardEvent} */ event) {
    const columns = Math.sqrt(this.#tiles.length);
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#onOpen(this.#pick);
    } else if (event.key in steps) {
      event.preventDefault();
      const target = this.#pick + steps[event.key];
      if (target < 0 || target >= this.#tiles.length) return;
      this.#onPick(target);
      this.#tiles[target].button.focus();
    }
  }
}
