/**
 * Something that the visitor can understand and act upon. `key` names the sentence in the translations, `values` fills
 * its placeholders; `message` holds both for logs.
 */
export class ModelError extends Error {
  /**
   * @param {string} key
   * @param {Record<string, unknown>} values
   */
  constructor(key, values) {
    super(
      `${key}: ${Object.entries(values)
        .map(([name, value]) => `${name} ${display(value)}`)
        .join("; ")}`,
    );
    this.name = "ModelError";
    this.key = key;
    this.values = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, display(value)]));
  }
}

/** @param {unknown} value */
function display(value) {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

/** A file's path, for messages. @param {string | URL} url */
export function pathname(url) {
  return new URL(url, globalThis.location?.href).pathname;
}
