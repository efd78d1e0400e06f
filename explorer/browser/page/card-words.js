/**
 * What a card says of a model's family, data and training, in the visitor's language. A checkpoint may come from
 * anyone's training code: what has no translation is shown as it is written there.
 */

import { joined } from "../i18n.js";

/** @typedef {import("../i18n.js").Translator} Translator */

/** @type {Readonly<Record<string, string>>} */
const LOSSES = Object.freeze({
  hinge: "lab.loss_hinge",
  least_squares: "lab.loss_least_squares",
  minimax: "lab.loss_minimax",
  non_saturating: "lab.loss_non_saturating",
  wasserstein_clip: "lab.loss_wasserstein_clip",
  wasserstein_penalty: "lab.loss_wasserstein_penalty",
  "-ln p(next character)": "card.loss_next_character",
  "-ln p(next note)": "card.loss_next_note",
  "-ln p(x), closed form": "card.loss_closed_form",
  "cross entropy, summed over the attributes": "card.loss_cross_entropy",
  "cross entropy, summed over the attributes and the damage": "card.loss_cross_entropy_damage",
});

/** @type {Readonly<Record<string, string>>} */
const OPTIMISERS = Object.freeze({
  adam: "lab.optimiser_adam",
  adamw: "card.optimiser_adamw",
  momentum: "lab.optimiser_momentum",
  none: "card.optimiser_none",
  rmsprop: "lab.optimiser_rmsprop",
  sgd: "lab.optimiser_sgd",
});

/** The data sets of `explorer data`. @type {Readonly<Record<string, string>>} */
const DATA = Object.freeze({
  austen: "data.austen",
  avatars: "data.avatars",
  digits: "data.digits",
  ecg: "data.ecg",
  fashion: "data.fashion",
  melodies: "data.melodies",
  names: "data.names",
  "planar-disjoint": "lab.data_disjoint",
  "planar-gaussians": "lab.data_gaussians",
  "planar-grid": "lab.data_grid",
  "planar-line": "lab.data_line",
  "planar-moons": "lab.data_moons",
  "planar-ring": "lab.data_ring",
  "planar-spiral": "lab.data_spiral",
  "python-code": "data.python_code",
  shakespeare: "data.shakespeare",
  sines: "data.sines",
  tang: "data.tang",
  "tang-traditional": "data.tang_traditional",
  thumbs: "data.thumbs",
});

const PUBLIC_DOMAIN = /^public domain \(the packages?: (.+)\)$/;
const UNDISTRIBUTED = "public domain tunes; encodings not redistributable";
const ROLE = /^(\w+) \(([DG])\)$/; // "adam (D)", of a GAN's discriminator

/**
 * @param {string} family
 * @param {Record<string, string> | undefined} title what its models are called together, by language
 * @param {number | null} dimensions of the latent space
 * @param {Translator} t
 */
export function familyWords(family, title, dimensions, t) {
  const name = title === undefined ? family : t("words.aside", { name: title[t.language], aside: family });
  return dimensions === null
    ? name
    : t("card.family", { name, dimensions: t("about.dimensions", { count: dimensions }) });
}

/** @param {import("../runtime/config.js").Config["dataset"]} dataset @param {Translator} t */
export function dataWords({ name, version, licence }, t) {
  const source = { name, version, licence: licenceWords(licence, t) };
  return Object.hasOwn(DATA, name)
    ? t("card.data", { ...source, title: t(DATA[name]) })
    : t("card.data_untitled", source);
}

/** @param {string} licence @param {Translator} t */
export function licenceWords(licence, t) {
  if (licence === UNDISTRIBUTED) return t("card.licence_undistributed");
  const packages = PUBLIC_DOMAIN.exec(licence)?.[1];
  return packages === undefined
    ? licence
    : t("card.licence_public_domain", { packages: joined("list", packages.split(", "), t) });
}

/** @param {import("../runtime/config.js").Config["training"]} training @param {Translator} t */
export function trainingWords({ loss, optimiser, seed }, t) {
  const values = {
    loss: translated(LOSSES, loss, t).replace(/^-/, "−"),
    optimiser: optimiserWords(optimiser, t),
    seed,
  };
  return t("card.training", values);
}

/** @param {string} optimiser one, or one for each network of a GAN: "adam (D), sgd (G)" @param {Translator} t */
function optimiserWords(optimiser, t) {
  const each = optimiser.split(", ").map((one) => {
    const [, name, role] = ROLE.exec(one) ?? [];
    if (name === undefined) return translated(OPTIMISERS, one, t);
    return t("words.aside", { name: translated(OPTIMISERS, name, t), aside: role });
  });
  return joined("list", each, t);
}

/** @param {Readonly<Record<string, string>>} keys @param {string} word @param {Translator} t */
function translated(keys, word, t) {
  return Object.hasOwn(keys, word) ? t(keys[word]) : word;
}
