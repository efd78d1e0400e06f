/** The page's head: name, model picker, language switch, copy link, and the views as tabs. */

import { element } from "../dom.js";
import { LANGUAGES } from "../i18n.js";
import { createCopyLink } from "../parts/copy-link.js";

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {{label: string, entries: {name: string, title: string}[]}[]} options.groups of models, by `choices`
 * @param {string} options.model the chosen checkpoint's name
 * @param {(name: string) => void} options.onModel
 * @param {(language: string) => void} options.onLanguage
 * @param {() => string} options.link the address that restores what is shown
 */
export function createHeader({ t, groups, model, onModel, onLanguage, link }) {
  const option = ({ name, title }) => element("option", { value: name, selected: name === model }, title);
  const picker = element(
    "select",
    { class: "select", id: "explorer-model", on: { change: () => onModel(picker.value) } },
    ...groups.flatMap(({ label, entries }) =>
      label ? [element("optgroup", { label }, ...entries.map(option))] : entries.map(option),
    ),
  );
  const languages = LANGUAGES.map((language) =>
    element(
      "button",
      {
        class: "segment",
        type: "button",
        lang: language,
        "data-language": language,
        "aria-pressed": language === t.language,
        on: { click: () => onLanguage(language) },
      },
      t(language === "en" ? "page.language_en" : "page.language_zh"),
    ),
  );
  return element(
    "header",
    { class: "page-header" },
    element("h1", { class: "page-name" }, t("page.name")),
    element(
      "label",
      { class: "field", for: picker.id },
      element("span", { class: "field-name" }, t("page.model")),
      picker,
    ),
    element("div", { class: "segments", role: "group", "aria-label": t("page.language") }, ...languages),
    createCopyLink(t, link),
  );
}

/**
 * The views of a model as tabs; arrow keys move between them, as the ARIA tab pattern has it.
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {import("./registry.js").View[]} options.views
 * @param {string} options.view id of the open one
 * @param {string} options.panel id of the element that holds the view
 * @param {(id: string) => void} options.onView
 */
export function createTabs({ t, views, view, panel, onView }) {
  const tabs = views.map(({ id, title }) =>
    element(
      "button",
      {
        class: "tab",
        type: "button",
        role: "tab",
        id: `explorer-tab-${id}`,
        "aria-controls": panel,
        "aria-selected": id === view,
        tabindex: id === view ? 0 : -1,
        on: { click: () => id !== view && onView(id) },
      },
      t(title),
    ),
  );
  const list = element("div", { class: "tabs", role: "tablist", "aria-label": t("page.views") }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const current = views.findIndex(({ id }) => id === view);
    onView(views[(current + step + views.length) % views.length].id);
  });
  return list;
}
