/** What may and may not be compared between two runs that stand side by side. */

import { isFiniteNumber } from "../../runtime/checks.js";
import { differing } from "../../runtime/siblings.js";

// Said otherwise, or without a part in the training.
const ELSEWHERE = Object.freeze(["beta", "data", "browse", "mixture"]);

/**
 * @typedef {import("../../runtime/config.js").Config} Config
 * @typedef {Partial<Pick<Config, "dataset" | "training" | "arguments">>} Trained what a model says of its training; a
 *   run that still trains tells nothing of it
 * @typedef {{key: string, values: Record<string, string | number>, warning: boolean}} Remark
 */

/**
 * @param {Trained} own
 * @param {Trained} other of the run beside it
 * @returns {Remark | null} null where nothing is known that differs
 */
export function remark(own, other) {
  const [data, others] = [own.dataset, other.dataset];
  if (!data || !others) return null;
  if (data.name !== others.name || data.sha256 !== others.sha256 || data.split !== others.split)
    return { key: "training.pair_data", values: { own: data.name, other: others.name }, warning: true };
  return remarkSettings(own, other);
}

/** @param {Trained} own @param {Trained} other on the same data @returns {Remark | null} */
function remarkSettings(own, other) {
  const [settings, others] = [own, other].map(({ training }) => training?.settings ?? {});
  const [beta, its] = [settings.beta, others.beta];
  if (!isFiniteNumber(beta) || !isFiniteNumber(its)) return null;
  const differences = [...differing(settings, others), ...differing(own.arguments ?? {}, other.arguments ?? {})];
  const names = [...new Set(differences)].filter((name) => !ELSEWHERE.includes(name));
  const values = { own: beta, other: its, names: names.join(", ") };
  if (names.length > 0)
    return { key: beta === its ? "training.pair_settings" : "training.pair_beta_and", values, warning: true };
  return beta === its ? null : { key: "training.pair_beta", values, warning: false };
}
