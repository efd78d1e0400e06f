/** A run that still trains, followed through the server: a timeline that grows. */
import { ModelError } from "./errors.js";
import { openSafetensors } from "./safetensors.js";
import { SheetSequence } from "./sheets.js";
import { areShares, isMeasure, isTiles } from "./timeline.js";

/**
 * @param {{name: string, folder: string, capabilities: string[]}} entry of the catalogue
 * @returns {Promise<RunningModel>}
 * @throws {ModelError} naming the file and what was expected of it
 */
export async function openRunning({ name, folder, capabilities }) {
  const run = await fetchJson(`${folder}run.json`);
  if (!isTiles(run.tile, run.image) || !Object.values(run.measures ?? {}).every(isMeasure)) {
    throw new ModelError("runtime.timelineDescription", { file: pathname(`${folder}run.json`) });
  }
  return new RunningModel(name, folder, capabilities, run);
}

/** What a view of the training needs of a model; it cannot decode. */
class RunningModel {
  #timeline;

  /** @param {string} name @param {string} folder @param {string[]} capabilities @param {Record<string, any>} run */
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

/** A `Timeline` (see timeline.js) that grows by `poll`. */
export class RunningTimeline {
  #folder;
  #offset = 0;
  #tag = "";
  /** Moments that a caller was told of. */
  #told = 0;
  /** @type {Promise<{from: number, changed: boolean}> | null} */
  #polling = null;

  /** @param {string} folder URL of the run, ending in a slash @param {Record<string, any>} run its `run.json` */
  constructor(folder, run) {
    this.#folder = folder;
    this.total = run.total;
    this.running = true;
    /** @type {number[]} */
    this.steps = [];
    this.sheets = new Map([["samples", new SheetSequence(pathname(folder), "samples", run.tile)]]);
    this.labels = run.label ?? null;
    this.histograms = run.edges ? { edges: run.edges, real: [], fake: [] } : null;
    this.measures = new Map(Object.entries(run.measures ?? {}).map(([name, each]) => [name, { ...each, values: [] }]));
    /** @type {import("./timeline.js").History} */
    this.history = { columns: [], rows: [] };
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
    const body = await response.json().catch(() => ({}));
    if (!response.ok)
      throw new ModelError(body.error?.key ?? "runtime.unreachable", {
        file: pathname(url),
        status: response.status,
        ...body.error?.values,
      });
    this.#tag = response.headers.get("ETag") ?? "";
    return body;
  }

  /** A run that began anew logs from its start again: what it logs replaces the rows from that step on. */
  #takeRows(/** @type {{rows: Record<string, number | null>[], next: number}} */ { rows, next }) {
    this.#offset = next;
    const { history } = this;
    if (rows.length === 0) return;
    if (history.columns.length === 0)
      history.columns = ["step", ...Object.keys(rows[0]).filter((name) => name !== "step")];
    const kept = history.rows.filter(([step]) => step < rows[0].step);
    history.rows = [...kept, ...rows.map((row) => history.columns.map((name) => row[name] ?? null))];
  }

  async #takeMoment(/** @type {number} */ step) {
    const url = `${this.#folder}moments/${String(step).padStart(8, "0")}.safetensors`;
    const opened = await openSafetensors(url);
    const file = pathname(url);
    const names = [...opened.tensors.keys()].filter(
      (name) => name === "samples" || /^(histogram|measure)\./.test(name),
    );
    const tensors = await opened.read(names);
    if (!tensors.has("samples")) throw new ModelError("runtime.missingTensor", { file, tensor: "samples" });
    const shares = this.histograms && this.#shares(file, tensors);
    this.sheets.get("samples").pictures.push(tensors.get("samples").data);
    for (const kind of ["real", "fake"]) this.histograms?.[kind].push(shares[kind]);
    for (const [name, measure] of this.measures) measure.values.push(tensors.get(`measure.${name}`)?.data[0] ?? NaN);
    this.steps.push(step);
  }

  #shares(/** @type {string} */ file, /** @type {Map<string, {data: any}>} */ tensors) {
    const bins = this.histograms.edges.length - 1;
    const take = (/** @type {string} */ tensor) => {
      const data = tensors.get(tensor)?.data;
      if (data?.length !== bins || !areShares(data))
        throw new ModelError("runtime.shares", { file, tensor, moment: 0 });
      return data;
    };
    return { real: take("histogram.real"), fake: take("histogram.fake") };
  }
}

async function fetchJson(/** @type {string} */ url) {
  const response = await fetch(url);
  const body = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new ModelError(body.error?.key ?? "runtime.unreachable", {
      file: pathname(url),
      status: response.status,
      ...body.error?.values,
    });
  return body;
}

/** @param {string} url */
function pathname(url) {
  return new URL(url, globalThis.location?.href).pathname;
}
