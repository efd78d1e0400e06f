/** The whole text, coloured by one gate or state of one unit. */

import { element } from "../../dom.js";
import { spanKey } from "./across/brush.js";
import { createLegend, createQuantityMenu, createUnitControls, describe } from "./across/controls.js";
import { Flow } from "./across/flow.js";
import { nameOfUnit } from "./reading.js";

/** @type {import("../gates.js").CreatePanel} */
export function createPanel(place, reading, { t }) {
  const title = element("h2", {});
  const quantity = createQuantityMenu(reading, t);
  const unit = createUnitControls(reading, t);
  const legend = createLegend(t);
  const flow = new Flow(reading, { label: t("gates.heat_label") });
  const says = element("output", { class: "note across-says" });
  const empty = element("p", { class: "note" }, t("gates.heat_empty"));
  const controls = element("div", { class: "across-controls" }, quantity.node, unit.node, legend.node);
  place.append(title, element("p", { class: "note" }, t("gates.heat_note")), controls, empty, flow.node, says);

  return {
    draw(changed) {
      quantity.draw();
      unit.draw();
      empty.hidden = reading.length > 0;
      flow.node.hidden = reading.length === 0;
      flow.draw(changed);
      const shown = flow.shown();
      title.textContent = t("gates.heat_title", {
        unit: nameOfUnit(shown),
        quantity: t(`gates.quantity_${reading.quantity}`),
      });
      legend.draw(flow.scale(), reading.quantity);
      says.textContent = describe(reading, reading.hover.time ?? reading.cursor, shown, t);
    },

    press(event) {
      const changes = place.closest("[hidden]") ? null : spanKey(event, reading);
      if (changes) reading.set(changes, event);
      return changes !== null;
    },

    destroy() {
      place.replaceChildren();
    },
  };
}
