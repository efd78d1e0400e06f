"""Files that the page writes, read back by the libraries that others will read them with."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

GIF = """async ([frames, size, options]) => {
  const { encodeGif } = await import("/browser/files/gif.js");
  const found = encodeGif(frames.map((frame) => Uint8ClampedArray.from(frame)), size, options);
  return { ...found, bytes: [...found.bytes] };
}"""
NPZ = """async (arrays) => {
  const { encodeNpz } = await import("/browser/files/npz.js");
  const kinds = { Float32Array, Float64Array, Int32Array, Uint8Array };
  const array = ({ kind, data, shape }) => ({ data: kinds[kind].from(data), shape });
  const typed = ([name, each]) => [name, each.kind ? array(each) : each];
  return [...encodeNpz(Object.fromEntries(Object.entries(arrays).map(typed)))];
}"""


def write_gif(page: Page, frames: np.ndarray, **options: int) -> tuple[Image.Image, dict[str, Any]]:
    """Frames (T, H, W, 3) uint8 as a GIF of the page."""
    alpha = np.full((*frames.shape[:3], 1), 255, np.uint8)
    rows = np.concatenate([frames, alpha], 3).reshape(len(frames), -1).tolist()
    found = page.evaluate(GIF, [rows, {"width": frames.shape[2], "height": frames.shape[1]}, options])
    return Image.open(io.BytesIO(bytes(found["bytes"]))), found


def read_gif(image: Image.Image) -> np.ndarray:
    frames = []
    for number in range(image.n_frames):
        image.seek(number)
        frames.append(np.asarray(image.convert("RGB")))
    return np.stack(frames)


@pytest.mark.parametrize("side", [1, 7, 90])
def test_a_grey_gif_keeps_every_pixel(runtime: Page, side: int) -> None:
    # Noise of 256 levels fills the code table and clears it more than once in the largest case.
    grey = np.random.default_rng(side).integers(0, 256, (3, side, side, 1), np.uint8)
    frames = grey.repeat(3, 3)
    image, found = write_gif(runtime, frames, delay=7)
    assert (read_gif(image) == frames).all()
    assert found["largest"] == 0
    assert image.info["duration"] == 70
    assert image.info["loop"] == 0


@pytest.mark.parametrize("length", range(250, 262))
def test_code_widths_agree_with_the_decoder(runtime: Page, length: int) -> None:
    frames = np.arange(length, dtype=np.uint8).reshape(1, 1, length, 1).repeat(3, 3)
    assert (read_gif(write_gif(runtime, frames)[0]) == frames).all()


def test_a_scaled_gif_repeats_pixels(runtime: Page) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), np.uint8)
    image, _ = write_gif(runtime, frames, scale=5)
    assert (read_gif(image) == frames.repeat(5, 1).repeat(5, 2)).all()


def test_colours_beyond_a_palette_are_off_by_no_more_than_is_said(runtime: Page) -> None:
    frames = np.random.default_rng(2).integers(0, 256, (2, 32, 32, 3), np.uint8)
    image, found = write_gif(runtime, frames)
    off = np.abs(read_gif(image).astype(int) - frames).max()
    assert off == found["largest"]
    assert 0 < off < 64
    assert found["colours"] == 256


def test_a_smooth_picture_is_hardly_off(runtime: Page) -> None:
    ramp = np.linspace(0, 255, 40).astype(np.uint8)
    frames = np.stack(np.broadcast_arrays(ramp[:, None], ramp[None, :], np.uint8(90)), 2)[None]
    image, _ = write_gif(runtime, frames)
    assert np.abs(read_gif(image).astype(int) - frames).max() <= 16


def test_frames_of_another_size_are_refused(runtime: Page) -> None:
    with pytest.raises(Exception, match="expected frames of 2 × 2"):
        runtime.evaluate(GIF, [[[0] * 12], {"width": 2, "height": 2}, {}])
    with pytest.raises(Exception, match="expected frames"):
        runtime.evaluate(GIF, [[], {"width": 2, "height": 2}, {}])


def test_numpy_reads_what_the_page_writes(runtime: Page) -> None:
    values = np.random.default_rng(0).normal(size=24)
    written = runtime.evaluate(
        NPZ,
        {
            "z": {"kind": "Float32Array", "data": values.tolist(), "shape": [2, 3, 4]},
            "share": {"kind": "Float64Array", "data": values.tolist(), "shape": [24]},
            "seed": {"kind": "Int32Array", "data": [-7], "shape": []},
            "input": {"kind": "Uint8Array", "data": [0, 255], "shape": [1, 2]},
            "words": "图像 12",
            "empty": "",
        },
    )
    with np.load(io.BytesIO(bytes(written)), allow_pickle=False) as read:
        assert read["z"].dtype == np.float32
        assert (read["z"] == values.astype(np.float32).reshape(2, 3, 4)).all()
        assert (read["share"] == values).all()
        assert read["seed"].shape == ()
        assert int(read["seed"]) == -7
        assert read["input"].tolist() == [[0, 255]]
        assert str(read["words"]) == "图像 12"
        assert str(read["empty"]) == ""


def test_a_shape_that_does_not_hold_its_numbers_is_refused(runtime: Page) -> None:
    with pytest.raises(Exception, match="z: expected 2 × 2 numbers, got 3"):
        runtime.evaluate(NPZ, {"z": {"kind": "Float32Array", "data": [1, 2, 3], "shape": [2, 2]}})
