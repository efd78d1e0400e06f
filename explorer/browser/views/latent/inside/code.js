/** The code of the model families, as it runs, with the places that a node of the diagram stands for. */
import { element } from "../../../dom.js";

const SOURCE = new URL("source.json", import.meta.url);
const SHARED = Object.freeze(["evidence", "encode", "decode", "picture"]);

/**
 * @typedef {{excerpt: string, line: number, from: number, to: number, network?: string}} Mark line from 0 in its
 *   excerpt, characters from … up to before to; `network` where only models of this kind run the line
 * @typedef {{excerpts: Record<string, {file: string, first: number, lines: string[]}>, marks: Record<string, Mark[]>}}
 *   Source
 */

/** @returns {Promise<Source>} what `build.py` beside this module has copied */
export async function loadSource() {
  const response = await fetch(SOURCE);
  if (!response.ok) throw new Error(`${SOURCE.pathname}: HTTP ${response.status}`);
  return response.json();
}

/**
 * The marks of a node in the code that a model runs.
 * @param {Source} source
 * @param {string} node
 * @param {import("../../../runtime/config.js").Config} config of the model
 * @returns {Mark[]}
 */
export function marksOf(source, node, { family, arguments: given }) {
  const shown = new Set([...SHARED, family]);
  const marks = source.marks[node] ?? [];
  return marks.filter(
    ({ excerpt, network }) => shown.has(excerpt) && (network === undefined || network === given.network),
  );
}

/**
 * @param {Source} source
 * @param {import("../../../runtime/model.js").Model} model
 * @returns {{node: HTMLElement, light(node: string | null): void}}
 */
export function createCode(source, model) {
  const names = [...SHARED, model.config.family].filter((name) => Object.hasOwn(source.excerpts, name));
  const blocks = new Map(names.map((name) => [name, createExcerpt(source.excerpts[name])]));
  const node = element("div", { class: "inside-code" }, ...[...blocks.values()].map((block) => block.node));
  return {
    node,
    light(id) {
      const marks = id === null ? [] : marksOf(source, id, model.config);
      node.classList.toggle("lit", marks.length > 0);
      for (const [name, block] of blocks) block.light(marks.filter(({ excerpt }) => excerpt === name));
      reveal(node, node.querySelector(".inside-line.lit"));
    },
  };
}

/** @param {Source["excerpts"][string]} excerpt */
function createExcerpt({ file, first, lines }) {
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  const rows = lines.map((line, i) => {
    const text = element("span", { class: "inside-text" }, line.slice(indent));
    const node = element(
      "div",
      { class: "inside-line" },
      element("span", { class: "inside-number", "aria-hidden": "true" }, `${first + i}`),
      text,
    );
    return { node, text, line: line.slice(indent), lit: false };
  });
  return {
    node: element(
      "figure",
      { class: "inside-excerpt" },
      element("figcaption", { class: "note" }, file),
      element("pre", { class: "inside-lines" }, ...rows.map(({ node }) => node)),
    ),
    light(/** @type {Mark[]} */ marks) {
      rows.forEach((row, i) => {
        const pieces = marks
          .filter(({ line }) => line === i)
          .map(({ from, to }) => ({ from: from - indent, to: to - indent }));
        if (!pieces.length && !row.lit) return;
        row.lit = pieces.length > 0;
        row.node.classList.toggle("lit", row.lit);
        row.text.replaceChildren(...marked(row.line, pieces));
      });
    },
  };
}

/** A line's text, with the pieces in elements of their own. */
function marked(/** @type {string} */ line, /** @type {{from: number, to: number}[]} */ pieces) {
  const parts = [];
  let at = 0;
  for (const { from, to } of pieces.sort((a, b) => a.from - b.from)) {
    parts.push(line.slice(at, from), element("mark", { class: "inside-mark" }, line.slice(from, to)));
    at = to;
  }
  return [...parts, line.slice(at)];
}

/** Scroll the box, never the page, so that a line is in sight. */
function reveal(/** @type {HTMLElement} */ box, /** @type {HTMLElement | null} */ line) {
  if (line === null || box.scrollHeight <= box.clientHeight) return;
  const [outer, inner] = [box.getBoundingClientRect(), line.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - outer.height / 3;
}
