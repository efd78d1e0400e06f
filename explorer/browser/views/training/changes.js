/** What changed from one text to another, place by place. */

/**
 * @param {readonly string[]} text characters
 * @param {readonly string[] | null} before null where there is nothing to compare with: then nothing changed
 * @returns {{text: string, changed: boolean}[]} the text in stretches that stayed or changed in turn
 */
export function stretches(text, before) {
  /** @type {{text: string, changed: boolean}[]} */
  const parts = [];
  text.forEach((character, place) => {
    const changed = before !== null && before[place] !== character;
    const last = parts.at(-1);
    if (last?.changed === changed) last.text += character;
    else parts.push({ text: character, changed });
  });
  return parts;
}

/**
 * How many characters of a text differ from what stood in their place before.
 * @param {readonly string[]} text
 * @param {readonly string[]} before
 */
export function countChanged(text, before) {
  return text.reduce((count, character, place) => count + (before[place] === character ? 0 : 1), 0);
}
