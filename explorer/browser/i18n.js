/** Translations: one flat JSON catalogue per language, looked up by stable English keys. */

export const LANGUAGES = Object.freeze(["en", "zh"]);

/**
 * @typedef {((key: string, values?: Record<string, string | number>) => string) & {language: string}} Translator
 *   `language` is one of LANGUAGES
 */

/**
 * The language to start with: the one asked for where it exists, else Chinese for browsers set to Chinese, else
 * English.
 * @param {string | undefined} requested usually the query string's `lang`
 * @param {string} browserLanguage a BCP 47 tag such as `zh-CN`
 * @returns {string}
 */
export function chooseLanguage(requested, browserLanguage) {
  if (requested !== undefined && LANGUAGES.includes(requested)) return requested;
  return browserLanguage.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/**
 * A translator over one catalogue. Placeholders are `{name}`.
 * @param {Record<string, string>} catalogue
 * @param {string} language
 * @returns {Translator} throws on a key that the catalogue lacks and on a placeholder without a value
 */
export function createTranslator(catalogue, language) {
  const translate = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    if (!Object.hasOwn(catalogue, key)) throw new Error(`translations/${language}.json has no key "${key}"`);
    return catalogue[key].replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => {
      if (!Object.hasOwn(values, name)) throw new Error(`translation "${key}" expects a value for {${name}}`);
      return String(values[name]);
    });
  };
  return Object.assign(translate, { language });
}

/**
 * Fetch the catalogue of a language.
 * @param {string} language one of LANGUAGES
 */
export async function loadTranslator(language) {
  const address = new URL(`./translations/${language}.json`, import.meta.url);
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(`${address.pathname}: expected a translation catalogue, got HTTP ${response.status}`);
  return createTranslator(await response.json(), language);
}
