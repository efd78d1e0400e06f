/**
 * How close generated points are to the real distribution, and what D makes of them. A distance between two finite
 * samples is not zero even where the distributions are the same: every distance comes with its floor, what two real
 * samples of the same size are apart. The twin in Python is `explorer/metrics/planar.py`.
 */
import { ModelError } from "../errors.js";
import { STREAMS, noise, realPoints, support } from "./data.js";
import { THRESHOLDS, hasLogits } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./initial.js").State} State */
/** @typedef {import("./evaluate.js").Evaluator} Evaluator */
/** @typedef {ReturnType<typeof support>} Support */
/** @typedef {Float32Array | Float64Array} Points x, y by turns */

/** Points that are shown and measured. */
export const SHOWN = 512;
/** A point is of high quality within so many σ of the support. */
const WITHIN = 3;
/** A mode is covered by this share of the points that it would have if all modes had the same. */
const COVERED = 0.1;
const DIRECTIONS = 64;
const FLOOR_PAIRS = 8;

/**
 * Distance of each point to the noise-free support, and the place of the nearest support point.
 * @param {Points} points (2n)
 * @param {Support} target
 * @returns {{index: Int32Array, distance: Float64Array}} (n) each
 */
export function nearest(points, target) {
  const count = points.length / 2;
  const index = new Int32Array(count);
  const distance = new Float64Array(count);
  const places = target.points;
  for (let i = 0; i < count; i++) {
    let best = Infinity;
    for (let k = 0; k < places.length; k += 2) {
      const square = (points[2 * i] - places[k]) ** 2 + (points[2 * i + 1] - places[k + 1]) ** 2;
      if (square >= best) continue;
      best = square;
      index[i] = k / 2;
    }
    distance[i] = Math.sqrt(best);
  }
  return { index, distance };
}

/**
 * The share of points within 3σ of the noise-free support, and how many modes have at least 10 % of the points that an
 * even share of all would give them (only points of high quality count).
 * @param {Points} points (2n), finite
 * @param {Support} target
 * @returns {{highQuality: number, modesCovered: number | null}} null where there are no separate modes
 */
export function quality(points, target) {
  const { index, distance } = nearest(points, target);
  const count = distance.length;
  const counts = new Int32Array(target.points.length / 2);
  let near = 0;
  for (let i = 0; i < count; i++) {
    if (distance[i] > WITHIN * target.sigma) continue;
    near += 1;
    counts[index[i]] += 1;
  }
  const { modes } = target;
  const modesCovered = modes === null ? null : counts.filter((each) => each >= (COVERED * count) / modes).length;
  return { highQuality: near / count, modesCovered };
}

/** Mean distance over all pairs of a point of x and a point of y. @param {Points} x @param {Points} y */
export function meanDistance(x, y) {
  let total = 0;
  for (let i = 0; i < x.length; i += 2) {
    let sum = 0;
    for (let j = 0; j < y.length; j += 2) {
      const horizontal = x[i] - y[j];
      const vertical = x[i + 1] - y[j + 1];
      sum += Math.sqrt(horizontal * horizontal + vertical * vertical);
    }
    total += sum;
  }
  return total / ((x.length / 2) * (y.length / 2));
}

/**
 * 2 E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖ ≥ 0 over all pairs, a point with itself included (Székely & Rizzo 2013).
 * @param {Points} x (2n)
 * @param {Points} y (2m)
 * @param {number} [within] E‖y − y′‖ where it is known
 */
export function energyDistance(x, y, within = meanDistance(y, y)) {
  return 2 * meanDistance(x, y) - meanDistance(x, x) - within;
}

/** Sorted projections onto 64 even directions. @param {Points} points @returns {Float64Array[]} */
export function projections(points) {
  return Array.from({ length: DIRECTIONS }, (_, j) => {
    const angle = (Math.PI * (j + 0.5)) / DIRECTIONS;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const values = new Float64Array(points.length / 2);
    for (let i = 0; i < values.length; i++) values[i] = cosine * points[2 * i] + sine * points[2 * i + 1];
    return values.sort();
  });
}

/**
 * Mean over the directions of the Wasserstein-1 distance of the projections (Bonneel et al. 2015), in units of the
 * plane.
 * @param {Float64Array[]} x from `projections`
 * @param {Float64Array[]} y of as many points
 */
export function slicedWasserstein(x, y) {
  let total = 0;
  x.forEach((values, j) => {
    const others = y[j];
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] - others[i]);
    total += sum / values.length;
  });
  return total / x.length;
}

/**
 * Share of D's raw outputs on the right side: real above the threshold, generated not above it.
 * @param {Float32Array} real @param {Float32Array} fake @param {number} threshold
 */
export function accuracy(real, fake, threshold) {
  const above = (/** @type {Float32Array} */ outputs) =>
    outputs.reduce((sum, value) => sum + Number(value > threshold), 0);
  return (above(real) + fake.length - above(fake)) / (real.length + fake.length);
}

/**
 * Mean of D(x) as it is displayed: sigmoids of logits, else raw outputs.
 * @param {Float32Array} outputs
 * @param {string} loss
 */
export function shownMean(outputs, loss) {
  const shown = hasLogits(loss)
    ? (/** @type {number} */ value) => 1 / (1 + Math.exp(-value))
    : (/** @type {number} */ value) => value;
  return outputs.reduce((sum, value) => sum + shown(value), 0) / outputs.length;
}

/**
 * What is measured against, made once for the same settings.
 * @type {WeakMap<Settings, ReturnType<typeof makeReference>>}
 */
const references = new WeakMap();

/** @param {Settings} settings */
function makeReference(settings) {
  const real = realPoints(settings, STREAMS.shownReal, SHOWN);
  return {
    real,
    z: noise(settings, STREAMS.shownNoise, SHOWN),
    target: support(settings),
    within: meanDistance(real, real),
    projected: projections(real),
  };
}

/**
 * @typedef {object} Measures over `count` generated and as many real points, in evaluation mode
 * @property {number} highQuality share of generated points within 3σ of the support
 * @property {number | null} modesCovered
 * @property {number | null} modes null where there are none to count
 * @property {number} energy energy distance to the real points
 * @property {number} slicedWasserstein units of the plane
 * @property {number | null} accuracy of D; null for a Wasserstein critic
 * @property {number} realOutput mean D(x)
 * @property {number} fakeOutput mean D(G(z))
 * @property {number} count
 */

/**
 * @param {Settings} settings
 * @param {Evaluator} evaluator of these settings
 * @param {State} state
 * @returns {Measures}
 * @throws {ModelError} `lab.error_not_measurable` if a generated point is not finite
 */
export function measure(settings, evaluator, state) {
  const reference = references.get(settings) ?? makeReference(settings);
  references.set(settings, reference);
  const { real, z, target, within, projected } = reference;
  const fake = evaluator.generate(state, z);
  if (!fake.every(Number.isFinite)) throw new ModelError("lab.error_not_measurable", { iteration: state.iteration });
  const [onReal, onFake] = [real, fake].map((points) => evaluator.discriminate(state, points));
  const threshold = THRESHOLDS[settings.loss];
  return {
    ...quality(fake, target),
    modes: target.modes,
    energy: energyDistance(fake, real, within),
    slicedWasserstein: slicedWasserstein(projections(fake), projected),
    accuracy: threshold === null ? null : accuracy(onReal, onFake, threshold),
    realOutput: shownMean(onReal, settings.loss),
    fakeOutput: shownMean(onFake, settings.loss),
    count: SHOWN,
  };
}

/**
 * @typedef {{mean: number, low: number, high: number}} Range smallest and largest of the pairs
 * @typedef {{energy: Range, slicedWasserstein: Range, highQuality: number, count: number, pairs: number}} Floors
 */

/**
 * What two real samples score against each other, eight pairs: a difference from it that is smaller than its range
 * means nothing.
 * @param {Settings} settings
 * @returns {Floors}
 */
export function floors(settings) {
  const target = support(settings);
  const energies = [];
  const sliced = [];
  let highQuality = 0;
  for (let pair = 0; pair < FLOOR_PAIRS; pair++) {
    const [one, other] = [1, 2].map((each) => realPoints(settings, STREAMS.shownReal, SHOWN, 2 * pair + each));
    energies.push(energyDistance(one, other));
    sliced.push(slicedWasserstein(projections(one), projections(other)));
    highQuality += (quality(one, target).highQuality + quality(other, target).highQuality) / 2;
  }
  return {
    energy: rangeOf(energies),
    slicedWasserstein: rangeOf(sliced),
    highQuality: highQuality / FLOOR_PAIRS,
    count: SHOWN,
    pairs: FLOOR_PAIRS,
  };
}

/** @param {number[]} values @returns {Range} */
function rangeOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: Math.min(...values), high: Math.max(...values) };
}
