/** What a latent dimension tells about the image, in nats. */

export const COLLAPSED = 0.01; // nats: below this the dimension tells nothing about the image

/**
 * Dimensions by falling KL.
 * @param {ArrayLike<number>} kl (L) nats
 * @returns {number[]}
 */
export function orderByKl(kl) {
  return Array.from(kl, (_, dimension) => dimension).sort((a, b) => kl[b] - kl[a] || a - b);
}
