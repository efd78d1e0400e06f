/** The choice of data, as small pictures of what each distribution looks like. */

import { element } from "../../dom.js";
import { realPoints } from "../../runtime/planar/data.js";
import { DEFAULTS, OPTIONS } from "../../runtime/planar/settings.js";
import { dots, prepare } from "./miniature.js";

const SIDE = 44; // CSS pixels
const COUNT = 160;
const STREAM = 17; // of the real points that are shown

/**
 * @param {object} options
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(data: string) => void} options.onChoose
 * @param {() => void} options.onDraw
 */
export function dataChoice({ t, onChoose, onDraw }) {
  const buttons = OPTIONS.data.map((name) => {
    const canvas = element("canvas", { "aria-hidden": true });
    const act = () => (name === "drawn" ? onDraw() : onChoose(name));
    const words = t(`lab.data_${name}`);
    return element(
      "button",
      { class: "segment lab-data", type: "button", "data-value": name, title: words, on: { click: act } },
      canvas,
      element("span", {}, words),
    );
  });
  const group = element("div", { class: "lab-data-choice", role: "group", "aria-label": t("lab.data") }, ...buttons);
  const complaint = element("p", { class: "complaint", role: "alert", hidden: true });
  const node = element("div", { class: "lab-field lab-field-wide" }, group, complaint);
  const paint = (settings) => {
    OPTIONS.data.forEach((data, i) => {
      const points = data === "drawn" ? settings.points : null;
      const context = prepare(buttons[i].firstChild, SIDE, SIDE);
      if (data === "drawn" && !points) return;
      const shown = realPoints({ ...DEFAULTS, data, points, seed: 0 }, STREAM, COUNT);
      dots(context, shown, SIDE, getComputedStyle(node).getPropertyValue("--real").trim(), 1.5);
    });
  };
  let drawn; // settings that the pictures show
  return {
    node,
    show(value, settings) {
      buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === value)));
      drawn = settings;
      if (node.isConnected) paint(settings);
    },
    redraw: () => drawn && paint(drawn),
    complain(words) {
      complaint.hidden = words === "";
      complaint.textContent = words;
    },
  };
}
