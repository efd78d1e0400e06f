/** What a picture on a canvas depends on besides its numbers: the element's size, the screen's density, the theme. */

/**
 * @param {HTMLElement} node inside of an element with `data-theme`
 * @param {{onSize: () => void, onTheme: () => void}} listeners
 * @returns {() => void} stops watching
 */
export function watchSurroundings(node, { onSize, onTheme }) {
  const sizes = new ResizeObserver(onSize);
  sizes.observe(node);
  const themes = new MutationObserver(onTheme);
  const themed = node.closest("[data-theme]");
  if (themed) themes.observe(themed, { attributes: true, attributeFilter: ["data-theme"] });
  let stopDensity = watchDensity();

  /** A query matches one density only, so each change asks for the next. */
  function watchDensity() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const listener = () => {
      stopDensity = watchDensity();
      onSize();
    };
    query.addEventListener("change", listener, { once: true });
    return () => query.removeEventListener("change", listener);
  }

  return () => {
    sizes.disconnect();
    themes.disconnect();
    stopDensity();
  };
}
