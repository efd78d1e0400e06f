/** Style sheets of the parts that are open. */

import { element } from "../dom.js";

/**
 * Link a style sheet once; resolves when it applies, so that nothing is drawn unstyled and then jumps.
 * @param {URL} address
 * @returns {Promise<void>}
 */
export function useStyleSheet({ href }) {
  const known = [...document.styleSheets].some((sheet) => sheet.href === href);
  if (known) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = element("link", { rel: "stylesheet", href });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(href)));
    document.head.append(link);
  });
}
