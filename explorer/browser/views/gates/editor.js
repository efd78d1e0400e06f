/** @type {import("../gates.js").CreatePanel} */
export function createPanel() {
  return { draw() {}, destroy() {} };
}
