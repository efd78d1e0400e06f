/** Slow work waits until what the visitor moves has come to rest. */

const REST = 150; // milliseconds without a move
const HELD = 100; // milliseconds between looks at whether a pointer still holds it

export class Settling {
  #timer = 0;
  #ended = false;
  #settled;
  /** Whether a pointer holds what may move. */
  held = false;

  /** @param {() => void} settled told when it has come to rest */
  constructor(settled) {
    this.#settled = settled;
  }

  /** It moved just now. */
  soon() {
    this.cancel();
    this.#timer = setTimeout(() => (this.held ? this.soon() : this.#settled()), REST);
  }

  cancel() {
    clearTimeout(this.#timer);
  }

  end() {
    this.#ended = true;
    this.cancel();
  }

  /** Time for a slice of work: never while a pointer holds it. */
  async idle() {
    do await new Promise((resolve) => setTimeout(resolve, this.held ? HELD : 0));
    while (this.held && !this.#ended);
  }
}
