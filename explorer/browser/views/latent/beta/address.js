/** What the β panel keeps in the address: the model that is looked at, and the dimension. */
import { AddressCodec, oneOf } from "../../../parts/address.js";
import { dimensionField } from "../address.js";

/**
 * @typedef {object} BetaState
 * @property {string} model name
 * @property {number | null} dimension null for the one of the largest KL of whatever model is chosen
 *
 * @typedef {object} Context
 * @property {string[]} names of the compared models
 * @property {string} own name of the opened one
 * @property {number} latentSize
 */

/** @type {AddressCodec<BetaState, Context>} */
export const betaAddress = new AddressCodec({
  model: oneOf({ entry: "beta_model", among: ({ names }) => names, fallback: ({ own }) => own }),
  dimension: dimensionField({ entry: "beta_dimension", fallback: null }),
});
