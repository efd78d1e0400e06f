"""The page's measures of planar GANs against Python's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from planar_page import as_page_state, in_page
from playwright.sync_api import Page

from explorer.families.planar_gan import PlanarGAN, load_flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import floors, measure
from explorer.training.planar.loop import Game

DRAWN = {"data": "drawn", "points": [[-0.5, 0.25], [0.75, -1.0], [1.25, 1.25]]}
DATA: list[dict[str, Any]] = [
    {"data": "gaussians"},
    {"data": "grid", "loss": "least_squares"},
    {"data": "disjoint", "loss": "hinge"},
    {"data": "ring", "loss": "wasserstein_clip"},
    {"data": "moons"},
    DRAWN,
]


@pytest.mark.parametrize("changes", DATA, ids=lambda changes: changes["data"])
def test_measures_and_floors_are_pythons(runtime: Page, changes: dict[str, Any]) -> None:
    """On a generator that hits some of the data: its linear map spreads the noise over the plane."""
    settings = PlanarSettings.from_json({**changes, "generator": {"widths": []}, "seed": 4})
    game = Game(settings)
    with torch.no_grad():
        game.model.generator[0].weight.copy_(torch.eye(2) * 0.9)
        game.model.generator[0].bias.zero_()
    state = game.state()
    found, floor = in_page(
        runtime,
        """const { createEvaluator } = await load("evaluate");
        const { floors, measure } = await load("measures");
        const { settings, state } = argument;
        return [measure(settings, createEvaluator(kernels, settings), typed(state)), floors(settings)];""",
        {"settings": settings.as_json(), "state": as_page_state(state)},
    )
    model = PlanarGAN(**settings.as_json())
    load_flat_state(model.generator, state.generator)
    expected = measure(model.eval())
    for name, value in {
        "highQuality": expected.high_quality,
        "energy": expected.energy,
        "slicedWasserstein": expected.sliced_wasserstein,
        "realOutput": expected.real_output,
        "fakeOutput": expected.fake_output,
        "accuracy": expected.accuracy,
    }.items():
        assert found[name] == (None if value is None else pytest.approx(value, rel=1e-6, abs=1e-7)), name
    assert (found["modesCovered"], found["modes"], found["count"]) == (expected.modes_covered, expected.modes, 512)
    known = floors(settings)
    for name, interval in {"energy": known.energy, "slicedWasserstein": known.sliced_wasserstein}.items():
        np.testing.assert_allclose(
            [floor[name][end] for end in ("mean", "low", "high")],
            [interval.mean, interval.low, interval.high],
            rtol=1e-9,
        )
    assert floor["highQuality"] == pytest.approx(known.high_quality, rel=1e-12)


def test_a_state_that_is_not_finite_is_not_measured(runtime: Page) -> None:
    key = in_page(
        runtime,
        """const { createEvaluator } = await load("evaluate");
        const { initialState } = await load("initial");
        const { measure } = await load("measures");
        const state = initialState(argument);
        state.generator[0] = NaN;
        try {
          measure(argument, createEvaluator(kernels, argument), state);
        } catch (error) {
          return error.key;
        }""",
        PlanarSettings().as_json(),
    )
    assert key == "lab.error_not_measurable"


def test_one_of_eight_modes_is_one_of_eight(runtime: Page) -> None:
    """All points in one mode: one is covered, all are of high quality, and the distances are far above their floors."""
    found = in_page(
        runtime,
        """const { support } = await load("data");
        const { checkSettings } = await load("settings");
        const { quality } = await load("measures");
        const target = support(checkSettings({ data: "gaussians" }));
        const one = new Float32Array(1024);
        for (let i = 0; i < 1024; i++) one[i] = target.points[i % 2] + (i % 7) * 0.001;
        return quality(one, target);""",
    )
    assert found == {"highQuality": 1, "modesCovered": 1}
