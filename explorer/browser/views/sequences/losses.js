/** The losses whose discriminators' outputs have a known meaning; see `views/lab/plot/quantities.js`. */
export const LOSSES = Object.freeze(["minimax", "non_saturating", "least_squares", "hinge", "wasserstein_clip", "wasserstein_penalty"]);
