/** The choice of data, as small pictures of what each distribution looks like. */

import { element } from "../../dom.js";
import { Complaint } from "../../parts/messages.js";
import { realPoints } from "../../runtime/planar/data.js";
import { OPTIONS, checkSettings } from "../../runtime/planar/settings.js";
import { dots, prepare } from "./miniature.js";

const SIDE = 44; // CSS pixels
const COUNT = 160;
const STREAM = 17; // of the real points that are shown

export class DataChoice {
  /** @type {HTMLElement} */
  node;
  #choices;
  #complaint = new Complaint();
  /** The visitor's own points, as the pictures show them. @type {number[][] | null} */
  #points = null;

  /**
   * @param {object} options
   * @param {import("../../i18n.js").Translator} options.t
   * @param {(data: string) => void} options.onChoose
   * @param {() => void} options.onDraw
   */
  constructor({ t, onChoose, onDraw }) {
    this.#choices = OPTIONS.data.map((data) => {
      const canvas = element("canvas", { "aria-hidden": true });
      const act = () => (data === "drawn" ? onDraw() : onChoose(data));
      const words = t(`lab.data_${data}`);
      const button = element(
        "button",
        { class: "segment lab-data", type: "button", title: words, on: { click: act } },
        canvas,
        element("span", {}, words),
      );
      return { data, canvas, button };
    });
    const buttons = this.#choices.map(({ button }) => button);
    this.node = element(
      "div",
      {},
      element("div", { class: "lab-data-choice", role: "group", "aria-label": t("lab.data") }, ...buttons),
      this.#complaint.node,
    );
  }

  /** @param {string} chosen @param {{points: number[][] | null}} settings */
  show(chosen, { points }) {
    for (const { data, button } of this.#choices) button.setAttribute("aria-pressed", String(data === chosen));
    this.#points = points;
    this.redraw();
  }

  /** After a change of theme. */
  redraw() {
    if (!this.node.isConnected) return;
    const colour = getComputedStyle(this.node).getPropertyValue("--real").trim();
    for (const { data, canvas } of this.#choices) {
      const context = prepare(canvas, SIDE, SIDE);
      const points = data === "drawn" ? this.#points : null;
      if (data === "drawn" && !points) continue;
      dots(context, realPoints(checkSettings({ data, points }), STREAM, COUNT), SIDE, colour, 1.5);
    }
  }

  /** @param {string} words none take the complaint back */
  complain(words) {
    this.#complaint.say(words);
  }
}
