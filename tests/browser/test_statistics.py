"""Tails, quantiles and distances under a prior in the page, against SciPy and by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

STATISTICS = """async (calls) => {
  const module = await import("/browser/runtime/statistics.js");
  return calls.map(([name, ...values]) => module[name](...values));
}"""


def test_chi_squared_tails(runtime: Page) -> None:
    from scipy.stats import chi2

    values = (0.0, 1e-9, 0.3, 1.0, 7.9, 8.1, 40.0, 300.0, 1500.0)
    cases = [(value, degrees) for value in values for degrees in (1, 2, 3, 16, 33)]
    shown = runtime.evaluate(STATISTICS, [["chiSquaredTail", *case] for case in cases])
    expected = [chi2.sf(*case) for case in cases]
    np.testing.assert_allclose(shown, expected, rtol=1e-10, atol=1e-300)


def test_lengths_of_normal_draws_are_the_chi_distribution_s(runtime: Page) -> None:
    """In two dimensions the median is √(2 ln 2) = 1.18, not √2 = 1.41."""
    from scipy.stats import chi

    cases = [(share, degrees) for share in (0.001, 0.05, 0.5, 0.95, 0.999) for degrees in (1, 2, 3, 16, 50, 51, 512)]
    shown = runtime.evaluate(STATISTICS, [["chiQuantile", *case] for case in cases])
    np.testing.assert_allclose(shown, [chi.ppf(*case) for case in cases], rtol=1e-9)
    (usual,) = runtime.evaluate(STATISTICS, [["usualLengths", 2]])
    assert usual == pytest.approx({"low": 0.3203, "median": math.sqrt(2 * math.log(2)), "high": 2.4477}, abs=1e-4)


def test_quantiles(runtime: Page) -> None:
    shown = runtime.evaluate(STATISTICS, [["quantile", [4, 1, 3, 2], share] for share in (0, 0.25, 0.5, 1)])
    np.testing.assert_allclose(shown, [1, 1.75, 2.5, 4])


def test_prior_distance_of_a_mixture_by_hand(runtime: Page) -> None:
    mixture: dict[str, Any] = {
        "weights": [0.5, 0.5],
        "means": [0, 0, 10, 0],
        "cholesky": [1, 0, 0, 1, 2, 0, 1, 1],  # the second: x = 10 + 2a, y = a + b
    }
    near, far = runtime.evaluate(STATISTICS, [["priorDistance", [0, 3], mixture], ["priorDistance", [14, 3], mixture]])
    assert (near["component"], far["component"]) == (0, 1)
    assert near["distance"] == pytest.approx(3)
    assert near["tail"] == pytest.approx(math.exp(-9 / 2))
    assert far["distance"] == pytest.approx(math.sqrt(5))  # a = 2, b = 1
    assert far["tail"] == pytest.approx(math.exp(-5 / 2))


def test_the_component_is_the_one_that_most_probably_drew_the_latent(runtime: Page) -> None:
    wide_and_narrow = {"weights": [0.5, 0.5], "means": [0, 0.1], "cholesky": [3, 1]}
    light_and_heavy = {"weights": [0.3, 0.7], "means": [0.9, -1], "cholesky": [1, 1]}
    dense, heavy = runtime.evaluate(
        STATISTICS, [["priorDistance", [0], wide_and_narrow], ["priorDistance", [0], light_and_heavy]]
    )
    assert (dense["component"], heavy["component"]) == (1, 1)  # though the centre of the first is nearer
    assert (dense["distance"], heavy["distance"]) == pytest.approx((0.1, 1))
