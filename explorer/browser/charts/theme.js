/** The theme of what a drawing stands in: what is painted takes its colours from the style sheet when it is painted. */

/** @typedef {{redraw(): void}} Drawn */

/**
 * What is drawn, as long as anything else holds it: views come and go while the page and its theme stay.
 * @type {Set<WeakRef<Drawn>>}
 */
const watching = new Set();
const observer = new MutationObserver(() => {
  for (const reference of watching) {
    const drawn = reference.deref();
    if (drawn) drawn.redraw();
    else watching.delete(reference);
  }
});

/**
 * Have something drawn anew after each change of a theme.
 * @param {Drawn} drawn
 * @returns {() => void} stops that
 */
export function watchTheme(drawn) {
  observer.observe(document.documentElement, { subtree: true, attributeFilter: ["data-theme"] });
  const reference = new WeakRef(drawn);
  watching.add(reference);
  return () => watching.delete(reference);
}
