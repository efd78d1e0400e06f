/**
 * How dense latent space is at a point, in nats per unit of volume: under the prior, and where encoded images lie.
 * Float64.
 */

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * ln N(z; 0, I).
 * @param {ArrayLike<number>} z (L)
 */
export function logPrior(z) {
  let squared = 0;
  for (let i = 0; i < z.length; i++) squared += z[i] * z[i];
  return -0.5 * (z.length * LOG_TWO_PI + squared);
}

/**
 * The aggregated posterior of the browse set, a mixture of its N posteriors: ln (1/N) Σ_n N(z; μ_n, diag σ²_n)
 * (Tomczak & Welling 2018, eq. 5).
 * @param {{mean: Float32Array, logVariance: Float32Array, count: number}} map (N, L) each
 * @returns {(z: ArrayLike<number>, except?: number) => number} of all posteriors, or of all but that of one image
 */
export function createAggregated({ mean, logVariance, count }) {
  const size = mean.length / count;
  const precision = Float64Array.from(logVariance, (value) => Math.exp(-value));
  const constants = Float64Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let i = n * size; i < (n + 1) * size; i++) sum += logVariance[i];
    return -0.5 * (size * LOG_TWO_PI + sum);
  });
  const terms = new Float64Array(count);
  return (z, except = -1) => {
    let peak = -Infinity;
    for (let n = 0, at = 0; n < count; n++) {
      let squared = 0;
      for (let i = 0; i < size; i++, at++) {
        const difference = z[i] - mean[at];
        squared += difference * difference * precision[at];
      }
      terms[n] = n === except ? -Infinity : constants[n] - 0.5 * squared;
      if (terms[n] > peak) peak = terms[n];
    }
    let sum = 0;
    for (let n = 0; n < count; n++) sum += Math.exp(terms[n] - peak);
    return peak + Math.log(sum / (except < 0 ? count : count - 1));
  };
}
