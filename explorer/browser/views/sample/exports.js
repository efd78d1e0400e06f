/** What the Sample view lets one take away: pictures, numbers, and the Python that draws the same. */

import { download, element } from "../../dom.js";
import { seedAt } from "../../runtime/seed-space.js";
import { chosenLabel } from "../../runtime/subjects.js";

/**
 * The buttons, and the Python.
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {() => string} options.csv
 * @param {() => Promise<Blob>} options.png the sheet
 * @param {(ending: string) => string} options.fileName
 */
export function createExports({ t, csv, png, fileName }) {
  const take = (/** @type {string} */ label, /** @type {() => void} */ act) =>
    element("button", { class: "button", type: "button", on: { click: act } }, label);
  const code = element("pre", { class: "python number", tabindex: 0 });
  return {
    downloads: element(
      "div",
      { class: "downloads" },
      take(t("sample.download_png"), async () => download(fileName("png"), await png())),
      take(t("sample.download_csv"), () => download(fileName("csv"), new Blob([csv()], { type: "text/csv" }))),
    ),
    python: element("details", { class: "python-box" }, element("summary", {}, t("sample.python")), code),
    /** @param {string} text */
    setPython(text) {
      code.textContent = text;
    },
  };
}

/**
 * @typedef {import("../../runtime/subjects.js").Subject} Subject
 * @typedef {{position: import("../../runtime/seed-space.js").Position, subject: Subject}} Sample
 */

/**
 * One row per sample: where it is in seed space, how it was drawn, its latent, and the weights of its classes.
 * @param {Sample[]} samples
 * @param {import("./address.js").Settings} settings
 * @param {string[]} classes ids; none for a model without a condition
 */
export function toCsv(samples, { prior, scale }, classes) {
  const names = Array.from(samples[0].subject.z, (_, i) => `z${i + 1}`);
  const labels = classes.map((name) => `"class ${name.replaceAll('"', '""')}"`);
  const rows = samples.map(({ position, subject: { z, label } }, index) => [
    ...[index, seedAt(position) ?? "", position.x, position.y, prior, scale],
    ...z,
    ...(label ?? []),
  ]);
  return [["sample", "seed", "x", "y", "prior", "scale", ...names, ...labels], ...rows]
    .map((row) => `${row.join(",")}\n`)
    .join("");
}

/**
 * Python that draws the same sheet from the same checkpoint, and the sample that was moved between seeds where there is
 * one.
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("./address.js").Settings} settings
 * @param {Subject | null} moved the sample that was moved
 */
export function toPython(model, settings, moved) {
  const { seed, count, scale, prior } = settings;
  const quoted = JSON.stringify;
  const label = moved?.label;
  const imports = moved ? "latent, pictures, prior, samples" : "samples";
  const chosen = labelText(settings, model);
  const options = [
    `seed=${seed}, count=${count}, prior_name=${quoted(prior)}, scale=${scale}`,
    ...(chosen ? [`label_text=${quoted(chosen)}`] : []),
  ];
  const lines = [
    ...(label ? ["import numpy as np", ""] : []),
    "from explorer import catalog",
    `from explorer.probes.samples import ${imports}`,
    "from explorer.sheets import as_bytes, sheet",
    "",
    `checkpoint = catalog.open_checkpoint(catalog.find(${quoted(model.name)}))`,
    `drawn = samples(checkpoint, ${options.join(", ")})`,
    `sheet(as_bytes(drawn.images), columns=${Math.sqrt(count)}).save("samples.png")`,
  ];
  if (moved) {
    const weights = moved.seeds.map((each, i) => `${each}: ${moved.weights[i]}`).join(", ");
    const labels = label ? `, np.array([[${Array.from(label).join(", ")}]], "float32")` : "";
    lines.push(
      "",
      `weights = {${weights}}`,
      `mixture, size = prior(checkpoint, ${quoted(prior)}), checkpoint.model.latent_size`,
      `z = sum(weight * latent(each, size, mixture, ${scale}) for each, weight in weights.items() if weight)`,
      `sheet(as_bytes(pictures(checkpoint.model, z[None].astype("float32")${labels})), columns=1).save("moved.png")`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/**
 * The chosen label as `explorer sample --label` takes it; empty where each seed draws its own.
 * @param {import("./address.js").Settings} settings
 * @param {import("../../runtime/model.js").Model} model
 */
function labelText(settings, model) {
  const label = chosenLabel(settings, model.classes);
  if (label === null) return "";
  const values = model.config.condition?.values ?? [];
  const present = values.map((value, i) => ({ value, weight: label[i] })).filter(({ weight }) => weight > 0);
  if (present.length === 1) return present[0].value;
  return present.map(({ value, weight }) => `${value}:${Number(weight.toFixed(6))}`).join(",");
}
