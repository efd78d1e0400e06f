/** The part of the map that is shown: whole at first, then as the visitor zooms and pans. No DOM. */

/** @typedef {import("../../../charts/geometry.js").Extent} Extent */

const DEEPEST = 40; // times the whole map

/**
 * An extent zoomed about a place, which stays where it is; never wider than the whole, nor narrower than a fortieth.
 * @param {Extent} extent
 * @param {Extent} whole
 * @param {number} factor above 1 to look closer
 * @param {{x: number, y: number}} place
 * @returns {Extent}
 */
export function zoom(extent, whole, factor, { x, y }) {
  const width = extent.right - extent.left;
  const most = whole.right - whole.left;
  const wanted = Math.min(most, Math.max(most / DEEPEST, width / factor));
  const share = wanted / width;
  const zoomed = {
    left: x + (extent.left - x) * share,
    right: x + (extent.right - x) * share,
    bottom: y + (extent.bottom - y) * share,
    top: y + (extent.top - y) * share,
  };
  return keepInside(zoomed, whole);
}

/**
 * An extent moved by a distance in the map's units, no further than to the whole map's edge.
 * @param {Extent} extent
 * @param {Extent} whole
 * @param {number} dx
 * @param {number} dy
 * @returns {Extent}
 */
export function pan({ left, right, bottom, top }, whole, dx, dy) {
  return keepInside({ left: left + dx, right: right + dx, bottom: bottom + dy, top: top + dy }, whole);
}

/** @param {Extent} extent @param {Extent} whole @returns {Extent} */
function keepInside({ left, right, bottom, top }, whole) {
  const dx = Math.max(0, whole.left - left) - Math.max(0, right - whole.right);
  const dy = Math.max(0, whole.bottom - bottom) - Math.max(0, top - whole.top);
  return { left: left + dx, right: right + dx, bottom: bottom + dy, top: top + dy };
}
