/** One seed's text, growing while it is written; each character on the colour of its surprise. */

import { download, element } from "../../dom.js";
import { visible } from "../../parts/characters.js";
import { createWriter } from "../../runtime/recurrent/writer.js";
import { background } from "./surprise.js";

/** @typedef {import("../../runtime/recurrent/writer.js").WritingSettings} WritingSettings */

/**
 * Where the text begins.
 * @typedef {object} Start
 * @property {import("../../runtime/recurrent/language.js").Language} language
 * @property {import("../../runtime/recurrent/language.js").State} state after the prompt
 * @property {string} prompt as it was read
 */

export class Column {
  /** @type {HTMLElement} */
  node;
  #t;
  #writer;
  #prompt = "";
  #seed = 0;
  #written = "";
  /** Of surprise, all together. */
  #bits = 0;
  #count = 0;
  /** What was written since it was last shown. */
  #fresh = document.createDocumentFragment();
  #title = element("h3", {});
  #said = element("p", { class: "note number" });
  #before;
  #text = element("span", { class: "written-text" });
  #area;
  #copied;

  /**
   * @param {Start} start
   * @param {WritingSettings} settings
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {string} options.name of the model, for files
   * @param {(text: string) => void} options.onStep look at the beginning of the text step by step
   */
  constructor(start, settings, { t, name, onStep }) {
    this.#t = t;
    this.#before = element("span", { class: "written-prompt", title: t("write.prompt") });
    this.#text.addEventListener("pointerover", ({ target }) => this.#explain(target));
    const region = { class: "written", tabindex: 0, role: "region", dir: "auto" };
    this.#area = element("div", region, this.#before, this.#text);
    const button = (/** @type {string} */ words, /** @type {() => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: act } }, words);
    this.#copied = button(t("write.copy"), () => this.#copy());
    const file = () => new Blob([this.#whole], { type: "text/plain;charset=utf-8" });
    const buttons = [
      this.#copied,
      button(t("write.download"), () => download(`${name}-seed-${this.#seed}.txt`, file())),
      button(t("write.step"), () => onStep(this.#whole)),
    ];
    const downloads = element("div", { class: "downloads" }, ...buttons);
    this.node = element("section", { class: "written-column" }, this.#title, this.#area, this.#said, downloads);
    this.#writer = this.#open(start, settings);
  }

  /** Characters that were written. */
  get count() {
    return this.#count;
  }

  get seed() {
    return this.#seed;
  }

  get #whole() {
    return this.#prompt + this.#written;
  }

  /** Begin anew. @param {Start} start @param {WritingSettings} settings */
  begin(start, settings) {
    this.#writer = this.#open(start, settings);
  }

  /** @param {Start} start @param {WritingSettings} settings */
  #open({ language, state, prompt }, settings) {
    this.#prompt = prompt;
    this.#seed = settings.seed;
    this.#written = "";
    this.#bits = 0;
    this.#count = 0;
    this.#fresh = document.createDocumentFragment();
    this.#before.textContent = prompt;
    this.#text.replaceChildren();
    this.#title.textContent = this.#t("write.seed", { seed: settings.seed });
    this.#area.setAttribute("aria-label", this.#title.textContent);
    return createWriter(language, state, settings);
  }

  /** Write one more character, to be shown by `show`. */
  write() {
    const { character, probability } = this.#writer.next();
    const bits = -Math.log2(probability);
    this.#written += character;
    this.#bits += bits;
    this.#count += 1;
    this.#fresh.append(
      element("span", { style: { background: background(bits) }, "data-bits": bits.toFixed(2) }, character),
    );
  }

  /**
   * Put what was written since the last time on the page.
   * @param {boolean} follow keep the end in sight, unless somebody scrolled away
   */
  show(follow) {
    const { scrollTop, clientHeight, scrollHeight } = this.#area;
    const atEnd = follow && scrollTop + clientHeight >= scrollHeight - 8;
    this.#text.append(this.#fresh);
    if (atEnd) this.#area.scrollTop = this.#area.scrollHeight;
    const [count, bits] = [this.#count, this.#bits];
    this.#said.textContent = count ? this.#t("write.said", { count, bits: (bits / count).toFixed(2) }) : "";
    this.#copied.textContent = this.#t("write.copy");
  }

  /** @param {EventTarget | null} target a character under the pointer */
  #explain(target) {
    if (!(target instanceof HTMLElement) || target.dataset.bits === undefined || target.title) return;
    const character = visible(target.textContent);
    target.title = this.#t("write.character", { character, bits: target.dataset.bits });
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#whole);
      this.#copied.textContent = this.#t("write.copied");
    } catch {
      // Without leave to use the clipboard: select the text, so that it can be copied by hand.
      getSelection()?.selectAllChildren(this.#area);
    }
  }
}
