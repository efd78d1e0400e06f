/** The files that a path becomes, and the Python that draws its strip. */
import { pasteTiles } from "../../../files/tiles.js";
import { canvasesOf, csvBlob, gifOf, latentColumns, npzBlob, pythonLatent, stack } from "../../../files/traces.js";
import { formatEnd } from "./ends.js";
import { STEPS, STRIDE } from "./path.js";

const BREATH = 8; // pictures decoded before the page may breathe

/**
 * @typedef {object} WholePath
 * @property {import("./address.js").PathState} state
 * @property {Float32Array[]} latents STEPS + 1
 * @property {{prior: number[], aggregated: number[]}} densities nats
 */

/** Every picture of the way. @returns {Promise<Float32Array[]>} */
async function decodeAll(
  /** @type {import("../../../runtime/model.js").Model} */ model,
  /** @type {Float32Array[]} */ latents,
) {
  const pictures = [];
  for (const z of latents) {
    pictures.push(await model.decode(z));
    if (pictures.length % BREATH === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return pictures;
}

/**
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../i18n.js").Translator} t
 * @param {() => WholePath} current
 */
export function pathFiles(model, t, current) {
  const shape = model.imageShape;
  const name = (/** @type {string} */ ending) => `${model.name}-path.${ending}`;
  const share = (/** @type {number} */ step) => step / STEPS;
  return [
    {
      id: "png",
      label: t("paths.png"),
      make: async () => {
        const latents = current().latents.filter((_, step) => step % STRIDE === 0);
        const canvases = canvasesOf(await decodeAll(model, latents), shape);
        return { name: name("png"), content: await pasteTiles(canvases, canvases.length, shape) };
      },
    },
    {
      id: "gif",
      label: t("takeaway.gif"),
      make: async () => {
        const { bytes, colours, largest } = gifOf(await decodeAll(model, current().latents), shape);
        const said = largest
          ? t("takeaway.gif_colours", { name: name("gif"), colours, largest })
          : t("takeaway.gif_exact", { name: name("gif"), colours });
        return { name: name("gif"), content: new Blob([bytes], { type: "image/gif" }), said };
      },
    },
    {
      id: "npz",
      label: t("takeaway.npz"),
      make: async () => {
        const { latents, densities, state } = current();
        const pictures = await decodeAll(model, latents);
        const row = (/** @type {number[]} */ values) => ({ data: Float64Array.from(values), shape: [values.length] });
        const content = npzBlob({
          share: row(latents.map((_, step) => share(step))),
          z: { data: stack(latents), shape: [latents.length, model.latentSize] },
          image: { data: stack(pictures), shape: [latents.length, shape.channels, shape.height, shape.width] },
          log_prior: row(densities.prior),
          log_aggregated: row(densities.aggregated),
          a: formatEnd(state.a),
          b: formatEnd(state.b),
          way: state.way,
          model: model.name,
        });
        return { name: name("npz"), content };
      },
    },
    {
      id: "csv",
      label: t("takeaway.csv"),
      make: async () => {
        const { latents, densities } = current();
        const pictures = await decodeAll(model, latents);
        const head = ["share", "log_prior", "log_aggregated", ...latentColumns(model.latentSize, shape)];
        const rows = latents.map((z, step) => [
          share(step),
          densities.prior[step],
          densities.aggregated[step],
          ...z,
          ...pictures[step],
        ]);
        return { name: name("csv"), content: csvBlob(head, rows) };
      },
    },
  ];
}

/**
 * Python that draws the strip of the path.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("./address.js").PathState} state
 */
export function pathPython(model, { a, b, way }) {
  const ends = [a, b];
  const has = (/** @type {string} */ kind) => ends.some((end) => end.kind === kind);
  const end = (/** @type {import("./ends.js").End} */ each) => {
    if (each.kind === "image") return `image_mean(checkpoint, ${each.index})`;
    if (each.kind === "seed")
      return `latent(${each.seed}, ${model.latentSize}, prior(checkpoint, ${JSON.stringify(model.config.priors[0])}))`;
    return pythonLatent(formatEnd(each));
  };
  return `${[
    ...(has("z") ? ["import numpy as np", ""] : []),
    "from explorer import catalog",
    `from explorer.probes.paths import ${has("image") ? "image_mean, " : ""}trace_path`,
    ...(has("seed") ? ["from explorer.probes.samples import latent, prior"] : []),
    "from explorer.sheets import as_bytes, sheet",
    "",
    `checkpoint = catalog.open_checkpoint(catalog.find(${JSON.stringify(model.name)}))`,
    `a = ${end(a)}`,
    `b = ${end(b)}`,
    `path = trace_path(checkpoint, a, b, way=${JSON.stringify(way)}, count=${STEPS + 1})`,
    `sheet(as_bytes(path.image[::${STRIDE}]), columns=${STEPS / STRIDE + 1}).save("path.png")`,
  ].join("\n")}\n`;
}
