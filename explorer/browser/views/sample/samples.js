/**
 * The samples that the settings ask for: where each is in seed space, what it is decoded from, and what it is called.
 */

import { nameSample } from "../../parts/subject-names.js";
import { subjectAt } from "../../runtime/subjects.js";
import { toCsv, toPython } from "./exports.js";

/**
 * @typedef {import("../../runtime/seed-space.js").Position} Position
 * @typedef {import("../../runtime/subjects.js").Subject} Subject
 */

export class Samples {
  /** As they are now. @type {import("./address.js").Settings} */
  settings;
  #model;
  #t;

  /**
   * @param {import("../../runtime/model.js").Model} model
   * @param {import("../../i18n.js").Translator} t
   * @param {import("./address.js").Settings} settings
   */
  constructor(model, t, settings) {
    this.#model = model;
    this.#t = t;
    this.settings = settings;
  }

  /** Where the sample that is looked at belongs. @returns {Position} */
  get home() {
    return { x: this.settings.seed + this.settings.pick, y: 0 };
  }

  /** Whether the sample that is looked at is elsewhere. */
  get moved() {
    return this.settings.x !== this.home.x || this.settings.y !== 0;
  }

  /** @param {number} index on the sheet @returns {Position} */
  position(index) {
    const { seed, pick, x, y } = this.settings;
    return index === pick ? { x, y } : { x: seed + index, y: 0 };
  }

  /** @param {number} index */
  subject(index) {
    return subjectAt(this.#model, this.settings, this.position(index), this.settings);
  }

  /** @param {number} index @param {Subject} [subject] of it, where that is known */
  name(index, subject = this.subject(index)) {
    return nameSample(this.position(index), subject, this.#model, this.#t);
  }

  /** Of all that are on the sheet. @returns {string[]} */
  get names() {
    return Array.from({ length: this.settings.count }, (_, index) => this.name(index));
  }

  get csv() {
    const samples = Array.from({ length: this.settings.count }, (_, index) => ({
      position: this.position(index),
      subject: this.subject(index),
    }));
    return toCsv(samples, this.settings, this.#model.config.condition?.values ?? []);
  }

  /** What draws the same. */
  get python() {
    return toPython(this.#model, this.settings, this.moved ? this.subject(this.settings.pick) : null);
  }
}
