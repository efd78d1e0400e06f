/** What each measure on a card says, and what would be a wrong reading of it. */

import { element } from "../dom.js";
import { baseName, measureEntry, measureName, measureReading } from "../measures.js";

/**
 * @param {string[]} names of the measures on the card
 * @param {import("../i18n.js").Translator} t
 * @returns {HTMLElement | null} folded; null where no measure is known
 */
export function readings(names, t) {
  const told = [...new Set(names.map(baseName))].filter((name) => measureEntry(name) !== undefined);
  if (told.length === 0) return null;
  const list = element("dl", { class: "readings" });
  for (const name of told)
    list.append(element("dt", {}, measureName(name, t)), element("dd", {}, measureReading(name, t)));
  return element("details", { class: "readings-fold" }, element("summary", {}, t("about.readings")), list);
}
