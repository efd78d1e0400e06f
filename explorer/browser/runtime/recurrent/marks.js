/** `marks.safetensors`: what each character of the held-out page is, and how well units tell. */
import { isCount, isRecord, isTitle } from "../checks.js";
import { TensorFile } from "../tensor-file.js";

/**
 * @typedef {object} Mark
 * @property {string} name
 * @property {"binary" | "graded"} kind
 * @property {Record<string, string>} title by language
 * @property {number} count characters of held-out text that the scores are over
 * @property {number | null} positives of them; null if graded
 * @property {number} chance 95 % quantile, over circular shifts of the marks, of the best unit's score: as |AUC − ½| or
 *   |r|
 * @property {Int16Array} values (P) one for each character of the page, −1 where there is none
 * @property {Float32Array[]} scores (H) for each layer: area under the ROC curve if binary, Pearson's r if graded
 *
 * @typedef {{quantity: string, count: number, marks: Mark[]}} Marks `quantity` is what was scored, `count` the
 *   characters of the page
 */

/**
 * @param {string} folder URL of the checkpoint folder, ending in a slash
 * @param {{layers: number, hiddenSize: number, quantities: string[]}} language
 * @param {number} count P, characters of the page
 * @returns {Promise<Marks>}
 * @throws {import("../errors.js").ModelError} naming file, key and expectation
 */
export async function openMarks(folder, { layers, hiddenSize, quantities }, count) {
  const file = await TensorFile.open(`${folder}marks.safetensors`);
  const { quantity, marks } = file.describe("marks", isDescribed);
  if (!quantities.includes(quantity)) file.refuse("runtime.description", { name: "marks" });
  return {
    quantity,
    count,
    marks: Object.entries(marks).map(([name, { kind, title, count: scored, positives, chance }]) => {
      const data = file.take(`score.${name}`, [layers, hiddenSize], Float32Array);
      const scores = Array.from({ length: layers }, (_, layer) =>
        data.subarray(layer * hiddenSize, (layer + 1) * hiddenSize),
      );
      return {
        name,
        kind,
        title,
        count: scored,
        positives,
        chance,
        values: file.take(`mark.${name}`, [count], Int16Array),
        scores,
      };
    }),
  };
}

/**
 * @typedef {Pick<Mark, "kind" | "title" | "count" | "positives" | "chance">} Described
 *
 * @param {Record<string, unknown>} content
 * @returns {content is {quantity: string, marks: Record<string, Described>}}
 */
function isDescribed(content) {
  const { quantity, marks } = content;
  return typeof quantity === "string" && isRecord(marks) && Object.values(marks).every(isMark);
}

/** @param {unknown} mark */
function isMark(mark) {
  if (!isRecord(mark)) return false;
  const { kind, title, count, positives, chance } = mark;
  const counted = kind === "binary" ? isCount(positives) : kind === "graded" && positives === null;
  return counted && isTitle(title) && isCount(count) && typeof chance === "number" && chance >= 0 && chance <= 1;
}
