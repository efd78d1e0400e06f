/** A file to encode: what was done to fit it to the model is said, and can be done in another way. */
import { element } from "../../dom.js";
import { ModelError } from "../../runtime/errors.js";
import { CROPS, isBlank, isDarkOnLight, openPicture } from "./upload.js";

/** @typedef {import("./upload.js").Crop} Crop */

/**
 * @param {object} options
 * @param {import("../../parts/pictures.js").ImageShape} options.shape
 * @param {import("../../i18n.js").Translator} options.t
 * @param {HTMLElement} options.message says why a file is none of a picture
 * @param {(picture: Float32Array) => void} options.onPicture
 */
export function createUpload({ shape, t, message, onPicture }) {
  const invert = element("input", { type: "checkbox" });
  const accept = "image/png,image/jpeg,image/webp,image/gif";
  const file = element("input", { type: "file", class: "visually-hidden", accept });
  const zone = element("label", { class: "latent-drop" }, file, element("span", {}, t("latent.upload_hint")));
  const names = /** @type {Crop[]} */ (Object.keys(CROPS));
  const crops = names.map((name) => element("option", { value: name }, t(`latent.crop_${name}`)));
  const crop = element("select", { class: "input" }, ...crops);
  const cropping = element("label", { class: "latent-option", hidden: true }, t("latent.crop"), crop);
  const done = element("ul", { class: "note latent-done", role: "status" });
  /** @type {import("./upload.js").Opened | null} */
  let opened = null;

  /** @param {boolean} afresh whether to invert is decided from the picture */
  function give(afresh) {
    if (opened === null) return;
    const { pixels, ground } = opened.fit(names[crop.selectedIndex]);
    if (afresh) invert.checked = shape.channels === 1 && isDarkOnLight(pixels, shape);
    const picture = invert.checked ? pixels.map((value) => 1 - value) : pixels;
    const { turned, whole } = opened;
    const words = [
      ...(turned ? [t("latent.upload_turned")] : []),
      ...(ground ? [t(`latent.upload_on_${ground}`)] : []),
      ...(whole ? [t(`latent.upload_cut_${names[crop.selectedIndex]}`, whole)] : []),
      ...(invert.checked ? [t("latent.upload_inverted")] : []),
      ...(isBlank(picture) ? [t(whole ? "latent.upload_blank_cut" : "latent.upload_blank")] : []),
    ];
    done.replaceChildren(...words.map((each) => element("li", {}, each)));
    onPicture(picture);
  }

  const open = async (/** @type {File | undefined} */ chosen) => {
    message.hidden = true;
    if (!chosen) return;
    try {
      opened = await openPicture(chosen, shape);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      message.textContent = t(error.key, error.values);
      message.hidden = false;
      return;
    }
    crop.selectedIndex = names.indexOf("centre");
    cropping.hidden = opened.whole === null;
    give(true);
  };
  file.addEventListener("change", async () => {
    await open(file.files?.[0]);
    file.value = ""; // the same file may be chosen again
  });
  invert.addEventListener("change", () => give(false));
  crop.addEventListener("change", () => give(true));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    open(event.dataTransfer?.files[0]);
  });
  const option = element("label", { class: "latent-option", hidden: shape.channels !== 1 }, invert, t("latent.invert"));
  return { node: element("div", { class: "latent-source" }, zone, cropping, option, done) };
}
