/** What a note model expects after a step, beside what came. */

import { Chart } from "../../charts/chart.js";
import { inPercent, percent } from "../../charts/numerals.js";
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { END, REST } from "../../runtime/sequences/form.js";
import { pitchName } from "../../runtime/sound/notes.js";

const MOST = 8; // pitches that are listed, the most probable first

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/sequences/note-model.js").NoteModel} options.notes
 */
export function createExpected({ t, notes }) {
  const entries = Array.from({ length: Math.min(MOST, notes.form.pitches.length + 2) }, createEntry);
  const list = element("ol", { class: "sequence-expected" }, ...entries.map((entry) => entry.node));
  const came = element("p", { class: "note" });
  const node = element("div", { class: "sequence-unit" });
  const { form } = notes;
  const kind = /** @type {const} */ ("bars");
  const chart = new Chart(node, {
    t,
    title: t("sequences.expected"),
    unit: joined("list", [t("figure.probability"), "%"], t),
    x: { label: t("figure.pitch") },
    y: { range: [0, 100], words: (value) => value.toFixed(1) },
    series: [
      { key: "expected", label: t("figure.probability"), colour: "--generator", kind },
      { key: "came", label: t("sequences.came_bar"), colour: "--accent", kind },
    ],
  });
  node.append(list, came);
  const share = (/** @type {number} */ value) => t("words.percent", { value: percent(value) });

  const names = Array.from({ length: form.pitches.length + 2 }, (_, token) => {
    if (token === END) return t("sequences.end");
    return token === REST ? t("sequences.rest") : pitchName(form.pitches[token - 2]);
  });

  return {
    node,
    chart,

    /** @param {import("../../runtime/sequences/subjects.js").Subject} subject @param {number} step that was read */
    show({ next, tokens }, step) {
      if (!next || !tokens) return;
      const expected = next[step + 1];
      const pitch = tokens.pitch.at(step + 1);
      const shares = inPercent(expected.pitch);
      const columns = {
        expected: shares.map((value, token) => (token === pitch ? NaN : value)),
        came: shares.map((value, token) => (token === pitch ? value : NaN)),
      };
      chart.setRows([...shares.keys()], columns, names);
      chart.setCursor(pitch ?? NaN);
      const order = Array.from(expected.pitch, (value, token) => ({ value, token })).sort(
        (a, b) => b.value - a.value || a.token - b.token,
      );
      entries.forEach((entry, i) => {
        const { value, token } = order[i];
        entry.show(names[token], share(value), token === pitch);
      });
      if (pitch === undefined) {
        came.textContent = t("sequences.came_nothing");
        return;
      }
      const duration = tokens.duration[step + 1];
      came.textContent = t("sequences.came", {
        name: names[pitch],
        quarters: form.durations[duration],
        pitch: share(expected.pitch[pitch]),
        duration: share(notes.durations(expected, pitch)[duration]),
      });
    },
  };
}

/** A pitch of the list; its nodes stay, whatever it shows. */
function createEntry() {
  const [name, share] = [element("span", { class: "number" }), element("span", { class: "number" })];
  const node = element("li", {}, name, share);
  return {
    node,
    /** @param {string} pitch @param {string} probability @param {boolean} came whether it is the one that came */
    show(pitch, probability, came) {
      name.textContent = pitch;
      share.textContent = probability;
      node.classList.toggle("sequence-came", came);
    },
  };
}
