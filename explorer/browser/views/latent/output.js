/** What the decoder makes of z, and ways back to known latents. */
import { element } from "../../dom.js";
import { paint } from "../../parts/pictures.js";

export class Output {
  #t;
  #shape;
  #canvas;
  #caption;
  #clipped;
  #ways;
  /** Values of the picture outside [0, 1]. */
  #outside = 0;

  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../i18n.js").Translator} options.t
   * @param {() => void} options.onMean
   * @param {() => void} options.onSample
   * @param {() => void} options.onOrigin
   */
  constructor({ model, t, onMean, onSample, onOrigin }) {
    this.#t = t;
    this.#shape = model.imageShape;
    const { width, height } = this.#shape;
    const label = t("latent.output_picture");
    this.#canvas = element("canvas", { class: "picture", width, height, role: "img", "aria-label": label });
    this.#caption = element("p", { class: "note latent-caption" }, t("latent.decoded_z"));
    this.#clipped = element("p", { class: "note latent-clipped" });
    const button = (/** @type {string} */ key, /** @type {() => void} */ act) =>
      element("button", { class: "button", type: "button", on: { click: act } }, t(key));
    /** Ways that need a posterior. */
    this.#ways = [button("latent.to_sample", onSample), button("latent.to_mean", onMean)];
    for (const way of this.#ways) way.disabled = true;
    const origin = button("latent.to_origin", onOrigin);
    const ways = element("div", { class: "latent-ways" }, ...this.#ways, origin);
    this.node = element("div", { class: "latent-output" }, this.#canvas, this.#caption, ways, this.#clipped);
  }

  /** @param {Float32Array} picture */
  show(picture) {
    this.#outside = paint(this.#canvas, picture, this.#shape);
  }

  /** @param {boolean} preview */
  label(preview) {
    const { channels, height, width } = this.#shape;
    this.#caption.textContent = this.#t(preview ? "latent.decoded_preview" : "latent.decoded_z");
    const values = { count: this.#outside, values: channels * height * width };
    this.#clipped.textContent = this.#outside > 0 ? this.#t("latent.clipped", values) : "";
  }

  hasPosterior() {
    for (const way of this.#ways) way.disabled = false;
  }
}
