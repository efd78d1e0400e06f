/** Take away: the picture at z, every number behind it, and the Python that draws it. */
import { element } from "../../../dom.js";
import { createTakeaway } from "../../../parts/takeaway.js";
import { pasteTiles } from "../../../files/tiles.js";
import { canvasesOf, csvBlob, latentColumns, npzBlob, pythonLatent } from "../../../files/traces.js";
import { formatLatent } from "../address.js";

/** @param {import("../panels.js").Surroundings} surroundings @returns {import("../panels.js").Opened} */
export function create({ model, t, host }) {
  /** @type {import("../panels.js").Point} */
  let point;
  const files = createTakeaway({ t, link: () => host.link("latent"), files: pointFiles(model, t, () => point) });
  return {
    node: element(
      "section",
      { class: "takeaway-point" },
      element("p", { class: "note" }, t("takeaway.note")),
      files.node,
    ),
    update(next) {
      point = next;
      files.setPython(pointPython(model, point));
    },
    destroy() {},
  };
}

/**
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../i18n.js").Translator} t
 * @param {() => import("../panels.js").Point} current
 */
function pointFiles(model, t, current) {
  const shape = model.imageShape;
  const { channels, height, width } = shape;
  const name = (/** @type {string} */ ending) => `${model.name}-z.${ending}`;
  return [
    {
      id: "png",
      label: t("takeaway.png"),
      make: async () => {
        const canvases = canvasesOf([await model.decode(current().z)], shape);
        return { name: name("png"), content: await pasteTiles(canvases, 1, shape) };
      },
    },
    {
      id: "npz",
      label: t("takeaway.npz"),
      make: async () => {
        const { z, input, posterior, image, words, epsilon } = current();
        const latent = (/** @type {Float32Array | Float64Array} */ data) => ({ data, shape: [model.latentSize] });
        const picture = (/** @type {Float32Array} */ data) => ({ data, shape: [channels, height, width] });
        const encoded = posterior && {
          mean: latent(posterior.mean),
          log_variance: latent(posterior.logVariance),
          epsilon: latent(posterior.epsilon),
          epsilon_seed: { data: Float64Array.of(epsilon), shape: [] },
          input_words: words,
          input_image: { data: Int32Array.of(image ?? -1), shape: [] },
        };
        const content = npzBlob({
          z: latent(z),
          image: picture(await model.decode(z)),
          ...encoded,
          ...(input && { input: picture(input) }),
          model: model.name,
        });
        return { name: name("npz"), content };
      },
    },
    {
      id: "csv",
      label: t("takeaway.csv"),
      make: async () => {
        const { z, words } = current();
        const row = [model.name, words, ...z, ...(await model.decode(z))];
        return {
          name: name("csv"),
          content: csvBlob(["model", "input", ...latentColumns(model.latentSize, shape)], [row]),
        };
      },
    },
  ];
}

/**
 * Python that draws the picture at z: from the image and the seed where z is its posterior's sample, else from z
 * itself.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../panels.js").Point} point
 */
export function pointPython(model, { z, posterior, image, epsilon }) {
  const sampled = image !== null && posterior?.sample.every((value, i) => value === z[i]);
  const quoted = JSON.stringify;
  const imports = sampled
    ? [
        "from explorer.checkpoints import read_tensors",
        "from explorer.philox import normals",
        "from explorer.probes.samples import EPSILON, pictures",
      ]
    : ["from explorer.probes.samples import pictures"];
  const latent = sampled
    ? [
        'placed = read_tensors(checkpoint.folder / "map.safetensors")',
        `mean, log_variance = (placed[name][${image}].double().numpy() for name in ("mean", "log_variance"))`,
        `epsilon = normals(${epsilon}, EPSILON, ${model.latentSize})`,
        'z = (mean + np.exp(log_variance / 2).astype("float32") * epsilon).astype("float32")',
      ]
    : [`z = ${pythonLatent(formatLatent(z))}`];
  return `${[
    "import numpy as np",
    "",
    "from explorer import catalog",
    ...imports,
    "from explorer.sheets import as_bytes, sheet",
    "",
    `checkpoint = catalog.open_checkpoint(catalog.find(${quoted(model.name)}))`,
    ...latent,
    'sheet(as_bytes(pictures(checkpoint.model, z[None])), columns=1).save("picture.png")',
  ].join("\n")}\n`;
}
