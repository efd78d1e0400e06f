"""Measures of sequences on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.datasets.sequences import sines as waves
from explorer.metrics.proportions import mean_of_proportions
from explorer.metrics.sequences import classifiers
from explorer.metrics.sequences.classifiers import ClassifierError, transfer_accuracy, two_sample_accuracy
from explorer.metrics.sequences.discrepancy import (
    DiscrepancyError,
    gaussian_kernel,
    median_distance,
    squared_mmd,
    two_sample_test,
)
from explorer.metrics.sequences.memorisation import MemorisationError, memorisation_test
from explorer.metrics.sequences.report import merged
from explorer.metrics.sequences.signals import discrepancy_floor, report_signals, report_sines, report_transfer
from explorer.metrics.sequences.sines import SineError, distance_to_uniform, nearest_waves
from explorer.traces import Floats
from explorer.traces.measures import Comparison, wilson


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifiers, "TREES", 50)


def normal(seed: int, *shape: int) -> Floats:
    return np.random.default_rng(seed).standard_normal(shape)


def test_squared_mmd_is_the_unbiased_estimator_written_out() -> None:
    x, y, sigma = normal(0, 11, 3), normal(1, 14, 3) + 0.5, 1.3

    def k(a: Floats, b: Floats) -> float:
        return float(np.exp(-((a - b) ** 2).sum() / (2 * sigma**2)))

    within = sum(k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j) / (11 * 10)
    other = sum(k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j) / (14 * 13)
    between = sum(k(a, b) for a in x for b in y) / (11 * 14)
    assert squared_mmd(x, y, sigma) == pytest.approx(within + other - 2 * between)


def test_squared_mmd_of_gaussians_is_near_the_closed_form() -> None:
    """For N(0, I) and N(m, I) in d dimensions: 2·(σ²/(σ²+2))^(d/2)·(1 − exp(−‖m‖² / (2(σ²+2))))."""
    d, sigma, shift = 2, 1.5, 0.8
    x, y = normal(0, 1000, d), normal(1, 1000, d) + shift
    spread = sigma**2 + 2
    exact = 2 * (sigma**2 / spread) ** (d / 2) * (1 - np.exp(-d * shift**2 / (2 * spread)))
    assert squared_mmd(x, y, sigma) == pytest.approx(exact, rel=0.1)


def test_the_two_sample_test_tells_two_distributions_apart_and_one_not() -> None:
    x, y = normal(0, 150, 4), normal(1, 150, 4)
    same, other = two_sample_test(x, y, 2.0), two_sample_test(x, y + 0.6, 2.0)
    assert same.p_value > 0.05
    assert same.floor_low <= same.value <= same.floor_high
    assert other.p_value == pytest.approx(1 / 501)
    assert other.floor_high < other.low < other.value < other.high


def test_p_values_of_equal_distributions_are_as_often_small_as_they_should_be() -> None:
    values = [two_sample_test(normal(2 * i, 20, 2), normal(2 * i + 1, 20, 2), 1.0).p_value for i in range(16)]
    assert np.mean(np.array(values) <= 0.25) == pytest.approx(0.25, abs=0.25)


def test_an_effect_that_is_detectable_is_detected_in_80_of_100_repetitions() -> None:
    """Samples of unequal sizes, whose means are as far apart as gives that very MMD²."""
    d, sigma = 2, 1.5
    spread, most = sigma**2 + 2, 2 * (sigma**2 / (sigma**2 + 2)) ** (d / 2)
    near = [two_sample_test(normal(2 * i, 90, d), normal(2 * i + 1, 40, d) + 0.5, sigma) for i in range(10)]
    effect = float(np.mean([test.detectable for test in near]))
    shift = np.sqrt(-2 * spread / d * np.log(1 - effect / most))
    pairs = [(normal(2 * i, 90, d), normal(2 * i + 1, 40, d)) for i in range(100, 200)]
    found = [two_sample_test(x, y + shift, sigma, seed).p_value <= 0.05 for seed, (x, y) in enumerate(pairs)]
    assert np.mean(found) == pytest.approx(0.8, abs=0.12)
    half = np.mean([two_sample_test(x, y + shift / 2, sigma).p_value <= 0.05 for x, y in pairs[:50]])
    assert half < 0.5


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_generator_that_copies_is_found_to_and_one_that_does_not_is_not(noise: float) -> None:
    """By MMD it is not: its kernel is as wide as the data."""
    trained, held_out = normal(0, 240, 8), normal(1, 60, 8)
    copies = np.concatenate([trained, trained]) + noise * normal(2, 480, 8)
    found = memorisation_test(copies, held_out, trained)
    assert found.p_value < 0.01
    assert found.share > 0.98
    assert found.chance == 0.8
    assert found.chance_low < found.chance < found.chance_high < found.share
    other = memorisation_test(normal(3, 480, 8), held_out, trained)
    assert other.p_value > 0.05
    assert other.chance_low < other.share < other.chance_high


def test_a_share_of_copies_that_is_detectable_is_detected_in_80_of_100_repetitions() -> None:
    def sets(seed: int) -> list[Floats]:
        return [normal(3 * seed + part, size, 4) for part, size in enumerate((400, 60, 60))]

    share = float(np.mean([memorisation_test(*sets(seed)).detectable for seed in range(10)]))
    assert 0 < share < 0.5
    found = []
    for seed in range(100, 200):
        generated, held_out, trained = sets(seed)
        count = round(share * len(generated))
        generated[:count] = trained[np.random.default_rng(seed).integers(len(trained), size=count)]
        found.append(memorisation_test(generated, held_out, trained).p_value <= 0.05)
    assert np.mean(found) == pytest.approx(0.8, abs=0.12)


def test_p_values_of_memorising_are_as_often_small_as_they_should_be() -> None:
    values = [
        memorisation_test(normal(3 * i, 200, 4), normal(3 * i + 1, 30, 4), normal(3 * i + 2, 90, 4)).p_value
        for i in range(60)
    ]
    assert np.mean(np.array(values) <= 0.25) == pytest.approx(0.25, abs=0.15)


@pytest.mark.parametrize("held_out", [np.zeros((0, 4)), np.full((5, 4), np.nan)], ids=["none", "nan"])
def test_nothing_can_be_looked_for_in_samples_without_numbers(held_out: Floats) -> None:
    with pytest.raises(MemorisationError):
        memorisation_test(normal(0, 20, 4), held_out, normal(1, 20, 4))


def test_intervals_of_the_discrepancy_are_as_wide_as_it_varies() -> None:
    d, sigma, shift = 2, 1.5, 0.8
    spread = sigma**2 + 2
    exact = 2 * (sigma**2 / spread) ** (d / 2) * (1 - np.exp(-d * shift**2 / (2 * spread)))
    found = [two_sample_test(normal(2 * i, 50, d), normal(2 * i + 1, 50, d) + shift, sigma) for i in range(60)]
    assert np.mean([each.low <= exact <= each.high for each in found]) > 0.9
    width = np.mean([each.high - each.low for each in found])
    assert width == pytest.approx(2 * 1.96 * np.std([each.value for each in found]), rel=0.25)


def test_the_median_distance_is_that_of_the_pairs() -> None:
    x = np.concatenate([np.zeros((10, 1)), np.full((10, 1), 3.0)])
    assert median_distance(x) == 3.0
    assert gaussian_kernel(x, x, 3.0)[0, -1] == pytest.approx(np.exp(-0.5))


@pytest.mark.parametrize("x", [np.zeros((20, 3)), np.full((20, 3), np.nan), np.zeros((3, 3)), np.zeros(20)], ids=str)
def test_samples_without_a_scale_are_refused(x: Floats) -> None:
    with pytest.raises(DiscrepancyError):
        median_distance(x)


def test_floors_of_real_sequences_hold_zero() -> None:
    sigma, floor = discrepancy_floor(normal(0, 200, 5))
    assert sigma == median_distance(normal(0, 200, 5))
    assert floor.low < 0 < floor.high
    assert floor.count == 100


def test_a_sine_wave_s_parameters_are_recovered() -> None:
    frequency = np.array([1.0, 2.37, 4.9, 3.0])
    amplitude, phase = np.array([0.1, 0.5, 0.9, 0.3]), np.array([-3.0, 0.0, 1.0, 3.0])
    found = nearest_waves(waves.wave(frequency, amplitude, phase))
    np.testing.assert_allclose(found.frequency, frequency, atol=1e-3)
    np.testing.assert_allclose(found.amplitude, amplitude, atol=1e-4)
    np.testing.assert_allclose(found.phase, phase, atol=5e-3)
    np.testing.assert_allclose(found.explained, 1, atol=1e-5)


def test_noise_is_explained_by_no_sine_wave() -> None:
    assert nearest_waves(normal(0, 50, 30)).explained.mean() < 0.5


@pytest.mark.parametrize("values", [np.zeros((2, 30)), np.full((2, 30), np.inf), np.ones((2, 29)), np.ones(30)])
def test_what_is_no_wave_is_refused(values: Floats) -> None:
    with pytest.raises(SineError):
        nearest_waves(values)


def test_distances_from_a_uniform_distribution_are_exact() -> None:
    assert distance_to_uniform(np.array([0.5]), 0, 1) == pytest.approx(0.25)  # E|U − ½|
    assert distance_to_uniform(np.array([2.0]), 0, 1) == pytest.approx(1.5)
    assert distance_to_uniform(np.array([0.25, 0.75]), 0, 1) == pytest.approx(0.125)
    assert distance_to_uniform(np.linspace(1, 5, 4001), 1, 5) < 1e-3
    assert distance_to_uniform(np.linspace(1, 5, 4001) + 0.5, 1, 5) == pytest.approx(0.5, abs=1e-3)


def test_a_mean_of_shares_has_the_interval_that_their_own_give() -> None:
    (share, low, high) = wilson(30, 40)
    alone = mean_of_proportions(np.array([30]), np.array([40]), "")
    assert (alone.value, alone.low, alone.high) == pytest.approx((share, low, high))
    two = mean_of_proportions(np.array([30, 30]), np.array([40, 40]), "")
    assert (two.value, two.count) == (share, 80)
    assert share - two.low == pytest.approx((share - low) / np.sqrt(2))
    assert two.high - share == pytest.approx((high - share) / np.sqrt(2))


def test_no_error_in_84_trials_is_no_certainty() -> None:
    found = mean_of_proportions(np.array([65, 19]), np.array([65, 19]), "")
    assert (found.value, found.high) == (1, 1)
    below = np.array([1 - wilson(count, count)[1] for count in (65, 19)])
    assert found.low == pytest.approx(1 - np.sqrt((below**2).sum()) / 2) == pytest.approx(0.911, abs=1e-3)


def test_mean_shares_cover_the_truth_as_often_as_they_say() -> None:
    random, rates, counts = np.random.default_rng(0), np.array([0.95, 0.8]), np.array([60, 20])
    found = [mean_of_proportions(random.binomial(counts, rates), counts, "") for _ in range(1000)]
    assert np.mean([each.low <= rates.mean() <= each.high for each in found]) == pytest.approx(0.95, abs=0.03)


def test_a_classifier_guesses_where_there_is_one_distribution_and_knows_where_there_are_two() -> None:
    real, held_out = normal(0, 80, 6), normal(1, 60, 6)
    alike = two_sample_accuracy(real, held_out, [normal(seed, 80, 6) for seed in (2, 3, 4)])
    assert alike.low < 0.5 < alike.high
    assert (alike.count, alike.reference) == (240, 60)
    apart = two_sample_accuracy(real, held_out, [normal(seed, 80, 6) + 3 for seed in (2, 3)])
    assert apart.value > 0.97
    assert apart.low < apart.value


def test_both_kinds_count_as_much_however_many_are_tested() -> None:
    """Forests that have seen hardly anything real take all for generated, or nearly."""
    fakes = [normal(seed, 400, 3) for seed in (2, 3)]
    assert two_sample_accuracy(normal(0, 10, 3), normal(1, 30, 3), fakes).value < 0.6


def test_a_classifier_is_asked_for_what_it_has_not_seen() -> None:
    with pytest.raises(ClassifierError, match="2 blocks"):
        two_sample_accuracy(normal(0, 20, 3), normal(1, 20, 3), [normal(2, 20, 3)])


def test_transfer_finds_what_is_the_same_class_and_what_is_not() -> None:
    codes = np.arange(80) % 2
    real = normal(0, 80, 4) + 4 * codes[:, None]
    found = transfer_accuracy((real, codes), (normal(1, 80, 4) + 4 * codes[:, None], codes), 2)
    assert found.value > 0.95
    assert found.low < found.value
    guessed = transfer_accuracy((real, codes), (normal(2, 80, 4), codes), 2)
    assert guessed.value == pytest.approx(0.5, abs=0.15)
    assert guessed.low <= guessed.value <= guessed.high
    with pytest.raises(ClassifierError, match="all 2 classes"):
        transfer_accuracy((real, np.zeros(80, np.int64)), (real, codes), 2)


def test_each_class_counts_as_much_as_the_other() -> None:
    codes = np.repeat([0, 1], [90, 10])
    real = normal(0, 100, 4) + 9 * codes[:, None]
    alike = transfer_accuracy((real, codes), (normal(1, 100, 4), codes), 2)  # all of them like the first class
    assert alike.value == 0.5


def test_what_is_generated_too_clearly_is_found_one_way_only() -> None:
    codes = np.arange(120) % 2
    test, train = (normal(seed, 120, 2) + 1.5 * codes[:, None] for seed in (0, 1))
    clear = 0.1 * normal(2, 120, 2) + 1.5 * codes[:, None]
    report = report_transfer((clear, codes), (test, codes), (train, codes), classes=2)
    assert report.metrics["train_real_test_synthetic"].value > 0.97
    assert report.metrics["train_synthetic_test_real"].value < 0.94


def test_a_report_of_copies_says_so() -> None:
    held_out, trained = normal(0, 60, 8), normal(1, 120, 8)
    report = report_signals((trained + 0.1 * normal(2, 120, 8)).reshape(3, 40, 8), held_out, trained)
    assert report.metrics["memorisation_p_value"].value < 0.01
    assert report.metrics["nearest_in_training"].value > report.floors["nearest_in_training"].high


def test_a_report_s_numbers_are_means_over_blocks_beside_all_held_out_signals() -> None:
    held_out, trained = normal(0, 50, 4), normal(1, 70, 4)
    blocks = normal(2, 3, 30, 4) + np.array([0.0, 0.5, 1.0])[:, None, None]
    report, sigma = report_signals(blocks, held_out, trained), median_distance(held_out)
    tests = [two_sample_test(block, held_out, sigma, seed) for seed, block in enumerate(blocks)]
    found = report.metrics["mmd2"]
    assert found.value == pytest.approx(np.mean([squared_mmd(block, held_out, sigma) for block in blocks]))
    assert isinstance(found, Comparison)
    assert (found.count, found.reference) == (30, 50)
    assert (report.real, report.fake, report.blocks) == (50, 30, 3)
    p_value = report.metrics["mmd_p_value"]
    assert (p_value.low, p_value.value, p_value.high) == tuple(sorted(test.p_value for test in tests))
    assert report.metrics["mmd2_detectable"].value == pytest.approx(np.mean([test.detectable for test in tests]))
    assert report.floors["mmd2"].count == 30


def test_where_few_are_trained_on_the_floor_is_of_all_of_them() -> None:
    held_out, trained = normal(0, 50, 4), normal(1, 33, 4)
    floors = report_signals(normal(2, 2, 60, 4), held_out, trained).floors
    assert floors["mmd2"].count == 33
    assert floors["mmd2"].value == pytest.approx(squared_mmd(trained, held_out, median_distance(held_out)))
    assert floors["mmd2"].low < 0 < floors["mmd2"].high
    assert floors["two_sample_accuracy"].count == 2 * 11


def test_a_report_of_real_waves_stands_at_its_floors() -> None:
    real, fake, trained = (waves.draw(seed, 120).astype(np.float64) for seed in (1, 2, 3))
    report = merged(report_signals(fake.reshape(3, 40, -1), real, trained), report_sines(fake, real))
    assert report.kernel is not None
    assert report.metrics["mmd_p_value"].value > 0.02
    assert report.metrics["two_sample_accuracy"].low < 0.5
    assert report.metrics["explained_share"].value == pytest.approx(1, abs=1e-4)
    for name in ("frequency_distance", "amplitude_distance"):
        assert report.metrics[name].value < 3 * report.floors[name].value
    assert set(report.all_metrics()) >= {"mmd2", "mmd2_floor", "memorisation_p_value"}
    assert (report.real, report.fake, report.blocks) == (120, 40, 3)
    for histogram in report.histograms.values():
        assert sum(histogram["real"]) == pytest.approx(1)
        assert sum(histogram["fake"]) == pytest.approx(1)
        assert len(histogram["edges"]) == len(histogram["fake"]) + 1


def test_a_report_of_constant_waves_does_not() -> None:
    ones = np.ones(100)
    fake = waves.wave(2 * ones, 0.5 * ones, 6.28 * np.arange(100) / 100)
    real = waves.draw(1, 100)
    report = merged(
        report_signals(np.stack([fake[::2], fake[1::2]]), real, waves.draw(3, 100)), report_sines(fake, real)
    )
    assert report.metrics["mmd_p_value"].high < 0.01
    assert report.metrics["two_sample_accuracy"].low > 0.8
    assert report.metrics["frequency_distance"].value == pytest.approx(1.25, abs=0.01)  # E|U(1, 5) − 2|
    shares = report.histograms["frequency"]
    assert max(shares["fake"]) == 1 > 4 * max(shares["real"])


def test_a_report_of_transfer_has_real_data_as_its_floor() -> None:
    codes = np.arange(60) % 2
    sets = [(normal(seed, 60, 3) + 5 * codes[:, None], codes) for seed in range(3)]
    report = report_transfer(*sets, classes=2)  # type: ignore[misc]
    assert set(report.metrics) == set(report.floors) == {"train_synthetic_test_real", "train_real_test_synthetic"}
    assert report.floors["train_synthetic_test_real"].value > 0.9
