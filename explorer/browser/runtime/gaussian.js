/** Two-dimensional Gaussians: the prior's circles and the ellipse of a covariance. */

/** @typedef {{x: number, y: number}} Point */
/**
 * @typedef {{x: number, y: number, major: number, minor: number, angle: number}} Ellipse  semi-axes; the angle of the
 *   major one, radians
 */

/** The shares of the prior's mass that the map's contours hold. */
export const CONTOUR_MASSES = Object.freeze([0.5, 0.9, 0.99]);

/**
 * Radius of the circle that holds a share of a two-dimensional standard normal: P(r² ≤ ρ²) = 1 − exp(−ρ²/2).
 * @param {number} mass in (0, 1)
 */
export function priorRadius(mass) {
  return Math.sqrt(-2 * Math.log1p(-mass));
}

/**
 * The ellipse `scale` standard deviations from the mean of a 2-D Gaussian.
 * @param {Point} mean
 * @param {{xx: number, xy: number, yy: number}} covariance
 * @param {number} scale
 * @returns {Ellipse}
 */
export function covarianceEllipse(mean, { xx, xy, yy }, scale) {
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    ...mean,
    major: scale * Math.sqrt(middle + spread),
    minor: scale * Math.sqrt(Math.max(0, middle - spread)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
