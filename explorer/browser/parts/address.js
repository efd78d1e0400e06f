/**
 * The one codec of what views keep in the address. A view declares its fields in `views/<view>/address.js`: what each
 * may be, what it is where the address does not say, and whether it survives a change of model. Reading, writing and
 * refusing in words follow from that:
 *
 *     export const address = new AddressCodec({
 *       seed: whole({ high: LARGEST_SEED, fallback: 1000, keeps: true }),
 *       prior: oneOf({ among: ({ priors }) => priors }),
 *       topK: whole({ entry: "topk", high: ({ vocabulary }) => vocabulary.length, fallback: 0, keeps: true }),
 *       compare: flag({ keeps: true }),
 *     });
 *     const { values, refused } = address.read(state, context);
 *     host.emit("state", address.write(values, context));
 *
 * with `@type {AddressCodec<Settings, {priors: string[], vocabulary: string}>}` above it.
 *
 * A field may depend on the context, and on the fields that stand before it. A view module exports its `address` beside
 * `mount`: the page asks it what survives a change of model.
 */

/**
 * What a field's options may be: a value, or what gives it from the context and the fields before it.
 * @template Value, Context, Values
 * @typedef {Value | ((context: Context, before: Values) => Value)} Given
 */

/**
 * @template Value, Context, Values
 * @typedef {object} Field
 * @property {string} [entry] its name in the address, where that is not its own
 * @property {boolean} [keeps] whether it means the same for every model, and so survives a change of model
 * @property {(text: string, context: Context, before: Values) => Value | null} parse null where the text makes no sense
 * @property {(value: Value, context: Context) => string | null} format null where there is nothing to say
 * @property {Given<Value, Context, Values>} fallback its value where the address says nothing; not written
 * @property {Given<string, Context, Values>} expected what the text may be, in signs that need no translation
 */

/**
 * @template Values, Context
 * @typedef {{[Name in keyof Values]: Field<Values[Name], Context, Values>}} Fields in the order in which they are read
 */

/** @typedef {{name: string, value: string, expected: string}} Refusal an entry without sense; its fallback holds */

const LONGEST_ECHO = 60; // characters of the visitor's own entry that a message repeats

/**
 * @template {object} Values
 * @template [Context=null]
 */
export class AddressCodec {
  /** @type {Fields<Values, Context>} */
  #fields;

  /** @param {Fields<Values, Context>} fields */
  constructor(fields) {
    this.#fields = fields;
  }

  /** The entries that survive a change of model. @returns {string[]} */
  get kept() {
    return this.#names.filter((name) => this.#fields[name].keeps).map((name) => this.#entry(name));
  }

  /** All entries that the view reads. @returns {string[]} */
  get entries() {
    return this.#names.map((name) => this.#entry(name));
  }

  /**
   * @param {Readonly<Record<string, string>>} entries of the address
   * @param {Context} context
   * @returns {{values: Values, refused: Refusal[]}}
   */
  read(entries, context) {
    /** @type {Refusal[]} */
    const refused = [];
    const values = /** @type {Values} */ ({}); // every name is set before it is returned
    for (const name of this.#names) {
      const field = this.#fields[name];
      const entry = this.#entry(name);
      const text = Object.hasOwn(entries, entry) ? entries[entry] : null;
      const value = text === null ? null : field.parse(text, context, values);
      if (text !== null && value === null) {
        refused.push({ name: entry, value: text, expected: given(field.expected, context, values) });
      }
      values[name] = value ?? given(field.fallback, context, values);
    }
    return { values, refused };
  }

  /**
   * @param {Values} values
   * @param {Context} context
   * @returns {Record<string, string | null>} the entries that restore the values; null where the fallback does
   */
  write(values, context) {
    return Object.fromEntries(
      this.#names.map((name) => {
        const field = this.#fields[name];
        const text = field.format(values[name], context);
        const usual = field.format(given(field.fallback, context, values), context);
        return [this.#entry(name), text === usual ? null : text];
      }),
    );
  }

  get #names() {
    return /** @type {(keyof Values & string)[]} */ (Object.keys(this.#fields)); // what the mapped type says
  }

  /** @param {keyof Values & string} name */
  #entry(name) {
    return this.#fields[name].entry ?? name;
  }
}

/**
 * What a view says of the entries that it refused, in the visitor's language.
 * @param {Refusal[]} refused
 * @param {import("../i18n.js").Translator} t
 * @returns {string[]} a sentence each
 */
export function refusals(refused, t) {
  return refused.map(({ name, value, expected }) => {
    const echo = value.length > LONGEST_ECHO ? `${value.slice(0, LONGEST_ECHO)}…` : value;
    return t("page.state_refused", { name, value: echo, expected });
  });
}

/**
 * A whole number.
 * @template Context, Values
 * @template {number | null} Value
 * @param {{low?: Given<number, Context, Values>, high: Given<number, Context, Values>,
 *   fallback: Given<Value, Context, Values>, entry?: string, keeps?: boolean}} options
 * @returns {Field<Value | number, Context, Values>}
 */
export function whole({ low = 0, high, ...options }) {
  return real({ low, high, ...options, fits: Number.isInteger });
}

/**
 * A number.
 * @template Context, Values
 * @template {number | null} Value
 * @param {{low: Given<number, Context, Values>, high: Given<number, Context, Values>,
 *   fits?: (value: number) => boolean, fallback: Given<Value, Context, Values>, entry?: string,
 *   keeps?: boolean}} options
 * @returns {Field<Value | number, Context, Values>}
 */
export function real({ low, high, fits = Number.isFinite, ...options }) {
  return {
    ...options,
    parse(text, context, before) {
      const value = text.trim() === "" ? NaN : Number(text);
      const [least, most] = [given(low, context, before), given(high, context, before)];
      return value >= least && value <= most && fits(value) ? value : null;
    },
    format: (value) => (value === null ? null : String(value)),
    expected: (context, before) => `${given(low, context, before)} … ${given(high, context, before)}`,
  };
}

/**
 * One of a few words.
 * @template {string} Word
 * @template Context, Values
 * @param {{among: Given<readonly Word[], Context, Values>, fallback?: Given<Word, Context, Values>, entry?: string,
 *   keeps?: boolean}} options without a fallback it is the first of them
 * @returns {Field<Word, Context, Values>}
 */
export function oneOf({ among, fallback, ...options }) {
  return {
    ...options,
    fallback: fallback ?? ((context, before) => given(among, context, before)[0]),
    parse: (text, context, before) => given(among, context, before).find((each) => each === text) ?? null,
    format: (value) => value,
    expected: (context, before) => given(among, context, before).join(", ") || "–",
  };
}

/**
 * One of a few words, or none.
 * @template {string} Word
 * @template Context, Values
 * @param {{among: Given<readonly Word[], Context, Values>, entry?: string, keeps?: boolean}} options
 * @returns {Field<Word | null, Context, Values>}
 */
export function oneOfOrNone(options) {
  return { ...oneOf(options), format: (value) => value, fallback: null };
}

/**
 * The index of one of a few words.
 * @template Context, Values
 * @template {number | null} Value
 * @param {{among: (context: Context) => readonly string[], fallback: Given<Value, Context, Values>, entry?: string,
 *   keeps?: boolean}} options
 * @returns {Field<Value | number, Context, Values>}
 */
export function indexOf({ among, ...options }) {
  return {
    ...options,
    parse: (text, context) => (among(context).includes(text) ? among(context).indexOf(text) : null),
    format: (value, context) => (value === null ? null : among(context)[value]),
    expected: (context) => among(context).join(", ") || "–",
  };
}

/**
 * What is off unless the address says its word.
 * @template Context, Values
 * @param {{word?: string, entry?: string, keeps?: boolean}} [options]
 * @returns {Field<boolean, Context, Values>}
 */
export function flag({ word = "1", ...options } = {}) {
  return {
    ...options,
    fallback: false,
    parse: (text) => (text === word ? true : null),
    format: (value) => (value ? word : null),
    expected: word,
  };
}

/**
 * A text of the visitor's own.
 * @template Context, Values
 * @param {{longest: number, fallback: Given<string, Context, Values>, entry?: string, keeps?: boolean}} options
 *   `longest` counts characters; a longer text is not written
 * @returns {Field<string, Context, Values>}
 */
export function text({ longest, ...options }) {
  const fits = (/** @type {string} */ value) => Array.from(value).length <= longest;
  return {
    ...options,
    parse: (value) => (fits(value) ? value : null),
    format: (value) => (fits(value) ? value : null),
    expected: `≤ ${longest}`,
  };
}

/**
 * @template Value, Context, Values
 * @param {Given<Value, Context, Values>} option
 * @param {Context} context
 * @param {Values} before
 * @returns {Value}
 */
function given(option, context, before) {
  if (typeof option !== "function") return option;
  return /** @type {(context: Context, before: Values) => Value} */ (option)(context, before); // no value is a function
}
