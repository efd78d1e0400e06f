"""The judge of generated pictures: closed forms, floors, and sets whose faults are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.families.classifier import Classifier
from explorer.metrics import generation
from explorer.metrics.generation import (
    GROUPS,
    SPLITS,
    UNITS,
    Judge,
    Seen,
    class_shares,
    classes_covered,
    frechet_distance,
    jackknife,
)
from explorer.metrics.proportions import proportion
from explorer.traces import Bytes, Integers

CLASSES, COUNT, REAL = 10, 100, 400
REFERENCES = {"frechet": REAL - COUNT, "classes": REAL}
"""Real pictures that each measure compares with; the others, as many as there are generated ones."""


class Pixels(Classifier):
    """Takes the pixels themselves for features, and the brightest of the first ten for the class."""

    def __init__(self) -> None:
        super().__init__((1, 4, 4), CLASSES, widths=(2, 2), features=2)
        self.body = torch.nn.Sequential(torch.nn.Flatten())
        self.head = torch.nn.Sequential(torch.nn.Linear(16, CLASSES, bias=False))
        torch.nn.init.eye_(self.head[0].weight)
        self.eval().requires_grad_(False)


def pictures(count: int, seed: int, classes: Integers | None = None) -> tuple[Bytes, Integers]:
    """Noise of 0 to 100 grey levels, with the pixel of the class at 255."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, CLASSES, count) if classes is None else classes
    images = rng.integers(0, 101, (count, 16), dtype=np.uint8)
    images[np.arange(count), codes] = 255
    return images.reshape(count, 1, 4, 4), codes


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Pixels(), *pictures(400, 0), COUNT, seed=1)


def gaussian_rows(mean: float, deviation: float, count: int = 4) -> Tensor:
    """Rows whose sample mean and covariance are exact: ± along each axis."""
    axis = torch.eye(count) * deviation * math.sqrt((2 * count - 1) / 2)
    return mean + torch.cat([axis, -axis])


def test_frechet_distance_of_two_isotropic_gaussians() -> None:
    """‖μ₁ − μ₂‖² + d(σ₁ − σ₂)²: 4·2² + 4·(3 − 1)²."""
    assert frechet_distance(gaussian_rows(0, 1), gaussian_rows(2, 3)) == pytest.approx(16 + 16, rel=1e-5)


def test_frechet_distance_of_covariances_that_do_not_commute() -> None:
    """Against the definition with a general matrix root, by the eigenvalues of Σ₁Σ₂."""
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(300, 5, generator=generator) @ torch.randn(5, 5, generator=generator) for _ in range(2))
    first, second = np.cov(a.double().numpy().T), np.cov(b.double().numpy().T)
    root = np.sqrt(np.linalg.eigvals(first @ second)).real.sum()
    mean = np.square((a.double().mean(0) - b.double().mean(0)).numpy()).sum()
    expected = mean + np.trace(first) + np.trace(second) - 2 * root
    assert frechet_distance(a, b) == pytest.approx(expected)
    assert frechet_distance(b, a) == pytest.approx(expected)


def test_frechet_distance_of_a_set_to_itself_is_zero_also_where_features_are_dead() -> None:
    rows = torch.randn(50, 5, generator=torch.Generator().manual_seed(0))
    rows[:, 3] = 0
    assert frechet_distance(rows, rows) == pytest.approx(0, abs=1e-9)
    with pytest.raises(ExplorerError, match="at least two rows"):
        frechet_distance(rows, rows[:1])


def test_shares_and_covered_classes_by_hand() -> None:
    shares = class_shares(torch.tensor([0, 0, 0, 2]), 4)
    assert shares.tolist() == [0.75, 0, 0.25, 0]
    # A quarter of .2 is .05: class 1 is not covered, class 2 just is, class 3 is not there to be covered.
    assert classes_covered(np.array([0.91, 0.04, 0.05, 0.0]), np.array([0.6, 0.2, 0.2, 0.0])) == 2
    for bad in ([], [4], [-1]):
        with pytest.raises(ExplorerError, match="class codes from 0 to 3"):
            class_shares(np.array(bad, np.int64), 4)


def test_real_pictures_score_like_the_floor(judge: Judge) -> None:
    found, floors = judge.measure(pictures(COUNT, 9)[0]), judge.floors
    assert set(found) == set(floors) == set(UNITS)
    for name, floor in floors.items():
        spread = max(floor.high - floor.low, 0.02)
        assert floor.low - spread <= found[name] <= floor.high + spread, name
        assert (floor.count, floor.reference) == (COUNT, REFERENCES.get(name, COUNT))
        assert floor.low <= floor.value <= floor.high


def test_one_of_ten_classes_is_precise_but_covers_little(judge: Judge) -> None:
    images, _ = pictures(COUNT, 9, np.zeros(COUNT, np.int64))
    found, floors = judge.measure(images), judge.floors
    assert found["classes"] == 1
    assert judge.shares(images).tolist() == [1, *[0] * 9]
    assert found["precision"] >= floors["precision"].low - 0.1
    assert found["recall"] < 0.2
    assert found["coverage"] < 0.2
    assert found["frechet"] > 10 * floors["frechet"].high


def test_pictures_from_elsewhere_are_nowhere(judge: Judge) -> None:
    found = judge.measure(255 - pictures(COUNT, 9)[0])
    assert (found["precision"], found["density"], found["coverage"]) == (0, 0, 0)


def test_a_sample_against_itself_is_perfect() -> None:
    images, codes = pictures(COUNT, 0)
    judge = Judge(Pixels(), np.concatenate([images, images]), np.concatenate([codes, codes]), COUNT)
    reference = judge._reference
    assert len(reference) == COUNT
    found = judge._compare(reference, reference)
    assert found["frechet"] == pytest.approx(0, abs=1e-9)
    assert (found["precision"], found["recall"], found["coverage"]) == (1, 1, 1)


def test_the_same_seed_judges_the_same(judge: Judge) -> None:
    images = pictures(COUNT, 9)[0]
    again, other = (Judge(Pixels(), *pictures(400, 0), COUNT, seed=seed) for seed in (1, 2))
    first = Judge(Pixels(), *pictures(400, 0), COUNT, seed=1)
    assert again.measure(images) == first.measure(images)
    assert again.floors == first.floors
    assert other.measure(images) != first.measure(images)


def test_values_and_floors_are_of_the_same_sizes_and_say_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each set that is compared, by the functions that compare them."""
    sizes: dict[str, set[tuple[int, int]]] = {}

    def noted(name: str, function: Callable[[Tensor, Tensor], Any]) -> Callable[[Tensor, Tensor], Any]:
        def compare(real: Tensor, other: Tensor) -> Any:
            sizes.setdefault(name, set()).add((len(other), len(real)))
            return function(real, other)

        return compare

    for name in ("frechet_distance", "overlap"):
        monkeypatch.setattr(generation, name, noted(name, getattr(generation, name)))
    judge = Judge(Pixels(), *pictures(REAL, 0), COUNT)
    judge.measure(pictures(COUNT, 9)[0])
    assert len(judge.floors) == len(UNITS)
    assert sizes == {"frechet_distance": {(COUNT, REAL - COUNT)}, "overlap": {(COUNT, COUNT)}}
    said = {(found.count, found.reference) for found in judge.intervals(pictures(COUNT, 9)[0]).values()}
    assert said == {(COUNT, REFERENCES.get(name, COUNT)) for name in UNITS}


def test_a_floor_is_the_middle_95_percent_of_enough_splits(judge: Judge) -> None:
    """Other real pictures of those sizes are in the range 19 times of 20, and on both sides of it."""
    assert SPLITS >= 40
    other = Judge(Pixels(), *pictures(REAL, 0), COUNT, seed=2)
    values = [other._compare(*split)["frechet"] for split in islice(other._splits(), 200)]
    floor = judge.floors["frechet"]
    inside = sum(floor.low <= value <= floor.high for value in values)
    assert 175 <= inside < 200
    assert min(values) < floor.low < floor.value < floor.high < max(values)
    assert floor.value == pytest.approx(np.median(values), rel=0.05)


def test_a_change_is_told_by_pairs_that_no_two_intervals_tell_apart(judge: Judge) -> None:
    """The same pictures, a little lighter: what the draw of latents does to both cancels."""
    before = pictures(COUNT, 9)[0]
    after = np.minimum(before, 243) + np.uint8(12)
    change = judge.change(before, after)
    assert (change.count, change.reference, change.unit) == (COUNT, REAL, UNITS["frechet"])
    assert 0 < change.low < change.value < change.high
    first, second = (judge.intervals(each)["frechet"] for each in (before, after))
    assert second.low < first.high  # which each by itself does not tell
    unpaired = judge.change(before, after[::-1].copy())
    assert unpaired.value == pytest.approx(change.value)
    assert unpaired.high - unpaired.low > 1.2 * (change.high - change.low)
    opposite = judge.change(after, before)
    assert (opposite.value, opposite.low, opposite.high) == pytest.approx((-change.value, -change.high, -change.low))
    none = judge.change(before, before)
    assert (none.value, none.low, none.high) == (0, 0, 0)
    for wrong in ((before, after[:-1]), (before[: 2 * GROUPS - 1], after[: 2 * GROUPS - 1])):
        with pytest.raises(ExplorerError, match="at least 20 pairs"):
            judge.change(*wrong)


def test_intervals_hold_the_value_and_stay_in_range(judge: Judge) -> None:
    images = pictures(COUNT, 9)[0]
    values, found = judge.measure(images), judge.intervals(images)
    for name, value in values.items():
        assert found[name].value == value
        assert 0 <= found[name].low <= value <= found[name].high
    for name in ("frechet", "precision", "recall", "density", "coverage"):
        assert found[name].low < found[name].high, name
    assert max(found[name].high for name in ("precision", "recall", "coverage")) <= 1
    assert found["classes"].low == found["classes"].high == 10


def test_the_jackknife_of_a_mean_is_the_standard_error_of_the_groups_means() -> None:
    """s / √G of the G groups' means, exactly: leaving one out moves the mean by (θ̄ − its mean) / (G − 1)."""
    values = torch.randn(1000, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    seen = Seen(values, torch.zeros(1000, dtype=torch.int64))
    error = jackknife(lambda _, generated: {"mean": generated.features.mean().item()}, seen, seen)["mean"]
    means = values.reshape(-1, GROUPS).mean(0)  # every GROUPS-th value is of the same group
    assert error == pytest.approx(means.std().item() / math.sqrt(GROUPS), rel=1e-12)


@pytest.mark.parametrize("count", [2 * GROUPS - 1, 201])
def test_sizes_that_cannot_be_judged_are_errors(count: int) -> None:
    with pytest.raises(ExplorerError, match="a sample to judge has from 20 to 200 pictures"):
        Judge(Pixels(), *pictures(400, 0), count)


def test_what_does_not_fit_is_an_error(judge: Judge) -> None:
    images, codes = pictures(400, 0)
    with pytest.raises(ExplorerError, match="one class for each of 400"):
        Judge(Pixels(), images, codes[:-1], COUNT)
    with pytest.raises(ExplorerError, match="samples of 100 pictures, got 99"):
        judge.measure(images[:99])
    with pytest.raises(ExplorerError, match=r"pictures of shape \(1, 4, 4\)"):
        judge.measure(images[:COUNT, :, :2])
    with pytest.raises(ExplorerError, match="uint8 images"):
        judge.measure(images[:COUNT].astype(np.float32))
    with pytest.raises(ExplorerError, match="uint8 images"):
        judge.shares(images[:0])


def test_wilson_interval_by_hand() -> None:
    """0 of 10: from 0 to z² / (10 + z²); 5 of 10 is symmetric."""
    none, half = proportion(0, 10, "share"), proportion(5, 10, "share")
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(1.959964**2 / (10 + 1.959964**2), rel=1e-6)
    assert half.high - 0.5 == pytest.approx(0.5 - half.low)
    assert proportion(10, 10, "share").high == 1
    for count in (27, 34, 293):  # in floating point the formula goes 1e-17 beyond
        assert proportion(0, count, "share").low == 0
        assert proportion(count, count, "share").high == 1
    for successes, count in ((1, 0), (-1, 5), (6, 5)):
        with pytest.raises(ExplorerError, match="a share needs"):
            proportion(successes, count, "share")
