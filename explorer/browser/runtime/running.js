/** A run that still trains, followed through the server: a timeline that grows. */
import { isCount, isFiniteNumber, isRecord, isTitle } from "./checks.js";
import { ModelError, pathname, refusal } from "./errors.js";
import { openSafetensors } from "./safetensors.js";
import { SheetSequence } from "./sheets.js";
import { TensorFile } from "./tensor-file.js";
import { areShares, isMeasure, isTiles } from "./timeline.js";

/** @typedef {import("./timeline.js").Timeline} Timeline */

/**
 * @typedef {object} Run its `run.json`
 * @property {string} name
 * @property {Record<string, string>} title by language
 * @property {string} family
 * @property {import("./config.js").ImageShape} image
 * @property {number} latent_size
 * @property {import("./config.js").Condition | null} [condition]
 * @property {import("./config.js").Training} [training] not known before the run has ended
 * @property {number} total steps
 * @property {import("./sheets.js").Tiles} tile
 * @property {Record<string, import("./timeline.js").MeasureDescription>} [measures]
 * @property {number[] | null} [edges] of the histograms
 * @property {number[] | null} [label] class of each tile
 */

/**
 * @param {{name: string, folder: string, capabilities: string[]}} entry of the catalogue
 * @returns {Promise<RunningModel>}
 * @throws {ModelError} naming the file and what was expected of it
 */
export async function openRunning({ name, folder, capabilities }) {
  const url = `${folder}run.json`;
  const run = await fetchJson(url);
  if (!isRun(run)) throw new ModelError("runtime.timelineDescription", { file: pathname(url) });
  return new RunningModel(name, folder, capabilities, run);
}

/** @param {unknown} run @returns {run is Run} */
function isRun(run) {
  if (!isRecord(run)) return false;
  const { image, tile, title, latent_size: size, total, measures = {} } = run;
  const known = isTitle(title) && isCount(size) && isCount(total) && isRecord(measures);
  return known && isImage(image) && isTiles(tile, image) && Object.values(measures).every(isMeasure);
}

/** @param {unknown} image @returns {image is import("./config.js").ImageShape} */
function isImage(image) {
  return isRecord(image) && [image.channels, image.height, image.width].every(isCount);
}

/** What a view of the training needs of a model; it cannot decode. */
export class RunningModel {
  #timeline;

  /** @param {string} name @param {string} folder @param {string[]} capabilities @param {Run} run */
  constructor(name, folder, capabilities, run) {
    this.name = name;
    this.config = run;
    this.capabilities = new Set(capabilities);
    this.imageShape = run.image;
    this.latentSize = run.latent_size;
    this.#timeline = new RunningTimeline(folder, run);
  }

  /** @returns {Promise<RunningTimeline>} of one moment at least */
  async loadTimeline() {
    await this.#timeline.poll();
    if (this.#timeline.steps.length === 0) throw new ModelError("runtime.runNotBegun", { file: this.config.name });
    return this.#timeline;
  }

  /** Weights are packed when the run has ended. @returns {Promise<null>} */
  async loadMoments() {
    return null;
  }
}

/**
 * A `Timeline` (see timeline.js) that grows by `poll`.
 * @implements {Timeline}
 */
export class RunningTimeline {
  #folder;
  #samples;
  #offset = 0;
  #tag = "";
  /** Moments that a caller was told of. */
  #told = 0;
  /** @type {Promise<{from: number, changed: boolean}> | null} */
  #polling = null;
  running = true;
  /** @type {number[]} */
  steps = [];
  /** @type {{edges: number[], real: Float32Array[], fake: Float32Array[]} | null} */
  histograms = null;
  /** @type {Map<string, import("./timeline.js").MeasureDescription & {values: number[]}>} */
  measures = new Map();
  /** @type {import("./timeline.js").History} */
  history = { columns: [], rows: [] };
  klPerDimension = null;

  /** @param {string} folder URL of the run, ending in a slash @param {Run} run */
  constructor(folder, { total, tile, label = null, edges = null, measures = {} }) {
    this.#folder = folder;
    this.#samples = new SheetSequence(pathname(folder), "samples", tile);
    this.total = total;
    this.sheets = new Map([["samples", this.#samples]]);
    this.labels = label;
    if (edges !== null) this.histograms = { edges, real: [], fake: [] };
    for (const [name, each] of Object.entries(measures)) this.measures.set(name, { ...each, values: [] });
  }

  async loadFollowed() {
    return null;
  }

  /**
   * Ask the server for what is new; calls at the same time share one answer.
   * @returns {Promise<{from: number, changed: boolean}>} `from`: the first moment that is new
   * @throws {ModelError} naming the file; what was there before stays
   */
  poll() {
    this.#polling ??= this.#ask().finally(() => (this.#polling = null));
    return this.#polling;
  }

  async #ask() {
    let changed = false;
    try {
      for (let more = true; more;) {
        const progress = await this.#fetchProgress();
        if (progress === null) break;
        changed = true;
        more = progress.more;
        this.#takeRows(progress);
        for (const step of progress.moments) if (step > (this.steps.at(-1) ?? -1)) await this.#takeMoment(step);
        this.running = !progress.finished;
      }
    } catch (error) {
      this.#tag = ""; // what failed is asked for again
      throw error;
    }
    const from = this.#told;
    this.#told = this.steps.length;
    return { from, changed };
  }

  async #fetchProgress() {
    const url = `${this.#folder}progress?offset=${this.#offset}`;
    const response = await fetch(url, { headers: this.#tag ? { "If-None-Match": this.#tag } : {}, cache: "no-store" });
    if (response.status === 304) return null;
    /** @type {unknown} */
    const body = await response.json().catch(() => ({}));
    if (!response.ok) throw refusal(url, response, body);
    if (!isProgress(body)) throw new ModelError("runtime.notJson", { file: pathname(url) });
    this.#tag = response.headers.get("ETag") ?? "";
    return body;
  }

  /** A run that began anew logs from its start again: what it logs replaces the rows from that step on. */
  #takeRows(/** @type {Progress} */ { rows, next }) {
    this.#offset = next;
    const { history } = this;
    if (rows.length === 0) return;
    if (history.columns.length === 0)
      history.columns = ["step", ...Object.keys(rows[0]).filter((name) => name !== "step")];
    const first = Number(rows[0].step);
    const kept = history.rows.filter(([step]) => Number(step) < first);
    history.rows = [...kept, ...rows.map((row) => history.columns.map((name) => row[name] ?? null))];
  }

  async #takeMoment(/** @type {number} */ step) {
    const url = `${this.#folder}moments/${String(step).padStart(8, "0")}.safetensors`;
    const opened = await openSafetensors(url);
    const names = [...opened.tensors.keys()].filter(
      (name) => name === "samples" || /^(histogram|measure)\./.test(name),
    );
    const file = new TensorFile(pathname(url), await opened.read(names), {});
    const samples = file.take("samples", [null], Uint8Array);
    if (this.histograms !== null) {
      const [real, fake] = ["histogram.real", "histogram.fake"].map((tensor) => this.#shares(file, tensor));
      this.histograms.real.push(real);
      this.histograms.fake.push(fake);
    }
    this.#samples.pictures.push(samples);
    for (const [name, { values }] of this.measures) values.push(measured(file, `measure.${name}`));
    this.steps.push(step);
  }

  #shares(/** @type {TensorFile} */ file, /** @type {string} */ tensor) {
    const bins = (this.histograms?.edges.length ?? 0) - 1;
    const shares = file.has(tensor) ? file.take(tensor, [null], Float32Array) : null;
    if (shares?.length !== bins || !areShares(shares)) return file.refuse("runtime.shares", { tensor, moment: 0 });
    return shares;
  }
}

/** A moment's number; NaN where it has none. @param {TensorFile} file @param {string} tensor */
function measured(file, tensor) {
  return file.has(tensor) ? file.take(tensor, [], Float32Array)[0] : NaN;
}

/** @param {string} url @returns {Promise<unknown>} */
async function fetchJson(url) {
  const response = await fetch(url);
  /** @type {unknown} */
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw refusal(url, response, body);
  return body;
}

/**
 * @typedef {Record<string, number | null>} LoggedRow
 * @typedef {{rows: LoggedRow[], next: number, moments: number[], more: boolean, finished: boolean}} Progress
 *
 * @param {unknown} body
 * @returns {body is Progress}
 */
function isProgress(body) {
  if (!isRecord(body)) return false;
  const { rows, next, moments, more, finished } = body;
  const flags = typeof more === "boolean" && typeof finished === "boolean";
  return flags && isFiniteNumber(next) && isListOf(rows, isRecord) && isListOf(moments, isFiniteNumber);
}

/** @param {unknown} list @param {(each: unknown) => boolean} isOne */
function isListOf(list, isOne) {
  return Array.isArray(list) && list.every(isOne);
}
