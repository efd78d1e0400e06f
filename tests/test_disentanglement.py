"""Scores of disentanglement on codes whose scores are known."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import load_file

from explorer.catalog import SHIPPED
from explorer.errors import ExplorerError
from explorer.metrics.disentanglement import (
    UNITS,
    Disentanglement,
    Factor,
    _entropy_scores,
    dependence,
    disentanglement,
    equal_frequency,
    floors,
    intervals,
    mutual_information,
)
from explorer.traces import Floats

COUNT = 800


def uniform_factors(count: int = COUNT) -> dict[str, Factor]:
    """Two numbers and two categories, independent."""
    generator = np.random.default_rng(0)
    return {
        "x": Factor(generator.uniform(-1, 1, count), False),
        "angle": Factor(generator.uniform(-30, 30, count), False),
        "colour": Factor(generator.integers(0, 5, count), True),
        "shape": Factor(generator.integers(0, 3, count), True),
    }


def as_codes(factors: dict[str, Factor]) -> Floats:
    columns = [each.values.astype(np.float64) for each in factors.values()]
    return np.stack([(column - column.mean()) / column.std() for column in columns], axis=1)


def score(codes: Floats, factors: dict[str, Factor]) -> Disentanglement:
    return disentanglement(codes, codes, factors)


def test_the_factors_themselves_are_perfect_codes() -> None:
    factors = uniform_factors()
    scores = score(as_codes(factors), factors).scores
    # The second dimension's information is not quite 0: (bins − 1)·(values − 1) / 2N of some bias.
    assert scores["mutual_information_gap"] == pytest.approx(1, abs=0.06)
    for name in ("disentanglement", "completeness", "informativeness"):
        assert scores[name] == pytest.approx(1, abs=0.02), name


def test_order_sign_and_scale_of_dimensions_do_not_matter() -> None:
    factors = uniform_factors()
    codes = as_codes(factors)
    changed = -3 * codes[:, ::-1] + 7
    for name, value in score(codes, factors).scores.items():
        assert score(changed, factors).scores[name] == pytest.approx(value, abs=0.02), name


def test_random_codes_tell_nothing_and_are_the_floor() -> None:
    factors = uniform_factors()
    codes = np.random.default_rng(99).standard_normal((COUNT, 4))
    scores, floor = score(codes, factors).scores, floors(COUNT, 4, factors)
    for name in UNITS:
        assert scores[name] < 0.1, name
        assert floor[name].value < 0.08, name
        spread = max(floor[name].high - floor[name].low, 0.005)
        assert floor[name].low - spread <= scores[name] <= floor[name].high + spread, name
        assert floor[name].count == COUNT


def test_rotated_codes_keep_the_information_and_lose_the_axes() -> None:
    factors = {name: each for name, each in uniform_factors(3000).items() if not each.categorical}
    codes = as_codes(factors)
    turn = np.pi / 4
    rotated = codes @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    scores = score(rotated, factors).scores
    assert scores["mutual_information_gap"] < 0.05
    assert scores["disentanglement"] < 0.1
    assert scores["completeness"] < 0.1
    assert scores["informativeness"] > 0.95


def test_one_dimension_for_all_factors_is_complete_but_not_disentangled() -> None:
    """Importance of dimension 0 alone: each factor is told by one dimension, which tells of all of them."""
    disentangled, complete = _entropy_scores(np.array([[1.0, 0, 0], [1, 0, 0]]))
    assert (disentangled, complete) == (pytest.approx(0), pytest.approx(1))


def test_one_factor_over_all_dimensions_is_disentangled_but_not_complete() -> None:
    disentangled, complete = _entropy_scores(np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]]))
    assert disentangled == pytest.approx(1)
    assert complete == pytest.approx(1 - np.log(2) / np.log(4))


def test_what_no_dimension_tells_counts_as_incomplete() -> None:
    assert _entropy_scores(np.zeros((2, 3))) == (0, 0)


def test_information_by_hand() -> None:
    """Four equal values, of which a code tells the first bit: ln 2 of ln 4."""
    values = np.tile(np.arange(4), 100)
    information, entropy = mutual_information((values % 2)[:, None].astype(float), {"value": Factor(values, True)})
    assert entropy == pytest.approx([np.log(4)])
    assert information.ravel() == pytest.approx([np.log(2)])


def test_bins_of_equal_frequency() -> None:
    values = np.random.default_rng(0).exponential(size=1000)
    assert np.bincount(equal_frequency(values, 10)).tolist() == [100] * 10
    assert set(equal_frequency(np.full(50, 2.5), 10)) == {1}
    assert len(set(equal_frequency(np.tile(np.arange(3), 20), 10))) == 3


def test_a_collapsed_dimension_tells_nothing() -> None:
    factors = uniform_factors()
    codes = as_codes(factors)
    codes[:, 0] = 0
    found = score(codes, factors)
    assert found.table.information[:, 0] == pytest.approx(0)
    assert found.table.importance[:, 0] == pytest.approx(0)
    assert found.scores["informativeness"] == pytest.approx(0.75, abs=0.03)


def test_intervals_hold_the_value_and_narrow_with_more_images() -> None:
    generator = np.random.default_rng(5)
    widths = []
    for count in (200, 2000):
        factors = {name: each for name, each in uniform_factors(count).items() if not each.categorical}
        codes = as_codes(factors) + 0.3 * generator.standard_normal((count, 2))
        found = intervals(score(codes, factors), codes, codes, factors)
        for name in UNITS:
            assert 0 <= found[name].low <= found[name].value <= found[name].high <= 1, name
        gap = found["mutual_information_gap"]
        widths.append(gap.high - gap.low)
    assert widths[1] < widths[0] / 1.5


def test_the_same_seed_scores_the_same() -> None:
    factors = uniform_factors(300)
    codes = np.random.default_rng(2).standard_normal((300, 3))
    assert score(codes, factors).scores == score(codes, factors).scores


@pytest.mark.parametrize("fault", ["one dimension", "one factor", "not finite", "too short", "constant", "shapes"])
def test_what_cannot_be_scored_is_an_error(fault: str) -> None:
    factors = uniform_factors(100)
    codes = as_codes(factors)
    means = codes
    if fault == "one dimension":
        codes = means = codes[:, :1]
    elif fault == "one factor":
        factors = {"x": factors["x"]}
    elif fault == "not finite":
        codes = codes.copy()
        codes[3, 1] = np.nan
    elif fault == "too short":
        factors["x"] = Factor(factors["x"].values[:-1], False)
    elif fault == "constant":
        factors["x"] = Factor(np.zeros(100), False)
    else:
        means = codes[:-1]
    with pytest.raises(ExplorerError, match="expected"):
        disentanglement(codes, means, factors)


def test_factors_that_hang_together_are_found_and_others_are_not() -> None:
    """A colour that is never the other one, of five: ln 5 − ln 4 nats; independent factors exceed chance in 5 %."""
    factors = uniform_factors(4000)
    assert dependence(factors, 40)[0] == {}
    colour = factors["colour"].values
    other = (colour + 1 + np.random.default_rng(1).integers(0, 4, 4000)) % 5
    pairs, floor = dependence({**factors, "background": Factor(other, True)}, 40)
    assert list(pairs) == [("colour", "background")]
    assert pairs["colour", "background"] == pytest.approx(np.log(5 / 4), abs=0.01)
    assert 0.005 < floor < 0.03


def test_the_thumbs_that_ship_never_hide_a_shape_in_its_background() -> None:
    stored = load_file(SHIPPED / "vae-thumbs-b1" / "map.safetensors")
    named = {name.removeprefix("attribute."): each for name, each in stored.items() if name.startswith("attribute.")}
    factors = {name: Factor(each, each.dtype == np.int16) for name, each in named.items()}
    assert len(factors) == 10
    pairs, floor = dependence(factors)
    assert list(pairs) == [("background", "shape_colour")]
    assert pairs["background", "shape_colour"] == pytest.approx(0.22, abs=0.01)
    assert floor < 0.04
    assert not (factors["background"].values == factors["shape_colour"].values).any()
