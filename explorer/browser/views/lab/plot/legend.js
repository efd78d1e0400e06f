/** What the plot's marks mean, in words and with true scales, below the plot. */
import { element } from "../../../dom.js";
import { LAYERS } from "../address.js";
import { sampleArrow } from "./arrow-scale.js";
import { cssColour } from "./colours.js";
import { DENSITY_FULL, DENSITY_OPACITY } from "./layers.js";
import { SHOWN } from "./scene.js";

/** @typedef {import("../../../i18n.js").Translator} Translator @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../../../runtime/planar/explain.js").Step} SubStep */
/** @typedef {import("../address.js").Layer} Layer */
/** @typedef {import("./arrow-scale.js").ArrowLengths} ArrowLengths */

const SHORTEST_VISIBLE = 1; // CSS pixels

/**
 * @param {object} options
 * @param {import("../../../i18n.js").Translator} options.t
 * @param {() => void} options.onFitArrows the visitor asks for another scale of the arrows
 */
export function createLegend({ t, onFitArrows }) {
  const step = createItem("step");
  const items = {
    real: createItem("real"),
    fake: createItem("fake"),
    heat: createItem("heat"),
    decision: createItem("decision"),
    manifold: createItem("manifold"),
    arrows: createItem("arrows"),
  };
  const fit = element(
    "button",
    { class: "button lab-plot-fit", type: "button", on: { click: onFitArrows } },
    t("lab.plot_fit_arrows"),
  );
  items.arrows.node.append(fit);
  const node = element(
    "ul",
    { class: "lab-plot-legend", "aria-label": t("lab.plot_legend") },
    ...[step, ...Object.values(items)].map((item) => item.node),
  );

  return {
    node,
    /**
     * @param {Scene} scene
     * @param {object} shown
     * @param {Record<Layer, boolean>} shown.layers
     * @param {import("./scene.js").ArrowKind} shown.arrowKind
     * @param {ArrowLengths | null} shown.arrows null where none are drawn
     * @param {SubStep | null} shown.substep of slow motion
     * @param {number} shown.unit CSS pixels per data unit
     */
    update(scene, { layers, arrowKind, arrows, substep, unit }) {
      for (const layer of LAYERS) hide(items[layer].node, !layers[layer]);
      say(step.words, substep === null ? "" : stepWords(substep, scene, t));
      hide(step.node, step.words.textContent === "");
      say(items.real.words, t("lab.plot_real", { count: SHOWN }));
      say(items.fake.words, fakeWords(scene, t));
      say(items.heat.words, t(`lab.plot_heat_${scene.meaning.kind}`));
      items.heat.ends(rangeWords(scene));
      say(items.decision.words, decisionWords(scene, t));
      items.decision.mark.hidden = scene.decisions === 0;
      const { dimensions } = scene.grid;
      say(items.manifold.words, t(dimensions === 2 ? "lab.plot_manifold_sheet" : "lab.plot_manifold_curve"));
      items.manifold.ends(["0", `≥ ${DENSITY_FULL[dimensions]}`]);
      items.manifold.mark.style.setProperty("--full", String(DENSITY_OPACITY[dimensions]));
      say(items.arrows.words, arrowWords(arrowKind, arrows, unit, t));
      const scale = arrows?.scale ?? null;
      hide(items.arrows.mark, scale === null);
      hide(fit, scale === null);
      if (scale !== null) items.arrows.mark.style.width = `${sampleArrow(scale).length * unit}px`;
    },
    /** Follow the theme. @param {Uint32Array} scale of the heat map */
    theme(scale) {
      const stops = [0, 64, 127, 190, 254].map((level) => cssColour(scale, level));
      items.heat.mark.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    },
  };
}

function createItem(/** @type {string} */ layer) {
  const mark = element("span", { class: `lab-plot-mark lab-plot-mark-${layer}`, "aria-hidden": true });
  const low = element("span", { class: "number" });
  const high = element("span", { class: "number" });
  const words = element("span", { class: "lab-plot-words" });
  return {
    node: element("li", { class: "lab-plot-item" }, low, mark, high, words),
    mark,
    words,
    ends(/** @type {[string, string]} */ [first, last]) {
      say(low, first);
      say(high, last);
    },
  };
}

/**
 * Both ends of the heat map's colours; where these are fixed, values beyond them exist.
 * @param {Scene} scene
 * @returns {[string, string]}
 */
function rangeWords({ meaning, range }) {
  const beyond = meaning.kind === "target" || meaning.kind === "margin";
  return [`${beyond ? "≤ " : ""}${formatNumber(range.low)}`, `${beyond ? "≥ " : ""}${formatNumber(range.high)}`];
}

/**
 * How many generated points there are, and how many of them nobody can see.
 * @param {Scene} scene
 * @param {Translator} t
 */
export function fakeWords({ outside }, t) {
  return outside ? t("lab.plot_fake_outside", { count: SHOWN, outside }) : t("lab.plot_fake", { count: SHOWN });
}

/**
 * What the marks of a sub-step mean that no layer explains.
 * @param {SubStep} step
 * @param {Scene} scene
 * @param {Translator} t
 */
function stepWords({ kind, network, noise }, { grid, meaning }, t) {
  if (kind === "noise") {
    return t("lab.plot_step_noise", { count: (noise?.length ?? 0) / grid.dimensions, scale: grid.scale });
  }
  if (kind === "generate") return t("lab.plot_step_generate", { scale: grid.scale });
  if (kind === "update" && network === "generator") return t("lab.plot_step_moved");
  if (meaning.threshold === null) return "";
  return t(kind === "update" ? "lab.plot_step_former" : "lab.plot_step_mistakes");
}

/** @param {Scene} scene @param {Translator} t */
function decisionWords(scene, t) {
  const { kind, threshold } = scene.meaning;
  if (threshold === null) return t("lab.plot_no_decision");
  if (scene.decisions === 0)
    return t(scene.heat[0] > threshold ? "lab.plot_decision_all_real" : "lab.plot_decision_all_fake");
  return t("lab.plot_decision", { value: kind === "margin" ? 0 : "½" });
}

/**
 * @param {import("./scene.js").ArrowKind} kind
 * @param {ArrowLengths | null} arrows
 * @param {number} unit CSS pixels per data unit
 * @param {Translator} t
 */
function arrowWords(kind, arrows, unit, t) {
  const meaning = t(kind === "discriminator" ? "lab.plot_arrows_discriminator" : "lab.plot_arrows_generator_loss");
  if (arrows === null || arrows.scale === null) return `${meaning} ${t("lab.plot_arrows_zero")}`;
  const { length, gradient } = sampleArrow(arrows.scale);
  const scale = t("lab.plot_arrow_scale", { length, gradient: formatNumber(gradient) });
  const tiny = arrows.longest * arrows.scale * unit < SHORTEST_VISIBLE;
  return [meaning, scale, ...(tiny ? [t("lab.plot_arrows_tiny", { longest: formatNumber(arrows.longest) })] : [])].join(
    " ",
  );
}

/**
 * Three significant digits, with a true minus sign.
 * @param {number} value
 */
export function formatNumber(value) {
  const short = Number(value.toPrecision(3));
  const text =
    short !== 0 && (Math.abs(short) < 1e-3 || Math.abs(short) >= 1e5) ? short.toExponential() : String(short);
  return text.replaceAll("-", "−");
}

/** Change text only where it differs: the legend is told of every frame. */
function say(/** @type {HTMLElement} */ node, /** @type {string} */ words) {
  if (node.textContent !== words) node.textContent = words;
}

function hide(/** @type {HTMLElement} */ node, /** @type {boolean} */ hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}
