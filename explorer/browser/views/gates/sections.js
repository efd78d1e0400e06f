/** The sections below the first row: one is open at a time, so that it has the page's whole width beside what it explains. */

import { element } from "../../dom.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {[string, HTMLElement[]][]} options.sections ids and what they hold
 * @param {string | undefined} options.open id of the one that is open at first; the first one where there is none of that name
 * @param {(id: string) => void} options.onOpen
 * @returns {{node: HTMLElement}}
 */
export function createSections({ t, sections, open, onOpen }) {
  const ids = sections.map(([id]) => id);
  const bodies = sections.map(([id, nodes]) =>
    element(
      "div",
      { class: "gates-section", id: `gates-section-${id}`, role: "tabpanel", "aria-labelledby": `gates-tab-${id}` },
      ...nodes,
    ),
  );
  const tabs = ids.map((id) =>
    element(
      "button",
      { class: "tab", type: "button", role: "tab", id: `gates-tab-${id}`, "aria-controls": `gates-section-${id}` },
      t(`gates.section_${id}`),
    ),
  );
  const show = (/** @type {number} */ chosen) => {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === chosen));
      tab.tabIndex = i === chosen ? 0 : -1;
      bodies[i].hidden = i !== chosen;
    });
  };
  tabs.forEach((tab, i) => {
    const choose = (/** @type {number} */ place) => {
      show(place);
      tabs[place].focus();
      onOpen(ids[place]);
    };
    tab.addEventListener("click", () => choose(i));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault(); // the arrow keys are the text's elsewhere
      choose((i + by + tabs.length) % tabs.length);
    });
  });
  show(Math.max(0, ids.indexOf(open)));
  const bar = element("div", { class: "tabs gates-tabs", role: "tablist", "aria-label": t("gates.sections") }, ...tabs);
  return { node: element("div", { class: "gates-sections" }, bar, ...bodies) };
}
