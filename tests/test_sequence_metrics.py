"""Measures of sequences on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.datasets.sequences import sines as waves
from explorer.families.sequences import Notes
from explorer.metrics.sequences.discrepancy import (
    DiscrepancyError,
    gaussian_kernel,
    median_distance,
    memorisation_test,
    squared_mmd,
    two_sample_test,
)
from explorer.metrics.sequences.melodies import (
    Corpus,
    MelodyError,
    durations,
    in_key,
    intervals,
    pitch_classes,
    total_variation,
)
from explorer.metrics.sequences.report import (
    discrepancy_floor,
    merged,
    report_melodies,
    report_signals,
    report_sines,
    report_transfer,
)
from explorer.metrics.sequences.sines import SineError, distance_to_uniform, nearest_waves
from explorer.metrics.sequences.transfer import TransferError, transfer_accuracy
from explorer.traces import Floats, Integers

NOTES = Notes(8, (60, 62, 64, 65, 66, 67), (0.0, 0.5, 1.0, 2.0), 84.0)


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


def test_a_generator_that_copies_is_found_to_and_one_that_does_not_is_not() -> None:
    trained, held_out = normal(0, 120, 8), normal(1, 120, 8)
    copies = trained + 0.1 * normal(2, 120, 8)
    assert memorisation_test(copies, held_out, trained, 1.0) < 0.01
    assert memorisation_test(normal(3, 120, 8), held_out, trained, 1.0) > 0.05
    with pytest.raises(DiscrepancyError, match="as many"):
        memorisation_test(copies, held_out[:50], trained, 1.0)


def test_memorisation_is_of_whole_discrepancies() -> None:
    """As near on average to what was generated, what was held out lies together and what was trained on all around."""
    generated = 0.01 * normal(0, 60, 3)
    around = normal(1, 60, 3)
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    together = np.array([1.0, 0, 0]) + 0.01 * normal(2, 60, 3)
    assert memorisation_test(generated, together, around, 1.0) < 0.01
    assert memorisation_test(generated, around, together, 1.0) > 0.99


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


def melody(*pitches: int, duration: int = 2) -> Integers:
    return np.array([(each, duration if each else 0) for each in pitches], np.int64)


def test_pitch_classes_intervals_and_durations_are_counted() -> None:
    melodies = [melody(2, 4, 1, 2), melody(7, 7, duration=1)]  # C E rest C; G G
    expected = np.zeros(12)
    expected[[0, 4, 7]] = [2 / 5, 1 / 5, 2 / 5]
    np.testing.assert_allclose(pitch_classes(melodies, NOTES), expected)
    steps = np.zeros(25)
    steps[[12 + 4, 12 + 1, 12]] = 1 / 3
    np.testing.assert_allclose(intervals([melody(2, 4, 1, 5), melodies[1]], NOTES), steps)
    np.testing.assert_allclose(durations(melodies, NOTES), [2 / 6, 4 / 6, 0])


def test_what_is_empty_is_refused() -> None:
    with pytest.raises(MelodyError):
        pitch_classes([melody(1, 1)], NOTES)
    with pytest.raises(MelodyError):
        intervals([melody(2)], NOTES)
    with pytest.raises(MelodyError):
        in_key(melody(1), NOTES)


def test_the_share_in_key_leaves_rests_out() -> None:
    assert in_key(melody(2, 3, 1, 6, 4), NOTES) == 0.75  # F♯ is not in C


def test_the_longest_copied_run_is_that_of_pitch_and_duration() -> None:
    corpus = Corpus([melody(2, 3, 4, 5, 6, 7), melody(7, 6, 5)], NOTES)
    assert corpus.longest_run(melody(2, 2, 3, 4, 5, 2)) == 4
    assert corpus.longest_run(melody(7, 7, 6, 5)) == 3
    assert corpus.longest_run(melody(6, 7, 7, 6)) == 2  # not across two melodies
    assert corpus.longest_run(melody(2, 3, 4, duration=1)) == 0
    brute = max(
        size
        for size in range(4)
        for start in range(4 - size + 1)
        if "".join(map(str, [3, 4, 6, 7][start : start + size])) in "234567"
    )
    assert corpus.longest_run(melody(3, 4, 6, 7)) == brute == 2


def test_total_variation_goes_from_nothing_to_one() -> None:
    assert total_variation(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert total_variation(np.array([1.0, 0]), np.array([0, 1.0])) == 1


def test_transfer_finds_what_is_the_same_class_and_what_is_not() -> None:
    codes = np.arange(80) % 2
    real = normal(0, 80, 4) + 4 * codes[:, None]
    assert transfer_accuracy((real, codes), (normal(1, 80, 4) + 4 * codes[:, None], codes), 2).value > 0.95
    guessed = transfer_accuracy((real, codes), (normal(2, 80, 4), codes), 2)
    assert guessed.value == pytest.approx(0.5, abs=0.15)
    assert guessed.low <= guessed.value <= guessed.high
    with pytest.raises(TransferError, match="all 2 classes"):
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
    held_out, trained = normal(0, 120, 8), normal(1, 120, 8)
    report = report_signals(trained + 0.1 * normal(2, 120, 8), held_out, trained)
    assert report.metrics["memorisation_p_value"].value < 0.01
    assert report.floors["mmd2"].value == pytest.approx(squared_mmd(trained, held_out, median_distance(held_out)))


def test_a_report_of_real_waves_stands_at_its_floors() -> None:
    real, fake, trained = (waves.draw(seed, 120).astype(np.float64) for seed in (1, 2, 3))
    report = merged(report_signals(fake, real, trained), report_sines(fake, real))
    assert report.kernel is not None
    assert report.metrics["mmd_p_value"].value > 0.02
    assert report.metrics["explained_share"].value == pytest.approx(1, abs=1e-4)
    for name in ("frequency_distance", "amplitude_distance"):
        assert report.metrics[name].value < 3 * report.floors[name].value
    assert set(report.all_metrics()) >= {"mmd2", "mmd2_floor", "memorisation_p_value"}
    assert (report.real, report.fake) == (120, 120)
    for histogram in report.histograms.values():
        assert sum(histogram["real"]) == pytest.approx(1)
        assert sum(histogram["fake"]) == pytest.approx(1)
        assert len(histogram["edges"]) == len(histogram["fake"]) + 1


def test_a_report_of_constant_waves_does_not() -> None:
    ones = np.ones(100)
    fake = waves.wave(2 * ones, 0.5 * ones, 6.28 * np.arange(100) / 100)
    real = waves.draw(1, 100)
    report = merged(report_signals(fake, real, waves.draw(3, 100)), report_sines(fake, real))
    assert report.metrics["mmd_p_value"].value < 0.01
    assert report.metrics["frequency_distance"].value == pytest.approx(1.25, abs=0.01)  # E|U(1, 5) − 2|
    shares = report.histograms["frequency"]
    assert max(shares["fake"]) == 1 > 4 * max(shares["real"])


def test_a_report_of_melodies_names_what_is_copied() -> None:
    random = np.random.default_rng(0)
    made = [np.stack([random.integers(2, 8, 40), random.integers(1, 4, 40)], 1) for _ in range(30)]
    trained, held_out = made[:15], made[15:]
    corpus = Corpus(trained, NOTES)
    copied = report_melodies(trained, held_out, trained, NOTES, corpus)
    assert copied.metrics["longest_copied_run"].value == 40
    assert copied.metrics["copied_share"].value == 1
    assert copied.floors["longest_copied_run"].value < 6
    assert copied.metrics["interval_distance"].value == copied.floors["interval_distance"].value
    assert copied.histograms["interval"]["categories"][12] == "0"
    assert len(copied.histograms["pitch_class"]["real"]) == 12
    assert (copied.real, copied.fake) == (15, 15)


def test_twelve_notes_in_a_row_make_the_same_tune() -> None:
    random = np.random.default_rng(0)
    trained = [np.stack([random.integers(2, 8, 40), random.integers(1, 4, 40)], 1) for _ in range(4)]
    other = np.tile([[1, 1]], (40, 1))  # rests, of which the others have none
    made = [np.concatenate([melody[3 : 3 + run], other[run:]]) for melody in trained for run in (11, 12)]
    report = report_melodies(made, trained, trained, NOTES, Corpus(trained, NOTES))
    assert report.metrics["copied_share"].value == 0.5


def test_intervals_over_melodies_are_those_of_a_mean() -> None:
    inside, outside = np.tile([[2, 1], [3, 1]], (10, 1)), np.tile([[6, 1]], (20, 1))
    report = report_melodies([inside, outside] * 50, [inside] * 4, [inside] * 4, NOTES, Corpus([inside], NOTES))
    share = report.metrics["share_in_key"]
    assert share.value == 0.5
    assert share.high - share.low == pytest.approx(2 * 1.96 * 0.05, rel=0.2)


def test_a_report_of_transfer_has_real_data_as_its_floor() -> None:
    codes = np.arange(60) % 2
    sets = [(normal(seed, 60, 3) + 5 * codes[:, None], codes) for seed in range(3)]
    report = report_transfer(*sets, classes=2)  # type: ignore[misc]
    assert set(report.metrics) == set(report.floors) == {"train_synthetic_test_real", "train_real_test_synthetic"}
    assert report.floors["train_synthetic_test_real"].value > 0.9
