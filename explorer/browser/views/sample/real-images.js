/** The real images nearest to a sample, held against the distances of real images among themselves. */

import { element } from "../../dom.js";
import { errorWords } from "../../parts/messages.js";
import { paint } from "../../parts/pictures.js";
import { createGauge } from "./gauge.js";
import { compare, measureYardstick } from "./neighbours.js";
import { percent } from "../../charts/numerals.js";

const NEIGHBOURS = 5;

/**
 * @typedef {import("../../runtime/map.js").LatentMap} LatentMap
 * @typedef {import("./neighbours.js").Comparison} Comparison
 * @typedef {import("./neighbours.js").Yardstick} Yardstick
 */

export class RealImages {
  /** @type {HTMLElement} */
  node;
  #model;
  #t;
  #idle;
  /** @type {{z: Float32Array, picture: Float32Array} | null} */
  #subject = null;
  /** @type {LatentMap | null} */
  #map = null;
  /** @type {Yardstick | null} */
  #yardstick = null;
  #opening = false;
  #button;
  #said;
  #pictures = element("div", { class: "neighbours" });
  #pixels;
  #latents;
  #judged;
  #results;

  /**
   * @param {object} options
   * @param {import("../../runtime/model.js").Model} options.model
   * @param {import("../../i18n.js").Translator} options.t
   * @param {() => void} options.onCompare the visitor asked for them
   * @param {() => Promise<void>} options.idle resolves when there is time for a slice of work
   */
  constructor({ model, t, onCompare, idle }) {
    this.#model = model;
    this.#t = t;
    this.#idle = idle;
    const ask = () => {
      onCompare();
      this.open();
    };
    this.#button = element(
      "button",
      { class: "button compare-open", type: "button", on: { click: ask } },
      t("sample.compare"),
    );
    this.#said = element("p", { class: "note", role: "status" }, t("sample.compare_note"));
    this.#pixels = createJudgement("pixel-line", t("sample.gauge_pixels"), t("sample.gauge_typical"));
    this.#latents = createJudgement("latent-line", t("sample.gauge_latents"), t("sample.gauge_typical"));
    const judgements = [...this.#pixels.nodes, ...this.#latents.nodes];
    this.#judged = element("div", { class: "judged", hidden: true }, ...judgements);
    this.#results = element(
      "div",
      { class: "comparison", hidden: true },
      this.#pictures,
      this.#judged,
      element("p", { class: "note" }, t("sample.held_out_note")),
    );
    this.node = element("div", {}, this.#button, this.#said, this.#results);
  }

  /** Fetch and measure what they are compared with, once. */
  async open() {
    if (this.#opening) return;
    this.#opening = true;
    this.#button.hidden = true;
    this.#said.hidden = false;
    this.#said.textContent = this.#t("page.loading");
    try {
      this.#map = await this.#model.loadMap();
      this.#show();
      this.#said.textContent = this.#t("sample.measuring");
      this.#yardstick = await measureYardstick(this.#map, this.#idle);
      this.#said.hidden = true;
      this.#show();
    } catch (error) {
      this.#opening = this.#button.hidden = false;
      this.#said.textContent = errorWords(error, this.#t);
    }
  }

  /** @param {{z: Float32Array, picture: Float32Array}} subject the sample that is looked at */
  update(subject) {
    this.#subject = subject;
    this.#show();
  }

  #show() {
    const map = this.#map;
    if (!map || !this.#subject) return;
    const found = map.nearestImages(this.#subject.picture, NEIGHBOURS);
    this.#results.hidden = false;
    this.#pictures.replaceChildren(...found.map((each) => this.#createNeighbour(map, each)));
    this.#judged.hidden = !this.#yardstick;
    if (this.#yardstick) this.#judge(this.#yardstick, found[0].distance, this.#nearestLatent());
  }

  /** The distance of z to the nearest posterior mean; null where there is no encoder. */
  #nearestLatent() {
    if (!this.#map?.nearest || !this.#subject) return null;
    return this.#map.nearest(this.#subject.z, 1)[0].distance;
  }

  /** @param {Yardstick} yardstick @param {number} inPixels @param {number | null} inLatents */
  #judge(yardstick, inPixels, inLatents) {
    const pixels = compare(inPixels, yardstick.pixels);
    this.#pixels.show(pixels, this.#t("sample.pixel_line", this.#words(pixels, yardstick, 3)));
    const known =
      inLatents !== null && yardstick.latents ? { distance: inLatents, yardstick: yardstick.latents } : null;
    for (const node of this.#latents.nodes) node.hidden = known === null;
    if (known === null) return;
    const latents = compare(known.distance, known.yardstick);
    this.#latents.show(latents, this.#t("sample.latent_line", this.#words(latents, yardstick, 2)));
  }

  /** @param {Comparison} comparison @param {Yardstick} yardstick @param {number} digits */
  #words({ distance, median, closer }, yardstick, digits) {
    return {
      distance: distance.toFixed(digits),
      median: median.toFixed(digits),
      closer: percent(closer),
      measured: yardstick.count,
      count: this.#map?.count ?? 0,
    };
  }

  /** @param {LatentMap} map @param {import("../../runtime/map.js").Neighbour} neighbour */
  #createNeighbour(map, { index, distance }) {
    const canvas = element("canvas", { class: "picture" });
    paint(canvas, map.image(index), this.#model.imageShape);
    const words = distance.toFixed(3);
    const caption = element("figcaption", { class: "number" }, words);
    const title = this.#t("sample.neighbour", { index: map.datasetIndex[index], distance: words });
    return element("figure", { class: "neighbour", title }, canvas, caption);
  }
}

/** A sentence on a distance, over its gauge. @param {string} name @param {string} label @param {string} typical */
function createJudgement(name, label, typical) {
  const line = element("p", { class: name });
  const gauge = createGauge(label, typical);
  return {
    nodes: [line, gauge.node],
    /** @param {Comparison} comparison @param {string} words */
    show(comparison, words) {
      line.textContent = words;
      gauge.update(comparison);
    },
  };
}
