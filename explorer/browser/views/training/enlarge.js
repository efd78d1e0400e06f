/** Pictures that are taken away, larger than they were recorded. */

import { context2d } from "../../charts/canvas.js";
import { download, element } from "../../dom.js";

/**
 * Offer a canvas as PNG, each pixel a square.
 * @param {string} name of the file
 * @param {HTMLCanvasElement} canvas
 * @param {number} least how many times as large as it is, rounded up; 1 below that
 */
export async function downloadEnlarged(name, canvas, least) {
  const scale = Math.max(1, Math.ceil(least));
  const large = element("canvas", { width: canvas.width * scale, height: canvas.height * scale });
  const context = context2d(large);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  const picture = await new Promise((resolve) => large.toBlob(resolve, "image/png"));
  if (picture === null) throw new Error("the browser gives no PNG");
  download(name, picture);
}
