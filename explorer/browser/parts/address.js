/**
 * What a view keeps in the address: each field says how it is read and written, what it may be and what it is where the
 * address does not say; reading, writing and refusing in words follow from that.
 */

/**
 * @template Value, Context
 * @typedef {object} Field
 * @property {(text: string, context: Context, read: Record<string, any>) => Value | null} parse null where it makes no
 *   sense; `read` holds the fields before it
 * @property {(value: Value) => string} format
 * @property {(context: Context, read: Record<string, any>) => Value} fallback where the address says nothing
 * @property {(context: Context, read: Record<string, any>) => string} expected what it may be, for the visitor
 * @property {boolean} keeps whether it means the same for every model, and so survives a change of model
 */

/**
 * @typedef {{name: string, value: string, expected: string}} Refusal an entry that made no sense; its fallback was taken
 */

const LONGEST_ECHO = 60; // characters of the visitor's own entry that a message repeats
