/** Building elements without ever parsing strings as HTML. */

/**
 * Create an element. Strings among the children become text nodes.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `on` ({event: listener}), `style` ({property: value}); any other
 *   entry is an attribute: true sets it empty, false, null and undefined leave it out, except that `aria-*` spell true and
 *   false out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "style") for (const [property, entry] of Object.entries(value)) node.style.setProperty(property, entry);
    else if (typeof value === "boolean" && name.startsWith("aria-")) node.setAttribute(name, String(value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Offer a file for download.
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  // The click has been handled when the task ends; revoking earlier would cancel the download in some browsers.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
