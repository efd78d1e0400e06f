/** What the query string asks for, and what gives way to a default where it does not exist. */

import { spokenLanguage } from "../i18n.js";
import { choices } from "./choices.js";
import { VIEWS, viewsFor } from "./registry.js";

const LONGEST_ECHO = 60; // characters of the visitor's own query string that a message repeats

/**
 * @typedef {import("./catalog.js").CheckpointEntry} CheckpointEntry
 * @typedef {import("./registry.js").View} View
 * @typedef {[key: string, values: Record<string, string | number>]} Notice
 *
 * @typedef {object} Asked
 * @property {CheckpointEntry} entry
 * @property {View | null} view null for a model that no view fits
 * @property {Notice[]} notices a message for each request that was not met
 */

/**
 * @param {import("./address.js").Address} address
 * @param {CheckpointEntry[]} checkpoints at least one
 * @param {import("../i18n.js").Translator} t
 * @returns {Asked}
 */
export function settle(address, checkpoints, t) {
  const { entry, notices } = settleModel(address.get("model"), checkpoints, t);
  const language = address.get("lang");
  if (language !== undefined && spokenLanguage(language) !== t.language)
    notices.push(["page.language_unknown", { asked: shorten(language) }]);
  const views = viewsFor(entry.capabilities);
  const asked = address.get("view");
  const view = views.find(({ id }) => id === asked) ?? views[0] ?? null;
  if (asked !== undefined && asked !== view?.id) {
    const known = views.map(({ id }) => id).join(", ") || "–";
    notices.push([isView(asked) ? "page.view_unfit" : "page.view_unknown", { asked: shorten(asked), known }]);
  }
  return { entry, view, notices };
}

/**
 * @param {string | undefined} model
 * @param {CheckpointEntry[]} checkpoints
 * @param {import("../i18n.js").Translator} t
 * @returns {{entry: CheckpointEntry, notices: Notice[]}}
 */
function settleModel(model, checkpoints, t) {
  const offered = choices(checkpoints, undefined, t).flatMap(({ entries }) => entries.map(({ name }) => name));
  const find = (/** @type {string | undefined} */ wanted) => checkpoints.find(({ name }) => name === wanted);
  const entry = find(model) ?? find(offered[0]) ?? checkpoints[0];
  if (model === undefined || model === entry.name) return { entry, notices: [] };
  const values = { asked: shorten(model), shown: entry.name, count: offered.length };
  return { entry, notices: [["page.model_unknown", values]] };
}

/** Whether any model can be seen in a view of this id. @param {string} id */
function isView(id) {
  return VIEWS.some((view) => view.id === id);
}

/** @param {string} text */
function shorten(text) {
  return text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}…` : text;
}
