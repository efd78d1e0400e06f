/** The chooser of a conditional model's class: any, one, or a blend of two. */

import { element } from "../dom.js";

/**
 * @param {object} options
 * @param {import("../i18n.js").Translator} options.t
 * @param {import("../runtime/config.js").Condition} options.condition the model's
 * @param {(changes: Partial<import("../runtime/subjects.js").Choice>, event: Event) => void} options.onChange
 */
export function createCondition({ t, condition, onChange }) {
  const names = condition.labels[t.language];
  const choose = (id, none, act) =>
    element(
      "select",
      {
        class: "select",
        id,
        on: { change: (event) => act(event.target.value === "" ? null : Number(event.target.value), event) },
      },
      element("option", { value: "" }, none),
      ...names.map((name, index) => element("option", { value: index }, name)),
    );
  const first = choose("explorer-class", t("sample.class_any"), (index, event) =>
    onChange(index === null ? { first: null, second: null, blend: 0 } : { first: index }, event),
  );
  const second = choose("explorer-class-second", t("sample.class_no_blend"), (index, event) =>
    onChange({ second: index, blend: index === null ? 0 : 0.5 }, event),
  );
  const slider = element("input", {
    id: "explorer-class-blend",
    type: "range",
    min: 0,
    max: 1,
    step: 0.01,
    "aria-label": t("sample.class_share"),
  });
  slider.addEventListener("input", (event) => onChange({ blend: Number(slider.value) }, event));
  const output = element("output", { class: "number scale-value", for: slider.id });
  const field = (control, key, ...more) =>
    element(
      "div",
      { class: "field" },
      element("label", { class: "field-name", for: control.id }, t(key)),
      control,
      ...more,
    );
  const blending = field(second, "sample.class_second", slider, output);
  return {
    node: element("div", { class: "control-row condition" }, field(first, "sample.class"), blending),
    /** @param {import("../runtime/subjects.js").Choice} choice */
    update(choice) {
      first.value = choice.first === null ? "" : String(choice.first);
      second.value = choice.second === null ? "" : String(choice.second);
      blending.hidden = choice.first === null;
      slider.hidden = output.hidden = choice.second === null;
      if (Number(slider.value) !== choice.blend) slider.value = String(choice.blend);
      output.textContent = `${Math.round(100 * choice.blend)} %`;
    },
  };
}
