"""Many pictures, a few at a time: the newest request for a place is the one that is painted."""

from __future__ import annotations

from playwright.sync_api import Page

REPLACED = """async () => {
  const { Painter } = await import("/browser/parts/painter.js");
  const waiting = [];
  const decode = (z) => new Promise((resolve) => waiting.push(() => resolve(Float32Array.from(z))));
  const painter = new Painter({ imageShape: { channels: 1, height: 1, width: 1 }, decode }, ["sheet"]);
  const canvas = document.createElement("canvas");
  const rest = () => new Promise((resolve) => setTimeout(resolve, 30));
  const paint = (level) => painter.paint("sheet", [{ canvas, z: Float32Array.of(level), label: null }]);
  const [older, newer] = [paint(1), paint(0.2)];
  waiting.shift()(); // what is replaced was being decoded already
  const told = [await older];
  await rest();
  told.push(canvas.width === 1);
  waiting.shift()();
  told.push(await newer, canvas.getContext("2d").getImageData(0, 0, 1, 1).data[0]);
  return told;
}"""


def test_a_picture_that_was_replaced_is_never_painted(runtime: Page) -> None:
    assert runtime.evaluate(REPLACED) == [False, False, True, 51]
