/** The sheet of one moment, with a button over each tile. */

import { context2d } from "../../charts/canvas.js";
import { element } from "../../dom.js";

/** @typedef {import("../../runtime/sheets.js").SheetSequence} SheetSequence */

export class Sheet {
  /** @type {HTMLCanvasElement} */
  canvas;
  /** @type {HTMLElement} */
  node;
  #grid;
  #context;
  #name;
  #onPick;
  #onError;
  /** @type {SheetSequence | null} */
  #pictures = null;
  #wanted = -1;
  /** @type {HTMLButtonElement[]} */
  #tiles = [];
  /** @type {number | null} */
  #pick = null;

  /**
   * @param {object} options
   * @param {string} options.label what the sheet shows
   * @param {(index: number) => string} options.name of a tile
   * @param {(index: number) => void} options.onPick
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ label, name, onPick, onError }) {
    this.#name = name;
    this.#onPick = onPick;
    this.#onError = onError;
    this.canvas = element("canvas", { class: "picture" });
    this.#context = context2d(this.canvas);
    this.#grid = element("div", {
      class: "training-tiles",
      role: "group",
      "aria-label": label,
      on: { keydown: (event) => this.#press(event) },
    });
    this.node = element("div", { class: "training-sheet" }, this.canvas, this.#grid);
  }

  /**
   * Show a moment, at once where its picture is decoded.
   * @param {SheetSequence} pictures
   * @param {number} moment
   * @returns {Promise<void> | undefined} what is to be waited for
   */
  show(pictures, moment) {
    this.#pictures = pictures;
    this.#wanted = moment;
    const ready = pictures.ready(moment);
    if (ready === null) return this.#await(pictures, moment);
    this.#draw(ready, pictures);
    return undefined;
  }

  /** @param {number | null} index */
  pick(index) {
    this.#pick = index;
    this.#mark();
  }

  /** @param {SheetSequence} pictures @param {number} moment */
  async #await(pictures, moment) {
    try {
      const bitmap = await pictures.bitmap(moment);
      if (this.#wanted === moment && this.#pictures === pictures) this.#draw(bitmap, pictures);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** @param {ImageBitmap} bitmap @param {SheetSequence} pictures */
  #draw(bitmap, pictures) {
    const { canvas } = this;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height)
      Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    this.#context.drawImage(bitmap, 0, 0);
    this.#divide(pictures.tiles);
  }

  /** @param {import("../../runtime/sheets.js").Tiles} tiles */
  #divide({ columns, count }) {
    if (this.#tiles.length === count) return;
    this.#tiles = Array.from({ length: count }, (_, index) => this.#createTile(index));
    this.#grid.style.setProperty("--columns", String(columns));
    this.#grid.style.setProperty("--rows", String(Math.ceil(count / columns)));
    this.#grid.replaceChildren(...this.#tiles);
    this.#mark();
  }

  /** @param {number} index */
  #createTile(index) {
    const name = this.#name(index);
    return element("button", {
      class: "training-tile",
      type: "button",
      tabindex: -1,
      "aria-label": name,
      title: name,
      on: { click: () => this.#onPick(index) },
    });
  }

  #mark() {
    this.#tiles.forEach((tile, index) => {
      tile.setAttribute("aria-pressed", String(index === this.#pick));
      tile.tabIndex = index === (this.#pick ?? 0) ? 0 : -1;
    });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const columns = this.#pictures?.tiles.columns ?? 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const from = this.#tiles.findIndex((tile) => tile === event.target);
    if (step === undefined || from < 0) return;
    const target = this.#tiles[from + step];
    if (target === undefined) return;
    event.preventDefault();
    this.#onPick(from + step);
    target.focus();
  }
}
