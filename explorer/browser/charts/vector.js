/** Building SVG elements without ever parsing strings as markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Create an SVG element. Strings among the children become text nodes.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] null, undefined and false leave
 *   one out
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function vector(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
