"""Picture files → arrays in unit range, as the page reads them, with every doubt refused in one clear line."""

from __future__ import annotations

import io
import json
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.checkpoints import CheckpointError, read_header
from explorer.errors import ExplorerError

LARGEST_PIXELS = 16_000_000
LARGEST_BYTES = 10_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
BLANK = 0.05
"""Where all values of a picture lie closer together, there is nothing to see."""
BRIGHT = 0.5 + 1e-6
"""A little above half, so that the last digit of a sum does not decide."""

Crop = Literal["start", "centre", "end"]
CROPS: dict[Crop, float] = {"start": 0.0, "centre": 0.5, "end": 1.0}
"""Where along its longer side the square is cut out."""
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PictureError(ExplorerError):
    """A file that cannot be taken as a picture."""


@dataclass(frozen=True)
class Picture:
    """What a model is shown of a file: pixels (C, H, W) in [0, 1], and in words what was done to get them."""

    pixels: NDArray[np.float32]
    done: tuple[str, ...]


def read_picture(path: Path, shape: tuple[int, int, int], crop: Crop = "centre", invert: bool | None = None) -> Picture:
    """A picture file turned upright, cropped to ``shape`` (C, H, W) and averaged over the area of each of its pixels.

    Transparent parts are laid on black or white, whichever is farther from what is visible. Without ``invert`` a grey
    picture is inverted where its border is brighter than half: models of one channel have light ink on black.

    Raises:
        PictureError: if the file is missing, no PNG, JPEG, WebP or GIF, over 10 MB or over 16 megapixels.
    """
    picture, orientation = _decode(path)
    upright = picture.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else picture
    (width, height), (channels, rows, columns) = upright.size, shape
    covered, opacity = _areas(upright, shape, CROPS[crop])
    pixels, ground = _lay(covered, opacity)
    bright = channels == 1 and _border(pixels[0]).mean() > BRIGHT
    inverted = bright if invert is None else invert
    fitted = np.clip(pixels, 0, 1).astype(np.float32)
    if inverted:
        fitted = np.float32(1) - fitted
    cut = width * rows != height * columns
    another = f"--crop {' or '.join(each for each in CROPS if each != crop)} takes another"
    done = [
        (orientation in UPRIGHT, f"turned upright, as its EXIF orientation {orientation} says"),
        (ground is not None, f"laid on {ground} where it is transparent"),
        (cut, f"cut to the square at its {crop} of {width}×{height} pixels; {another}"),
        (inverted, "inverted, for light ink on black; --no-invert leaves it as it is"),
        (bool(np.ptp(fitted) < BLANK), f"blank: nothing is to be seen in it{f'; {another}' if cut else ''}"),
    ]
    return Picture(fitted, tuple(words for so, words in done if so))


def _decode(path: Path) -> tuple[Image.Image, int]:
    """A file as eight bits of RGB and alpha, as it is stored, and its EXIF orientation from 1 to 8."""
    if not path.is_file():
        raise PictureError(f"{path}: expected a picture file, found none")
    if path.stat().st_size > LARGEST_BYTES:
        raise PictureError(f"{path}: expected at most {LARGEST_BYTES} bytes, got {path.stat().st_size}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are refused here, and of damage that can be read past
            picture = Image.open(io.BytesIO(path.read_bytes()), formats=FORMATS)
            width, height = picture.size
            if width * height > LARGEST_PIXELS:
                raise PictureError(f"{path}: expected at most {LARGEST_PIXELS} pixels, got {width}×{height}")
            _scale_transparency(picture)
            picture.load()
    except Image.DecompressionBombError as error:
        raise PictureError(f"{path}: expected at most {LARGEST_PIXELS} pixels ({error})") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"{path}: expected a {', '.join(FORMATS)} picture ({error})") from error
    return _eight_bits(picture), exif_orientation(picture.info.get("exif", b""))


def _scale_transparency(picture: Image.Image) -> None:
    """Bring the one transparent value of a PNG to the eight bits to which Pillow brings its pixels, but not that."""
    tiles = getattr(picture, "tile", [])  # of opened files alone
    key, kind = picture.info.get("transparency"), tiles[0].args if tiles else None
    if isinstance(key, int) and kind in ("1", "L;2", "L;4"):
        picture.info["transparency"] = key * {"1": 255, "L;2": 85, "L;4": 17}[str(kind)]
    elif isinstance(key, tuple) and kind == "RGB;16B":
        picture.info["transparency"] = tuple(value >> 8 for value in key)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """RGB and alpha; of 16 bits a channel the upper eight, as browsers take them."""
    if not picture.mode.startswith("I"):
        return picture.convert("RGB").convert("RGBA") if picture.mode == "CMYK" else picture.convert("RGBA")
    values = np.asarray(picture).astype(np.int64)
    hidden = values == picture.info.get("transparency", -1)
    grey = Image.fromarray((values >> 8).clip(0, 255).astype(np.uint8)).convert("RGBA")
    grey.putalpha(Image.fromarray(np.where(hidden, 0, 255).astype(np.uint8)))
    return grey


def exif_orientation(exif: bytes) -> int:
    """The orientation from 1 to 8 that EXIF data hold, 1 where they hold none that is valid."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4) if order else (len(tiff),)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, number, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if (tag, kind, number) == (0x112, 3, 1):
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass  # the data end too early
    return 1


def _areas(
    picture: Image.Image, shape: tuple[int, int, int], place: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means over the area that each pixel covers: of colour times opacity (C, H, W), and of opacity (H, W)."""
    channels, rows, columns = shape
    width, height = picture.size
    scale = min(width / columns, height / rows)
    across = _shares((width - columns * scale) * place, scale, columns, width)
    down = _shares((height - rows * scale) * place, scale, rows, height)
    bytes_ = np.asarray(picture)
    alpha = bytes_[..., 3].astype(np.uint32)
    # Colours times alpha are rounded to eight bits, as browsers keep them.
    times_alpha = ((2 * alpha * bytes_[..., channel] + 255) // 510 for channel in range(3))
    colours = np.stack([down @ plane @ across.T for plane in times_alpha]) / 255
    opacity: NDArray[np.float64] = down @ alpha @ across.T / 255
    covered = np.tensordot(LUMA, colours, 1)[None] if channels == 1 else colours
    return covered, opacity


def _shares(start: float, scale: float, count: int, size: int) -> NDArray[np.float64]:
    """(count, size): the share that each of ``size`` pixels has in stretches of ``scale`` pixels from ``start`` on."""
    edges = start + scale * np.arange(count + 1)
    pixel = np.arange(size)
    overlap = np.minimum(pixel + 1, edges[1:, None]) - np.maximum(pixel, edges[:-1, None])
    shares: NDArray[np.float64] = np.maximum(0, overlap) / scale
    return shares


def _lay(
    covered: NDArray[np.float64], opacity: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Literal["black", "white"] | None]:
    """A picture on an opaque ground, and which: black under what is bright, white under what is dark."""
    if opacity.min() > 1 - 1e-9:
        return covered, None
    luma = covered[0] if len(covered) == 1 else np.tensordot(LUMA, covered, 1)
    dark = luma.sum() < BRIGHT * opacity.sum()
    return (covered + (1 - opacity), "white") if dark else (covered, "black")


def _border(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([plane[0], plane[-1], plane[1:-1, 0], plane[1:-1, -1]])


def browse_picture(folder: Path, number: int, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Image ``number`` of a checkpoint's browse set, (C, H, W) in [0, 1], exact pixels.

    Raises:
        CheckpointError: if the number is not in the browse set.
    """
    _, metadata = read_header(folder / "map.safetensors")
    described: dict[str, Any] = json.loads(metadata["map"])
    if not 0 <= number < described["count"]:
        raise CheckpointError(f"{folder.name}: the browse set has images 0 to {described['count'] - 1}, got {number}")
    row, column = divmod(number, described["tile"]["columns"])
    channels, height, width = shape
    with Image.open(folder / "thumbnails.webp") as whole:
        tile = whole.crop((column * width, row * height, (column + 1) * width, (row + 1) * height))
        pixels = np.asarray(tile.convert("L" if channels == 1 else "RGB"))
    planes = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return planes.astype(np.float32) / np.float32(255)
