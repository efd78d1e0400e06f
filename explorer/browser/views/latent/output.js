/** What the decoder makes of z, and ways back to known latents. */
import { element } from "../../dom.js";
import { paint } from "../../parts/pictures.js";

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {import("../../i18n.js").Translator} options.t
 * @param {() => void} options.onMean
 * @param {() => void} options.onSample
 * @param {() => void} options.onOrigin
 */
export function createOutput({ model, t, onMean, onSample, onOrigin }) {
  const shape = model.imageShape;
  const { width, height } = shape;
  const canvas = element("canvas", {
    class: "picture",
    width,
    height,
    role: "img",
    "aria-label": t("latent.output_picture"),
  });
  const caption = element("p", { class: "note latent-caption" }, t("latent.decoded_z"));
  const clipped = element("p", { class: "note latent-clipped" });
  const button = (/** @type {string} */ words, /** @type {() => void} */ act) =>
    element("button", { class: "button", type: "button", on: { click: act } }, words);
  const mean = button(t("latent.to_mean"), onMean);
  const sample = button(t("latent.to_sample"), onSample);
  mean.disabled = sample.disabled = true;
  const ways = element("div", { class: "latent-ways" }, sample, mean, button(t("latent.to_origin"), onOrigin));
  const values = shape.channels * height * width;
  let outside = 0;
  return {
    node: element("div", { class: "latent-output" }, canvas, caption, ways, clipped),
    /** @param {Float32Array} picture */
    show(picture) {
      outside = paint(canvas, picture, shape);
    },
    /** @param {boolean} preview */
    label(preview) {
      caption.textContent = t(preview ? "latent.decoded_preview" : "latent.decoded_z");
      clipped.textContent = outside > 0 ? t("latent.clipped", { count: outside, values }) : "";
    },
    hasPosterior() {
      mean.disabled = sample.disabled = false;
    },
  };
}
