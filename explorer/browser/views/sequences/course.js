/** Where the steps of a sequence are: of a signal in milliseconds, of a melody in quarter notes. */

/**
 * @typedef {object} Course
 * @property {number} steps that have a place: samples, or notes before the end
 * @property {number[]} places of the steps; of a melody, its end comes after them
 * @property {number[]} edges where each step begins as a share of the whole width, and the end: steps + 1 numbers
 * @property {(place: number) => number} stepAt the step at a place, −1 for none
 */

/**
 * @param {import("../../runtime/sequences/form.js").Sequence} sequence
 * @param {import("../../runtime/sequences/form.js").Form} form
 * @returns {Course}
 */
export function courseOf({ values, notes }, form) {
  return form.kind === "signal" ? ofSamples(values?.length ?? 0, form.rate) : ofNotes(notes ?? []);
}

/** @param {number} steps @param {number} rate samples a second @returns {Course} */
function ofSamples(steps, rate) {
  return {
    steps,
    places: Array.from({ length: steps }, (_, i) => (1000 * i) / rate),
    edges: Array.from({ length: steps + 1 }, (_, i) => i / steps),
    stepAt: (place) => (place >= 0 ? Math.min(steps - 1, Math.round((place * rate) / 1000)) : -1),
  };
}

/** @param {import("../../runtime/sound/notes.js").Note[]} notes @returns {Course} */
function ofNotes(notes) {
  let total = 0;
  const places = [...notes.map(({ quarters }) => (total += quarters) - quarters), total];
  return {
    steps: notes.length,
    places,
    edges: places.map((place) => place / total),
    stepAt(place) {
      const step = place >= 0 ? places.findLastIndex((each) => each <= place) : -1;
      return step < notes.length ? step : -1;
    },
  };
}
