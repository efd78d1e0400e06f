"""Measures of planar GANs against closed forms, and perfect and collapsed generators through them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.datasets.planar import SIGMAS, real_points, support
from explorer.errors import ExplorerError
from explorer.families.planar_gan import PlanarGAN
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import (
    accuracy,
    energy_distance,
    estimate_modes,
    floor_pairs,
    floors,
    high_quality_share,
    measure,
    mode_counts,
    modes_covered,
    nearest,
    shown_real,
    sliced_wasserstein,
)
from explorer.traces.measures import Estimate

DATA = [name for name in SIGMAS if name != "drawn"]
MIXTURES = ["gaussians", "grid", "disjoint"]


def settings(data: str, **change: Any) -> PlanarSettings:
    return PlanarSettings.from_json({"data": data, **change})


def collapsed(data: str, seed: int) -> NDArray[np.float32]:
    """512 good points of the first mode alone."""
    target = support(data)
    points = real_points(data, seed, 17, 512 * 4 * len(target.points), 99)
    index, _ = nearest(points, target)
    return points[index == 0][:512]


def test_energy_distance_of_two_points_by_hand() -> None:
    """{0} against {(3, 4)}: 2·5 − 0 − 0; {0, (3, 4)} against itself: 2·2.5 − 2.5 − 2.5."""
    one, other = np.zeros((1, 2)), np.array([[3.0, 4.0]])
    assert energy_distance(one, other) == pytest.approx(10)
    both = np.concatenate([one, other])
    assert energy_distance(both, both) == pytest.approx(0, abs=1e-15)
    assert energy_distance(both, one) == pytest.approx(2 * 2.5 - 2.5)


def test_distances_of_a_shifted_sample_in_closed_form() -> None:
    """Projected on angle θ a shift by (s, 0) is s·|cos θ| whatever the points: its mean over the circle is 2s/π."""
    points = real_points("moons", 3, 17, 300).astype(float)
    shifted = points + np.array([0.25, 0.0])
    assert sliced_wasserstein(points, shifted) == pytest.approx(0.25 * 2 / math.pi, rel=1e-3)
    assert sliced_wasserstein(points[::-1], points) == pytest.approx(0, abs=1e-12)


def test_energy_distance_of_two_gaussians_in_closed_form() -> None:
    """E‖N(m, 2σ²I)‖ in the plane is σ√π·L(−‖m‖²/4σ²), L = L_½; the energy distance follows (Rice distribution)."""
    sigma, shift, count = 0.3, 0.5, 2000
    draws = np.random.default_rng(0).normal(0, sigma, (2, count, 2))
    x, y = draws[0], draws[1] + np.array([shift, 0.0])
    t = shift**2 / (8 * sigma**2)
    bessel = [
        sum((t / 2) ** (2 * k + n) / (math.factorial(k) * math.factorial(k + n)) for k in range(30)) for n in (0, 1)
    ]
    laguerre = (1 + 2 * t) * bessel[0] * math.exp(-t) + 2 * t * bessel[1] * math.exp(-t)
    between, within = sigma * math.sqrt(math.pi) * laguerre, sigma * math.sqrt(math.pi)
    finite = 2 * within / count  # a point with itself is at distance 0
    assert energy_distance(x, y) == pytest.approx(2 * between - 2 * within + finite, rel=0.05)


def test_two_real_samples_are_apart_by_the_expected_floor() -> None:
    """Two samples of N from one distribution: (2/N)·E‖x − x′‖ is expected, over distinct points."""
    chosen = settings("ring")
    points = shown_real(chosen, 2000).astype(float)
    spread = np.hypot(*(points[:1000] - points[1000:]).T).mean()
    found = [pair.energy for seed in range(10) for pair in floor_pairs(settings("ring", seed=seed))]
    error = np.std(found) / math.sqrt(len(found))
    assert np.mean(found) == pytest.approx(2 / 512 * spread, abs=4 * error)


@pytest.mark.parametrize("data", DATA)
def test_a_perfect_generator_scores_the_floor(data: str) -> None:
    """Fresh real points as if generated; the floor's largest of eight is passed by chance at most by a factor."""
    chosen = settings(data)
    perfect, real, floor = real_points(data, 1, 17, 512, 0), shown_real(chosen), floors(chosen)
    target = support(data)
    assert 0 <= energy_distance(perfect, real) < 2 * floor.energy.high
    assert sliced_wasserstein(perfect, real) < 2 * floor.sliced_wasserstein.high
    assert high_quality_share(perfect, target) == pytest.approx(floor.high_quality, abs=0.02)
    assert modes_covered(perfect, target) == target.modes
    assert floor.energy.low <= floor.energy.mean <= floor.energy.high
    assert floor.count == 512


@pytest.mark.parametrize("data", DATA)
def test_share_of_good_points_of_the_data_itself(data: str) -> None:
    """Within 3σ in the plane: 1 − exp(−9/2) at a centre, erf(3/√2) across a curve."""
    chosen, expected = settings(data), 1 - math.exp(-4.5) if data in MIXTURES else math.erf(3 / math.sqrt(2))
    found = high_quality_share(shown_real(chosen, 20_000), support(data))
    assert found == pytest.approx(expected, abs=0.004)


@pytest.mark.parametrize("data", MIXTURES)
def test_a_generator_of_one_mode_covers_exactly_one(data: str) -> None:
    chosen = settings(data)
    points, target, floor = collapsed(data, 0), support(data), floors(chosen)
    assert high_quality_share(points, target) > 0.97
    assert modes_covered(points, target) == 1
    assert energy_distance(points, shown_real(chosen)) > 20 * floor.energy.high
    assert sliced_wasserstein(points, shown_real(chosen)) > 5 * floor.sliced_wasserstein.high


def test_a_mode_needs_a_tenth_of_its_share() -> None:
    """Of 80 points each of eight modes is due 10, so that 1 good point covers and a bad one does not."""
    target = support("gaussians")
    points = np.repeat(target.points[:1], 80, axis=0)
    points[0] = target.points[3]
    assert modes_covered(points, target) == 2
    points[0] = target.points[3] + np.array([3.01 * target.sigma, 0])
    assert modes_covered(points, target) == 1
    assert high_quality_share(points, target) == pytest.approx(79 / 80)
    for good, expected in ((2, 1), (3, 2)):  # 240 points ask for 3
        many = np.repeat(target.points[:1], 240, axis=0)
        many[:good] = target.points[3]
        assert modes_covered(many, target) == expected


def test_accuracy_by_hand() -> None:
    assert accuracy(np.array([0.1, -0.1, 2.0]), np.array([0.0, 0.5, -3.0]), 0.0) == pytest.approx(4 / 6)
    assert accuracy(np.array([0.4]), np.array([0.4]), 0.5) == 0.5


@pytest.mark.parametrize("loss", ["non_saturating", "least_squares", "wasserstein_clip"])
def test_measures_of_a_model_whose_output_is_known(loss: str) -> None:
    """G(z) = (0, 0.7), the upper centre of the three; D(x) = y: real points lie at y = −0.5 or 0.7."""
    linear = {"widths": []}
    model = PlanarGAN(data="disjoint", loss=loss, generator=linear, discriminator=linear).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        model.generator[0].bias.copy_(torch.tensor([0.0, 0.7]))
        model.discriminator[0].weight[0, 1] = 1.0
    found, real = measure(model), shown_real(model.settings).astype(float)
    assert (found.high_quality, found.modes_covered, found.modes, found.count) == (1.0, 1, 3, 512)
    high = float((real[:, 1] > (0.5 if loss == "least_squares" else 0)).mean())
    assert found.accuracy == (None if loss == "wasserstein_clip" else pytest.approx(high / 2))
    probability = loss == "non_saturating"
    assert found.fake_output == pytest.approx(1 / (1 + math.exp(-0.7)) if probability else 0.7)
    expected = 1 / (1 + np.exp(-real[:, 1])) if probability else real[:, 1]
    assert found.real_output == pytest.approx(expected.mean(), abs=1e-6)
    assert found.energy == pytest.approx(energy_distance(np.array([[0, 0.7]]), real), abs=1e-6)


def test_a_confident_discriminator_does_not_overflow() -> None:
    model = PlanarGAN(discriminator={"widths": []}).eval()
    with torch.no_grad():
        model.discriminator[0].bias.fill_(-1000.0)
    assert measure(model).real_output == 0.0


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.array([[0.0, math.nan]]), np.array([[math.inf, 0.0]])])
def test_nothing_is_made_of_nothing(points: NDArray[np.float64]) -> None:
    good, target = np.zeros((1, 2)), support("grid")
    for measured in (
        lambda: energy_distance(points, good),
        lambda: sliced_wasserstein(good, points),
        lambda: high_quality_share(points, target),
        lambda: modes_covered(points, target),
    ):
        with pytest.raises(ExplorerError, match="finite points"):
            measured()


def test_samples_of_different_sizes_are_not_sorted_against_each_other() -> None:
    with pytest.raises(ExplorerError, match="same size"):
        sliced_wasserstein(np.zeros((2, 2)), np.zeros((3, 2)))


def test_a_count_of_modes_says_which_are_sure() -> None:
    """Of 4,000 points a mode of eight is due 50: 500 are sure, 60 likely, 45 possible, 20 out of the question."""
    target = support("gaussians")
    counts = [500, 500, 500, 500, 500, 60, 45, 20]
    good = np.concatenate([np.repeat(target.points[[mode]], count, axis=0) for mode, count in enumerate(counts)])
    points = np.concatenate([good, np.zeros((4000 - len(good), 2))])  # the middle is no mode
    found = estimate_modes(points, target)
    assert found == Estimate(6, 5, 7, 4000, "of 8 modes")
    assert mode_counts(points, target, 8).tolist() == counts
    assert estimate_modes(points, support("ring")) is None
