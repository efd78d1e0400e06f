/**
 * The KL of latent dimensions, in nats: an upper bound of what a dimension tells about the image, since
 * E[KL(q(z|x) ‖ p(z))] = I(x; z) + KL(q(z) ‖ p(z)) (Hoffman & Johnson 2016, "ELBO surgery").
 */

export const COLLAPSED = 0.01; // nats: below this the dimension tells next to nothing about the image

/**
 * Dimensions by falling KL.
 * @param {ArrayLike<number>} kl (L) nats
 * @returns {number[]}
 */
export function orderByKl(kl) {
  return Array.from(kl, (_, dimension) => dimension).sort((a, b) => kl[b] - kl[a] || a - b);
}
