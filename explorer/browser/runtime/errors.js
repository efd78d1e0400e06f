import { isRecord } from "./checks.js";

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

/**
 * What the server says of why it does not answer.
 * @param {string} url
 * @param {Response} response not `ok`
 * @param {unknown} body
 */
export function refusal(url, { status }, body) {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const key = typeof error.key === "string" ? error.key : "runtime.unreachable";
  return new ModelError(key, { file: pathname(url), status, ...(isRecord(error.values) ? error.values : {}) });
}
