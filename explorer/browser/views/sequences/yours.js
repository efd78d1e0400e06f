/** The visitor's own curve or melody: a CSV or MIDI file, judged, predicted, played. */
import { element } from "../../dom.js";
import { joined } from "../../i18n.js";
import { createField } from "../../parts/fields.js";
import { Complaint, errorWords } from "../../parts/messages.js";
import { LARGEST_TEXT, readCurve } from "../../runtime/sound/curve-file.js";
import { ModelError } from "../../runtime/errors.js";
import { LARGEST_FILE, readMidi } from "../../files/midi-read.js";
import { topLine } from "../../files/top-line.js";

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {import("../../runtime/sequences.js").SequenceModel["form"]} options.form
 * @param {boolean} options.judged whether a discriminator judges it; otherwise a note model reads it and can go on
 * @param {(curve: Float32Array) => void} options.onCurve
 * @param {(tokens: import("../../runtime/sequences/form.js").Tokens, said: string) => void} options.onMelody
 * @param {(tokens: import("../../runtime/sequences/form.js").Tokens) => void} options.onContinue
 */
export function createYours({ t, form, judged, onCurve, onMelody, onContinue }) {
  const melodies = form.kind === "notes" ? form : null;
  const complaint = new Complaint();
  const input = element("input", {
    type: "file",
    class: "input sequence-file",
    accept: melodies ? ".mid,.midi,audio/midi" : ".csv,.txt,text/csv",
  });
  const go = element("button", { class: "button", type: "button", hidden: true }, t("sequences.continue"));
  /** @type {import("../../runtime/sequences/form.js").Tokens | null} */
  let melody = null;
  go.addEventListener("click", () => melody && onContinue(melody));
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    try {
      await (melodies ? takeMelody(file, melodies) : takeCurve(file));
      complaint.say("");
    } catch (error) {
      complaint.say(errorWords(error, t));
    }
    input.value = ""; // so that the same file can be chosen again
  });

  async function takeCurve(/** @type {File} */ file) {
    if (file.size > 4 * LARGEST_TEXT) throw new ModelError("sound.csv_large", { found: file.size, most: LARGEST_TEXT });
    onCurve(readCurve(await file.text(), form.length));
  }

  /** @param {File} file @param {import("../../runtime/sequences/form.js").NotesForm} form */
  async function takeMelody(file, form) {
    if (file.size > LARGEST_FILE) throw new ModelError("sound.midi_large", { found: file.size, most: LARGEST_FILE });
    const read = readMidi(new Uint8Array(await file.arrayBuffer()));
    const { tokens, moved, octaves, rounded, rests, left } = form.encode(topLine(read.notes));
    melody = tokens;
    const said = [
      ...(moved ? [t("sequences.moved", { semitones: moved > 0 ? `+${moved}` : `−${-moved}` })] : []),
      ...(octaves ? [t("sequences.octaves", { count: octaves })] : []),
      ...(rounded ? [t("sequences.rounded", { count: rounded })] : []),
      ...(rests ? [t("sequences.rests", { count: rests, most: form.durations.at(-1) ?? 0 })] : []),
      ...(left ? [t("sequences.left", { count: left, most: form.length })] : []),
    ];
    go.hidden = judged || tokens.pitch.length >= form.length;
    onMelody(tokens, joined("sentences", said, t));
  }

  const key = melodies ? (judged ? "sequences.own_midi_judged" : "sequences.own_midi_read") : "sequences.own_csv";
  const node = element(
    "section",
    { class: "sequence-section" },
    element("h2", {}, t("sequences.own")),
    element("p", { class: "note" }, t(key, { count: form.length })),
    element("div", { class: "control-row" }, createField(t("sequences.own_file"), input), go),
    complaint.node,
  );
  return { node };
}
