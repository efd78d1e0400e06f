/** The field of a seed: typed, stepped or thrown. */

import { element, freshId } from "../dom.js";
import { LARGEST_SEED, parseSeed } from "../runtime/seed-space.js";
import { createField } from "./fields.js";
import { Complaint } from "./messages.js";

const DIE_LIMIT = 1_000_000; // a die's seeds stay short enough to read out loud
/** @type {Readonly<Record<string, number>>} */
const STEPS = Object.freeze({ ArrowUp: 1, ArrowDown: -1, PageUp: 100, PageDown: -100 });

export class SeedField {
  #t;
  #onChange;
  #complaint = new Complaint(freshId("explorer-complaint"));
  #input = element("input", {
    class: "input seed number",
    id: freshId("explorer-seed"),
    inputmode: "numeric",
    autocomplete: "off",
    "aria-describedby": this.#complaint.node.id,
  });

  /**
   * @param {import("../i18n.js").Translator} t
   * @param {(changes: {seed: number}, event: Event) => void} onChange
   */
  constructor(t, onChange) {
    this.#t = t;
    this.#onChange = onChange;
    this.#input.addEventListener("input", (event) => this.#take(event));
    this.#input.addEventListener("keydown", (event) => {
      if (!Object.hasOwn(STEPS, event.key)) return;
      event.preventDefault();
      this.#step(STEPS[event.key], event);
    });
    const button = (/** @type {string} */ label, /** @type {string} */ text, /** @type {number} */ by) =>
      element(
        "button",
        {
          class: "button step",
          type: "button",
          "aria-label": label,
          title: label,
          on: { click: (event) => this.#step(by, event) },
        },
        text,
      );
    const group = element("div", { class: "seed-group" });
    this.node = createField(t("sample.seed"), this.#input);
    this.#input.replaceWith(group);
    group.append(
      button(t("sample.seed_previous"), "−", -1),
      this.#input,
      button(t("sample.seed_next"), "+", 1),
      element(
        "button",
        {
          class: "button die",
          type: "button",
          title: t("sample.die_hint"),
          on: { click: (event) => this.#roll(event) },
        },
        t("sample.die"),
      ),
    );
  }

  /** What is wrong with what was typed; for a place with room for it. */
  get complaint() {
    return this.#complaint.node;
  }

  /** @param {number} seed */
  show(seed) {
    if (parseSeed(this.#input.value) !== seed) this.#input.value = String(seed);
    this.#complain(false);
  }

  #complain(/** @type {boolean} */ wrong) {
    this.#complaint.say(wrong ? this.#t("sample.seed_invalid", { largest: LARGEST_SEED }) : "");
    this.#input.setAttribute("aria-invalid", String(wrong));
  }

  #take(/** @type {Event} */ event) {
    const seed = parseSeed(this.#input.value);
    this.#complain(seed === null);
    if (seed !== null) this.#onChange({ seed }, event);
  }

  #step(/** @type {number} */ by, /** @type {Event} */ event) {
    const seed = parseSeed(this.#input.value);
    if (seed === null || seed + by < 0 || seed + by > LARGEST_SEED) return;
    this.#input.value = String(seed + by);
    this.#take(event);
  }

  #roll(/** @type {Event} */ event) {
    this.#input.value = String(crypto.getRandomValues(new Uint32Array(1))[0] % DIE_LIMIT);
    this.#take(event);
  }
}
