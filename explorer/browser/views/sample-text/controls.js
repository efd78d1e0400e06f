/** How it is written: the prompt, the settings, how much, how many, how fast; and the one button. */

import { element, freshId } from "../../dom.js";
import { createList, createNumber } from "../../parts/fields.js";
import { Complaint } from "../../parts/messages.js";
import { createWritingSettings } from "../../parts/writing-settings.js";
import { LONGEST_PROMPT, MOST_CHARACTERS, MOST_COLUMNS } from "./address.js";

/**
 * @typedef {import("./address.js").Settings} Settings
 *
 * @typedef {object} Options
 * @property {import("../../i18n.js").Translator} t
 * @property {Settings} settings to start with
 * @property {number} vocabulary how many characters the model knows
 * @property {(changes: Partial<Settings>, event?: Event) => void} onChange
 * @property {(slow: boolean) => void} onPace
 * @property {() => void} onPress the one button
 */

/** @param {Options} options */
export function createControls({ t, settings, vocabulary, onChange, onPace, onPress }) {
  // The fields keep their values in `shared`.
  const { seed, temperature, topK, topP } = settings;
  const shared = { writing: { seed, temperature, topK, topP } };
  const writing = createWritingSettings({ t, shared, limit: vocabulary, onChange: () => onChange(shared.writing) });
  const count = createNumber({
    label: t("write.count"),
    onInput(value, event) {
      const fits = Number.isInteger(value) && value >= 1 && value <= MOST_CHARACTERS;
      count.complain(fits ? "" : t("write.count_refused", { most: MOST_CHARACTERS }));
      if (fits) onChange({ count: value }, event);
    },
  });
  count.node.classList.add("written-count");
  count.show(settings.count);
  const columns = createList({
    label: t("write.columns"),
    entries: Array.from({ length: MOST_COLUMNS }, (_, i) => [i + 1, String(i + 1)]),
    onChoose: (value, event) => onChange({ columns: value }, event),
  });
  columns.show(settings.columns);
  const pace = createList({
    label: t("write.pace"),
    entries: [
      ["fast", t("write.fast")],
      ["slow", t("write.slow")],
    ],
    onChoose: (value) => onPace(value === "slow"),
  });
  const toggle = element("button", { class: "button written-toggle", type: "button", on: { click: onPress } });
  const choices = [count.node, columns.node, pace.node, toggle];
  return {
    node: element(
      "div",
      { class: "written-controls" },
      createPrompt({ t, start: settings.prompt, onChange }),
      element(
        "div",
        { class: "written-fields" },
        writing.node,
        element("div", { class: "control-row written-choices" }, ...choices),
      ),
    ),
    /** @param {number} characters */
    showCount(characters) {
      count.show(characters);
    },
    /**
     * @param {"pause" | "more" | "continue"} act what the button does
     * @param {boolean} full whether no more may be written
     */
    showPlace(act, full) {
      toggle.textContent = t(`write.${act}`);
      toggle.disabled = full;
    },
  };
}

/** @param {{t: Options["t"], start: string, onChange: Options["onChange"]}} options */
function createPrompt({ t, start, onChange }) {
  const complaint = new Complaint();
  const input = element("textarea", {
    class: "input written-input",
    id: freshId("write-prompt"),
    rows: 3,
    spellcheck: "false",
    dir: "auto",
  });
  input.value = start;
  const take = (/** @type {Event} */ event) => {
    const fits = Array.from(input.value).length <= LONGEST_PROMPT;
    input.setAttribute("aria-invalid", String(!fits));
    complaint.say(fits ? "" : t("write.prompt_long", { most: LONGEST_PROMPT }));
    if (fits) onChange({ prompt: input.value }, event);
  };
  input.addEventListener("input", (event) => !(event instanceof InputEvent && event.isComposing) && take(event));
  input.addEventListener("compositionend", take);
  const label = element("label", { class: "field-name", for: input.id }, t("write.prompt"));
  return element("div", { class: "field written-prompt-field" }, label, input, complaint.node);
}
