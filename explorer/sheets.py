"""Arrays of pictures → one image of tiles, for thumbnails, timelines and downloads."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def as_bytes(pictures: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Unit range → uint8, rounded to the nearest level, clipped."""
    levels: NDArray[np.uint8] = (np.clip(pictures, 0, 1) * 255 + 0.5).astype(np.uint8)
    return levels


def sheet(pictures: NDArray[np.uint8], columns: int) -> Image.Image:
    """Pictures (N, C, H, W) as tiles of one image, row by row; tiles that are missing in the last row stay black.

    One channel becomes a grey image, three become RGB.
    """
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    tiles = np.zeros((rows * columns, channels, height, width), np.uint8)
    tiles[:count] = pictures
    grid = tiles.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    whole = grid.reshape(rows * height, columns * width, channels)
    return Image.fromarray(whole[:, :, 0] if channels == 1 else whole)


def webp(picture: Image.Image, quality: int | None = None) -> bytes:
    """Lossless WebP; lossy if a quality is given, from 0 (smallest file) to 100."""
    buffer = io.BytesIO()
    if quality is None:
        picture.save(buffer, "WEBP", lossless=True, quality=70, method=4)
    else:
        picture.save(buffer, "WEBP", quality=quality, method=6)
    return buffer.getvalue()
