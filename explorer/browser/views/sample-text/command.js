/**
 * The command that writes the same text.
 * @param {string} model its name
 * @param {import("./address.js").Settings} settings
 * @param {number} seed
 * @returns {string}
 */
export function command(model, { prompt, count, temperature, topK, topP }, seed) {
  const quoted = `'${prompt.replaceAll("'", `'\\''`)}'`;
  const options = [
    `--seed ${seed}`,
    `--count ${count}`,
    `--temperature ${temperature}`,
    ...(topK > 0 ? [`--top-k ${topK}`] : []),
    ...(topP < 1 ? [`--top-p ${topP}`] : []),
    `--prompt=${quoted}`, // with "=", or a prompt that begins with a dash would be taken for an option
  ];
  return `explorer sample ${model} ${options.join(" ")}`;
}
