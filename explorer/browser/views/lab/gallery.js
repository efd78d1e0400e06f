/** The recorded runs that ship, as cards: what each one is called and, in two sentences, what to see in it and why. */

import { element } from "../../dom.js";
import { openSafetensors } from "../../runtime/safetensors.js";

/** @typedef {import("../../parts/host.js").CatalogEntry} CatalogEntry */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {CatalogEntry[]} options.checkpoints the catalogue's entries
 * @param {(capabilities: string[]) => string[]} options.viewsFor ids of the views of a model
 * @param {string} options.shown name of the run that is open
 * @param {(name: string) => void} options.onChoose
 */
export function createGallery({ t, checkpoints, viewsFor, shown, onChoose }) {
  const runs = checkpoints.filter(({ capabilities }) => viewsFor(capabilities).includes("lab"));
  const cards = runs.map((entry) => createCard(entry, t.language, entry.name === shown, onChoose));
  const list = element("ul", { class: "lab-gallery-cards" }, ...cards.map(({ node }) => node));
  const summary = element("summary", { class: "button" }, t("lab.gallery", { count: runs.length }));
  const node = element("details", { class: "lab-gallery" }, summary, list);
  // The sentences lie in each run's own file: they are fetched when somebody wants to read them.
  node.addEventListener("toggle", () => cards.forEach(({ describe }) => describe()), { once: true });
  return { node };
}

/**
 * @param {CatalogEntry} entry
 * @param {string} language
 * @param {boolean} current
 * @param {(name: string) => void} onChoose
 */
function createCard({ name, title, folder }, language, current, onChoose) {
  const sentences = element("span", { class: "note" });
  const button = element(
    "button",
    {
      class: "lab-card",
      type: "button",
      "data-run": name,
      "aria-current": current ? "true" : null,
      on: { click: () => onChoose(name) },
    },
    element("span", { class: "lab-card-title" }, title[language]),
    sentences,
  );
  return {
    node: element("li", {}, button),
    async describe() {
      try {
        const { metadata } = await openSafetensors(`${folder}timeline.safetensors`);
        sentences.textContent = JSON.parse(metadata.timeline ?? "").description?.[language] ?? "";
      } catch (error) {
        console.warn(error); // the title is enough to choose by; opening it says what is wrong
      }
    },
  };
}
