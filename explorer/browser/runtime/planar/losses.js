/** The losses as terms of D's raw output, in the numbers that `planar_training.c` gives them. */

const SOFTPLUS = 0;
const SOFTPLUS_NEGATIVE = 1;
const MINUS_SOFTPLUS = 2;
const HALF_SQUARE = 3;
const HALF_SQUARE_FROM_ONE = 4;
const HINGE = 5;
const HINGE_NEGATIVE = 6;
const RAW = 7;
const MINUS_RAW = 8;

/**
 * The means of which D's loss (`real` + `fake`) and G's loss (`generator`) are made. For the gradient penalty these are
 * the losses without the penalty.
 * minimax, non-saturating: Goodfellow et al. 2014, eq. 1 and section 3; least squares: Mao et al. 2017, eq. 2 with a =
 * 0, b = c = 1; hinge: Miyato et al. 2018, eqs. 16 and 17; Wasserstein: Arjovsky et al. 2017, algorithm 1.
 * @type {Readonly<Record<import("./settings.js").Loss, {real: number, fake: number, generator: number}>>}
 */
export const TERMS = Object.freeze({
  minimax: { real: SOFTPLUS_NEGATIVE, fake: SOFTPLUS, generator: MINUS_SOFTPLUS },
  non_saturating: { real: SOFTPLUS_NEGATIVE, fake: SOFTPLUS, generator: SOFTPLUS_NEGATIVE },
  least_squares: { real: HALF_SQUARE_FROM_ONE, fake: HALF_SQUARE, generator: HALF_SQUARE_FROM_ONE },
  hinge: { real: HINGE_NEGATIVE, fake: HINGE, generator: MINUS_RAW },
  wasserstein_clip: { real: MINUS_RAW, fake: RAW, generator: MINUS_RAW },
  wasserstein_penalty: { real: MINUS_RAW, fake: RAW, generator: MINUS_RAW },
});
