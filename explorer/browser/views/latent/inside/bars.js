/** Small bars over all latent dimensions, from a line in the middle: up is positive. */
import { vector } from "../../../charts/vector.js";

const HEIGHT = 34; // CSS pixels
const WIDTH = 104;
const MOST_GAP = 2;

/**
 * @param {number} count of dimensions
 * @returns {{node: SVGElement, show(values: ArrayLike<number>, scale: number, chosen: number): void}} scale is the
 *   number that a full bar stands for
 */
export function createBars(count) {
  const pitch = WIDTH / count;
  const gap = Math.min(MOST_GAP, pitch / 4);
  const width = Math.min(pitch - gap, HEIGHT / 2);
  const bars = Array.from({ length: count }, (_, i) => vector("rect", { x: i * pitch + (pitch - width) / 2, width }));
  const middle = vector("line", { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 });
  const box = { class: "inside-bars", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" };
  return {
    node: vector("svg", box, middle, ...bars),
    show(values, scale, chosen) {
      bars.forEach((bar, i) => {
        const length = scale > 0 ? (Math.abs(values[i]) / scale) * (HEIGHT / 2) : 0;
        bar.setAttribute("y", String(values[i] > 0 ? HEIGHT / 2 - length : HEIGHT / 2));
        bar.setAttribute("height", String(length));
        bar.classList.toggle("chosen", i === chosen);
      });
    },
  };
}
