/** The part of a chart that is seen. No DOM. */

const SMALLEST = 1e-4; // of all places: a narrower window has no numbers left to tell its ends apart

/**
 * @typedef {import("../description.js").Span} Span
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./gestures.js").Place} Place
 */

/** A window over the places of a chart: along x, and of a plane along y too. */
export class Window {
  /** @type {Span | null} null for all */
  x = null;
  /** @type {Span | null} null for what the values reach */
  y = null;

  /**
   * See the places from one to another.
   * @param {Frame} frame @param {Span} all @param {Place} from @param {Place} to @param {boolean} plane
   * @returns {boolean} whether that changed anything
   */
  select(frame, all, from, to, plane) {
    const across = [from.x, to.x].map((x) => frame.pixelToPlace(clamp(x, frame.left, frame.right)));
    const next = within({ low: Math.min(...across), high: Math.max(...across) }, all);
    if (!next) return false;
    this.x = next;
    const up = [from.y, to.y].map((y) => frame.yToPlace(clamp(y, frame.top, frame.bottom)));
    if (plane) this.y = { low: Math.min(...up), high: Math.max(...up) };
    return true;
  }

  /**
   * See `factor` times less, about a place that stays where it is.
   * @param {Frame} frame @param {Span} all @param {number} factor @param {Place} about @param {boolean} plane
   * @returns {boolean} whether that changed anything
   */
  zoom(frame, all, factor, about, plane) {
    const next = zoomed(frame.x, frame.pixelToPlace(about.x), factor);
    if (next.high - next.low >= all.high - all.low) return this.reset();
    // What would hang over an end is shifted back.
    const shift = Math.max(0, all.low - next.low) - Math.max(0, next.high - all.high);
    const inside = within({ low: next.low + shift, high: next.high + shift }, all);
    if (!inside) return false;
    this.x = inside;
    if (plane) this.y = zoomed(frame.y, frame.yToPlace(about.y), factor);
    return true;
  }

  /**
   * Move by a share of what is seen.
   * @param {Span} all
   * @param {number} share
   * @returns {boolean} whether that changed anything
   */
  pan(all, share) {
    if (!this.x) return false;
    const { low, high } = this.x;
    const shift = clamp(share * (high - low), all.low - low, all.high - high);
    this.x = { low: low + shift, high: high + shift };
    return shift !== 0;
  }

  /** Move as far as a place is out of sight. @param {number} place @returns {boolean} whether that changed anything */
  follow(place) {
    if (!this.x) return false;
    const { low, high } = this.x;
    const shift = place - clamp(place, low, high);
    this.x = { low: low + shift, high: high + shift };
    return shift !== 0;
  }

  /** See all. @returns {boolean} whether less was seen */
  reset() {
    const less = this.x !== null;
    this.x = this.y = null;
    return less;
  }
}

/** @param {Span} window @param {Span} all @returns {Span | null} null where too little would be seen */
function within(window, all) {
  const next = { low: Math.max(window.low, all.low), high: Math.min(window.high, all.high) };
  return next.high - next.low > SMALLEST * (all.high - all.low) ? next : null;
}

/** @param {Span} span @param {number} about @param {number} factor @returns {Span} */
function zoomed({ low, high }, about, factor) {
  return { low: about - (about - low) / factor, high: about + (high - about) / factor };
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
