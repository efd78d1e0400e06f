"""What is painted on a canvas."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from transfer import AS_TEXT, as_numbers
from waiting import wait_until


def rgba(canvas: Locator) -> NDArray[np.int64]:
    """Red, green, blue and alpha (H, W, 4), from 0 to 255."""
    height, width, text = canvas.evaluate(
        f"""(canvas) => {{
          const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.height, canvas.width, {AS_TEXT}(data)];
        }}"""
    )
    return as_numbers(text, np.uint8).astype(np.int64).reshape(height, width, 4)


def grey(canvas: Locator) -> NDArray[np.int64]:
    """Levels (H, W), from 0 to 255."""
    return rgba(canvas)[..., 0]


def expect_grey(canvas: Locator, levels: NDArray[Any], atol: float = 0) -> None:
    """Wait until a canvas shows levels (H, W), from 0 to 255."""
    looks = """([canvas, levels, most]) => {
      if (canvas.width !== levels[0].length || canvas.height !== levels.length) return false;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return levels.flat().every((level, i) => Math.abs(data[4 * i] - level) <= most);
    }"""
    given = [canvas.element_handle(), np.asarray(levels).tolist(), atol]
    try:
        wait_until(canvas.page, looks, arg=given)
    except PlaywrightTimeoutError:
        np.testing.assert_allclose(grey(canvas), levels, atol=atol)
        raise


def coloured(canvas: Locator, variable: str) -> NDArray[np.float64]:
    """Pixels (N, 2: x, y) that have a colour of the style sheet."""
    found: Any = canvas.evaluate(
        """(canvas, name) => {
          const [, r, g, b] = getComputedStyle(canvas).getPropertyValue(name).trim()
            .match(/#(..)(..)(..)/).map((part) => parseInt(part, 16));
          const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const hits = [];
          for (let i = 0; i < data.length; i += 4) {
            const far = Math.max(Math.abs(data[i] - r), Math.abs(data[i + 1] - g), Math.abs(data[i + 2] - b));
            if (data[i + 3] > 200 && far < 8) hits.push([(i / 4) % width, Math.floor(i / 4 / width)]);
          }
          return hits;
        }""",
        variable,
    )
    return np.array(found, np.float64).reshape(-1, 2)
