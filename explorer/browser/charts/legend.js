/** The legend: what the colours mean and how many images have each; a click picks values out. */
import { element } from "../dom.js";

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {() => void} options.onChange another set of values is picked out
 */
export function createLegend({ t, onChange }) {
  const node = element("div", { class: "latent-legend", role: "group", "aria-label": t("latent.legend") });
  /** @type {Set<number>} picked codes; empty means all */
  const picked = new Set();
  /** @type {import("./colours.js").Colouring | null} */
  let colouring = null;
  return {
    node,
    /** @param {number} index of a point */
    chosen: (index) => picked.size === 0 || picked.has(colouring.code(index)),
    /** @param {import("./colours.js").Colouring} next @param {boolean} keep whether picked values stay, where only the theme changed */
    show(next, keep) {
      colouring = next;
      if (!keep) picked.clear();
      if (next.scale) return node.replaceChildren(...scale(next.scale));
      return node.replaceChildren(...next.entries.map((entry) => chip(entry, picked, onChange)));
    },
  };
}

function chip({ code, label, count, colour }, picked, onChange) {
  const swatch = element("span", { class: "latent-swatch", style: { background: colour } });
  const images = element("span", { class: "latent-count" }, String(count));
  const pressed = String(picked.has(code));
  const button = element(
    "button",
    { class: "latent-chip", type: "button", "aria-pressed": pressed },
    swatch,
    label,
    images,
  );
  button.addEventListener("click", () => {
    if (!picked.delete(code)) picked.add(code);
    button.setAttribute("aria-pressed", String(picked.has(code)));
    onChange();
  });
  return button;
}

function scale({ low, high, unit, colours }) {
  const bar = element("span", {
    class: "latent-scale",
    style: { background: `linear-gradient(to right, ${colours.join(", ")})` },
  });
  const end = (/** @type {number} */ value) =>
    element("span", { class: "number" }, `${Number(value.toPrecision(3))} ${unit}`);
  return [end(low), bar, end(high)];
}
