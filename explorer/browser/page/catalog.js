/** What there is to open. */

import { isRecord, isTitle } from "../runtime/checks.js";

/**
 * @typedef {import("../parts/host.js").CatalogEntry & {familyTitle?: Record<string, string>}} CheckpointEntry
 *   `familyTitle` is what the family's models are called together, by language, where the catalogue knows the family
 *
 * @typedef {Omit<import("../parts/host.js").CatalogEntry, "folder"> & {url: string}} ListedEntry as it is listed: `url`
 *   is the checkpoint folder, relative to the catalogue
 */

/**
 * @param {URL} address of `catalog.json`
 * @returns {Promise<{checkpoints: CheckpointEntry[], problems: {name: string, message: string}[]}>} `problems` says why
 *   a folder was left out
 */
export async function loadCatalog(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: HTTP ${response.status}`);
  /** @type {unknown} */
  const content = await response.json();
  if (!isCatalog(content)) throw new Error(`${address.pathname}: no list "checkpoints"`);
  const { checkpoints, families = {}, problems = [] } = content;
  const titleOf = (/** @type {string} */ family) => {
    const title = Object.hasOwn(families, family) ? families[family] : null;
    return isTitle(title) ? title : undefined;
  };
  return {
    checkpoints: checkpoints.map((entry) => ({
      ...entry,
      familyTitle: titleOf(entry.family),
      folder: new URL(entry.url, address).href,
    })),
    problems,
  };
}

/**
 * Written by `explorer/catalog.py`, as the page is: only that it is one is asked.
 * @param {unknown} content
 * @returns {content is {checkpoints: ListedEntry[], families?: Record<string, unknown>,
 *   problems?: {name: string, message: string}[]}}
 */
function isCatalog(content) {
  return isRecord(content) && Array.isArray(content.checkpoints) && content.checkpoints.every(isRecord);
}
