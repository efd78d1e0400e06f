/** What was measured of the poems that a model writes: whether they rhyme, and keep the pattern of tones. */

import { percent } from "../../charts/numerals.js";
import { element } from "../../dom.js";

const RHYME = "rhyme_share";
const PATTERN = "tone_alternation_share";

/** @typedef {Record<string, import("../../runtime/config.js").Metric>} Metrics */

/**
 * @param {Metrics} metrics of the model
 * @param {import("../../i18n.js").Translator} t
 * @returns {HTMLElement[]} none for a model whose poems were not measured
 */
export function verseNotes(metrics, t) {
  const measured = [RHYME, PATTERN].flatMap((name) => [name, `${name}_floor`, `${name}_chance`]);
  if (!measured.every((name) => Object.hasOwn(metrics, name))) return [];
  const share = (/** @type {string} */ name) => t("words.percent", { value: percent(metrics[name].value) });
  const beside = (/** @type {string} */ key, /** @type {string} */ name) => ({
    [key]: share(name),
    [`${key}_real`]: share(`${name}_floor`),
    [`${key}_chance`]: share(`${name}_chance`),
  });
  const [rhymes, patterns] = [metrics[RHYME].count, metrics[PATTERN].count];
  const said = t("write.verse", { rhymes, patterns, ...beside("rhyme", RHYME), ...beside("pattern", PATTERN) });
  const notes = [said, ...(onlyPattern(metrics) ? [t("write.verse_pattern")] : [])];
  return notes.map((note) => element("p", { class: "note" }, note));
}

/**
 * Whether tones alternate as often as in real poems, as far as can be told, and less than half as many poems rhyme: as
 * the card has it.
 * @param {Metrics} metrics
 */
function onlyPattern(metrics) {
  return (
    metrics[PATTERN].high >= metrics[`${PATTERN}_floor`].low && metrics[RHYME].high < metrics[`${RHYME}_floor`].low / 2
  );
}
