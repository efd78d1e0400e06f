/** What stands below the sheet: every class from the same z, and the path between two samples. */

import { ROWS, createClassGrid } from "./class-grid.js";
import { createPath } from "./path.js";
import { subjectAt } from "../../runtime/subjects.js";
import { nameSample } from "../../parts/subject-names.js";

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {ReturnType<typeof import("../../parts/painter.js").createPainter>} options.painter
 * @param {ReturnType<typeof import("./sheet.js").createSheet>} options.sheet where the ends of the path are marked
 * @param {() => import("./settings.js").Settings} options.settings as they are now
 * @param {(index: number) => import("../../runtime/seed-space.js").Position} options.position of a sample of the sheet
 * @param {(changes: Partial<import("./settings.js").Settings>) => void} options.onPath the path was changed
 * @param {(index: number, group: number) => void} options.onOpen a sample was chosen, in a class
 * @param {(error: Error) => void} options.onError
 */
export function createBelow({ model, t, painter, sheet, settings, position, onPath, onOpen, onError }) {
  const shared = { model, t, painter, onError };
  const path = createPath({ ...shared, onTake: takeEnd, onChange: changePath });
  const rowIndex = (row) => (settings().pick + row) % settings().count;
  const grid = model.classes
    ? createClassGrid({ ...shared, onOpen: (row, group) => onOpen(rowIndex(row), group) })
    : null;

  /** Where a path begins or ends: what the visitor took, or the first two samples of the sheet. */
  function endpoint(end) {
    const { seed, first, second, blend } = settings();
    const at = settings()[end] ?? { x: seed + (end === "a" ? 0 : 1), y: 0, first, second, blend };
    const subject = subjectAt(model, settings(), at, at);
    return { at, subject, name: nameSample(at, subject, model, t) };
  }

  function drawPath(event) {
    const { seed, share, way } = settings();
    const [a, b] = [endpoint("a"), endpoint("b")];
    const marks = new Map();
    for (const [{ at }, letter] of [
      [a, "A"],
      [b, "B"],
    ]) {
      if (at.y === 0) marks.set(at.x - seed, (marks.get(at.x - seed) ?? "") + letter);
    }
    sheet.mark(marks);
    path.update({ a, b, share, way }, event);
  }

  function changePath(changes, event) {
    onPath(changes);
    drawPath(event);
  }

  function takeEnd(end) {
    const { pick, first, second, blend } = settings();
    changePath({ [end]: { ...position(pick), first, second, blend } });
  }

  function drawGrid() {
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const at = position(rowIndex(row));
      const { z } = subjectAt(model, settings(), at, settings());
      return { name: nameSample(at, { label: null }, model, t), z };
    });
    grid.draw(rows);
    grid.mark(settings().second === null ? settings().first : null);
  }

  return {
    nodes: [...(grid ? [grid.node] : []), path.node],
    draw() {
      drawPath();
      if (grid) drawGrid();
    },
    stop: () => path.pause(),
  };
}
