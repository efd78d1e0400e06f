/** The choices of how the latent maps are drawn; all runs follow them. */

import { element } from "../../dom.js";
import { AXES } from "./latents.js";

/** Which places a map's frame holds: those of all moments, or of the last. */
export const FRAMES = Object.freeze(["run", "end"]);

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {{axes: string, frame: string}} options.settings changed in place
 * @param {(changed: "axes" | "frame") => void} options.onChange
 */
export function createMapControls({ t, settings, onChange }) {
  const axes = segments(
    t("training.axes"),
    AXES.map((name) => [name, t(`training.choose_axes_${name}`)]),
    settings.axes,
    (chosen) => {
      settings.axes = chosen;
      onChange("axes");
    },
  );
  const frame = segments(
    t("training.frame"),
    FRAMES.map((name) => [name, t(`training.choose_frame_${name}`)]),
    settings.frame,
    (chosen) => {
      settings.frame = chosen;
      onChange("frame");
    },
  );
  return {
    nodes: [axes, frame],
    /** Offer what the runs that are shown have a use for. @param {(import("./latents.js").Latents | null)[]} latents */
    offer(latents) {
      axes.hidden = !latents.some((each) => each && each.axes.length > 1);
      frame.hidden = !latents.some(Boolean);
    },
  };
}

function segments(label, choices, chosen, onChoose) {
  const buttons = choices.map(([value, words]) =>
    element(
      "button",
      { class: "segment", type: "button", "data-value": value, "aria-pressed": value === chosen },
      words,
    ),
  );
  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      onChoose(button.dataset.value);
    }),
  );
  return element(
    "div",
    { class: "field training-choice" },
    element("span", { class: "field-name" }, label),
    element("div", { class: "segments", role: "group", "aria-label": label }, ...buttons),
  );
}
