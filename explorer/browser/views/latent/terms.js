/** The terms of the evidence lower bound of the input: their means over draws of ε, and what they are at the one ε. */
import { element } from "../../dom.js";
import { fixed } from "../../charts/numerals.js";
import { AVERAGED, AVERAGE_SEED } from "./average.js";

const TERMS = Object.freeze(/** @type {const} */ (["reconstruction", "kl", "elbo"]));
const AVERAGES = Object.freeze(/** @type {const} */ (["mean", "range"]));

/** @typedef {typeof TERMS[number]} Term */

/**
 * @param {import("../../runtime/model.js").Model} model
 * @param {import("../../i18n.js").Translator} t
 */
export function createTerms(model, t) {
  const names = { reconstruction: t("latent.reconstruction"), kl: t("latent.kl_total"), elbo: t("latent.elbo") };
  const heads = { mean: t("latent.term_mean", { count: AVERAGED }), range: t("latent.term_range") };
  const averages = model.remote ? [] : AVERAGES; // a server's networks are not asked for hundreds of draws
  const rows = TERMS.map((term) => ({
    term,
    averaged: averages.map((kind) => ({ kind, cell: cell(`latent-${kind}-${term}`) })),
    drawn: cell(`latent-term latent-term-${term}`),
  }));
  const head = [...averages.map((kind) => heads[kind]), t("latent.term_one")];
  const table = element(
    "table",
    { class: "latent-table latent-terms" },
    element(
      "thead",
      {},
      element("tr", {}, element("td"), ...head.map((words) => element("th", { scope: "col" }, words))),
    ),
    element(
      "tbody",
      {},
      ...rows.map(({ term, averaged, drawn }) =>
        element("tr", {}, element("th", { scope: "row" }, names[term]), ...averaged.map((each) => each.cell), drawn),
      ),
    ),
  );
  const box = { class: "latent-table-box", tabindex: "0", role: "region", "aria-label": t("latent.terms") };
  return {
    node: element("div", {}, element("div", box, table), element("p", { class: "note" }, note(model, t))),
    /** At the one ε; null while the picture is on its way. @param {Record<Term, number> | null} evidence nats */
    show(evidence) {
      for (const { term, drawn } of rows)
        drawn.textContent = evidence ? t("latent.nats", { value: fixed(evidence[term], 2) }) : "…";
    },
    /** Over draws; null while they are made. @param {import("./average.js").Averaged | null} found */
    showAverage(found) {
      const words = found && averageWords(found, t);
      for (const { term, averaged } of rows)
        for (const { kind, cell } of averaged) cell.textContent = words ? words[term][kind] : "…";
    },
  };
}

function cell(/** @type {string} */ name) {
  return element("td", { class: `number ${name}` }, "…");
}

/**
 * @param {import("./average.js").Averaged} found
 * @param {import("../../i18n.js").Translator} t
 * @returns {Record<Term, Record<typeof AVERAGES[number], string>>}
 */
function averageWords({ reconstruction: { mean, error, low, high }, kl }, t) {
  const drawn = (/** @type {number} */ less) => ({
    mean: t("elbo.with_error", { value: fixed(mean - less, 2), error: error.toFixed(2) }),
    range: t("latent.range", { low: fixed(low - less, 1), high: fixed(high - less, 1) }),
  });
  return {
    reconstruction: drawn(0),
    kl: { mean: t("latent.nats", { value: fixed(kl, 2) }), range: "–" },
    elbo: drawn(kl),
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
