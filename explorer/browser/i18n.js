/** Translations: one flat JSON catalogue per language, looked up by stable English keys. */

export const LANGUAGES = Object.freeze(["en", "zh"]);

const PLACEHOLDER = /\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g;

/**
 * @typedef {((key: string, values?: Record<string, string | number>) => string) & {language: string}} Translator
 *   `language` is one of LANGUAGES
 */

/** What `<html lang>` says of each: all Chinese words are in simplified characters. */
const TAGS = Object.freeze(/** @type {Record<string, string>} */ ({ en: "en", zh: "zh-CN" }));

/**
 * Which of LANGUAGES a tag asks for, by its first part: `zh` for `zh-CN`, `zh-TW` and `zh-Hant`.
 * @param {string} tag BCP 47, in whatever case
 * @returns {string | undefined} undefined for a language that the page does not speak
 */
export function spokenLanguage(tag) {
  const [primary] = tag.toLowerCase().split(/[-_]/);
  return LANGUAGES.find((language) => language === primary);
}

/**
 * The language to start with: the one asked for where it exists, else the browser's, else English.
 * @param {string | undefined} requested usually the query string's `lang`
 * @param {string} browserLanguage a BCP 47 tag such as `zh-CN`
 * @returns {string}
 */
export function chooseLanguage(requested, browserLanguage) {
  return spokenLanguage(requested ?? "") ?? spokenLanguage(browserLanguage) ?? "en";
}

/** The BCP 47 tag of a page in a language. @param {string} language one of LANGUAGES */
export function languageTag(language) {
  return TAGS[language];
}

/**
 * A translator over one catalogue. Placeholders are `{name}`; `{name|form|forms}` stands for no number but for a word
 * beside it, in the first form where the number is written 1 and in the second otherwise ("1 note", "2 notes", "1.0
 * notes"): the plural categories "one" and "other" that CLDR has for English, while Chinese has one form.
 * @param {Record<string, string>} catalogue
 * @param {string} language
 * @returns {Translator} throws on a key that the catalogue lacks and on a placeholder without a value
 */
export function createTranslator(catalogue, language) {
  const translate = (/** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => {
    if (!Object.hasOwn(catalogue, key)) throw new Error(`translations/${language}.json has no key "${key}"`);
    return catalogue[key].replace(PLACEHOLDER, (_, /** @type {string} */ name, one, other) => {
      if (!Object.hasOwn(values, name)) throw new Error(`translation "${key}" expects a value for {${name}}`);
      const value = String(values[name]);
      if (other === undefined) return value;
      return value === "1" ? one : other;
    });
  };
  return Object.assign(translate, { language });
}

/**
 * Texts one after the other, with the language's own mark between them; what has nothing to say is left out.
 * @param {"list" | "parts" | "sentences"} kind names, phrases without a full stop, or sentences with theirs
 * @param {readonly string[]} texts
 * @param {Translator} t
 */
export function joined(kind, texts, t) {
  const said = texts.filter((text) => text !== "");
  return said.length ? said.reduce((before, after) => t(`words.${kind}`, { before, after })) : "";
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
