/** Characters as a reader can see them. */

/** @type {Readonly<Record<string, string>>} */
const WHITE = Object.freeze({ " ": "␣", "\n": "↵", "\t": "→", "\u3000": "␣" });
export const UNKNOWN = "\ufffd";

/**
 * How a character is written where it must be seen: white space by a sign.
 * @param {string} character
 * @returns {string}
 */
export function visible(character) {
  return WHITE[character] ?? character;
}

/** How many code points stand before an offset that counts UTF-16 units. @param {string} text @param {number} offset */
export function codePointsBefore(text, offset) {
  let count = 0;
  for (let i = 0; i < offset; i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}
