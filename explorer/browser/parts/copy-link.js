/** A button for the address that restores what is shown. */

import { element } from "../dom.js";

/**
 * Copies the link, or shows it selected where the clipboard is out of reach (an embedded frame, plain HTTP).
 * @param {import("../i18n.js").Translator} t
 * @param {() => string} link
 */
export function createCopyLink(t, link) {
  const button = element("button", { class: "button copy-link", type: "button" }, t("page.copy_link"));
  const shown = element("input", {
    class: "input copy-link-text",
    readonly: true,
    hidden: true,
    "aria-label": t("page.link"),
  });
  const said = element("span", { class: "visually-hidden", role: "status" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link());
      button.textContent = said.textContent = t("page.link_copied");
      setTimeout(() => (button.textContent = t("page.copy_link")), 2000);
    } catch {
      shown.hidden = false;
      shown.value = link();
      shown.select();
      said.textContent = t("page.link_shown");
    }
  });
  return element("div", { class: "copy" }, button, shown, said);
}
