/** Whether the arithmetic works for a value, judged by a rule that the page states. No DOM. */

/** Share of the pictures that must show the value. */
export const ENOUGH = 0.5;
/** How many more of the pictures than plain reconstructions may have something else changed. */
export const PRICE = 0.2;

/**
 * @param {import("../../../runtime/attributes.js").ValueEffect} effect
 * @param {ArrayLike<number>} strengths (S)
 * @returns {{kind: "fails" | "costs" | "works", strength: number, share: number, excess: number | null}} at the
 *   strength where most pictures show it, if it fails; else at the smallest price among the strengths at which enough
 *   show it. `excess`: the share of pictures with something else changed minus that at strength 0; null where no other
 *   attribute is known
 */
export function judge({ moved, present, anyChanged }, strengths) {
  const at = (/** @type {number} */ place) => ({
    strength: strengths[place],
    share: present[place] / moved,
    excess: anyChanged && (anyChanged[place] - anyChanged[0]) / moved,
  });
  const places = Array.from(present, (_, place) => at(place)).slice(1);
  const enough = places.filter(({ share }) => share >= ENOUGH);
  if (enough.length === 0)
    return { kind: "fails", ...places.reduce((best, each) => (each.share > best.share ? each : best)) };
  const cheapest = enough.reduce((best, each) => ((each.excess ?? 0) < (best.excess ?? 0) ? each : best));
  return { kind: (cheapest.excess ?? 0) > PRICE ? "costs" : "works", ...cheapest };
}

/**
 * Whether moving brings pictures nearer to the truth than leaving them alone, in the mean over exact pairs.
 * @param {import("../../../runtime/attributes.js").PairEffect} pairs
 * @returns {{kind: "nearer" | "farther" | "blind", place: number, share: number | null}} at the strength, its place
 *   above 0, where the mean distance is smallest. `nearer`: the gain's interval lies above zero. `blind`: even the
 *   truth's own reconstruction is no nearer to it than doing nothing, so that nothing could be. `share`: of the way
 *   from doing nothing to that reconstruction; null where there is no such way
 */
export function nearestApproach({ distance, gain, best }) {
  let place = 1;
  for (let i = 2; i < distance.length; i++) if (distance[i].value < distance[place].value) place = i;
  const way = distance[0].value - best.value;
  if (way <= 0) return { kind: "blind", place, share: null };
  return { kind: gain[place].low > 0 ? "nearer" : "farther", place, share: gain[place].value / way };
}
