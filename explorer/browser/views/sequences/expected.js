/** What a note model expects after a step, beside what came. */
import { element } from "../../dom.js";
import { pitchName } from "../../runtime/sound/notes.js";
import { END, REST } from "../../runtime/sequences/form.js";

const MOST = 8; // pitches that are listed

/** @param {{t: import("../../i18n.js").Translator, notes: import("../../runtime/sequences/note-model.js").NoteModel}} options */
export function createExpected({ t, notes }) {
  const list = element("ol", { class: "sequence-expected" });
  const came = element("p", { class: "note" });
  const node = element("div", { class: "sequence-unit" }, element("h3", {}, t("sequences.expected")), list, came);
  const { form } = notes;
  const name = (/** @type {number} */ token) =>
    token === END ? t("sequences.end") : token === REST ? t("sequences.rest") : pitchName(form.pitches[token - 2]);
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;

  return {
    node,
    /** @param {import("../../runtime/sequences/subjects.js").Subject} subject @param {number} step that was read */
    show({ next, tokens }, step) {
      const expected = next[step + 1];
      const order = Array.from(expected.pitch, (share, token) => ({ share, token })).sort(
        (a, b) => b.share - a.share || a.token - b.token,
      );
      list.replaceChildren(
        ...order
          .slice(0, MOST)
          .map(({ share, token }) =>
            element(
              "li",
              { class: token === tokens.pitch[step + 1] ? "sequence-came" : "" },
              element("span", { class: "number" }, name(token)),
              element("span", { class: "sequence-bar", style: { "--share": share } }),
              element("span", { class: "number" }, percent(share)),
            ),
          ),
      );
      const pitch = tokens.pitch[step + 1];
      if (pitch === undefined) {
        came.textContent = t("sequences.came_nothing");
        return;
      }
      const duration = tokens.duration[step + 1];
      const shares = {
        pitch: percent(expected.pitch[pitch]),
        duration: percent(notes.durations(expected, pitch)[duration]),
      };
      came.textContent = t("sequences.came", { name: name(pitch), quarters: form.durations[duration], ...shares });
    },
  };
}
