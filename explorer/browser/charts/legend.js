/** The legend: what the colours mean and how many images have each; a click picks values out. */
import { element } from "../dom.js";

/** @typedef {import("./colours.js").Colouring} Colouring */

export class Legend {
  /** @type {HTMLElement} */
  node;
  /** Picked codes; empty means all. @type {Set<number>} */
  #picked = new Set();
  /** @type {Colouring | null} */
  #colouring = null;
  /** @type {() => void} */
  #onChange;

  /**
   * @param {object} options
   * @param {import("../i18n.js").Translator} options.t
   * @param {() => void} options.onChange another set of values is picked out
   */
  constructor({ t, onChange }) {
    this.#onChange = onChange;
    this.node = element("div", { class: "legend", role: "group", "aria-label": t("latent.legend") });
  }

  /** Whether a point's value is picked out, or none is. @param {number} index of the point */
  chosen(index) {
    return this.#colouring === null || this.#picked.size === 0 || this.#picked.has(this.#colouring.code(index));
  }

  /** @param {Colouring} colouring @param {boolean} keep whether picked values stay, where only the theme changed */
  show(colouring, keep) {
    this.#colouring = colouring;
    if (!keep) this.#picked.clear();
    const { scale, entries } = colouring;
    this.node.replaceChildren(...(scale ? scaleParts(scale) : entries.map((entry) => this.#chip(entry))));
  }

  /** @param {Colouring["entries"][number]} entry */
  #chip({ code, label, count, colour }) {
    const swatch = element("span", { class: "legend-swatch", style: { background: colour } });
    const images = element("span", { class: "legend-count" }, String(count));
    const button = element(
      "button",
      { class: "legend-chip", type: "button", "aria-pressed": this.#picked.has(code) },
      swatch,
      label,
      images,
    );
    button.addEventListener("click", () => {
      if (!this.#picked.delete(code)) this.#picked.add(code);
      button.setAttribute("aria-pressed", String(this.#picked.has(code)));
      this.#onChange();
    });
    return button;
  }
}

/** @param {NonNullable<Colouring["scale"]>} scale */
function scaleParts({ low, high, unit, colours }) {
  const bar = element("span", {
    class: "legend-scale",
    style: { background: `linear-gradient(to right, ${colours.join(", ")})` },
  });
  const end = (/** @type {number} */ value) =>
    element("span", { class: "number" }, `${Number(value.toPrecision(3))} ${unit}`);
  return [end(low), bar, end(high)];
}
