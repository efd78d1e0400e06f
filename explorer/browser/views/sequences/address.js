/** What the address says of the views of a sequence model: its sheet, and the cells that make a sequence. */

import { AddressCodec, flag, oneOf, real, whole } from "../../parts/address.js";
import { CLASS_FIELDS } from "../../parts/class-fields.js";
import { LARGEST_SEED } from "../../runtime/seed-space.js";

export const COUNT = 12; // sequences on the sheet
export const HOTTEST = 4;
const LONGEST = 512; // steps

/**
 * @typedef {object} Drawing
 * @property {number} seed of the first sequence; the others follow
 * @property {number} pick which of them is looked at, 0 to COUNT − 1
 * @property {boolean} hold whether the noise of the first step stays for all
 * @property {number} temperature of a model that draws notes
 *
 * @typedef {Drawing & import("../../runtime/subjects.js").Choice} Drawn what sequences are drawn by
 *
 * @typedef {object} Way
 * @property {number | null} to the seed that the way leads to; null for the one after the picked
 * @property {number | null} share place on the way, 0 to 1, where a sequence between two is looked at
 *
 * @typedef {Drawn & Way} Settings
 *
 * @typedef {object} Place in a network's cells
 * @property {string} network
 * @property {number} layer
 * @property {string} quantity
 * @property {number} unit
 * @property {number} pass of a network that reads both ways
 * @property {number | null} step null for the one to look at first
 *
 * @typedef {Drawn & Place} GatesSettings
 *
 * @typedef {import("../../parts/class-fields.js").Context} Context
 * @typedef {Context & {networks: readonly import("./networks.js").Network[]}} GatesContext
 */

/** @type {import("../../parts/address.js").Fields<Drawn, Context>} */
const DRAWN = {
  seed: whole({ high: LARGEST_SEED, fallback: 1, keeps: true }),
  pick: whole({ high: COUNT - 1, fallback: 0, keeps: true }),
  hold: flag({ entry: "noise", word: "constant", keeps: true }),
  temperature: real({ low: 0, high: HOTTEST, fallback: 1, keeps: true }),
  ...CLASS_FIELDS,
};

/** @type {AddressCodec<Settings, Context>} */
export const address = new AddressCodec({
  ...DRAWN,
  to: whole({ high: LARGEST_SEED, fallback: null }),
  share: real({ low: 0, high: 1, fallback: null }),
});

/** @type {AddressCodec<GatesSettings, GatesContext>} */
export const gatesAddress = new AddressCodec({
  ...DRAWN,
  network: oneOf({ among: ({ networks }) => networks.map(({ key }) => key) }),
  layer: whole({ high: (context, before) => chosen(context, before).stack.layers - 1, fallback: 0 }),
  quantity: oneOf({
    among: (context, before) => chosen(context, before).stack.quantities,
    fallback: (context, before) => usualQuantity(chosen(context, before)),
  }),
  unit: whole({ high: (context, before) => chosen(context, before).stack.hiddenSize - 1, fallback: 0 }),
  pass: whole({ high: (context, before) => chosen(context, before).passes.length - 1, fallback: 0 }),
  step: whole({ entry: "t", high: LONGEST - 1, fallback: null }),
});

/** @param {GatesContext} context @param {Pick<Place, "network">} place */
function chosen({ networks }, { network }) {
  return networks.find(({ key }) => key === network) ?? networks[0];
}

/** The state: what an LSTM remembers, what another cell shows. @param {import("./networks.js").Network} network */
function usualQuantity({ stack: { cell, quantities } }) {
  return quantities[quantities.length - (cell === "lstm" ? 2 : 1)];
}
