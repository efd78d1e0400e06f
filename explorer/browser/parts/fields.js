/** Fields: a name, a control, and what is wrong with what was chosen or typed. */

import { element, freshId } from "../dom.js";
import { Complaint } from "./messages.js";

/**
 * @template Value
 * @typedef {object} Field
 * @property {HTMLElement} node
 * @property {(value: Value) => void} show
 * @property {(words: string) => void} complain say what is wrong; no words take it back
 */

/**
 * A name before a control, and what else belongs to it. A control without a label of its own in HTML has its name as
 * `aria-label`.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {...HTMLElement} more
 */
export function createField(label, control, ...more) {
  const labelled = control instanceof HTMLInputElement || control instanceof HTMLSelectElement;
  if (labelled) control.id ||= freshId("explorer-field");
  const name = labelled
    ? element("label", { class: "field-name", for: control.id }, label)
    : element("span", { class: "field-name", "aria-hidden": true }, label);
  return element("div", { class: "field" }, name, control, ...more);
}

/**
 * One of a few as radio buttons in the shape of a segmented switch.
 * @template {string | number} Value
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {readonly (readonly [Value, string])[]} options.entries values and their words
 * @param {(value: Value, event: Event) => void} options.onChoose
 * @returns {Field<Value>}
 */
export function createSwitch({ id, label, entries, onChoose }) {
  const buttons = entries.map(([value, words]) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, on: { click: (event) => onChoose(value, event) } },
      words,
    ),
  );
  const group = element("div", { class: "segments", role: "group", id, "aria-label": label }, ...buttons);
  const show = (/** @type {Value} */ chosen) =>
    entries.forEach(([value], i) => buttons[i].setAttribute("aria-pressed", String(value === chosen)));
  return withComplaint(label, group, buttons, show);
}

/**
 * One of a few from a list.
 * @template {string | number} Value
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {readonly (readonly [Value, string])[]} options.entries values and their words
 * @param {(value: Value, event: Event) => void} options.onChoose
 * @returns {Field<Value>}
 */
export function createList({ id, label, entries, onChoose }) {
  const options = entries.map(([value, words]) => element("option", { value }, words));
  const select = element("select", { class: "select", id }, ...options);
  select.addEventListener("change", (event) => onChoose(entries[select.selectedIndex][0], event));
  const show = (/** @type {Value} */ chosen) => {
    select.selectedIndex = entries.findIndex(([value]) => value === chosen);
  };
  return withComplaint(label, select, [select], show);
}

/**
 * A number in words of the visitor's own.
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {string} [options.hint]
 * @param {(value: number, event: Event) => void} options.onInput told NaN where it is none
 * @returns {Field<number>}
 */
export function createNumber({ id, label, hint, onInput }) {
  const parse = (/** @type {string} */ text) => (text.trim() === "" ? NaN : Number(text));
  return createText({ id, label, hint, mode: "decimal", parse, write: String, onInput });
}

/**
 * Whole numbers between commas or spaces.
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {string} [options.hint]
 * @param {(values: number[], event: Event) => void} options.onInput told of NaN for each that is none
 * @returns {Field<readonly number[]>}
 */
export function createNumbers({ id, label, hint, onInput }) {
  const parse = (/** @type {string} */ text) =>
    text
      .split(/[\s,，、;]+/)
      .filter(Boolean)
      .map(Number);
  /** @param {readonly number[]} values */
  const write = (values) => values.join(", ");
  return createText({ id, label, hint, mode: "text", parse, write, onInput });
}

/**
 * A number on a slider, with what it is in words behind it.
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {string} [options.hint]
 * @param {number} [options.least]
 * @param {number} options.most
 * @param {number} options.step
 * @param {(value: number) => string} options.words
 * @param {(value: number, event: Event) => void} options.onInput
 * @returns {{input: HTMLInputElement, output: HTMLOutputElement, show(value: number): void}}
 */
export function createSlider({ id = freshId("explorer-slider"), label, hint, least = 0, most, step, words, onInput }) {
  const range = { type: "range", min: least, max: most, step };
  const input = element("input", { id, ...range, "aria-label": label, title: hint });
  const output = element("output", { class: "number scale-value", for: id });
  input.addEventListener("input", (event) => onInput(Number(input.value), event));
  return {
    input,
    output,
    show(value) {
      if (Number(input.value) !== value) input.value = String(value);
      output.textContent = words(value);
    },
  };
}

/**
 * @template Shown, Value
 * @param {object} options
 * @param {string} [options.id] of the control
 * @param {string} options.label
 * @param {string} [options.hint]
 * @param {"decimal" | "numeric" | "text"} options.mode of a keyboard on glass
 * @param {(text: string) => Value} options.parse
 * @param {(value: Shown) => string} options.write
 * @param {(value: Value, event: Event) => void} options.onInput
 * @returns {Field<Shown>}
 */
function createText({ id, label, hint, mode, parse, write, onInput }) {
  const input = element("input", {
    class: "input number",
    id,
    inputmode: mode,
    autocomplete: "off",
    spellcheck: "false",
    title: hint,
  });
  input.addEventListener("input", (event) => onInput(parse(input.value), event));
  return withComplaint(label, input, [input], (value) => {
    // What the visitor types stays as typed for as long as it means the same.
    if (JSON.stringify(parse(input.value)) !== JSON.stringify(value)) input.value = write(value);
  });
}

/**
 * @template Value
 * @param {string} label
 * @param {HTMLElement} control
 * @param {HTMLElement[]} marked where it is wrong
 * @param {(value: Value) => void} show
 * @returns {Field<Value>}
 */
function withComplaint(label, control, marked, show) {
  const complaint = new Complaint();
  return {
    node: createField(label, control, complaint.node),
    show,
    complain(words) {
      complaint.say(words);
      for (const each of marked) each.setAttribute("aria-invalid", String(words !== ""));
    },
  };
}
