/** Arrows between the cards of a diagram, drawn behind them wherever the page's width has put them. */
import { vector } from "../../../charts/vector.js";

const HEAD = 5; // CSS pixels

/**
 * @param {HTMLElement} box holds the cards and gets the drawing
 * @param {Map<string, HTMLElement>} cards by id
 * @param {readonly (readonly [string, string])[]} edges from, to
 * @returns {{light(node: string | null): void, destroy(): void}}
 */
export function createArrows(box, cards, edges) {
  const card = (/** @type {string} */ id) => {
    const found = cards.get(id);
    if (found === undefined) throw new Error(`an arrow has no card ${id}`);
    return found;
  };
  const paths = edges.map(([from, to]) => ({
    from,
    to,
    ends: [card(from), card(to)],
    line: vector("path", { class: "inside-arrow" }),
    head: vector("path", { class: "inside-head" }),
  }));
  const shapes = paths.flatMap(({ line, head }) => [line, head]);
  box.prepend(vector("svg", { class: "inside-arrows", "aria-hidden": "true" }, ...shapes));
  const draw = () => {
    const outer = box.getBoundingClientRect();
    for (const { ends, line, head } of paths) {
      const [from, to] = ends.map((end) => relative(end.getBoundingClientRect(), outer));
      const { path, tip } = route(from, to);
      line.setAttribute("d", path);
      head.setAttribute("d", tip);
    }
  };
  const observer = new ResizeObserver(draw);
  observer.observe(box);
  return {
    light(node) {
      for (const { from, to, line, head } of paths) {
        const lit = node !== null && (from === node || to === node);
        for (const part of [line, head]) part.classList.toggle("lit", lit);
      }
    },
    destroy() {
      observer.disconnect();
    },
  };
}

function relative(/** @type {DOMRect} */ box, /** @type {DOMRect} */ outer) {
  return {
    left: box.left - outer.left,
    right: box.right - outer.left,
    top: box.top - outer.top,
    bottom: box.bottom - outer.top,
  };
}

/**
 * A curve from the side of one box to the facing side of another, and its head.
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box
 * @param {Box} from
 * @param {Box} to
 * @returns {{path: string, tip: string}}
 */
export function route(from, to) {
  const middle = (/** @type {Box} */ box) => ({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });
  const [a, b] = [middle(from), middle(to)];
  if (to.left >= from.right) return across({ x: from.right, y: a.y }, { x: to.left, y: b.y });
  const downward = b.y > a.y;
  const start = { x: a.x, y: downward ? from.bottom : from.top };
  const end = { x: b.x, y: downward ? to.top : to.bottom };
  const bend = (end.y - start.y) / 2;
  const side = downward ? -HEAD : HEAD;
  return {
    path: `M${start.x},${start.y} C${start.x},${start.y + bend} ${end.x},${end.y - bend} ${end.x},${end.y + side}`,
    tip: `M${end.x},${end.y} l${-HEAD},${side} h${2 * HEAD} z`,
  };
}

/** @param {{x: number, y: number}} start @param {{x: number, y: number}} end */
function across(start, end) {
  const bend = (end.x - start.x) / 2;
  return {
    path: `M${start.x},${start.y} C${start.x + bend},${start.y} ${end.x - bend},${end.y} ${end.x - HEAD},${end.y}`,
    tip: `M${end.x},${end.y} l${-HEAD},${-HEAD} v${2 * HEAD} z`,
  };
}
