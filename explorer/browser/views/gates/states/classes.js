/** What kind of character a state has just read. No DOM. */

/** In the order of the legend; names end the translation keys `gates.class_…`. @type {readonly string[]} */
export const CLASSES = Object.freeze([
  "vowel",
  "consonant",
  "capital",
  "han",
  "digit",
  "space",
  "line_end",
  "punctuation",
  "other",
]);

/** @type {readonly [string, RegExp][]} */
const TESTS = Object.freeze([
  ["line_end", /^\n$/],
  ["space", /^\s$/u],
  ["vowel", /^[aeiou]$/],
  ["capital", /^\p{Lu}$/u],
  ["han", /^\p{Script=Han}$/u],
  ["digit", /^\p{Nd}$/u],
  ["consonant", /^\p{L}$/u],
  ["punctuation", /^[\p{P}\p{S}]$/u],
]);

/**
 * @param {string} character one code point
 * @returns {number} index into {@link CLASSES}
 */
export function classOf(character) {
  const [name] = TESTS.find(([, test]) => test.test(character)) ?? ["other"];
  return CLASSES.indexOf(name);
}
