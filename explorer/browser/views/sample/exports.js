/** What the Sample view lets one take away, as text. */

import { seedAt } from "./seed-space.js";

/**
 * One row per sample: where it is in seed space, how it was drawn, and its latent.
 * @param {{position: import("./seed-space.js").Position, z: Float32Array}[]} samples
 * @param {import("./settings.js").Settings} settings
 */
export function toCsv(samples, { prior, scale }) {
  const names = Array.from(samples[0].z, (_, i) => `z${i + 1}`);
  const rows = samples.map(({ position, z }, index) => [index, seedAt(position) ?? "", position.x, position.y, prior, scale, ...z]);
  return [["sample", "seed", "x", "y", "prior", "scale", ...names], ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/**
 * Python that draws the same sheet from the same checkpoint, and the sample that was moved between seeds where there is one.
 * @param {string} model name of the checkpoint
 * @param {import("./settings.js").Settings} settings
 * @param {{seeds: number[], weights: number[]} | null} blend of the moved sample
 */
export function toPython(model, { seed, count, scale, prior }, blend) {
  const columns = Math.sqrt(count);
  const quoted = JSON.stringify;
  const lines = [
    "from explorer import catalog",
    `from explorer.probes.samples import ${blend ? "latent, pictures, prior, samples" : "samples"}`,
    "from explorer.sheets import as_bytes, sheet",
    "",
    `checkpoint = catalog.open_checkpoint(catalog.find(${quoted(model)}))`,
    `drawn = samples(checkpoint, seed=${seed}, count=${count}, prior_name=${quoted(prior)}, scale=${scale})`,
    `sheet(as_bytes(drawn.images), columns=${columns}).save("samples.png")`,
  ];
  if (blend) {
    const weights = blend.seeds.map((each, i) => `${each}: ${blend.weights[i]}`).join(", ");
    lines.push(
      "",
      `weights = {${weights}}`,
      `mixture, size = prior(checkpoint, ${quoted(prior)}), checkpoint.model.latent_size`,
      `z = sum(weight * latent(each, size, mixture, ${scale}) for each, weight in weights.items() if weight)`,
      `sheet(as_bytes(pictures(checkpoint.model, z[None].astype("float32"))), columns=1).save("moved.png")`,
    );
  }
  return `${lines.join("\n")}\n`;
}
