/** What moves over a chart without painting it: the cursor, the row that is read, and a selection while it is drawn. */

import { element } from "../../dom.js";
import { rowCentre } from "../description.js";
import { boxOf, heatOf } from "./heat.js";

/**
 * @typedef {import("../description.js").Description} Description
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./gestures.js").Place} Place
 */

/** @param {HTMLElement} mark @param {Frame | null} frame @param {Description} description @param {number} cell */
function placeCell(mark, frame, description, cell) {
  const box = frame && boxOf(frame, description, cell);
  mark.hidden = !box;
  if (!box) return;
  Object.assign(mark.style, {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.right - box.left}px`,
    height: `${box.bottom - box.top}px`,
  });
}

/** @param {HTMLElement} plot gets the marks appended */
export function createMarks(plot) {
  const cursor = element("div", { class: "chart-cursor", hidden: true });
  const ghost = element("div", { class: "chart-cursor chart-ghost", hidden: true });
  const dots = element("div", { class: "chart-dots" });
  const selection = element("div", { class: "chart-selection", hidden: true });
  const cell = element("div", { class: "chart-cell", hidden: true });
  const chosen = element("div", { class: "chart-cell chart-chosen", hidden: true });
  plot.append(cursor, ghost, dots, selection, chosen, cell);

  /** @param {HTMLElement} mark @param {Frame | null} frame @param {number} left */
  function place(mark, frame, left) {
    mark.hidden = !(frame && left >= frame.left - 1 && left <= frame.right + 1);
    if (!mark.hidden) mark.style.transform = `translateX(${left}px)`;
  }

  return {
    /**
     * Mark a cell of a heat map for good.
     * @param {Frame | null} frame
     * @param {Description} description
     * @param {number} at
     */
    placeChosen(frame, description, at) {
      placeCell(chosen, frame, description, at);
    },

    /** @param {Frame | null} frame @param {number} x */
    placeCursor(frame, x) {
      place(cursor, frame, frame ? frame.toPixel(x) : NaN);
    },

    /**
     * @param {Frame | null} frame
     * @param {import("../description.js").Description} description
     * @param {number} row −1 for none
     */
    placeReading(frame, description, row) {
      const { rows, series, columns } = description;
      if (heatOf(series)) return placeCell(cell, frame, description, row);
      const x = frame && row >= 0 ? frame.toPixel(rowCentre(rows, series, row)) : NaN;
      place(ghost, frame, x);
      if (!frame || ghost.hidden) return dots.replaceChildren();
      const seen = series.flatMap(({ key, colour }) => {
        const y = frame.toY(columns[key]?.[row] ?? NaN);
        if (!(y >= frame.top - 1 && y <= frame.bottom + 1)) return [];
        const style = { transform: `translate(${x}px, ${y}px)`, color: `var(${colour})` };
        return [element("span", { class: "chart-dot", style })];
      });
      return dots.replaceChildren(...seen);
    },

    /**
     * @param {Frame | null} frame
     * @param {Place} from
     * @param {Place | null} to null to take it away
     * @param {boolean} plane
     */
    select(frame, from, to, plane) {
      selection.hidden = !frame || to === null;
      if (!frame || to === null) return;
      const x = [from.x, to.x].map((each) => Math.min(Math.max(each, frame.left), frame.right));
      const y = plane
        ? [from.y, to.y].map((each) => Math.min(Math.max(each, frame.top), frame.bottom))
        : [frame.top, frame.bottom];
      Object.assign(selection.style, {
        left: `${Math.min(...x)}px`,
        width: `${Math.abs(x[1] - x[0])}px`,
        top: `${Math.min(...y)}px`,
        height: `${Math.abs(y[1] - y[0])}px`,
      });
    },
  };
}
