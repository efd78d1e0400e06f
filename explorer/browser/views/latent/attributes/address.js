/** What the Attributes panel keeps in the address: the attribute, the value to move towards, and how far. No DOM. */
import { AddressCodec, oneOf, real } from "../../../parts/address.js";

export const MOST = 3; // the largest strength that is offered
const ABSENT = "none"; // the id by which data sets call the absence of something

/**
 * @typedef {{name: string, id: string, strength: number}} AttributeState
 * @typedef {{code: number, id: string, count: number}} Value of an attribute, and how many images have it
 * @typedef {Map<string, Value[]>} Directed by attribute, as `directed` gives it
 */

/** @type {AddressCodec<AttributeState, Directed>} */
export const attributesAddress = new AddressCodec({
  name: oneOf({ entry: "attributes_name", among: (known) => [...known.keys()], fallback: usualName }),
  id: oneOf({
    entry: "attributes_value",
    among: (known, { name }) => valuesOf(known, name).map(({ id }) => id),
    fallback: (known, { name }) => usualValue(valuesOf(known, name)),
  }),
  strength: real({ entry: "attributes_strength", low: 0, high: MOST, fallback: 1 }),
});

/** @param {Directed} known @param {string} name of one of its attributes */
export function valuesOf(known, name) {
  const values = known.get(name);
  if (values === undefined) throw new Error(`no direction is known of ${name}`);
  return values;
}

/** Something that can be there or not is the plainest thing to add. */
function usualName(/** @type {Directed} */ known) {
  const [first, ...others] = known;
  const [name] = [first, ...others].find(([, values]) => isOptional(values)) ?? first;
  return name;
}

/** The value that most images have, absence aside. @param {Value[]} values */
export function usualValue(values) {
  const present = values.filter(({ id }) => id !== ABSENT);
  return (present.length ? present : values).reduce((most, each) => (each.count > most.count ? each : most)).id;
}

/** @param {{id: string}[]} values */
function isOptional(values) {
  return values.some(({ id }) => id === ABSENT);
}

/**
 * What moving towards a value does, in words: "+ glasses", "− facial hair", "→ 7".
 * @param {string} id
 * @param {{id: string}[]} values of the attribute
 * @param {string} label of the value
 * @param {string} attribute in words
 */
export function nameMove(id, values, label, attribute) {
  if (id === ABSENT) return `− ${attribute}`;
  return `${isOptional(values) ? "+" : "→"} ${label}`;
}
