/** What a view sees of its surroundings. */

/**
 * @typedef {object} CatalogEntry a checkpoint, or a run that still trains, as `catalog.json` has it
 * @property {string} name
 * @property {Record<string, string>} title by language
 * @property {string} family
 * @property {string[]} capabilities
 * @property {{channels: number, height: number, width: number} | null} image
 * @property {number | null} latent_size
 * @property {string} folder absolute address of its folder
 * @property {boolean} [running] whether it still trains
 *
 * @typedef {Record<string, string | number | null>} StateChanges entries of the address; null removes one
 *
 * @typedef {object} ViewHost
 * @property {(kind: "state", changes: StateChanges) => void} emit write to the address. The entry `view` opens that
 *   view, `model` that model
 * @property {(callback: (change: {theme: "light" | "dark"}) => void) => void} onUpdate
 * @property {(route: string, body?: BodyInit) => Promise<Response>} call reaches a server; rejects where there is none
 * @property {(view: string, state?: Record<string, string>) => string} link the address of a view in a state,
 *   or as it is
 * @property {CatalogEntry[]} checkpoints
 * @property {(capabilities: Iterable<string>) => string[]} viewsFor ids of the views that a model can be seen in
 * @property {(name: string) => Promise<import("../runtime/model.js").Model>} open another model, opened once
 * @property {(name: string) => Promise<import("../runtime/running.js").RunningModel>} openRun one that still trains
 *
 * @typedef {object} ViewOptions
 * @property {import("../runtime/model.js").Model} model
 * @property {import("../i18n.js").Translator} t
 * @property {Record<string, string>} state the view's entries of the address
 *
 * @typedef {{destroy(): void}} Mounted
 */
