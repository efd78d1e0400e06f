/** What each node of the reparameterisation holds: numbers, one for each latent dimension. No DOM. */

/**
 * Nodes that hold one number per dimension, in the order of the computation. Those of one scale are drawn with bars of
 * one length per unit: coordinates of the latent space, logarithms of the variance, standard deviations of the noise.
 */
export const NODES = Object.freeze(
  /** @type {const} */ ([
    { id: "mu", scale: "latent" },
    { id: "log_variance", scale: "logarithm" },
    { id: "half", scale: "logarithm" },
    { id: "exp", scale: "latent" },
    { id: "epsilon", scale: "noise" },
    { id: "times", scale: "latent" },
    { id: "plus", scale: "latent" },
  ]),
);

/**
 * @typedef {typeof NODES[number]["id"]} NodeName
 * @typedef {typeof NODES[number]["scale"]} Scale
 */

/** Which node feeds which. @type {readonly (readonly [string, string])[]} */
export const EDGES = Object.freeze([
  ["input", "encoder"],
  ["encoder", "mu"],
  ["encoder", "log_variance"],
  ["log_variance", "half"],
  ["half", "exp"],
  ["exp", "times"],
  ["epsilon", "times"],
  ["mu", "plus"],
  ["times", "plus"],
  ["plus", "decoder"],
  ["decoder", "output"],
]);

/**
 * The numbers of z = μ + σ·ε, σ = exp(½·log σ²) (Kingma & Welling 2014, section 2.4), each as float32.
 * @param {import("../given.js").Posterior} posterior
 * @returns {Record<NodeName, Float32Array>} (L) by node
 */
export function insideValues({ mean, logVariance, deviation, epsilon, sample }) {
  return {
    mu: mean,
    log_variance: logVariance,
    half: logVariance.map((value) => value / 2),
    exp: deviation,
    epsilon: Float32Array.from(epsilon),
    times: deviation.map((value, i) => value * epsilon[i]),
    plus: sample,
  };
}

/**
 * The number that a full bar stands for, by scale: the largest size among the nodes that share it.
 * @param {Record<NodeName, Float32Array>} values
 * @returns {Record<Scale, number>}
 */
export function barScales(values) {
  const scales = { latent: 0, logarithm: 0, noise: 0 };
  for (const { id, scale } of NODES) {
    const largest = values[id].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scales[scale] = Math.max(scales[scale], largest);
  }
  return scales;
}
