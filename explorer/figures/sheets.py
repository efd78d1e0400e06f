"""Sheets of pictures, pixel by pixel: no number between two pixels is made up."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.basedatatypes import BaseTraceType

from explorer.figures.panels import Panel
from explorer.figures.theme import GREY, TEXT
from explorer.traces import Bytes, Floats
from explorer.words import word

WIDTH = 760
"""CSS pixels that a sheet may take."""
LARGEST, TALLEST = 112, 900
"""CSS pixels of a picture's side, and of a sheet."""
LABELLED = 16
"""Pictures in a row whose captions can still be read."""


def columns_of(count: int) -> int:
    """So that a sheet is about twice as wide as high."""
    return min(count, math.ceil(math.sqrt(2 * count)))


def floats_panel(
    images: Floats, captions: Sequence[str], title: str, language: str, columns: int | None = None
) -> Panel:
    """Pictures (N, C, H, W), 0 black to 1 white; under the pointer the numbers themselves, also outside that range."""
    count, channels, height, width = images.shape
    across = columns or columns_of(count)
    left, top = _corners(count, across, height, width, _caption_rows(across, height))
    tiles: list[BaseTraceType] = []
    for picture, caption, x, y in zip(images, captions, left, top, strict=True):
        place = {"x0": x, "dx": 1, "y0": y, "dy": 1}
        hover = f"{caption}<br>%{{z}}<extra></extra>"
        if channels == 1:
            tiles.append(
                go.Heatmap(
                    z=picture[0], zmin=0, zmax=1, colorscale=GREY, showscale=False, zsmooth=False,
                    hovertemplate=hover, **place,
                )
            )  # fmt: skip
        else:
            tiles.append(
                go.Image(
                    z=np.moveaxis(picture, 0, -1), colormodel="rgb", zmin=[0, 0, 0, 0], zmax=[1, 1, 1, 1],
                    hovertemplate=hover, **place,
                )
            )  # fmt: skip
    return _panel(tiles, captions, (across, height, width), title, language)


def bytes_panel(images: Bytes, captions: Sequence[str], title: str, language: str, columns: int | None = None) -> Panel:
    """Pictures (N, C, H, W) uint8 as one lossless image; under the pointer a picture's caption."""
    count, _, height, width = images.shape
    across = columns or columns_of(count)
    left, top = _corners(count, across, height, width, _caption_rows(across, height))
    whole = np.zeros((int(top[-1]) + height, int(left.max()) + width, 4), np.uint8)
    for picture, x, y in zip(images, left, top, strict=True):
        whole[y : y + height, x : x + width, :3] = np.moveaxis(picture, 0, -1)
        whole[y : y + height, x : x + width, 3] = 255
    buffer = io.BytesIO()
    Image.fromarray(whole).save(buffer, "PNG")
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    tiles: list[BaseTraceType] = [go.Image(source=source, x0=0, dx=1, y0=0, dy=1, zsmooth=False, hoverinfo="skip")]
    return _panel(tiles, captions, (across, height, width), title, language)


def _caption_rows(across: int, height: int) -> int:
    """Pixels of the sheet below each row of pictures: for captions, or a gap."""
    return max(2, round(0.24 * height)) if across <= LABELLED else 1


def _corners(
    count: int, across: int, height: int, width: int, below: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Column and row of each picture's first pixel; a gap of a sixteenth between columns."""
    number = np.arange(count)
    return number % across * (width + max(1, width // 16)), number // across * (height + below)


def _panel(
    tiles: list[BaseTraceType], captions: Sequence[str], size: tuple[int, int, int], title: str, language: str
) -> Panel:
    """Axes with square pixels, and the captions: below each picture, or where there are many under the pointer."""
    across, height, width = size
    below = _caption_rows(across, height)
    left, top = _corners(len(captions), across, height, width, below)
    labelled = across <= LABELLED
    words = go.Scatter(
        x=left + (width - 1) / 2,
        y=top + (height - 0.5 + below / 2 if labelled else (height - 1) / 2),
        text=list(captions),
        mode="text" if labelled else "markers",
        marker={"opacity": 0, "size": 8},
        textfont={"size": 10, "color": TEXT},
        hoverinfo="skip" if labelled else "text",
        showlegend=False,
        cliponaxis=False,
    )
    right, bottom = int(left.max()) + width, int(top[-1]) + height + below
    scale = min(LARGEST / max(height, width), WIDTH / right, TALLEST / bottom)
    return Panel(
        [*tiles, words],
        word(language, "figure.pixels", width=width, height=height),
        "",
        title,
        max(48, round(scale * bottom)),
        xaxis={
            "range": [-1, right],
            "showgrid": False,
            "showline": False,
            "ticks": "",
            "showticklabels": False,
            "constrain": "domain",
        },
        yaxis={"range": [bottom, -1], "visible": False},
        square=True,
    )
