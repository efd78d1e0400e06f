/** Where the last steps of the text lie on the map; each is placed once. No DOM. */

const STEPS = 60;

/**
 * @typedef {{x: number, y: number, step: number}} Place
 */

export class Path {
  #locate;
  #stateAt;
  /** By step. @type {Map<number, Place>} */
  #known = new Map();

  /**
   * @param {(state: Float32Array) => {x: number, y: number}} locate
   * @param {(step: number) => Float32Array} stateAt
   */
  constructor(locate, stateAt) {
    this.#locate = locate;
    this.#stateAt = stateAt;
  }

  /** What was placed is another text's. */
  forget() {
    this.#known.clear();
  }

  /**
   * Place the steps up to the cursor's, the newest first.
   * @param {number} cursor
   * @returns {Generator<void, void, void>}
   */
  *reachTo(cursor) {
    for (let step = cursor; step > cursor - STEPS && step >= 0; step -= 1) {
      if (this.#known.has(step)) continue;
      const { x, y } = this.#locate(this.#stateAt(step));
      this.#known.set(step, { x, y, step });
      yield;
    }
  }

  /**
   * The steps that end at the cursor's and are placed without a gap, in the text's order.
   * @param {number} cursor
   * @returns {Place[]}
   */
  upTo(cursor) {
    const places = [];
    for (let step = cursor; step > cursor - STEPS; step -= 1) {
      const place = this.#known.get(step);
      if (!place) break;
      places.push(place);
    }
    return places.reverse();
  }
}
