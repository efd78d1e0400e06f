/** The chooser of a conditional model's class: any, one, or a blend of two. */

import { element, freshId } from "../dom.js";
import { createField, createSlider } from "./fields.js";

/** @typedef {import("../runtime/subjects.js").Choice} Choice */

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {import("../runtime/config.js").Condition} options.condition the model's
 * @param {(changes: Partial<Choice>, event: Event) => void} options.onChange
 * @returns {{node: HTMLElement, show(choice: Choice): void}}
 */
export function createCondition({ t, condition, onChange }) {
  const names = condition.labels[t.language];
  const choose = (
    /** @type {string} */ id,
    /** @type {string} */ none,
    /** @type {(index: number | null) => Partial<Choice>} */ changes,
  ) => {
    const options = names.map((name, index) => element("option", { value: index }, name));
    const select = element("select", { class: "select", id }, element("option", { value: "" }, none), ...options);
    select.addEventListener("change", (event) =>
      onChange(changes(select.value === "" ? null : Number(select.value)), event),
    );
    return select;
  };
  const first = choose(freshId("explorer-class"), t("sample.class_any"), (index) =>
    index === null ? { first: null, second: null, blend: 0 } : { first: index },
  );
  const second = choose(freshId("explorer-second-class"), t("sample.class_no_blend"), (index) => ({
    second: index,
    blend: index === null ? 0 : 0.5,
  }));
  const blend = createSlider({
    id: freshId("explorer-class-blend"),
    label: t("sample.class_share"),
    most: 1,
    step: 0.01,
    words: (share) => t("words.percent", { value: Math.round(100 * share) }),
    onInput: (share, event) => onChange({ blend: share }, event),
  });
  const blending = createField(t("sample.class_second"), second, blend.input, blend.output);
  const classes = createField(t("sample.class"), first);
  return {
    node: element("div", { class: "control-row condition" }, classes, blending),
    show(choice) {
      first.value = choice.first === null ? "" : String(choice.first);
      second.value = choice.second === null ? "" : String(choice.second);
      blending.hidden = choice.first === null;
      blend.input.hidden = blend.output.hidden = choice.second === null;
      blend.show(choice.blend);
    },
  };
}
