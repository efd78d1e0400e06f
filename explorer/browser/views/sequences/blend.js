/** The way between two seeds' noises, a few sequences along it, and the place on it that is looked at. */
import { element } from "../../dom.js";
import { createField, createSlider } from "../../parts/fields.js";
import { Complaint } from "../../parts/messages.js";
import { LARGEST_SEED, parseSeed } from "../../runtime/seed-space.js";
import { createTiles } from "../../parts/tiles.js";

const STOPS = 7;

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/sequences/subjects.js").Subjects} options.subjects
 * @param {(changes: {to?: number | null, share?: number}, event: Event) => void} options.onChange
 */
export function createBlend({ t, subjects, onChange }) {
  const complaint = new Complaint();
  const from = element("output", { class: "number sequence-from" });
  const to = element("input", { class: "input number seed", inputmode: "numeric", autocomplete: "off" });
  const slider = createSlider({
    label: t("sequences.share"),
    most: 1,
    step: 0.01,
    words: (share) => t("words.percent", { value: Math.round(100 * share) }),
    onInput: (share, event) => onChange({ share }, event),
  });
  to.addEventListener("input", (event) => {
    const seed = parseSeed(to.value);
    complaint.say(seed === null ? t("sample.seed_invalid", { largest: LARGEST_SEED }) : "");
    to.setAttribute("aria-invalid", String(seed === null));
    if (seed !== null) onChange({ to: seed }, event);
  });
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
      createField(t("sequences.blend_from"), from),
      element("div", { class: "field sequence-slider" }, slider.input, slider.output),
      createField(t("sequences.blend_to"), to),
    ),
    complaint.node,
    tiles.node,
  );
  return {
    node,

    /** @param {import("./address.js").Settings} settings @param {{one: number, other: number}} seeds */
    update(settings, { one, other }) {
      from.textContent = String(one);
      if (parseSeed(to.value) !== other) to.value = String(other);
      const share = settings.share ?? 0;
      slider.show(share);
      tiles.show(
        shares.map((each) => subjects.between(one, other, each, settings)),
        shares.map((each) => t("words.percent", { value: Math.round(100 * each) })),
      );
      tiles.mark(settings.share === null ? null : shares.findIndex((each) => Math.abs(each - share) < 0.005));
    },
    destroy: tiles.destroy,
  };
}
