"""Ways between two latents."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

INTERPOLATE = """async (calls) => {
  const { between } = await import("/browser/runtime/interpolation.js");
  return calls.map((values) => Array.from(between(...values)));
}"""


def test_spherical_keeps_the_length_where_the_straight_way_is_short(runtime: Page) -> None:
    arc, straight = runtime.evaluate(INTERPOLATE, [[way, [3, 0], [0, 3], 0.5] for way in ("spherical", "linear")])
    np.testing.assert_allclose(arc, [3 / np.sqrt(2)] * 2, rtol=1e-6)
    np.testing.assert_allclose(straight, [1.5, 1.5])


def test_spherical_stays_between_the_two_lengths_where_the_directions_nearly_oppose(runtime: Page) -> None:
    ways = [["spherical", [1, 1], [-3, -2.9], share] for share in (0, 0.25, 0.5, 1)]
    lengths = [np.hypot(*latent) for latent in runtime.evaluate(INTERPOLATE, ways)]
    ends = np.sqrt(2), np.hypot(3, 2.9)
    np.testing.assert_allclose(lengths, [(1 - t) * ends[0] + t * ends[1] for t in (0, 0.25, 0.5, 1)], rtol=1e-6)


@pytest.mark.parametrize(("a", "b"), [([1, 2], [1, 2]), ([1, 2], [-1, -2]), ([0, 0], [1, 2]), ([1, 0], [3, 0])])
def test_where_there_is_no_arc_the_way_is_straight(runtime: Page, a: list[float], b: list[float]) -> None:
    (middle,) = runtime.evaluate(INTERPOLATE, [["spherical", a, b, 0.25]])
    np.testing.assert_allclose(middle, 0.75 * np.array(a) + 0.25 * np.array(b))
