/**
 * What the Paths panel keeps in the address: where the path begins and ends, which way it goes, and where one is on it.
 */
import { AddressCodec, oneOf, whole } from "../../../parts/address.js";
import { WAYS } from "../../../runtime/interpolation.js";
import { latentSigns } from "../address.js";
import { formatEnd, parseEnd } from "./ends.js";
import { STEPS } from "./path.js";

/**
 * @typedef {import("./ends.js").End} End
 *
 * @typedef {object} PathState
 * @property {End} a
 * @property {End} b
 * @property {import("../../../runtime/interpolation.js").Way} way
 * @property {number} at 0 to STEPS
 *
 * @typedef {object} Context
 * @property {number} latentSize
 * @property {number} count images of the browse set
 * @property {boolean} seeds whether there is a prior
 * @property {{a: End, b: End}} usual
 */

/** @param {"a" | "b"} name @returns {import("../../../parts/address.js").Field<End, Context, PathState>} */
function endField(name) {
  return {
    entry: `paths_${name}`,
    parse: parseEnd,
    format: formatEnd,
    fallback: ({ usual }) => usual[name],
    expected: ({ latentSize, count, seeds }) =>
      [latentSigns(latentSize), `image:0…${count - 1}`, ...(seeds ? ["seed:0…"] : [])].join(" | "),
  };
}

/** @type {AddressCodec<PathState, Context>} */
export const pathsAddress = new AddressCodec({
  a: endField("a"),
  b: endField("b"),
  way: oneOf({ entry: "paths_way", among: () => WAYS }),
  at: whole({ entry: "paths_at", high: STEPS, fallback: 0 }),
});
