/** Ways from one latent to another. */

/** @typedef {"spherical" | "linear"} Way */

/** @type {readonly Way[]} */
export const WAYS = Object.freeze(["spherical", "linear"]);

/** Below it the directions agree or oppose each other, and the arc between them is not defined. */
const SMALLEST_SINE = 1e-6;

/** @param {ArrayLike<number>} z */
export function norm(z) {
  let squared = 0;
  for (let i = 0; i < z.length; i++) squared += z[i] * z[i];
  return Math.sqrt(squared);
}

/**
 * The latent a share of the way from one to another. Linear: (1 − t)·a + t·b. Spherical: its direction along the arc
 * between theirs (Shoemake 1985, section 3.3), its length from the one to the other: so that it keeps the lengths that
 * a normal prior makes typical where the straight way cuts the corner; straight where there is no such arc. The same
 * formula with the lengths left in (White 2016) leaves for far outside where they differ and the directions nearly
 * oppose.
 * @param {Way} way
 * @param {ArrayLike<number>} a (L)
 * @param {ArrayLike<number>} b (L)
 * @param {number} share t in [0, 1]
 * @returns {Float32Array} (L)
 */
export function between(way, a, b, share) {
  const [near, far] = way === "spherical" ? arcWeights(a, b, share) : [1 - share, share];
  return Float32Array.from(a, (value, i) => near * value + far * b[i]);
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} share */
function arcWeights(a, b, share) {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i] * b[i];
  const [first, second] = [norm(a), norm(b)];
  const cosine = product / (first * second);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > SMALLEST_SINE)) return [1 - share, share];
  const length = (1 - share) * first + share * second;
  return [
    (Math.sin((1 - share) * angle) / sine) * (length / first),
    (Math.sin(share * angle) / sine) * (length / second),
  ];
}
