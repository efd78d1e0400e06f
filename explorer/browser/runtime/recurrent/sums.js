/**
 * What a unit's gates add up before they are squashed: the share of the character and the share of the state. No DOM.
 */

/** Of each cell's matrices, in torch's order. @type {Record<import("./cells.js").CellKind, string[]>} */
const ROWS = {
  lstm: ["input", "forget", "candidate", "output"],
  gru: ["reset", "update", "candidate"],
  rnn: ["hidden"],
};

/**
 * W x + b and U h′ + b′ of one unit at the cursor, in float64 from the model's own weights.
 * @param {{language: import("./language.js").Language, trace: import("./trace.js").Trace, cursor: number, unit: {layer:
 *   number, index: number}}} reading
 * @returns {Record<string, {fromInput: number, fromState: number}>} by quantity
 */
export function sumsOf({ language, trace, cursor, unit: { layer, index } }) {
  const { weights, cell, hiddenSize, vocabulary } = language;
  const { input, hidden, inputBias, hiddenBias, inputSize } = weights.layers[layer];
  const token = cursor < 0 ? vocabulary.indexOf("\n") : trace.tokens[cursor];
  const before = cursor < 0 ? new Float32Array(hiddenSize) : trace.quantity(layer, "hidden", cursor - 1);
  const read =
    layer > 0
      ? trace.quantity(layer - 1, "hidden", cursor)
      : weights.embedding?.subarray(token * inputSize, (token + 1) * inputSize);
  const sums = ROWS[cell].map((name, block) => {
    const row = block * hiddenSize + index;
    const own = input.subarray(row * inputSize, (row + 1) * inputSize);
    const fromInput = inputBias[row] + (read ? dot(own, read) : own[token]); // a one-hot vector picks one weight
    const fromState = hiddenBias[row] + dot(hidden.subarray(row * hiddenSize, (row + 1) * hiddenSize), before);
    return [name, { fromInput, fromState }];
  });
  return Object.fromEntries(sums);
}

function dot(/** @type {Float32Array} */ one, /** @type {Float32Array} */ other) {
  let sum = 0;
  for (let i = 0; i < one.length; i += 1) sum += one[i] * other[i];
  return sum;
}
