/** What may and may not be compared between two runs that stand side by side. */

import { differing } from "../../runtime/siblings.js";

const ELSEWHERE = Object.freeze(["beta", "data", "browse", "mixture"]); // said otherwise, or without a part in the training

/**
 * @typedef {{key: string, values: Record<string, unknown>, warning: boolean}} Remark
 * @param {any} own configuration
 * @param {any} other configuration of the run beside it
 * @returns {Remark | null} null where nothing is known that differs
 */
export function remark(own, other) {
  if (!own.dataset || !other.dataset) return null; // a run that still trains does not tell
  if (["name", "sha256", "split"].some((key) => own.dataset[key] !== other.dataset[key])) {
    return { key: "training.pair_data", values: { own: own.dataset.name, other: other.dataset.name }, warning: true };
  }
  const [settings, others] = [own, other].map(({ training }) => training?.settings ?? {});
  if (!Number.isFinite(settings.beta) || !Number.isFinite(others.beta)) return null;
  const names = [...differing(settings, others), ...differing(own.arguments, other.arguments)].filter(
    (name) => !ELSEWHERE.includes(name),
  );
  const values = { own: settings.beta, other: others.beta, names: [...new Set(names)].join(", ") };
  if (names.length === 0)
    return settings.beta === others.beta ? null : { key: "training.pair_beta", values, warning: false };
  return {
    key: settings.beta === others.beta ? "training.pair_settings" : "training.pair_beta_and",
    values,
    warning: true,
  };
}
