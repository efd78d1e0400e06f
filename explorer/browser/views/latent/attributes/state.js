/** What the Attributes panel keeps in the address: the attribute, the value to move towards, and how far. No DOM. */

export const MOST = 3; // the largest strength that is offered
const ABSENT = "none"; // the id by which data sets call the absence of something

/**
 * @typedef {{name: string, id: string, strength: number}} AttributeState
 * @typedef {Map<string, {code: number, id: string, count: number}[]>} Directed as `directed` gives it
 */

/**
 * @param {Record<string, string>} entries
 * @param {Directed} known at least one
 * @returns {{state: AttributeState, refused: string[]}} names of the entries that do not fit
 */
export function readAttributes(entries, known) {
  const refused = [];
  const read = (
    /** @type {string} */ key,
    /** @type {(text: string) => boolean} */ fits,
    /** @type {string} */ fallback,
  ) => {
    const text = entries[`attributes_${key}`];
    if (text === undefined || fits(text)) return text ?? fallback;
    refused.push(`attributes_${key}`);
    return fallback;
  };
  const name = read("name", (text) => known.has(text), usualName(known));
  const id = read("value", (text) => known.get(name).some((each) => each.id === text), usualValue(known.get(name)));
  const strength = read("strength", (text) => /^\d(\.\d{1,2})?$/.test(text) && Number(text) <= MOST, "1");
  return { state: { name, id, strength: Number(strength) }, refused };
}

/** @param {AttributeState} state @returns {Record<string, string>} */
export function writeAttributes({ name, id, strength }) {
  return { attributes_name: name, attributes_value: id, attributes_strength: String(strength) };
}

/** Something that can be there or not is the plainest thing to add. */
function usualName(/** @type {Directed} */ known) {
  const names = [...known.keys()];
  return names.find((name) => isOptional(known.get(name))) ?? names[0];
}

/** The value that most images have, absence aside. @param {{id: string, count: number}[]} values */
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
