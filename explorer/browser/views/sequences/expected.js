/** What a note model expects after a step, beside what came. */

import { percent } from "../../charts/numerals.js";
import { element } from "../../dom.js";
import { END, REST } from "../../runtime/sequences/form.js";
import { pitchName } from "../../runtime/sound/notes.js";

const MOST = 8; // pitches that are listed

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/sequences/note-model.js").NoteModel} options.notes
 */
export function createExpected({ t, notes }) {
  const list = element("ol", { class: "sequence-expected" });
  const came = element("p", { class: "note" });
  const node = element("div", { class: "sequence-unit" }, element("h3", {}, t("sequences.expected")), list, came);
  const { form } = notes;
  const share = (/** @type {number} */ value) => `${percent(value)} %`;

  /** @param {number} token */
  function name(token) {
    if (token === END) return t("sequences.end");
    return token === REST ? t("sequences.rest") : pitchName(form.pitches[token - 2]);
  }

  /** @param {{value: number, token: number}} pitch @param {boolean} isNext whether it came */
  function entry({ value, token }, isNext) {
    return element(
      "li",
      { class: isNext ? "sequence-came" : "" },
      element("span", { class: "number" }, name(token)),
      element("span", { class: "sequence-bar", style: { "--share": String(value) } }),
      element("span", { class: "number" }, share(value)),
    );
  }

  return {
    node,

    /** @param {import("../../runtime/sequences/subjects.js").Subject} subject @param {number} step that was read */
    show({ next, tokens }, step) {
      if (!next || !tokens) return;
      const expected = next[step + 1];
      const pitch = tokens.pitch.at(step + 1);
      const order = Array.from(expected.pitch, (value, token) => ({ value, token })).sort(
        (a, b) => b.value - a.value || a.token - b.token,
      );
      list.replaceChildren(...order.slice(0, MOST).map((each) => entry(each, each.token === pitch)));
      if (pitch === undefined) {
        came.textContent = t("sequences.came_nothing");
        return;
      }
      const duration = tokens.duration[step + 1];
      came.textContent = t("sequences.came", {
        name: name(pitch),
        quarters: form.durations[duration],
        pitch: share(expected.pitch[pitch]),
        duration: share(notes.durations(expected, pitch)[duration]),
      });
    },
  };
}
