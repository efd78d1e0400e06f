"""Picture files → arrays in unit range, with every doubt refused in one clear line."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from explorer.checkpoints import CheckpointError, read_header
from explorer.errors import ExplorerError

LARGEST_PIXELS = 16_000_000
LARGEST_BYTES = 10_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class PictureError(ExplorerError):
    """A file that cannot be taken as a picture."""


def read_picture(path: Path, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """A picture file cropped to its centre square and resized to ``shape`` (C, H, W), in [0, 1].

    Raises:
        PictureError: if the file is missing, no PNG, JPEG, WebP or GIF, over 10 MB or over 16 megapixels.
    """
    if not path.is_file():
        raise PictureError(f"{path}: expected a picture file, found none")
    if path.stat().st_size > LARGEST_BYTES:
        raise PictureError(f"{path}: expected at most {LARGEST_BYTES} bytes, got {path.stat().st_size}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused below, by our own limit
            picture = Image.open(io.BytesIO(path.read_bytes()), formats=FORMATS)
        width, height = picture.size
        if width * height > LARGEST_PIXELS:
            raise PictureError(f"{path}: expected at most {LARGEST_PIXELS} pixels, got {width}×{height}")
        upright = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError as error:
        raise PictureError(f"{path}: expected at most {LARGEST_PIXELS} pixels ({error})") from error
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise PictureError(f"{path}: expected a {', '.join(FORMATS)} picture ({error})") from error
    channels, rows, columns = shape
    fitted = ImageOps.fit(upright.convert("L" if channels == 1 else "RGB"), (columns, rows), Image.Resampling.LANCZOS)
    return _planes(np.asarray(fitted), channels)


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
        return _planes(np.asarray(tile.convert("L" if channels == 1 else "RGB")), channels)


def _planes(pixels: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    planes = pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
    return planes.astype(np.float32) / np.float32(255)
