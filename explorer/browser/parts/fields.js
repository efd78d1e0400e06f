/**
 * The settings' fields. Each is `{node, show(value, settings), complain(words)}` and tells what was chosen or typed.
 */

import { element } from "../dom.js";

/**
 * One of a few: a switch of two, or a list of more.
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.label
 * @param {[string | number, string][]} options.entries values and their words
 * @param {(value: string | number) => void} options.onChoose
 */
export function choiceField({ id, label, entries, onChoose }) {
  const valueOf = (text) => entries.find(([value]) => String(value) === text)[0];
  if (entries.length > 2) {
    const select = element(
      "select",
      { class: "select", id },
      ...entries.map(([value, words]) => element("option", { value }, words)),
    );
    select.addEventListener("change", () => onChoose(valueOf(select.value)));
    return framed(id, label, select, [select], (value) => (select.value = String(value)));
  }
  const buttons = entries.map(([value, words]) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, on: { click: () => onChoose(value) } },
      words,
    ),
  );
  const group = element("div", { class: "segments", role: "group", id, "aria-label": label }, ...buttons);
  const show = (value) =>
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === String(value))));
  return framed(null, label, group, buttons, show);
}

/** A number in words of the visitor's own; what is none arrives as NaN. */
export function numberField({ id, label, onInput }) {
  return textField({
    id,
    label,
    mode: "decimal",
    parse: (text) => (text.trim() === "" ? NaN : Number(text)),
    write: String,
    onInput,
  });
}

/** Widths of hidden layers: whole numbers between commas or spaces; nothing means no hidden layer. */
export function widthsField({ id, label, hint, onInput }) {
  const parse = (text) =>
    text
      .split(/[\s,，、;]+/)
      .filter(Boolean)
      .map(Number);
  return textField({ id, label, hint, mode: "text", parse, write: (widths) => widths.join(", "), onInput });
}

function textField({ id, label, hint = "", mode, parse, write, onInput }) {
  const input = element("input", {
    class: "input number",
    id,
    inputmode: mode,
    autocomplete: "off",
    spellcheck: "false",
    title: hint,
  });
  const equal = (value) => JSON.stringify(parse(input.value)) === JSON.stringify(value);
  input.addEventListener("input", () => onInput(parse(input.value)));
  // What the visitor types stays as typed for as long as it means the same.
  return framed(id, label, input, [input], (value) => equal(value) || (input.value = write(value)));
}

function framed(id, label, control, marked, show) {
  const complaint = element("p", { class: "complaint", role: "alert", hidden: true });
  const name = element(id ? "label" : "span", { class: "field-name", for: id }, label);
  const node = element("div", { class: "lab-field" }, name, control, complaint);
  return {
    node,
    show,
    complain(/** @type {string} */ words) {
      complaint.hidden = words === "";
      complaint.textContent = words;
      for (const each of marked) each.setAttribute("aria-invalid", String(words !== ""));
    },
  };
}
