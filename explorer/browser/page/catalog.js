/** What there is to open. */

/**
 * @typedef {object} CheckpointEntry
 * @property {string} name
 * @property {Record<string, string>} title by language
 * @property {string} family
 * @property {Record<string, string>} [familyTitle] what the family's models are called together, by language, where the
 *   catalogue knows the family
 * @property {string[]} capabilities
 * @property {{channels: number, height: number, width: number}} image
 * @property {number} latent_size
 * @property {string} url the checkpoint folder, relative to the catalogue
 * @property {boolean} [running] whether this is a run that still trains, not yet a checkpoint
 */

/**
 * @param {URL} address of `catalog.json`
 * @returns {Promise<{checkpoints: (CheckpointEntry & {folder: string})[], problems: {name: string, message:
 *   string}[]}>} `folder` is the absolute address of the checkpoint folder; `problems` says why a folder was left out
 */
export async function loadCatalog(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: HTTP ${response.status}`);
  const { checkpoints, families = {}, problems = [] } = await response.json();
  if (!Array.isArray(checkpoints)) throw new Error(`${address.pathname}: no list "checkpoints"`);
  return {
    checkpoints: checkpoints.map((entry) => ({
      ...entry,
      familyTitle: Object.hasOwn(families, entry.family) ? families[entry.family] : undefined,
      folder: new URL(entry.url, address).href,
    })),
    problems,
  };
}
