/** Building elements without ever parsing strings as HTML. */

/** @typedef {{[Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => unknown}} Listeners */

/**
 * @typedef {object} Particular what is not written as an attribute
 * @property {string} [class]
 * @property {Listeners} [on]
 * @property {Record<string, string>} [style] by property; custom ones too
 *
 * @typedef {Particular & {[attribute: string]: unknown}} Properties any other entry is an attribute: true sets it
 *   empty, false, null and undefined leave it out, except that `aria-*` spell true and false out
 */

/**
 * Create an element. Strings among the children become text nodes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, { class: name = "", on = {}, style = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  for (const [event, listener] of Object.entries(on)) {
    node.addEventListener(event, /** @type {EventListener} */ (listener)); // the map's types say that they fit
  }
  for (const [property, value] of Object.entries(style)) node.style.setProperty(property, value);
  for (const [attribute, value] of Object.entries(attributes)) setAttribute(node, attribute, value);
  node.append(...children);
  return node;
}

/** @param {Element} node @param {string} name @param {unknown} value */
function setAttribute(node, name, value) {
  if (typeof value === "boolean" && name.startsWith("aria-")) node.setAttribute(name, String(value));
  else if (value === true) node.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
}

let ids = 0;

/** An id that nothing else in the document has, however often a view is mounted. @param {string} name */
export function freshId(name) {
  ids += 1;
  return `${name}-${ids}`;
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
