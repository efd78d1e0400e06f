/** The sheet of one moment, with a button over each tile. */

import { element } from "../../dom.js";

/**
 * @param {object} options
 * @param {string} options.label what the sheet shows
 * @param {(index: number) => string} options.name of a tile
 * @param {(index: number, event: Event) => void} options.onPick
 * @param {(error: Error) => void} options.onError
 */
export function createSheet({ label, name, onPick, onError }) {
  const canvas = element("canvas", { class: "picture" });
  const grid = element("div", { class: "training-tiles", role: "group", "aria-label": label });
  const node = element("div", { class: "training-sheet" }, canvas, grid);
  const context = canvas.getContext("2d");
  const state = { sheet: null, wanted: -1, tiles: [], pick: null };

  function divide() {
    const { columns, count } = state.sheet.tiles;
    if (state.tiles.length === count) return;
    state.tiles = Array.from({ length: count }, (_, index) => {
      const words = name(index);
      return element("button", {
        class: "training-tile",
        type: "button",
        tabindex: -1,
        "aria-label": words,
        title: words,
      });
    });
    grid.style.setProperty("--columns", String(columns));
    grid.style.setProperty("--rows", String(Math.ceil(count / columns)));
    grid.replaceChildren(...state.tiles);
    mark();
  }

  function mark() {
    state.tiles.forEach((tile, index) => {
      tile.setAttribute("aria-pressed", String(index === state.pick));
      tile.tabIndex = index === (state.pick ?? 0) ? 0 : -1;
    });
  }

  function draw(/** @type {ImageBitmap} */ bitmap) {
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height)
      Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    context.drawImage(bitmap, 0, 0);
    divide();
  }

  grid.addEventListener("click", (event) => {
    const index = state.tiles.indexOf(event.target);
    if (index >= 0) onPick(index, event);
  });
  grid.addEventListener("keydown", (event) => {
    const { columns } = state.sheet.tiles;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const target = state.tiles.indexOf(document.activeElement) + step;
    if (step === undefined || !state.tiles[target]) return;
    event.preventDefault();
    onPick(target, event);
    state.tiles[target].focus();
  });

  return {
    node,
    canvas,

    /**
     * Show a moment, at once where its picture is decoded.
     * @param {import("../../runtime/sheets.js").SheetSequence} sheet
     * @param {number} moment
     * @returns {Promise<void> | undefined} what is to be waited for
     */
    show(sheet, moment) {
      Object.assign(state, { sheet, wanted: moment });
      const ready = sheet.ready(moment);
      if (ready !== null) return draw(ready);
      return sheet.bitmap(moment).then((bitmap) => {
        if (state.wanted === moment && state.sheet === sheet) draw(bitmap);
      }, onError);
    },

    /** @param {number | null} index */
    pick(index) {
      state.pick = index;
      mark();
    },
  };
}
