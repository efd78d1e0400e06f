/** What stands below the sheet: every class from the same z, and the path between two samples. */

import { nameSample } from "../../parts/subject-names.js";
import { subjectAt } from "../../runtime/subjects.js";
import { ClassGrid, ROWS } from "./class-grid.js";
import { Path } from "./path.js";

/**
 * @typedef {import("./address.js").Settings} Settings
 *
 * @typedef {object} Options
 * @property {import("../../runtime/model.js").Model} model
 * @property {import("../../i18n.js").Translator} t
 * @property {import("./sheet.js").Painter} painter
 * @property {import("./sheet.js").Sheet} sheet where the ends of the path are marked
 * @property {() => Settings} settings as they are now
 * @property {(index: number) => import("../../runtime/seed-space.js").Position} position of a sample of the sheet
 * @property {(changes: Partial<Settings>) => void} onPath the path was changed
 * @property {(index: number, group: number) => void} onOpen a sample was chosen, in a class
 * @property {(error: unknown) => void} onError
 */

/** @param {Options} options */
export function createBelow({ model, t, painter, sheet, settings, position, onPath, onOpen, onError }) {
  const shared = { model, t, painter, onError };
  const path = new Path({ ...shared, onTake: takeEnd, onChange: changePath });
  const rowIndex = (/** @type {number} */ row) => (settings().pick + row) % settings().count;
  const { condition } = model.config;
  const grid = condition
    ? new ClassGrid({ ...shared, condition, onOpen: (row, group) => onOpen(rowIndex(row), group) })
    : null;

  /** Where a path begins or ends: what the visitor took, or the first two samples of the sheet. */
  function endpoint(/** @type {"a" | "b"} */ end) {
    const { seed, first, second, blend } = settings();
    const at = settings()[end] ?? { x: seed + (end === "a" ? 0 : 1), y: 0, first, second, blend };
    const subject = subjectAt(model, settings(), at, at);
    return { at, subject, name: nameSample(at, subject, model, t) };
  }

  function drawPath(/** @type {Event | undefined} */ event) {
    const { seed, share, way } = settings();
    const [a, b] = [endpoint("a"), endpoint("b")];
    /** @type {Map<number, string>} */
    const marks = new Map();
    const mark = (/** @type {typeof a} */ { at }, /** @type {string} */ letter) => {
      if (at.y === 0) marks.set(at.x - seed, (marks.get(at.x - seed) ?? "") + letter);
    };
    mark(a, "A");
    mark(b, "B");
    sheet.mark(marks);
    path.update({ a, b, share, way }, event);
  }

  function changePath(/** @type {Partial<Settings>} */ changes, /** @type {Event | undefined} */ event) {
    onPath(changes);
    drawPath(event);
  }

  function takeEnd(/** @type {"a" | "b"} */ end) {
    const { pick, first, second, blend } = settings();
    changePath({ [end]: { ...position(pick), first, second, blend } }, undefined);
  }

  function drawGrid(/** @type {ClassGrid} */ shown) {
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const at = position(rowIndex(row));
      const { z } = subjectAt(model, settings(), at, settings());
      return { name: nameSample(at, { label: null }, model, t), z };
    });
    shown.draw(rows);
    shown.mark(settings().second === null ? settings().first : null);
  }

  return {
    nodes: [...(grid ? [grid.node] : []), path.node],
    draw() {
      drawPath(undefined);
      if (grid) drawGrid(grid);
    },
    stop: () => path.pause(),
  };
}
