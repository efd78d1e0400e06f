/** The map's controls: layout, colouring, dots or thumbnails, preview and background. */
import { element } from "../../dom.js";
import { attributeName } from "../../measures.js";

/** @typedef {"layout" | "colour" | "thumbnails" | "manifold"} Changed */

/**
 * @param {object} options
 * @param {import("./address.js").State} options.state changed in place
 * @param {import("../../runtime/map.js").PlacedMap} options.map
 * @param {boolean} options.manifold whether the background can be drawn
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(changed: Changed) => void} options.onChange
 */
export function createControls({ state, map, manifold, t, onChange }) {
  const preview = toggle(t("latent.preview"), true, () => {});
  preview.node.classList.add("latent-preview");
  const attributes = [...map.attributes.keys()];
  const options = attributes.map((name) => element("option", { value: name }, attributeName(name, t)));
  const colour = element("select", { class: "select", "aria-label": t("latent.colour_by") }, ...options);
  colour.value = state.colour;
  colour.addEventListener("change", () => {
    state.colour = colour.value;
    onChange("colour");
  });
  const layouts = Object.keys(map.layouts);
  const layout = segments(
    t("latent.layout"),
    layouts.map((name) => ({ value: name, words: t(`latent.layout_${name}`) })),
    state.layout,
    (chosen) => {
      state.layout = chosen;
      onChange("layout");
    },
  );
  layout.hidden = layouts.length < 2;
  const kinds = ["dots", "thumbnails"].map((name) => ({ value: name, words: t(`latent.marks_${name}`) }));
  const marks = segments(t("latent.marks"), kinds, state.thumbnails ? "thumbnails" : "dots", (chosen) => {
    state.thumbnails = chosen === "thumbnails";
    onChange("thumbnails");
  });
  const background = toggle(t("latent.manifold"), state.manifold, (on) => {
    state.manifold = on;
    onChange("manifold");
  });
  background.node.hidden = !manifold;
  const field = element(
    "label",
    { class: "field" },
    element("span", { class: "field-name" }, t("latent.colour_by")),
    colour,
  );
  return {
    node: element("div", { class: "latent-controls" }, layout, marks, field, background.node, preview.node),
    previews: () => preview.input.checked,
  };
}

/** @param {string} words @param {boolean} on @param {(on: boolean) => void} onChange */
function toggle(words, on, onChange) {
  const input = element("input", { type: "checkbox", checked: on });
  input.addEventListener("change", () => onChange(input.checked));
  return { input, node: element("label", { class: "latent-option" }, input, words) };
}

/**
 * @param {string} label
 * @param {{value: string, words: string}[]} choices
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
function segments(label, choices, chosen, onChoose) {
  const buttons = choices.map(({ value, words }) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, "aria-pressed": value === chosen },
      words,
    ),
  );
  buttons.forEach((button, i) =>
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      onChoose(choices[i].value);
    }),
  );
  return element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons);
}
