/** What a sample is called. */

import { seedAt } from "../runtime/seed-space.js";

/**
 * A label in words: "3", or "3 (60 %) + 8 (40 %)", the largest share first.
 * @param {Float32Array | null} label
 * @param {import("../runtime/config.js").Condition | null | undefined} condition the model's
 * @param {import("../i18n.js").Translator} t
 * @returns {string} empty for a model without a condition
 */
export function nameLabel(label, condition, t) {
  if (!label || !condition) return "";
  const present = Array.from(label, (share, index) => ({ share, name: condition.labels[t.language][index] })).filter(
    ({ share }) => share > 0,
  );
  if (present.length === 1) return present[0].name;
  present.sort((a, b) => b.share - a.share);
  return present.map(({ share, name }) => t("words.share", { name, value: Math.round(100 * share) })).join(" + ");
}

/**
 * A sample in words: where it is in seed space, and its class where it has one.
 * @param {import("../runtime/seed-space.js").Position} position
 * @param {{label: Float32Array | null}} subject
 * @param {import("../runtime/model.js").Model} model
 * @param {import("../i18n.js").Translator} t
 */
export function nameSample(position, { label }, model, t) {
  const seed = seedAt(position);
  const place =
    seed === null
      ? t("sample.between", { x: position.x.toFixed(2), y: position.y.toFixed(2) })
      : t("sample.at_seed", { seed });
  const named = nameLabel(label, model.config.condition, t);
  return named ? t("sample.in_class", { place, label: named }) : place;
}
