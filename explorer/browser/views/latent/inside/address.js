/** What the Inside panel keeps in the address: the dimension that its numbers are of. */
import { AddressCodec } from "../../../parts/address.js";
import { dimensionField } from "../address.js";

/** @type {AddressCodec<{dimension: number}, {latentSize: number, usual: number}>} */
export const insideAddress = new AddressCodec({
  dimension: dimensionField({ entry: "inside_dimension", fallback: ({ usual }) => usual }),
});
