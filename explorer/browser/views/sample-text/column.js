/** One seed's text, growing while it is written; each character on the colour of its surprise. */

import { download, element } from "../../dom.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { visible } from "../../parts/characters.js";

export const MOST_BITS = 8; // of surprise; the colour grows up to here
const DARKEST = 60; // percent

/** The background of a surprise, in CSS. @param {number} bits */
export function background(bits) {
  return `color-mix(in srgb, var(--heat-positive) ${Math.round((Math.min(bits, MOST_BITS) / MOST_BITS) * DARKEST)}%, transparent)`;
}

export class Column {
  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {string} options.name of the model, for files
   * @param {(text: string) => void} options.onStep look at the beginning of the text step by step
   */
  constructor({ t, name, onStep }) {
    this.t = t;
    this.name = name;
    this.written = "";
    this.prompt = "";
    this.bits = 0;
    this.count = 0;
    this.title = element("h3", {});
    this.said = element("p", { class: "note number" });
    this.before = element("span", { class: "written-prompt", title: t("write.prompt") });
    this.text = element("span", { class: "written-text" });
    this.text.addEventListener("pointerover", ({ target }) => this.explain(target));
    this.area = element("div", { class: "written", tabindex: 0, role: "region", dir: "auto" }, this.before, this.text);
    const button = (/** @type {string} */ words, /** @type {(event: Event) => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: act } }, words);
    this.copied = button(t("write.copy"), () => this.copy());
    const step = button(t("write.step"), () => onStep(this.whole));
    const take = button(t("write.download"), () =>
      download(`${this.name}-seed-${this.seed}.txt`, new Blob([this.whole], { type: "text/plain;charset=utf-8" })),
    );
    this.node = element(
      "section",
      { class: "written-column" },
      this.title,
      this.area,
      this.said,
      element("div", { class: "downloads" }, this.copied, take, step),
    );
  }

  get whole() {
    return this.prompt + this.written;
  }

  /**
   * Begin anew.
   * @param {import("../../runtime/recurrent/language.js").Language} language
   * @param {import("../../runtime/recurrent/language.js").State} state after the prompt
   * @param {string} prompt as it was read
   * @param {import("../../runtime/recurrent/writer.js").WritingSettings} settings
   */
  begin(language, state, prompt, settings) {
    this.writer = createWriter(language, state, settings);
    this.prompt = prompt;
    this.seed = settings.seed;
    this.written = "";
    this.bits = 0;
    this.count = 0;
    this.fresh = document.createDocumentFragment();
    this.before.textContent = prompt;
    this.text.replaceChildren();
    this.title.textContent = this.t("write.seed", { seed: settings.seed });
    this.area.setAttribute("aria-label", this.title.textContent);
  }

  /** Write one more character, to be shown by `show`. */
  write() {
    const { character, probability } = this.writer.next();
    const bits = -Math.log2(probability);
    this.written += character;
    this.bits += bits;
    this.count += 1;
    this.fresh.append(
      element("span", { style: { background: background(bits) }, "data-bits": bits.toFixed(2) }, character),
    );
  }

  /** Put what was written since the last time on the page. @param {boolean} follow keep the end in sight, unless somebody scrolled away */
  show(follow) {
    const atEnd = follow && this.area.scrollTop + this.area.clientHeight >= this.area.scrollHeight - 8;
    this.text.append(this.fresh);
    if (atEnd) this.area.scrollTop = this.area.scrollHeight;
    const { t, count, bits } = this;
    this.said.textContent = count ? t("write.said", { count, bits: (bits / count).toFixed(2) }) : "";
    this.copied.textContent = t("write.copy");
  }

  /** @param {EventTarget | null} target a character under the pointer */
  explain(target) {
    if (!(target instanceof HTMLElement) || target.dataset.bits === undefined || target.title) return;
    target.title = this.t("write.character", {
      character: visible(target.textContent ?? ""),
      bits: target.dataset.bits,
    });
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.whole);
      this.copied.textContent = this.t("write.copied");
    } catch {
      // Without leave to use the clipboard: select the text, so that it can be copied by hand.
      getSelection()?.selectAllChildren(this.area);
    }
  }
}
