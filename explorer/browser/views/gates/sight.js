/** Which elements are on the screen or near it, and which have another width. */

const FAR = "50%"; // of the screen's height, within which an element is near

/**
 * @param {readonly Element[]} nodes
 * @param {object} callbacks
 * @param {(node: Element, what: "near" | "seen", is: boolean) => void} callbacks.onSight
 * @param {(node: Element) => void} callbacks.onWidth
 * @param {() => void} callbacks.onTold several nodes may have been told of before
 * @returns {{destroy(): void}}
 */
export function watchSight(nodes, { onSight, onWidth, onTold }) {
  const observe = (/** @type {"near" | "seen"} */ what, /** @type {string} */ rootMargin) =>
    new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) onSight(target, what, isIntersecting);
        onTold();
      },
      { rootMargin },
    );
  /** @type {Map<Element, number>} */
  const widths = new Map();
  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (widths.get(target) === contentRect.width) continue;
      widths.set(target, contentRect.width);
      onWidth(target);
    }
    onTold();
  });
  const observers = [observe("seen", "0px"), observe("near", FAR), sizes];
  for (const observer of observers) for (const node of nodes) observer.observe(node);
  return { destroy: () => observers.forEach((observer) => observer.disconnect()) };
}
