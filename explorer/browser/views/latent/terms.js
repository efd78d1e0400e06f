/** The terms of the evidence lower bound of the input: their means over draws of ε, and what they are at the one ε. */
import { element } from "../../dom.js";
import { fixed } from "../../charts/numerals.js";
import { AVERAGED, AVERAGE_SEED } from "./average.js";

const TERMS = Object.freeze(/** @type {const} */ (["elbo", "reconstruction", "kl"]));
const ROWS = Object.freeze(/** @type {const} */ (["mean", "range", "one"]));

/**
 * @typedef {typeof TERMS[number]} Term
 * @typedef {typeof ROWS[number]} Row
 * @typedef {import("../../i18n.js").Translator} Translator
 */

/**
 * @param {import("../../runtime/model.js").Model} model
 * @param {Translator} t
 */
export function createTerms(model, t) {
  const names = { reconstruction: t("latent.reconstruction"), kl: t("latent.kl_total"), elbo: t("latent.elbo") };
  // A server's networks are not asked for hundreds of draws.
  const rows = (model.remote ? ROWS.slice(2) : ROWS).map((row) => createRow(row, t));
  const heads = TERMS.map((term) => element("th", { scope: "col" }, names[term]));
  const table = element(
    "table",
    { class: "latent-table latent-terms" },
    element("thead", {}, element("tr", {}, element("td", {}, t("unit.nats")), ...heads)),
    element("tbody", {}, ...rows.map(({ node }) => node)),
  );
  const box = { class: "latent-table-box", tabindex: "0", role: "region", "aria-label": t("latent.terms") };
  const show = (/** @type {Partial<Record<Row, Record<Term, string> | null>>} */ words) => {
    for (const { row, cells } of rows)
      if (row in words) TERMS.forEach((term, i) => (cells[i].textContent = words[row]?.[term] ?? "…"));
  };
  return {
    node: element("div", {}, element("div", box, table), element("p", { class: "note" }, note(model, t))),
    /** At the one ε; null while the picture is on its way. @param {Record<Term, number> | null} evidence nats */
    show(evidence) {
      const nats = (/** @type {Term} */ term) => (evidence ? fixed(evidence[term], 2) : "…");
      show({ one: { reconstruction: nats("reconstruction"), kl: nats("kl"), elbo: nats("elbo") } });
    },
    /** Over draws; null while they are made. @param {import("./average.js").Averaged | null} found */
    showAverage(found) {
      show(found ? averageWords(found, t) : { mean: null, range: null });
    },
  };
}

/** @param {Row} row @param {Translator} t */
function createRow(row, t) {
  const cells = TERMS.map((term) => element("td", { class: `number latent-${row} latent-${row}-${term}` }, "…"));
  const name = t(`latent.terms_${row}`, { count: AVERAGED });
  return { row, cells, node: element("tr", {}, element("th", { scope: "row" }, name), ...cells) };
}

/**
 * @param {import("./average.js").Averaged} found
 * @param {Translator} t
 * @returns {Record<"mean" | "range", Record<Term, string>>}
 */
function averageWords({ reconstruction: { mean, error, low, high }, kl }, t) {
  const about = (/** @type {number} */ less) => `${fixed(mean - less, 2)} ± ${error.toFixed(2)}`;
  const between = (/** @type {number} */ less) =>
    t("latent.range", { low: fixed(low - less, 1), high: fixed(high - less, 1) });
  return {
    mean: { reconstruction: about(0), kl: fixed(kl, 2), elbo: about(kl) },
    range: { reconstruction: between(0), kl: "–", elbo: between(kl) },
  };
}

/** @param {import("../../runtime/model.js").Model} model @param {import("../../i18n.js").Translator} t */
function note({ config: { likelihood }, remote }, t) {
  const words =
    likelihood?.kind === "gaussian"
      ? t("latent.gaussian", { scale: Number(likelihood.scale.toPrecision(3)) })
      : t("latent.bernoulli");
  return t(remote ? "latent.one_sample" : "latent.many_samples", {
    likelihood: words,
    count: AVERAGED,
    seed: AVERAGE_SEED,
  });
}
