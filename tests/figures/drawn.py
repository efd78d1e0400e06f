"""What a figure holds, read back."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image


def traces(drawn: Any, kind: str) -> list[Any]:
    return [each for each in drawn.data if each.type == kind]


def panel(drawn: Any, number: int) -> list[Any]:
    """What is drawn on the axes with that number, counted from 1."""
    return [each for each in drawn.data if each.xaxis == ("x" if number == 1 else f"x{number}")]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_array_equal(np.asarray(found, np.float64), np.asarray(expected, np.float64))


def sheet(source: str) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(H, W, 4) of a lossless image in an address."""
    head, _, content = source.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))


def tiles(whole: Any, size: tuple[int, int]) -> Any:
    """The opaque parts of a sheet, row by row, as (N, C, H, W)."""
    height, width = size
    opaque = whole[..., 3] == 255
    corners = [
        (y, x)
        for y, x in np.argwhere(opaque).tolist()
        if (y == 0 or not opaque[y - 1, x]) and (x == 0 or not opaque[y, x - 1])
    ]
    return np.stack([np.moveaxis(whole[y : y + height, x : x + width, :3], -1, 0) for y, x in corners])
