/** One tile through the whole of training: the same z, or the same image, at every moment. */

import { grouped } from "../../charts/axis.js";
import { context2d } from "../../charts/canvas.js";
import { element } from "../../dom.js";

/**
 * @typedef {import("../../runtime/sheets.js").SheetSequence} SheetSequence
 * @typedef {{canvas: HTMLCanvasElement, button: HTMLButtonElement}} Cell
 */

export class Strip {
  /** @type {HTMLElement} */
  node;
  #name;
  #onSeek;
  #onError;
  /** Of the newest tile: an older one stops drawing. */
  #stamp = 0;
  /** @type {Cell[]} */
  #cells = [];
  #moment = -1;

  /**
   * @param {object} options
   * @param {string} options.label
   * @param {(step: number) => string} options.name of a moment
   * @param {(moment: number) => void} options.onSeek
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ label, name, onSeek, onError }) {
    this.#name = name;
    this.#onSeek = onSeek;
    this.#onError = onError;
    this.node = element("div", { class: "training-strip", role: "group", "aria-label": label });
  }

  /**
   * Draw one tile of every moment; what is drawn already for the same tile stays.
   * @param {SheetSequence} pictures
   * @param {readonly number[]} steps of the moments
   * @param {number} index of the tile
   * @param {number} [from] the first moment that is new
   */
  async follow(pictures, steps, index, from = 0) {
    const stamp = ++this.#stamp;
    try {
      await pictures.bitmap(from);
      if (stamp !== this.#stamp) return;
      const { x, y, width, height } = pictures.place(index);
      const added = steps.slice(from).map((step, i) => this.#createCell(step, from + i, width, height));
      this.#cells = [...this.#cells.slice(0, from), ...added];
      this.node.replaceChildren(...this.#cells.map(({ button }) => button));
      this.mark(this.#moment);
      for (let moment = from; moment < steps.length; moment++) {
        const bitmap = await pictures.bitmap(moment);
        if (stamp !== this.#stamp) return;
        context2d(this.#cells[moment].canvas).drawImage(bitmap, x, y, width, height, 0, 0, width, height);
      }
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Say where the clock is. @param {number} moment */
  mark(moment) {
    this.#cells[this.#moment]?.button.removeAttribute("aria-current");
    this.#moment = moment;
    this.#cells[moment]?.button.setAttribute("aria-current", "step");
  }

  clear() {
    this.#stamp += 1;
    this.#cells = [];
    this.node.replaceChildren();
  }

  /** All moments in one row. @returns {HTMLCanvasElement | null} one pixel per pixel */
  picture() {
    const first = this.#cells[0]?.canvas;
    if (!first) return null;
    const row = element("canvas", { width: first.width * this.#cells.length, height: first.height });
    const context = context2d(row);
    this.#cells.forEach(({ canvas }, moment) => context.drawImage(canvas, moment * first.width, 0));
    return row;
  }

  /** @param {number} step @param {number} moment @param {number} width pixels @param {number} height */
  #createCell(step, moment, width, height) {
    const canvas = element("canvas", { class: "picture", width, height });
    const button = element(
      "button",
      {
        class: "training-cell",
        type: "button",
        "aria-label": this.#name(step),
        on: { click: () => this.#onSeek(moment) },
      },
      canvas,
      element("span", { class: "number" }, grouped(step)),
    );
    return { canvas, button };
  }
}
