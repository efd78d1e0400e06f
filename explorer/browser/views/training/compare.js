/** Which models' training can stand beside a model's, and what runs that stand side by side share. */

import { Run } from "./run.js";

/**
 * @typedef {Run | import("./sequence-run.js").SequenceRun | import("./text-run.js").TextRun} AnyRun
 * @typedef {import("../../parts/host.js").CatalogEntry} CatalogEntry
 * @typedef {{name: string, title: string}} Other a model, titled in the visitor's language
 */

/**
 * The models whose training can stand beside this one's; those of its kind come first.
 * @param {import("./run.js").Model} model
 * @param {Pick<import("../../parts/host.js").ViewHost, "checkpoints" | "viewsFor">} host
 * @param {string} language
 * @returns {Other[]}
 */
export function comparable(
  { name: own, capabilities, config: { family, image } },
  { checkpoints, viewsFor },
  language,
) {
  const kind = kindOf([...capabilities]);
  const alike = (/** @type {CatalogEntry} */ entry) =>
    Number(entry.family === family) + Number(JSON.stringify(entry.image) === JSON.stringify(image));
  return checkpoints
    .filter(
      ({ name, capabilities: able }) => name !== own && kindOf(able) === kind && viewsFor(able).includes("training"),
    )
    .sort((a, b) => alike(b) - alike(a))
    .map(({ name, title }) => ({ name, title: title[language] }));
}

/** What a model's moments are. @param {string[]} capabilities */
function kindOf(capabilities) {
  if (capabilities.includes("Writes")) return "texts";
  return ["GeneratesSequences", "WritesNotes"].some((each) => capabilities.includes(each)) ? "sequences" : "pictures";
}

/**
 * The same height means the same in all runs: of bars always, of curves where they are of the same data.
 * @param {AnyRun[]} runs
 * @param {boolean} sameData
 */
export function shareScales(runs, sameData) {
  const bars = runs.flatMap((run) => (run instanceof Run && run.dimensions ? [run.dimensions] : []));
  const most = Math.max(...bars.map(({ highest }) => highest));
  bars.forEach((each) => each.setScale(most));
  const ranges = sameData && runs.length > 1 ? runs.map(({ charts }) => charts.ranges()) : [];
  /** @type {Map<string, [number, number]>} */
  const whole = new Map();
  for (const [name, [low, high]] of ranges.flatMap((each) => [...each])) {
    const [least, most] = whole.get(name) ?? [Infinity, -Infinity];
    whole.set(name, [Math.min(least, low), Math.max(most, high)]);
  }
  runs.forEach(({ charts }) => charts.setRanges(whole));
}
