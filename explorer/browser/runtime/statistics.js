/** Closed forms and order statistics behind the numbers that views show. */

/**
 * P(X > value) for X chi-squared with a whole number of degrees of freedom: the share of N(0, I) draws whose squared
 * length exceeds `value`. Finite sums (Abramowitz & Stegun 26.4.4 and 26.4.5), term by term in logarithms.
 * @param {number} value at least 0
 * @param {number} degrees at least 1
 */
export function chiSquaredTail(value, degrees) {
  if (!(value >= 0) || !Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`expected a value of at least 0 and whole degrees of freedom, got ${value} and ${degrees}`);
  }
  const x = value / 2;
  if (x === 0) return 1;
  const odd = degrees % 2 === 1;
  let tail = odd ? complementaryError(Math.sqrt(x)) : 0;
  // The first term is e⁻ˣ for even degrees and e⁻ˣ·√x / Γ(3/2) for odd ones; each next one gains a factor x / order.
  let logTerm = odd ? -x + 0.5 * Math.log(x) - Math.log(Math.sqrt(Math.PI) / 2) : -x;
  let order = odd ? 1.5 : 1;
  for (let terms = Math.floor(degrees / 2); terms > 0; terms--) {
    tail += Math.exp(logTerm);
    logTerm += Math.log(x / order);
    order += 1;
  }
  return Math.min(tail, 1);
}

const FARTHEST = 10; // √L + t is exceeded by at most e^(−t²/2) of the draws: by none that can be told, for t = 10
const HALVINGS = 60; // of an interval of a few tens: to the last digits

/**
 * The length that a share of the draws of N(0, I) do not exceed: the quantile of the χ distribution, by halving the
 * interval in which `chiSquaredTail` crosses 1 − share.
 * @param {number} share between 0 and 1
 * @param {number} degrees L, at least 1
 */
export function chiQuantile(share, degrees) {
  if (!(share > 0 && share < 1)) throw new RangeError(`expected a share between 0 and 1, got ${share}`);
  let [low, high] = [0, Math.sqrt(degrees) + FARTHEST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (chiSquaredTail(middle ** 2, degrees) > 1 - share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The lengths of the draws of N(0, I): their median, and the middle 90 %. In few dimensions they are far from √L.
 * @param {number} degrees L, at least 1
 * @returns {{low: number, median: number, high: number}}
 */
export function usualLengths(degrees) {
  const [low, median, high] = [0.05, 0.5, 0.95].map((share) => chiQuantile(share, degrees));
  return { low, median, high };
}

/** erfc(t) for t ≥ 0: the series 7.1.6 of Abramowitz & Stegun near zero, their continued fraction 7.1.14 beyond. */
function complementaryError(/** @type {number} */ t) {
  if (t < 2) {
    let term = t;
    let sum = t;
    for (let n = 1; term > 1e-17 * sum; n++) sum += term *= (2 * t * t) / (2 * n + 1);
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t) * sum;
  }
  let fraction = t;
  for (let n = 80; n > 0; n--) fraction = t + n / 2 / fraction;
  return Math.exp(-t * t) / (Math.sqrt(Math.PI) * fraction);
}

const Z95 = 1.959963984540054; // the standard normal's 97.5 % quantile

/**
 * A share of independent trials with Wilson's 95 % interval (Wilson 1927), which stays in [0, 1] and is no point at 0
 * or 1.
 * @param {number} successes from 0 to count
 * @param {number} count at least 1
 * @returns {{value: number, low: number, high: number}}
 */
export function proportion(successes, count) {
  if (!(count >= 1 && successes >= 0 && successes <= count))
    throw new RangeError(`a share needs 0 to N of N ≥ 1 trials, got ${successes} of ${count}`);
  const value = successes / count;
  const shrink = 1 / (1 + Z95 ** 2 / count);
  const centre = shrink * (value + Z95 ** 2 / (2 * count));
  const half = shrink * Z95 * Math.sqrt((value * (1 - value)) / count + Z95 ** 2 / (4 * count ** 2));
  return { value, low: Math.min(value, centre - half), high: Math.max(value, centre + half) };
}

/**
 * @param {ArrayLike<number>} values at least one
 * @param {number} share from 0 (smallest) to 1 (largest); linear between neighbours
 */
export function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The share that two histograms over the same bins have in common: 0 is told apart wholly, 1 is the same.
 * @param {ArrayLike<number>} one shares
 * @param {ArrayLike<number>} other
 */
export function overlap(one, other) {
  return Array.from(one, (share, bin) => Math.min(share, other[bin])).reduce((sum, share) => sum + share, 0);
}

/**
 * How far a latent lies from its prior, in the prior's own standard deviations.
 *
 * N(0, I): ‖z‖. A mixture: ‖C⁻¹(z − m)‖ in the component that most probably produced z (largest weight × density).
 * @param {ArrayLike<number>} z (L)
 * @param {import("./numbers.js").Mixture | null} mixture null for N(0, I)
 * @returns {{distance: number, tail: number, component: number | null}} `tail`: the share of that Gaussian's draws that
 *   lie farther out
 */
export function priorDistance(z, mixture) {
  const size = z.length;
  let squared = 0;
  let component = null;
  if (mixture === null) for (let i = 0; i < size; i++) squared += z[i] * z[i];
  else {
    let highest = -Infinity;
    for (let k = 0; k < mixture.weights.length; k++) {
      const { length, logDeterminant } = whiten(z, mixture, k);
      const score = Math.log(mixture.weights[k]) - logDeterminant - length / 2;
      if (score > highest) [highest, component, squared] = [score, k, length];
    }
  }
  return { distance: Math.sqrt(squared), tail: chiSquaredTail(squared, size), component };
}

/** Solve C·n = z − m by forward substitution; `length` is ‖n‖², `logDeterminant` is ln det C. */
function whiten(
  /** @type {ArrayLike<number>} */ z,
  /** @type {import("./numbers.js").Mixture} */ { means, cholesky },
  /** @type {number} */ component,
) {
  const size = z.length;
  const noise = new Float64Array(size);
  let length = 0;
  let logDeterminant = 0;
  for (let row = 0; row < size; row++) {
    const start = (component * size + row) * size;
    let rest = z[row] - means[component * size + row];
    for (let i = 0; i < row; i++) rest -= cholesky[start + i] * noise[i];
    noise[row] = rest / cholesky[start + row];
    length += noise[row] ** 2;
    logDeterminant += Math.log(cholesky[start + row]);
  }
  return { length, logDeterminant };
}
