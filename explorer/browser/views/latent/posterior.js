/** The posterior of the input in numbers: μ, σ, ε, z = μ + σ·ε, and the terms of the evidence lower bound. */
import { element } from "../../dom.js";
import { normals } from "../../runtime/philox.js";
import { STREAMS } from "../../runtime/numbers.js";
import { LARGEST_SEED } from "../../runtime/seed-space.js";
import { orderByKl } from "../../runtime/dimensions.js";
import { rollSeed } from "./die.js";
import { createTerms } from "./terms.js";
import { signed } from "../../charts/numerals.js";

const COLUMNS = Object.freeze(/** @type {const} */ (["mu", "sigma", "epsilon", "sample", "z", "kl"]));

/**
 * The reparameterised sample of a posterior (Kingma & Welling 2014, section 2.4).
 * @param {{mean: ArrayLike<number>, logVariance: ArrayLike<number>}} posterior
 * @param {number} seed of ε
 * @returns {{deviation: Float32Array, epsilon: Float64Array, sample: Float32Array}} (L) each: σ, ε, μ + σ·ε
 */
export function reparameterise({ mean, logVariance }, seed) {
  const deviation = Float32Array.from(logVariance, (value) => Math.exp(value / 2));
  const epsilon = normals(seed, STREAMS.epsilon, mean.length);
  return { deviation, epsilon, sample: Float32Array.from(mean, (mu, i) => mu + deviation[i] * epsilon[i]) };
}

/**
 * @typedef {object} PosteriorValues (L) each
 * @property {Float32Array} mean
 * @property {Float32Array} deviation
 * @property {Float64Array} epsilon
 * @property {Float32Array} sample
 * @property {Float64Array} klPerDimension nats
 * @property {{reconstruction: number, kl: number, elbo: number} | null} evidence nats, at the sample; null while the
 *   picture is on its way
 * @property {number} seed of ε
 */

/**
 * @param {object} options
 * @param {import("../../runtime/model.js").Model} options.model
 * @param {ArrayLike<number>} options.kl (L) decides the rows' order
 * @param {import("../../i18n.js").Translator} options.t
 * @param {(seed: number) => void} options.onSeed
 * @param {(dimension: number | null) => void} options.onPoint the pointer is over a row
 */
export function createPosterior({ model, kl, t, onSeed, onPoint }) {
  const order = orderByKl(kl);
  const rows = order.map((dimension) => {
    const cells = COLUMNS.map((column) => element("td", { class: `number latent-${column}` }));
    const node = element("tr", {}, element("th", { scope: "row" }, `${dimension + 1}`), ...cells);
    node.addEventListener("pointerenter", () => onPoint(dimension));
    node.addEventListener("pointerleave", () => onPoint(null));
    return { dimension, node, cells };
  });
  /** @type {Record<typeof COLUMNS[number], string>} */
  const heads = { mu: "μ", sigma: "σ", epsilon: "ε", sample: "μ + σ·ε", z: t("latent.z_now"), kl: t("latent.kl_nats") };
  const titles = COLUMNS.map((column) => element("th", { scope: "col", class: `latent-${column}` }, heads[column]));
  const head = element("tr", {}, element("th", { scope: "col" }, t("latent.dimension")), ...titles);
  const table = element(
    "table",
    { class: "latent-table" },
    element("thead", {}, head),
    element("tbody", {}, ...rows.map(({ node }) => node)),
  );
  const box = element(
    "div",
    { class: "latent-table-box", tabindex: "0", role: "region", "aria-label": t("latent.numbers") },
    table,
  );
  const { node: seedNode, seed } = seedField(t, onSeed);
  const terms = createTerms(model, t);
  const none = element("p", { class: "note" }, t("latent.no_input"));
  const body = element("div", { class: "latent-posterior-body" }, seedNode, box, terms.node);
  return {
    node: element(
      "section",
      { class: "latent-panel latent-posterior" },
      element("h2", {}, t("latent.posterior")),
      formula(t),
      none,
      body,
    ),
    /**
     * @param {PosteriorValues | null} values null where there is no input
     */
    show(values) {
      none.hidden = values !== null;
      body.hidden = values === null;
      if (values === null) return;
      seed.value = String(values.seed);
      seed.setAttribute("aria-invalid", "false");
      for (const { dimension: i, cells } of rows) {
        const texts = [
          signed(values.mean[i]),
          values.deviation[i].toFixed(3),
          signed(values.epsilon[i]),
          signed(values.sample[i]),
        ];
        texts.forEach((text, column) => (cells[column].textContent = text));
        cells[5].textContent = values.klPerDimension[i].toFixed(3);
      }
      terms.show(values.evidence);
    },
    showAverage: terms.showAverage,
    /** Where z is now. @param {Float32Array} z */
    showLatent(z) {
      for (const { dimension, cells } of rows) cells[4].textContent = signed(z[dimension]);
    },
    /** @param {number | null} dimension */
    point(dimension) {
      for (const row of rows) row.node.classList.toggle("pointed", row.dimension === dimension);
    },
  };
}

/** z = μ + σ · ε, each letter in its colour. */
function formula(/** @type {import("../../i18n.js").Translator} */ t) {
  const letter = (/** @type {string} */ name, /** @type {string} */ sign) =>
    element("span", { class: `latent-${name}` }, sign);
  const sample = [
    letter("z", "z"),
    " = ",
    letter("mu", "μ"),
    " + ",
    letter("sigma", "σ"),
    " · ",
    letter("epsilon", "ε"),
  ];
  return element(
    "p",
    { class: "latent-formula", "aria-label": t("latent.formula") },
    ...sample,
    ",  ",
    letter("epsilon", "ε"),
    " ~ N(0, I)",
  );
}

/** @param {import("../../i18n.js").Translator} t @param {(seed: number) => void} onSeed */
function seedField(t, onSeed) {
  const range = { type: "number", min: 0, max: LARGEST_SEED, step: 1 };
  const seed = element("input", {
    class: "input number latent-seed",
    ...range,
    "aria-label": t("latent.epsilon_seed"),
  });
  seed.addEventListener("change", () => {
    const valid = seed.value !== "" && seed.validity.valid;
    seed.setAttribute("aria-invalid", String(!valid));
    if (valid) onSeed(Number(seed.value));
  });
  const roll = () => onSeed(rollSeed());
  const die = element(
    "button",
    { class: "button latent-die", type: "button", title: t("latent.die_hint"), on: { click: roll } },
    t("latent.die"),
  );
  const field = element("label", { class: "field" }, element("span", { class: "field-name" }, t("latent.seed")), seed);
  return { node: element("div", { class: "latent-seed-row" }, die, field), seed };
}
