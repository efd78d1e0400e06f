/** One tile through the whole of training: the same z, or the same image, at every moment. */

import { element } from "../../dom.js";
import { grouped } from "../../charts/axis.js";

/**
 * @param {object} options
 * @param {string} options.label
 * @param {(moment: number, event: Event) => void} options.onSeek
 * @param {(step: number) => string} options.name of a moment
 * @param {(error: Error) => void} options.onError
 */
export function createStrip({ label, onSeek, name, onError }) {
  const node = element("div", { class: "training-strip", role: "group", "aria-label": label });
  const state = { stamp: 0, cells: [], moment: -1 };

  node.addEventListener("click", (event) => {
    const moment = state.cells.findIndex(({ button }) => button.contains(event.target));
    if (moment >= 0) onSeek(moment, event);
  });

  function cell(/** @type {number} */ step, /** @type {{width: number, height: number}} */ { width, height }) {
    const canvas = element("canvas", { class: "picture", width, height });
    const caption = element("span", { class: "number" }, grouped(step));
    return {
      canvas,
      button: element("button", { class: "training-cell", type: "button", "aria-label": name(step) }, canvas, caption),
    };
  }

  return {
    node,

    /**
     * Draw one tile of every moment; what is drawn already for the same tile stays.
     * @param {import("../../runtime/sheets.js").SheetSequence} sheet
     * @param {readonly number[]} steps of the moments
     * @param {number} index of the tile
     * @param {number} [from] the first moment that is new
     * @returns {Promise<boolean>} whether all is drawn
     */
    async follow(sheet, steps, index, from = 0) {
      const stamp = ++state.stamp;
      try {
        await sheet.bitmap(from);
        const { x, y, width, height } = sheet.place(index);
        state.cells = [
          ...state.cells.slice(0, from),
          ...steps.slice(from).map((step) => cell(step, { width, height })),
        ];
        node.replaceChildren(...state.cells.map(({ button }) => button));
        this.mark(state.moment);
        for (let moment = from; moment < steps.length; moment++) {
          const bitmap = await sheet.bitmap(moment);
          if (stamp !== state.stamp) return false;
          state.cells[moment].canvas.getContext("2d").drawImage(bitmap, x, y, width, height, 0, 0, width, height);
        }
      } catch (error) {
        onError(error);
        return false;
      }
      return true;
    },

    /** Say where the clock is. @param {number} moment */
    mark(moment) {
      state.cells[state.moment]?.button.removeAttribute("aria-current");
      state.moment = moment;
      state.cells[moment]?.button.setAttribute("aria-current", "step");
    },

    clear() {
      state.stamp += 1;
      state.cells = [];
      node.replaceChildren();
    },

    /** All moments in one row. @returns {HTMLCanvasElement | null} one pixel per pixel */
    picture() {
      const first = state.cells[0]?.canvas;
      if (!first) return null;
      const row = element("canvas", { width: first.width * state.cells.length, height: first.height });
      const context = row.getContext("2d");
      state.cells.forEach(({ canvas }, moment) => context.drawImage(canvas, moment * first.width, 0));
      return row;
    },
  };
}
