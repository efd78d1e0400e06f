/** What the model picker offers: models of pictures by family, the GAN lab as one entry. */

import { viewsFor } from "./registry.js";

const isInLab = (/** @type {import("./catalog.js").CheckpointEntry} */ { capabilities }) =>
  capabilities.includes("GeneratesPoints");

/**
 * The catalogue's entries that can be seen in a view, in groups. The lab lists its runs itself: here its first one, or
 * the one that is open, stands for all. A model without a view is offered only while its link has it open.
 * @param {import("./catalog.js").CheckpointEntry[]} checkpoints
 * @param {string | undefined} open name of the model that is open
 * @param {import("../i18n.js").Translator} t
 * @returns {{label: string, entries: {name: string, title: string}[]}[]} a group without a label stands by itself
 */
export function choices(checkpoints, open, t) {
  const groups = new Map();
  const seen = checkpoints.filter(({ name, capabilities }) => name === open || viewsFor(capabilities).length > 0);
  const runs = seen.filter(isInLab);
  for (const { name, title, family, familyTitle, running } of seen.filter((entry) => !isInLab(entry))) {
    const label = running ? t("page.family_running") : (familyTitle?.[t.language] ?? family);
    if (!groups.has(label)) groups.set(label, []);
    groups.get(label).push({ name, title: title[t.language] });
  }
  const listed = Array.from(groups, ([label, entries]) => ({ label, entries }));
  const run = runs.find(({ name }) => name === open) ?? runs[0];
  return run ? [...listed, { label: "", entries: [{ name: run.name, title: t("page.lab") }] }] : listed;
}
