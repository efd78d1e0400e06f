/** The files of a sequence: sound, and the notes or numbers that it is of. */

import { download, element } from "../../dom.js";
import { writeMidi } from "../../files/midi-write.js";
import { encodeWav } from "../../files/wav.js";

/** @typedef {import("../../runtime/sequences/subjects.js").Subject} Subject */

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {string} options.name of the model
 * @param {import("../../runtime/sequences/subjects.js").Subjects} options.subjects
 * @param {(error: unknown) => void} options.onError
 */
export function createDownloads({ t, name, subjects, onError }) {
  const { form } = subjects;
  /** @type {{subject: Subject, title: string} | null} */
  let shown = null;

  /**
   * @param {string} id
   * @param {string} words
   * @param {string} ending of the file's name
   * @param {(subject: Subject, title: string) => Blob} make
   */
  function button(id, words, ending, make) {
    const save = () => {
      if (shown === null) return;
      const title = shown.title.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
      try {
        download(`${name}-${title}.${ending}`, make(shown.subject, shown.title));
      } catch (error) {
        onError(error);
      }
    };
    return element("button", { class: "button", type: "button", "data-file": id, on: { click: save } }, words);
  }

  const wav = button("wav", t("sequences.wav"), "wav", (subject) => {
    const { samples, rate } = subjects.sound(subject);
    return new Blob([encodeWav(samples, rate)], { type: "audio/wav" });
  });
  const buttons =
    form.kind === "notes"
      ? [wav, button("midi", t("sequences.midi"), "mid", (subject, title) => midi(subject, form, `${name}, ${title}`))]
      : [wav, button("csv", t("sequences.csv"), "csv", (subject) => csv(subject, form))];

  return {
    nodes: buttons,

    /** @param {Subject} subject @param {string} title @param {boolean} silent whether there is nothing to take away */
    show(subject, title, silent) {
      shown = { subject, title };
      for (const each of buttons) each.disabled = silent;
    },
  };
}

/** @param {Subject} subject @param {import("../../runtime/sequences/form.js").NotesForm} form @param {string} title */
function midi({ notes }, { tempo }, title) {
  return new Blob([writeMidi(notes ?? [], { tempo, title })], { type: "audio/midi" });
}

/** @param {Subject} subject @param {import("../../runtime/sequences/form.js").SignalForm} form */
function csv({ values }, { unit, rate }) {
  const head = unit ? `seconds,${unit}` : "seconds,value";
  const rows = Array.from(values ?? [], (value, i) => `${i / rate},${value}`);
  return new Blob([[head, ...rows, ""].join("\n")], { type: "text/csv" });
}
