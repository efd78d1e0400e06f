/** The page's head: name, model picker, language switch and copy link. */

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
  const option = (/** @type {{name: string, title: string}} */ { name, title }) =>
    element("option", { value: name, selected: name === model }, title);
  const picker = element(
    "select",
    { class: "select", id: "explorer-model" },
    ...groups.flatMap(({ label, entries }) =>
      label ? [element("optgroup", { label }, ...entries.map(option))] : entries.map(option),
    ),
  );
  picker.addEventListener("change", () => onModel(picker.value));
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
