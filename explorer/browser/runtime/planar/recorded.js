/** A recorded run of a checkpoint folder: `timeline.safetensors` and `history.json` of a planar GAN. */
import { isRecord, isTitle } from "../checks.js";
import { ModelError } from "../errors.js";
import { allFinite } from "../numbers.js";
import { openSafetensors } from "../safetensors.js";
import { COLUMNS } from "./history.js";
import { networkLayout, optimiserSize } from "./layout.js";
import { Run } from "./run.js";
import { checkSettings } from "./settings.js";

/** @typedef {import("./initial.js").State} State */
/** @typedef {import("../safetensors.js").StoredTensor} Tensor */

const FILE = "timeline.safetensors";
const HISTORY = "history.json";

/**
 * @param {{folder: string}} model of the runtime
 * @returns {Promise<Run>}
 * @throws {ModelError} naming file, tensor and expectation
 */
export async function openRecorded(model) {
  const [file, history] = await Promise.all([
    openSafetensors(`${model.folder}${FILE}`),
    fetchHistory(`${model.folder}${HISTORY}`),
  ]);
  const { settings, description, stopped } = readStory(file.metadata.timeline);
  const tensors = await file.read(file.tensors.keys());
  const run = new Run(settings);
  run.states = readStates(settings, tensors);
  run.history = history;
  run.description = description;
  run.stopped = stopped;
  return run;
}

/** @param {string | undefined} text of the header's metadata */
function readStory(text) {
  try {
    /** @type {unknown} */
    const content = JSON.parse(text ?? "");
    const { kind, settings, description, stopped } = isRecord(content) ? content : {};
    if (kind === "planar" && isTitle(description) && (stopped === null || isStopped(stopped)))
      return { settings: checkSettings(settings), description, stopped };
  } catch (error) {
    if (error instanceof ModelError) throw error;
  }
  throw new ModelError("lab.error_timeline", {
    file: FILE,
    tensor: "timeline",
    expected: "kind planar, settings, description, stopped",
    found: text,
  });
}

/** @param {unknown} stopped @returns {stopped is import("./run.js").Stopped} */
function isStopped(stopped) {
  return isRecord(stopped) && Number.isInteger(stopped.iteration) && typeof stopped.reason === "string";
}

/** @param {import("./settings.js").Settings} settings @param {Map<string, Tensor>} tensors @returns {State[]} */
function readStates(settings, tensors) {
  const moments = tensors.get("iteration")?.data.length ?? 0;
  if (moments === 0) refuse("iteration", "[T], T ≥ 1", tensors.get("iteration")?.shape);
  const counters = (/** @type {string} */ name) => Array.from(take(tensors, name, [moments], BigInt64Array), Number);
  const rows = (/** @type {string} */ name, /** @type {number} */ length) => {
    const data = length === 0 ? new Float32Array(0) : take(tensors, name, [moments, length], Float32Array);
    return (/** @type {number} */ t) => data.subarray(t * length, (t + 1) * length);
  };
  const [iteration, discriminatorUpdates, generatorUpdates] = [
    "iteration",
    "discriminator_updates",
    "generator_updates",
  ].map(counters);
  const generator = rows("generator", networkLayout(settings, "generator").size);
  const discriminator = rows("discriminator", networkLayout(settings, "discriminator").size);
  const generatorOptimiser = rows("generator.optimiser", optimiserSize(settings, "generator"));
  const discriminatorOptimiser = rows("discriminator.optimiser", optimiserSize(settings, "discriminator"));
  const [losses, norms] = [rows("losses", 2), rows("gradient_norms", 2)];
  if (iteration.some((value, t) => value < 0 || (t > 0 && value <= iteration[t - 1])))
    refuse("iteration", "0 ≤ …, ascending", iteration);
  return iteration.map((value, t) => ({
    iteration: value,
    discriminatorUpdates: discriminatorUpdates[t],
    generatorUpdates: generatorUpdates[t],
    generator: generator(t),
    discriminator: discriminator(t),
    generatorOptimiser: generatorOptimiser(t),
    discriminatorOptimiser: discriminatorOptimiser(t),
    losses: pair(losses(t)),
    gradientNorms: pair(norms(t)),
    outputs: null,
  }));
}

/** @param {Float32Array} values of D and G */
function pair([discriminator, generator]) {
  return { discriminator, generator };
}

/**
 * The named tensor's values, finite, of this shape and type.
 * @template {import("../safetensors.js").TensorData} Data
 * @param {Map<string, Tensor>} tensors
 * @param {string} name
 * @param {number[]} shape
 * @param {import("../tensor-file.js").Type<Data>} type
 * @returns {Data}
 */
function take(tensors, name, shape, type) {
  const found = tensors.get(name);
  const data = found?.data;
  if (!(data instanceof type) || String(found?.shape) !== String(shape)) return refuse(name, shape, found?.shape);
  if (data instanceof Float32Array && !allFinite(data))
    throw new ModelError("runtime.notFinite", { file: FILE, tensor: name });
  return data;
}

/** @returns {never} */
function refuse(/** @type {string} */ tensor, /** @type {unknown} */ expected, /** @type {unknown} */ found) {
  throw new ModelError("lab.error_timeline", { file: FILE, tensor, expected, found: found ?? "–" });
}

async function fetchHistory(/** @type {string} */ url) {
  const response = await fetch(url);
  if (!response.ok) throw new ModelError("runtime.unreachable", { file: HISTORY, status: response.status });
  /** @type {unknown} */
  const content = await response.json().catch(() => ({}));
  const { columns, rows } = isRecord(content) ? content : {};
  const number = (/** @type {unknown} */ value) => value === null || Number.isFinite(value);
  const sound = (/** @type {unknown} */ row) =>
    Array.isArray(row) && row.length === COLUMNS.length && Number.isInteger(row[0]) && row.every(number);
  if (String(columns) !== String(COLUMNS) || !Array.isArray(rows) || !rows.every(sound)) {
    throw new ModelError("lab.error_timeline", {
      file: HISTORY,
      tensor: "columns, rows",
      expected: COLUMNS,
      found: columns ?? "–",
    });
  }
  return { columns: COLUMNS, rows };
}
