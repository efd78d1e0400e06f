/**
 * The sections below the first row: one is open at a time, so that it has the page's whole width beside what it
 * explains.
 */

import { element } from "../../dom.js";
import { createTabs } from "../../parts/tabs.js";

/** Which panels share a section. */
export const SECTIONS = Object.freeze({
  across: ["heat-text", "unit-curves"],
  find: ["find"],
  intervene: ["intervene"],
  memory: ["memory"],
  states: ["states-map"],
});

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {Record<string, HTMLElement>} options.places of the panels
 * @param {string} options.open id of the section that is open at first
 * @param {(id: string) => void} options.onOpen
 */
export function createSections({ t, places, open, onOpen }) {
  const tabs = Object.entries(SECTIONS).map(([id, names]) => {
    return { id, title: t(`gates.section_${id}`), nodes: names.map((name) => places[name]) };
  });
  const { bar, panels } = createTabs({ label: t("gates.sections"), tabs, chosen: open, onChoose: onOpen });
  bar.classList.add("gates-tabs");
  for (const panel of panels.values()) panel.classList.add("gates-section");
  return element("div", { class: "gates-sections" }, bar, ...panels.values());
}
