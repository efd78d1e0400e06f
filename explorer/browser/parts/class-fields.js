/** What the address says of a conditional model's class. */

import { indexOf, real } from "./address.js";

/**
 * @typedef {import("../runtime/subjects.js").Choice} Choice
 * @typedef {{condition?: import("../runtime/config.js").Condition | null}} Context of a model's `config.json`
 */

/** @param {Context} context @returns {readonly string[]} ids of the model's classes; none of one without a condition */
export function classesOf({ condition }) {
  return condition?.values ?? [];
}

/** @type {import("./address.js").Field<number | null, Context, Choice>} */
const FIRST = indexOf({ entry: "class", among: classesOf, fallback: null });

/** Fields of an `AddressCodec`. @type {import("./address.js").Fields<Choice, Context>} */
export const CLASS_FIELDS = {
  first: FIRST,
  second: {
    ...indexOf({ entry: "class2", among: classesOf, fallback: null }),
    // A second class means something beside a first.
    parse: (text, context, before) => (before.first === null ? null : FIRST.parse(text, context, before)),
  },
  blend: real({
    low: 0,
    high: (_, { second }) => (second === null ? 0 : 1),
    fallback: (_, { second }) => (second === null ? 0 : 0.5),
  }),
};
