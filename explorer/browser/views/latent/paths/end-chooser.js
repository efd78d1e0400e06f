/** One end of a path: its picture, what it is, and ways to choose another. */
import { element } from "../../../dom.js";
import { parseSeed } from "../../../runtime/seed-space.js";

/**
 * @param {object} options
 * @param {"a" | "b"} options.name
 * @param {import("../../../parts/pictures.js").ImageShape} options.shape
 * @param {boolean} options.seeds whether there is a prior
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {() => void} options.onMap the end shall be where z is
 * @param {() => void} options.onInput it shall be the posterior mean of the input
 * @param {(seed: number) => void} options.onSeed
 */
export function createEnd({ name, shape: { width, height }, seeds, t, onMap, onInput, onSeed }) {
  const letter = name.toUpperCase();
  const canvas = element("canvas", {
    class: "picture",
    width,
    height,
    role: "img",
    "aria-label": t("paths.end_picture", { letter }),
  });
  const words = element("p", { class: "paths-end-words" });
  const button = (/** @type {string} */ text, /** @type {() => void} */ act) =>
    element("button", { class: "button", type: "button", on: { click: act } }, text);
  const input = button(t("paths.from_input"), onInput);
  const seed = element("input", {
    class: "input number paths-seed",
    type: "text",
    inputmode: "numeric",
    "aria-label": t("paths.seed_of", { letter }),
  });
  const take = () => {
    const value = parseSeed(seed.value);
    seed.setAttribute("aria-invalid", String(value === null));
    if (value !== null) onSeed(value);
  };
  seed.addEventListener("change", take);
  const field = element(
    "label",
    { class: "field", hidden: !seeds },
    element("span", { class: "field-name" }, t("paths.from_seed")),
    seed,
  );
  return {
    node: element(
      "section",
      { class: "paths-end", "data-end": name },
      element(
        "div",
        { class: "paths-end-picture" },
        element("span", { class: "paths-letter", "aria-hidden": "true" }, letter),
        canvas,
      ),
      element("div", { class: "paths-end-choices" }, words, button(t("paths.from_map"), onMap), input, field),
    ),
    canvas,
    /** @param {string} text @param {number | null} chosen the seed that it is drawn for */
    say(text, chosen) {
      words.textContent = text;
      seed.value = chosen === null ? "" : String(chosen);
      seed.setAttribute("aria-invalid", "false");
    },
    /** @param {boolean} present whether there is an input */
    allowInput(present) {
      input.disabled = !present;
    },
  };
}
