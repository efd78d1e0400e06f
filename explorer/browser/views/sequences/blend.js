/** The way between two seeds' noises, a few sequences along it, and the place on it that is looked at. */
import { element } from "../../dom.js";
import { parseSeed } from "../../runtime/seed-space.js";
import { createTiles } from "../../parts/tiles.js";

const STOPS = 7;

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/sequences/subjects.js").Subjects} options.subjects
 * @param {(changes: {to?: number | null, share?: number}, event: Event) => void} options.onChange
 */
export function createBlend({ t, subjects, onChange }) {
  const complaint = element("p", { class: "complaint", role: "alert", hidden: true });
  const from = element("output", { class: "number", id: "sequence-from" });
  const to = element("input", {
    class: "input number seed",
    id: "sequence-to",
    inputmode: "numeric",
    autocomplete: "off",
  });
  const slider = element("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 0.01,
    id: "sequence-share",
    "aria-label": t("sequences.share"),
  });
  const output = element("output", { class: "number scale-value", for: slider.id });
  to.addEventListener("input", (event) => {
    const seed = parseSeed(to.value);
    complaint.hidden = seed !== null;
    complaint.textContent = seed === null ? t("sample.seed_invalid", { largest: String(Number.MAX_SAFE_INTEGER) }) : "";
    to.setAttribute("aria-invalid", String(seed === null));
    if (seed !== null) onChange({ to: seed }, event);
  });
  slider.addEventListener("input", (event) => onChange({ share: Number(slider.value) }, event));
  const shares = Array.from({ length: STOPS }, (_, i) => i / (STOPS - 1));
  const tiles = createTiles({
    label: t("sequences.blend"),
    count: STOPS,
    form: subjects.form,
    onPick: (index, event) => onChange({ share: shares[index] }, event),
  });
  const node = element(
    "section",
    { class: "sequence-section" },
    element("h2", {}, t("sequences.blend")),
    element("p", { class: "note" }, t("sequences.blend_note")),
    element(
      "div",
      { class: "control-row sequence-way" },
      element("div", { class: "field" }, element("span", { class: "field-name" }, t("sequences.blend_from")), from),
      element("div", { class: "field sequence-slider" }, slider, output),
      element(
        "div",
        { class: "field" },
        element("label", { class: "field-name", for: to.id }, t("sequences.blend_to")),
        to,
      ),
    ),
    complaint,
    tiles.node,
  );
  return {
    node,

    /** @param {import("./settings.js").Settings} settings @param {{one: number, other: number}} seeds */
    update(settings, { one, other }) {
      from.textContent = String(one);
      if (parseSeed(to.value) !== other) to.value = String(other);
      const share = settings.share ?? 0;
      if (Number(slider.value) !== share) slider.value = String(share);
      output.textContent = `${Math.round(100 * share)} %`;
      tiles.show(
        shares.map((each) => subjects.between(one, other, each, settings)),
        shares.map((each) => `${Math.round(100 * each)} %`),
      );
      tiles.mark(settings.share === null ? null : shares.findIndex((each) => Math.abs(each - share) < 0.005));
    },
    redraw: tiles.redraw,
    destroy: tiles.destroy,
  };
}
