/** `texts.json`: what a character model reads first, and is asked to write. */
import { isRecord, isTitle } from "../checks.js";
import { ModelError } from "../errors.js";

/**
 * @typedef {object} Texts
 * @property {string} page held-out text of about 6,000 characters
 * @property {string} prompt what the timeline's samples continue
 * @property {{title: Record<string, string>, text: string}[]} examples
 */

/**
 * @param {unknown} content of the file
 * @param {string} file its path, for messages
 * @returns {Texts}
 * @throws {ModelError} `runtime.config` naming the entry that does not fit
 */
export function checkTexts(content, file) {
  const { page, prompt, examples } = isRecord(content) ? content : {};
  const wrong = (/** @type {string} */ name) => new ModelError("runtime.config", { file, name });
  if (typeof page !== "string" || page === "") throw wrong("page");
  if (typeof prompt !== "string") throw wrong("prompt");
  if (!Array.isArray(examples) || !examples.every(isExample)) throw wrong("examples");
  return { page, prompt, examples };
}

/** @param {unknown} each @returns {each is Texts["examples"][number]} */
function isExample(each) {
  return isRecord(each) && isTitle(each.title) && typeof each.text === "string" && each.text !== "";
}
