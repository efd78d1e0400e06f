/** `texts.json`: what a character model reads first, and is asked to write. */
import { ModelError } from "../errors.js";
import { isTitle } from "./files.js";

/**
 * @typedef {object} Texts
 * @property {string} page held-out text of about 6,000 characters
 * @property {string} prompt what the timeline's samples continue
 * @property {{title: Record<string, string>, text: string}[]} examples
 */

/**
 * @param {any} content of the file
 * @param {string} file its path, for messages
 * @returns {Texts}
 * @throws {ModelError} `runtime.config` naming the entry that does not fit
 */
export function checkTexts(content, file) {
  const { page, prompt, examples } = content ?? {};
  const isExample = (/** @type {any} */ each) =>
    isTitle(each?.title) && typeof each.text === "string" && each.text !== "";
  const checks = {
    page: typeof page === "string" && page !== "",
    prompt: typeof prompt === "string",
    examples: Array.isArray(examples) && examples.every(isExample),
  };
  const wrong = Object.entries(checks).find(([, right]) => !right);
  if (wrong !== undefined) throw new ModelError("runtime.config", { file, name: wrong[0] });
  return { page, prompt, examples };
}
