/** Buttons that save files, the Python that makes the same, and a link that restores the view. */
import { download, element } from "../dom.js";
import { createCopyLink } from "./copy-link.js";
import { errorWords } from "./messages.js";

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {{id: string, label: string, make: () => Promise<{name: string, content: Blob, said?: string}>}[]}
 *   options.files `said` is what there is to know about a file
 * @param {() => string} options.link
 * @returns {{node: HTMLElement, setPython(code: string): void}}
 */
export function createTakeaway({ t, files, link }) {
  const said = element("p", { class: "note takeaway-said", role: "status" });
  const buttons = files.map(({ id, label, make }) => {
    const button = element("button", { class: "button", type: "button", "data-file": id }, label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const { name, content, said: words = t("takeaway.saved", { name }) } = await make();
        download(name, content);
        said.textContent = words;
      } catch (error) {
        said.textContent = t("takeaway.failed", { reason: errorWords(error, t) });
      } finally {
        button.disabled = false;
      }
    });
    return button;
  });
  const code = element("pre", { class: "takeaway-python number", tabindex: 0 });
  const python = element(
    "details",
    { class: "takeaway-python-box" },
    element("summary", {}, t("takeaway.python")),
    code,
  );
  return {
    node: element(
      "div",
      { class: "takeaway" },
      element("div", { class: "takeaway-files" }, ...buttons, createCopyLink(t, link)),
      said,
      python,
    ),
    setPython(text) {
      code.textContent = text;
    },
  };
}
