/** Ways from one latent to another. */

/** @typedef {"spherical" | "linear"} Way */

export const WAYS = Object.freeze(["spherical", "linear"]);

const SMALLEST_SINE = 1e-6; // below it the directions agree or oppose each other, and the arc between them is not defined

/** @param {ArrayLike<number>} z */
export function norm(z) {
  let squared = 0;
  for (let i = 0; i < z.length; i++) squared += z[i] * z[i];
  return Math.sqrt(squared);
}

/**
 * The latent a share of the way from one to another. Linear: (1 − t)·a + t·b. Spherical: along the arc between their
 * directions (Shoemake 1985, as White 2016 uses it), which keeps the lengths that a normal prior makes typical where the
 * straight way cuts the corner; straight where there is no such arc.
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

function arcWeights(a, b, share) {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i] * b[i];
  const cosine = product / (norm(a) * norm(b));
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > SMALLEST_SINE)) return [1 - share, share];
  return [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
}
