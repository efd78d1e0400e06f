// Draws one picture for each line of a file of requests and writes their RGB bytes to standard output, end to end.
//
//   node render.mjs <style> <size> <requests.jsonl>
//
// A request is {"options": {...}, "place": {...}}. `options` go to the drawing style; what it reports to have drawn is
// compared with what was asked for, since it leaves out silently what it does not know. `place` moves parts by real
// numbers, where the options of the style know whole ones only: {"shape": [x, y, degrees], "face": [x, y, degrees]}.

import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createAvatar } from "@dicebear/core";
import * as openPeeps from "@dicebear/open-peeps";
import * as thumbs from "@dicebear/thumbs";
import { Resvg } from "@resvg/resvg-js";

const STYLES = { openPeeps, thumbs };

/** The transform that the style writes for a part, recognised by the part's centre of rotation. */
const TRANSFORMS = {
  shape: /translate\(\S+, \S+\) rotate\(\S+ 50 70\)/g,
  face: /translate\(\S+, \S+\) rotate\(\S+ 21 21\)/g,
};

/** Throws unless the style drew every part and colour that the options name. */
function checkDrawn(options, drawn) {
  for (const [part, asked] of Object.entries(options)) {
    if (!(part in drawn)) continue;
    const isColour = part.endsWith("Color");
    const expected = isColour ? `#${asked[0]}` : asked[0];
    if (asked.length !== 1 || drawn[part] !== expected) {
      throw new Error(`asked for ${part} ${JSON.stringify(asked)}, but the style drew ${drawn[part]}`);
    }
  }
}

/** @returns {string} the SVG with its parts moved to `place` */
function placeParts(svg, place) {
  return Object.entries(place).reduce((text, [part, [x, y, degrees]]) => {
    const found = text.match(TRANSFORMS[part]);
    const count = found?.length ?? 0;
    if (count !== 1) throw new Error(`the drawing has ${count} transforms of its ${part}, not one`);
    const placed = found[0].replace(/\(\S+, \S+\)/, `(${x}, ${y})`).replace(/rotate\(\S+/, `rotate(${degrees}`);
    return text.replace(found[0], placed);
  }, svg);
}

/** @returns {Buffer} size × size RGB bytes on white */
function rasterise(svg, size) {
  const options = { fitTo: { mode: "width", value: size }, background: "#ffffff", font: { loadSystemFonts: false } };
  const rgba = new Resvg(svg, options).render().pixels;
  if (rgba.length !== 4 * size * size) throw new Error(`the picture has ${rgba.length / 4} pixels, not ${size}²`);
  const rgb = Buffer.alloc(3 * size * size);
  for (let pixel = 0; pixel < size * size; pixel += 1) rgba.copy(rgb, 3 * pixel, 4 * pixel, 4 * pixel + 3);
  return rgb;
}

const [styleName, size, requests] = process.argv.slice(2);
for await (const line of createInterface({ input: createReadStream(requests) })) {
  const { options, place } = JSON.parse(line);
  const { svg, extra } = createAvatar(STYLES[styleName], { seed: "drawing", ...options }).toJson();
  checkDrawn(options, extra);
  const rgb = rasterise(placeParts(svg, place ?? {}), Number(size));
  if (!process.stdout.write(rgb)) await once(process.stdout, "drain");
}
