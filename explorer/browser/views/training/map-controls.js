/** The choices of how the latent maps are drawn; all runs follow them. */

import { createSwitch } from "../../parts/fields.js";
import { AXES } from "./latents.js";

/** Which places a map's frame holds: those of all moments, or of the last. */
export const FRAMES = Object.freeze(/** @type {const} */ (["run", "end"]));

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(changed: Partial<import("./map.js").Arrangement>) => void} options.onChange
 */
export function createMapControls({ t, onChange }) {
  const axes = createSwitch({
    label: t("training.axes"),
    entries: AXES.map((name) => [name, t(`training.choose_axes_${name}`)]),
    onChoose: (chosen) => onChange({ axes: chosen }),
  });
  const frame = createSwitch({
    label: t("training.frame"),
    entries: FRAMES.map((name) => [name, t(`training.choose_frame_${name}`)]),
    onChoose: (chosen) => onChange({ frame: chosen }),
  });
  return {
    nodes: [axes.node, frame.node],

    /** @param {import("./map.js").Arrangement} arrangement */
    show(arrangement) {
      axes.show(arrangement.axes);
      frame.show(arrangement.frame);
    },

    /** Offer what the runs that are shown have a use for. @param {(import("./latents.js").Latents | null)[]} latents */
    offer(latents) {
      axes.node.hidden = !latents.some((each) => each && each.axes.length > 1);
      frame.node.hidden = !latents.some(Boolean);
    },
  };
}
