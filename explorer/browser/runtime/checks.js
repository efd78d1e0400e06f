/** What parsed JSON is asked before it is used. */

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A whole number above 0. @param {unknown} value @returns {value is number} */
export function isCount(value) {
  return Number.isInteger(value) && Number(value) > 0;
}

/** @param {unknown} value @returns {value is number} */
export function isFiniteNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/** @param {unknown} value @returns {value is string[]} */
export function isTexts(value) {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** The same in both languages. @param {unknown} value @returns {value is Record<string, string>} */
export function isTitle(value) {
  return isRecord(value) && ["en", "zh"].every((language) => typeof value[language] === "string");
}

/**
 * Whether numbers rise, each above the one before.
 * @param {ArrayLike<number>} values
 */
export function isAscending(values) {
  for (let i = 1; i < values.length; i++) if (!(values[i] > values[i - 1])) return false;
  return true;
}
