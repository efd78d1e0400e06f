"""Measures of melodies on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.families.sequences import Notes
from explorer.metrics.language import fit_n_gram
from explorer.metrics.sequences.melodies import (
    Corpus,
    MelodyError,
    durations,
    in_key,
    intervals,
    n_gram_bits,
    pitch_classes,
    shares,
    total_variation,
)
from explorer.metrics.sequences.report import report_melodies
from explorer.traces import Integers

NOTES = Notes(8, (60, 62, 64, 65, 66, 67), (0.0, 0.5, 1.0, 2.0), 84.0)


def melody(*pitches: int, duration: int = 2) -> Integers:
    return np.array([(each, duration if each else 0) for each in pitches], np.int64)


def test_pitch_classes_intervals_and_durations_are_counted() -> None:
    melodies = [melody(2, 4, 1, 2), melody(7, 7, duration=1)]  # C E rest C; G G
    expected = np.zeros((2, 12), int)
    expected[[0, 0, 1], [0, 4, 7]] = [2, 1, 2]
    np.testing.assert_array_equal(pitch_classes(melodies, NOTES), expected)
    steps = np.zeros((2, 25), int)
    steps[[0, 0, 1], [12 + 4, 12 + 1, 12]] = 1
    np.testing.assert_array_equal(intervals([melody(2, 4, 1, 5), melodies[1]], NOTES), steps)
    np.testing.assert_array_equal(durations(melodies, NOTES), [[0, 4, 0], [2, 0, 0]])
    np.testing.assert_allclose(shares(durations(melodies, NOTES)), [2 / 6, 4 / 6, 0])


def test_what_is_empty_is_refused() -> None:
    with pytest.raises(MelodyError):
        shares(pitch_classes([melody(1, 1)], NOTES))
    with pytest.raises(MelodyError):
        shares(intervals([melody(2)], NOTES))
    with pytest.raises(MelodyError):
        in_key(melody(1), NOTES)


def test_the_share_in_key_leaves_rests_out() -> None:
    assert in_key(melody(2, 3, 1, 6, 4), NOTES) == 0.75  # F♯ is not in C


def test_the_longest_copied_run_is_that_of_steps_and_durations() -> None:
    corpus = Corpus([melody(2, 3, 5, 4, 7, 6), melody(7, 4, 5)], NOTES)
    assert corpus.longest_run(melody(7, 2, 3, 5, 4, 5)) == 4
    assert corpus.longest_run(melody(7, 6, 7, 4, 5)) == 3
    assert corpus.longest_run(melody(4, 7, 6, 3)) == 3  # the last 3 are 6, 7, 4 over the border of two melodies
    assert corpus.longest_run(melody(2, 3, 5, 4, duration=1)) == 0
    steps = np.diff([2, 3, 5, 4, 7, 6])
    brute = max(
        size
        for size in range(1, 5)
        for start in range(4 - size + 1)
        for other in range(6 - size + 1)
        if np.diff([3, 4, 7, 6])[start : start + size - 1].tolist() == steps[other : other + size - 1].tolist()
    )
    assert corpus.longest_run(melody(3, 4, 7, 6)) == brute == 3


def test_a_copy_in_another_key_is_a_copy_and_one_in_another_rhythm_is_not() -> None:
    tune = melody(2, 3, 5, 4, 3, 2)
    corpus = Corpus([tune], NOTES)
    assert corpus.longest_run(tune + np.array([1, 0])) == 6
    assert corpus.longest_run(tune + np.array([2, 0])) == 6
    assert corpus.longest_run(melody(2, 3, 1, 1, 5, 4, 3, 2)) == 6  # rests are no notes
    tune[3, 1] = 1
    assert corpus.longest_run(tune) == 3
    assert corpus.longest_run(melody(1, 1)) == 0


def test_an_n_gram_of_notes_costs_what_its_probabilities_say() -> None:
    """Those of each melody alone, after as many ends as a note depends on."""
    random = np.random.default_rng(0)
    made = [np.stack([random.integers(2, 8, 30), random.integers(1, 4, 30)], 1) for _ in range(40)]
    trained, held_out = made[:30], made[30:]
    for order in (1, 2, 3, 4):
        before = [0] * (order - 1)
        text = [token for line in trained for token in (*(line @ [4, 1]).tolist(), *(before or [0]))]
        model = fit_n_gram(np.array([*before, *text]), 8 * 4, order)
        bits, counts = n_gram_bits(trained, held_out, NOTES, order)
        assert counts.tolist() == [31] * 10
        for line, found in zip(held_out, bits, strict=True):
            alone = model.log_probabilities(np.array([*before, *(line @ [4, 1]).tolist(), 0]))[order - 1 :]
            assert found == pytest.approx(-alone.sum() / np.log(2))


def test_a_trigram_of_notes_knows_what_follows_two_and_what_begins_and_ends() -> None:
    scale = [np.array([(2 + (start + i) % 6, 1 + i % 3) for i in range(40)]) for start in range(6)]
    (unigram, counts), (trigram, _) = (n_gram_bits(scale * 8, scale, NOTES, order) for order in (1, 3))
    assert (unigram / counts).mean() > np.log2(6)
    assert trigram.max() < 41 * 0.4


def test_total_variation_goes_from_nothing_to_one() -> None:
    assert total_variation(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0
    assert total_variation(np.array([1.0, 0]), np.array([0, 1.0])) == 1


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
