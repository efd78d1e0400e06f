/** The files that a face and its moved copies become, and the Python that draws the moved one. */
import { pasteTiles } from "../../../files/tiles.js";
import { canvasesOf, csvBlob, gifOf, latentColumns, npzBlob, pythonLatent, stack } from "../../../files/traces.js";
import { formatLatent } from "../address.js";
import { MOST } from "./address.js";
import { move } from "./direction.js";

const FILM = 30; // steps of the film from the face to the largest strength

/**
 * @typedef {object} Moved
 * @property {Float32Array} z (L) before
 * @property {number | null} image of the browse set whose posterior mean that is
 * @property {Float32Array} along (L)
 * @property {import("./address.js").AttributeState} state
 */

/**
 * @param {import("../../../runtime/model.js").Model} model
 * @param {import("../../../i18n.js").Translator} t
 * @param {() => Moved} current
 */
export function attributeFiles(model, t, current) {
  const shape = model.imageShape;
  const name = (/** @type {string} */ ending) =>
    `${model.name}-${current().state.name}-${current().state.id.replace(/[^\w-]/g, "")}.${ending}`;
  const rows = async () => {
    const { z, along, state } = current();
    const strengths = [0, state.strength];
    const latents = strengths.map((strength) => move(z, along, strength));
    return { strengths, latents, pictures: await Promise.all(latents.map((each) => model.decode(each))), along, state };
  };
  return [
    {
      id: "png",
      label: t("attributes.png"),
      make: async () => {
        const { pictures } = await rows();
        return { name: name("png"), content: await pasteTiles(canvasesOf(pictures, shape), 2, shape) };
      },
    },
    {
      id: "gif",
      label: t("takeaway.gif"),
      make: async () => {
        const { z, along } = current();
        const pictures = [];
        for (let step = 0; step <= FILM; step++)
          pictures.push(await model.decode(move(z, along, (MOST * step) / FILM)));
        const { bytes, colours, largest } = gifOf(pictures, shape);
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
        const { strengths, latents, pictures, along, state } = await rows();
        const content = npzBlob({
          strength: { data: Float64Array.from(strengths), shape: [2] },
          z: { data: stack(latents), shape: [2, model.latentSize] },
          image: { data: stack(pictures), shape: [2, shape.channels, shape.height, shape.width] },
          direction: { data: along, shape: [model.latentSize] },
          attribute: state.name,
          value: state.id,
          model: model.name,
        });
        return { name: name("npz"), content };
      },
    },
    {
      id: "csv",
      label: t("takeaway.csv"),
      make: async () => {
        const { strengths, latents, pictures, state } = await rows();
        const head = ["attribute", "value", "strength", ...latentColumns(model.latentSize, shape)];
        const content = csvBlob(
          head,
          strengths.map((strength, i) => [state.name, state.id, strength, ...latents[i], ...pictures[i]]),
        );
        return { name: name("csv"), content };
      },
    },
  ];
}

/**
 * Python that draws the face before and after.
 * @param {import("../../../runtime/model.js").Model} model
 * @param {Moved} moved
 */
export function attributePython(model, { z, image, state }) {
  const quoted = JSON.stringify;
  return `${[
    "import numpy as np",
    "",
    "from explorer import catalog",
    "from explorer.probes.attribute_arithmetic import checkpoint_direction",
    ...(image === null ? [] : ["from explorer.probes.paths import image_mean"]),
    "from explorer.probes.samples import pictures",
    "from explorer.sheets import as_bytes, sheet",
    "",
    `checkpoint = catalog.open_checkpoint(catalog.find(${quoted(model.name)}))`,
    `z = ${image === null ? pythonLatent(formatLatent(z)) : `image_mean(checkpoint, ${image})`}`,
    `along = checkpoint_direction(checkpoint, ${quoted(state.name)}, ${quoted(state.id)})`,
    `moved = np.stack([z, z + ${state.strength} * along.astype("float64")]).astype("float32")`,
    `sheet(as_bytes(pictures(checkpoint.model, moved)), columns=2).save("moved.png")`,
  ].join("\n")}\n`;
}
