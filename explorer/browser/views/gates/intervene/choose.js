/**
 * Choosing clamps: ready-made ones, a value for any quantity of a unit or of a whole layer, and the list of those that
 * hold.
 */

import { element } from "../../../dom.js";
import { ModelError } from "../../../runtime/errors.js";
import { nameOfUnit } from "../reading.js";
import { parseValue, presets, removal } from "./clamps.js";

/**
 * @typedef {import("./clamps.js").Clamp} Clamp
 * @typedef {import("../../../i18n.js").Translator} Translator
 * @typedef {import("../../../runtime/recurrent/language.js").Language} Language
 */

/**
 * @param {object} options
 * @param {Translator} options.t
 * @param {Language} options.language
 * @param {(clamp: Clamp) => void} options.onAdd throws a ModelError at a clamp that cannot be
 * @param {(index: number) => void} options.onRemove
 */
export function createChooser({ t, language, onAdd, onRemove }) {
  /** @type {import("../reading.js").Unit} */
  let unit = { layer: 0, index: 0 };
  const error = element("p", { class: "intervene-error", role: "alert", hidden: true });
  const add = (/** @type {() => Clamp} */ make) => {
    error.hidden = true;
    value.removeAttribute("aria-invalid");
    try {
      onAdd(make());
    } catch (problem) {
      if (!(problem instanceof ModelError)) throw problem;
      error.textContent = t(problem.key, problem.values);
      error.hidden = false;
      value.setAttribute("aria-invalid", "true");
    }
  };
  const ready = element("div", { class: "intervene-ready" });
  const quantity = element("select", { class: "select", "aria-label": t("gates.intervene_quantity") });
  for (const name of language.quantities)
    quantity.append(element("option", { value: name }, t(`gates.quantity_${name}`)));
  const [single, all] = [element("option", { value: "unit" }), element("option", { value: "all" })];
  const scope = element("select", { class: "select", "aria-label": t("gates.intervene_scope") }, single, all);
  const value = element("input", {
    class: "input intervene-value",
    value: "0",
    inputmode: "decimal",
    "aria-label": t("gates.intervene_value"),
  });
  const submit = element("button", { class: "button", type: "submit" }, t("gates.intervene_add"));
  const form = element(
    "form",
    { class: "intervene-form", novalidate: true },
    quantity,
    scope,
    element("span", {}, "="),
    value,
    submit,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(() => ({
      layer: unit.layer,
      quantity: quantity.value,
      units: scope.value === "all" ? null : [unit.index],
      value: parseValue(value.value),
    }));
  });
  const list = element("ul", { class: "intervene-list", "aria-label": t("gates.intervene_list") });
  const node = element("div", { class: "intervene-choose" }, ready, form, error, list);
  const name = (/** @type {Clamp} */ clamp) => nameOf(clamp, language, t);

  return {
    node,
    /** Another unit was selected. @param {import("../reading.js").Unit} selected */
    select(selected) {
      unit = selected;
      single.textContent = t("gates.intervene_unit", { unit: nameOfUnit(unit) });
      all.textContent = wholeLayer(unit.layer, language, t);
      const clamps = [...presets(language, unit.layer), removal(unit)];
      ready.replaceChildren(...clamps.map((clamp) => readyButton(name(clamp), () => add(() => clamp))));
    },
    /** Choose the quantity that the visitor looks at. @param {string} name */
    look: (name) => (quantity.value = name),
    /** @param {readonly Clamp[]} clamps */
    list(clamps) {
      list.replaceChildren(...clamps.map((clamp, index) => chip(name(clamp), t, () => onRemove(index))));
      list.hidden = clamps.length === 0;
    },
  };
}

/** @param {string} label @param {() => void} onClick */
function readyButton(label, onClick) {
  return element("button", { class: "button", type: "button", on: { click: onClick } }, label);
}

/** @param {string} label @param {Translator} t @param {() => void} onRemove */
function chip(label, t, onRemove) {
  const remove = element(
    "button",
    {
      class: "intervene-remove",
      type: "button",
      "aria-label": t("gates.intervene_remove", { clamp: label }),
      on: { click: onRemove },
    },
    "×",
  );
  return element("li", { class: "intervene-chip" }, element("span", {}, label), remove);
}

/**
 * A clamp in words.
 * @param {Clamp} clamp
 * @param {Pick<Language, "layers">} language
 * @param {Translator} t
 */
export function nameOf({ layer, quantity, units, value }, language, t) {
  const written = String(value).replace("-", "−");
  const what = t(`gates.quantity_${quantity}`);
  if (units === null)
    return t("gates.clamp_layer", { quantity: what, layer: wholeLayer(layer, language, t), value: written });
  const unit = units.map((index) => nameOfUnit({ layer, index })).join(", ");
  if (quantity === "hidden" && value === 0) return t("gates.clamp_removed", { unit });
  return t("gates.clamp_unit", { quantity: what, unit, value: written });
}

/** @param {number} layer @param {Pick<Language, "layers">} language @param {Translator} t */
function wholeLayer(layer, { layers }, t) {
  return layers === 1 ? t("gates.intervene_all") : t("gates.intervene_layer", { layer });
}
