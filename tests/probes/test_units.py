"""Scores of units by hand and against scikit-learn; what chance is where nothing belongs together."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from explorer.probes.marks import Mark
from explorer.probes.units import UnitError, score_units


def mark(values: np.ndarray | list[int], kind: Literal["binary", "graded"] = "binary") -> Mark:
    return Mark("m", kind, np.asarray(values, np.int16))


def telegraph(generator: np.random.Generator, count: int, stay: float = 0.95) -> np.ndarray:
    """0 and 1 that stay as they are with that probability: like quotations."""
    return np.cumsum(generator.random(count) > stay) % 2


def slow(generator: np.random.Generator, count: int, units: int) -> np.ndarray:
    """Activities that change slowly, as a cell's state does."""
    steps = np.cumsum(generator.standard_normal((count + 20, units)), axis=0)
    return steps[20:] - steps[:-20]


def test_area_under_the_curve_by_hand() -> None:
    """Positives 3, 1 and negatives 2, 1, 0: of six pairs four are in order and one is a tie."""
    labels = np.array([1, 0, 1, 0, 0, -1])
    values = np.array([3.0, 2.0, 1.0, 1.0, 0.0, 99.0])
    order = np.random.default_rng(0).permutation(600)
    activities = np.tile(values, 100)[order, None]
    found = score_units(activities, mark(np.tile(labels, 100)[order]))
    assert found.scores == pytest.approx([4.5 / 6])
    assert (found.count, found.positives) == (500, 200)


def test_scores_are_those_of_other_libraries() -> None:
    generator = np.random.default_rng(1)
    activities = np.round(generator.standard_normal((1_000, 70)), 1).astype(np.float32)  # many ties
    values = generator.integers(-1, 2, 1_000)
    labelled = values >= 0
    found = score_units(activities, mark(values))
    expected = [roc_auc_score(values[labelled], column) for column in activities[labelled].T]
    np.testing.assert_allclose(found.scores, expected, rtol=1e-9)
    graded = generator.integers(-1, 12, 1_000)
    labelled = graded >= 0
    found = score_units(activities, mark(graded, "graded"))
    expected = [np.corrcoef(graded[labelled], column)[0, 1] for column in activities[labelled].T]
    np.testing.assert_allclose(found.scores, expected, rtol=1e-6, atol=1e-9)
    assert found.positives is None
    assert found.count == labelled.sum()


@pytest.mark.parametrize("sign", [1, -1])
def test_planted_unit_is_found(sign: int) -> None:
    generator = np.random.default_rng(2)
    labels = telegraph(generator, 4_000)
    activities = slow(generator, 4_000, 80)
    activities[:, 66] = sign * labels + 0.1 * generator.standard_normal(4_000)
    found = score_units(activities, mark(labels))
    distance = np.abs(found.scores - 0.5)
    assert distance.argmax() == 66
    assert found.scores[66] == pytest.approx(0.5 + sign * 0.5, abs=1e-6)
    assert np.delete(distance, 66).max() < distance[66] / 2
    graded = np.cumsum(generator.integers(-1, 2, 4_000))
    activities[:, 66] = sign * graded + generator.standard_normal(4_000)
    found = score_units(activities, mark(graded - graded.min(), "graded"))
    assert np.abs(found.scores).argmax() == 66
    assert abs(found.scores[66]) > found.chance


@pytest.mark.parametrize("kind", ["binary", "graded"])
def test_unrelated_activities_exceed_chance_one_time_in_twenty(kind: Literal["binary", "graded"]) -> None:
    generator = np.random.default_rng(3)
    exceeded = 0
    for seed in range(60):
        labels = telegraph(generator, 1_500)
        values = labels if kind == "binary" else labels * 3 + telegraph(generator, 1_500)
        found = score_units(slow(generator, 1_500, 10), mark(values, kind), seed)
        exceeded += np.abs(found.scores - (0.5 if kind == "binary" else 0)).max() > found.chance
    assert exceeded <= 9  # of 60 at 5 %: 3 expected, more than 9 once in a thousand such tests


def test_chance_knows_slow_activities_and_many_units() -> None:
    generator = np.random.default_rng(4)
    labels = mark(telegraph(generator, 2_000))
    activities = slow(generator, 2_000, 200)
    slowly = score_units(activities, labels).chance
    assert slowly > 1.5 * score_units(activities[generator.permutation(2_000)], labels).chance
    assert slowly > 1.2 * score_units(activities[:, :5], labels).chance


def test_a_mark_that_repeats_itself_is_not_shifted_onto_itself() -> None:
    """Places 1 to 14, over and over: each fourteenth shift is none. What knows the place is above chance all the same.

    At a shift of s the mark's correlation with itself is 1 − 6 s (14 − s) / (14² − 1): above ½ in magnitude, and so
    left out, at 0, 1, 7 and 13. Of the rest −0.477 at 6 and 8 is the greatest, and a fifth of the shifts are such.
    """
    places = np.tile(np.arange(1, 15), 150)
    knows = places[:, None] + 0.1 * np.random.default_rng(5).standard_normal((2_100, 1))
    found = score_units(knows, mark(places, "graded"))
    assert found.scores[0] > 0.99
    assert found.chance == pytest.approx(6 * 6 * 8 / 195 - 1, abs=0.01)


def test_marks_of_verse_are_shifted_within_each_verse() -> None:
    """What counts places is far above a chance that knows of no place; what does not is above it one time in twenty."""
    generator = np.random.default_rng(10)
    places = np.tile(np.arange(1, 15), 150)
    verse = Mark("m", "graded", places.astype(np.int16), 14)
    knows = places[:, None] + generator.standard_normal((2_100, 20))
    found = score_units(knows, verse)
    assert np.abs(found.scores).min() > 0.9
    assert 0 < found.chance < 4 / np.sqrt(2_100)
    last = Mark("m", "binary", (places == 14).astype(np.int16), 14)
    assert score_units(knows, last).scores.min() - 0.5 > 3 * score_units(knows, last).chance
    exceeded = 0
    for seed in range(60):
        unrelated = score_units(slow(generator, 2_100, 10), verse if seed % 2 else last, seed)
        exceeded += np.abs(unrelated.scores - (0 if seed % 2 else 0.5)).max() > unrelated.chance
    assert exceeded <= 9


def test_same_seed_gives_the_same_chance() -> None:
    generator = np.random.default_rng(6)
    labels, activities = mark(telegraph(generator, 5_000)), slow(generator, 5_000, 6)
    first, again, other = (score_units(activities, labels, seed) for seed in (1, 1, 2))
    assert first.chance == again.chance != other.chance
    np.testing.assert_array_equal(first.scores, other.scores)
    assert (first.seed, first.shifts) == (1, 200)


def test_unit_that_never_changes_tells_nothing() -> None:
    generator = np.random.default_rng(7)
    activities = np.full((1_000, 2), 0.1)
    activities[:, 1] = generator.standard_normal(1_000)
    labels = telegraph(generator, 1_000)
    assert score_units(activities, mark(labels)).scores[0] == pytest.approx(0.5)
    assert score_units(activities, mark(labels, "graded")).scores[0] == 0


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (np.zeros(1_000), "binary", "no character of 1000 has the mark m"),
        (np.full(1_000, -1), "binary", "no character of 0 has the mark m"),
        (np.full(1_000, -1), "graded", "all 0 characters have the same mark m"),
        (np.ones(1_000), "binary", "all 1000 characters have the same mark m"),
        (np.full(1_000, 3), "graded", "all 1000 characters have the same mark m"),
        (np.tile([0, 1], 500), "binary", "does not repeat itself; 1000 characters with a label have 0"),
        (np.r_[np.zeros(50), 1, np.full(949, -1)], "binary", "chance needs 200 shifts"),
        (np.zeros(999), "binary", "is of 999 characters"),
    ],
)
def test_impossible_marks_are_refused(values: np.ndarray, kind: Literal["binary", "graded"], message: str) -> None:
    activities = np.random.default_rng(8).standard_normal((1_000, 3))
    with pytest.raises(UnitError, match=message):
        score_units(activities, mark(values, kind))


def test_impossible_activities_are_refused() -> None:
    generator = np.random.default_rng(9)
    labels = mark(telegraph(generator, 1_000))
    activities = generator.standard_normal((1_000, 3))
    activities[500, 1] = np.nan
    with pytest.raises(UnitError, match="activities must be finite"):
        score_units(activities, labels)
    for shape in ((1_000,), (1_000, 0), (10, 1_000)):
        with pytest.raises(UnitError, match="activities are"):
            score_units(np.zeros(shape), labels)
