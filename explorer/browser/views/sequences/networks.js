/** What can be looked into: networks whose passes read the same steps. */

/**
 * @typedef {import("../../runtime/recurrent/stack.js").RecurrentStack} Stack
 * @typedef {import("../../runtime/sequences/subjects.js").Subject} Subject
 * @typedef {import("../../runtime/sequences/generator.js").Judged} Judged
 *
 * @typedef {object} Pass
 * @property {string} title
 * @property {boolean} reverse whether it reads from the last step to the first
 * @property {(subject: Subject, judged: Judged | null) => Float32Array} of (N, layers, Q, H) quantities of its cells
 *
 * @typedef {object} Network
 * @property {string} key
 * @property {Stack} stack names the quantities, and says how many layers and units there are
 * @property {Pass[]} passes
 */

const NONE = new Float32Array(0);

/**
 * @param {import("../../runtime/sequences/subjects.js").Subjects} subjects
 * @param {import("../../i18n.js").Translator} t
 * @returns {Network[]} at least one of a model with cells
 */
export function listNetworks({ generator, judgeNetwork, notes }, t) {
  /** @type {(key: string, stack: Stack) => Network} */
  const single = (key, stack) => {
    const title = t(`sequences.network_${key}`);
    return { key, stack, passes: [{ title, reverse: false, of: ({ quantities = NONE }) => quantities }] };
  };
  return [
    ...(generator ? [single("generator", generator.stack)] : []),
    ...(notes ? [single("notes", notes.stack)] : []),
    ...(judgeNetwork ? [discriminator(judgeNetwork.stack, t)] : []),
  ];
}

/** @param {Stack} stack @param {import("../../i18n.js").Translator} t @returns {Network} */
function discriminator(stack, t) {
  return {
    key: "discriminator",
    stack,
    passes: [
      { title: t("sequences.pass_forward"), reverse: false, of: (_, judged) => judged?.forward ?? NONE },
      { title: t("sequences.pass_backward"), reverse: true, of: (_, judged) => judged?.backward ?? NONE },
    ],
  };
}
