"""Signals and melodies: what the formula draws, what is read from a score, and how beats are cut."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import SEQUENCES, DatasetError, fetch, is_here, load_sequences
from explorer.datasets.sequences import MelodySplit, SignalSplit, ecg, sines
from explorer.datasets.sequences.melodies import (
    DURATIONS,
    FIRST_PITCH,
    PITCHES,
    REST_TOKEN,
    Line,
    pack,
    read_soprano,
    same_tunes,
    split_tunes,
    tokens,
)
from explorer.datasets.store import arrays_sha256
from explorer.traces import Floats, Integers


def test_sines_are_waves_of_the_paper_s_ranges() -> None:
    values = sines.draw(1, 2000)
    assert values.shape == (2000, 30)
    assert values.dtype == np.float32
    assert 0.85 < np.abs(values).max() <= 0.9
    t = np.arange(1, 31) / 30
    one = sines.wave(np.array([2.0]), np.array([0.5]), np.array([0.25]))
    np.testing.assert_allclose(one[0], 0.5 * np.sin(2 * np.pi * 2 * t + 0.25))


def test_sines_of_another_seed_are_others_and_the_same_seed_s_the_same() -> None:
    np.testing.assert_array_equal(sines.draw(3, 5), sines.draw(3, 5))
    assert not np.array_equal(sines.draw(3, 5), sines.draw(4, 5))
    np.testing.assert_array_equal(sines.draw(3, 9)[:5], sines.draw(3, 5))


def test_sines_are_here_without_being_fetched() -> None:
    assert is_here("sines")
    assert not fetch("sines")
    split = load_sequences("sines", "test")
    assert isinstance(split, SignalSplit)
    assert len(split.values) == SEQUENCES["sines"].counts["test"]
    assert split.classes == {}


def score(*measures: str, name: str = "Soprano", fifths: int = 0) -> bytes:
    """A compressed MusicXML file of one part in quarter notes of two divisions."""
    begin = f"<attributes><divisions>2</divisions><key><fifths>{fifths}</fifths></key></attributes>"
    body = "".join(f"<measure>{begin * (index == 0)}{measure}</measure>" for index, measure in enumerate(measures))
    parts = f"<part-list><score-part><part-name>{name}</part-name></score-part></part-list><part>{body}</part>"
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("score.xml", f"<score-partwise>{parts}</score-partwise>")
    return stored.getvalue()


def note(step: str, octave: int, duration: int, extra: str = "", alter: int = 0) -> str:
    pitch = f"<pitch><step>{step}</step><alter>{alter}</alter><octave>{octave}</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration>{extra}</note>"


REST = "<note><rest/><duration>2</duration></note>"
GRACE = "<note><grace/><pitch><step>A</step><octave>4</octave></pitch></note>"
START, STOP = '<tie type="start"/>', '<tie type="stop"/>'


def test_a_score_s_notes_are_read_with_ties_merged_and_ornaments_left_out() -> None:
    line = read_soprano(
        score(
            note("G", 4, 2) + GRACE + note("F", 4, 1, "", 1),
            note("C", 5, 2, START) + note("C", 5, 2, STOP) + note("E", 4, 2, "<chord/>"),
            REST + note("B", 4, 3, "", -1),
            fifths=1,
        )
    )
    assert line == Line(1, ((67, 1.0), (66, 0.5), (72, 2.0), (-1, 1.0), (70, 1.5)))


def test_a_part_that_is_no_soprano_is_left_out() -> None:
    assert read_soprano(score(note("C", 5, 2), name="Horn")) is None


@pytest.mark.parametrize("content", [b"", b"no archive", score()[:40]], ids=["empty", "no archive", "cut"])
def test_a_file_that_is_no_score_is_refused(content: bytes) -> None:
    with pytest.raises(DatasetError, match="cannot be read"):
        read_soprano(content)


@pytest.mark.parametrize(
    ("fifths", "tonic"), [(0, 60), (1, 67), (-1, 65), (2, 62), (-2, 70), (3, 69), (-3, 63), (6, 66), (-6, 66)]
)
def test_a_melody_is_moved_to_c_whatever_its_signature(fifths: int, tonic: int) -> None:
    found = tokens(Line(fifths, ((tonic, 1.0),) * 8))
    assert found is not None
    (moved,) = set(found[:, 0].tolist())
    assert PITCHES[moved - FIRST_PITCH] % 12 == 0
    assert abs(PITCHES[moved - FIRST_PITCH] - tonic) <= 6


def test_rests_around_a_melody_are_left_out_and_those_inside_kept() -> None:
    notes = ((-1, 1.0), *((60, 0.5),) * 4, (-1, 2.0), *((62, 1.0),) * 4, (-1, 1.0))
    found = tokens(Line(0, notes))
    assert found is not None
    assert found[4].tolist() == [REST_TOKEN, DURATIONS.index(2.0)]
    assert found[0].tolist() == [FIRST_PITCH + PITCHES.index(60), DURATIONS.index(0.5)]
    assert len(found) == 9


@pytest.mark.parametrize(
    "notes", [((60, 1.0),) * 7, ((60, 1.0),) * 129, ((60, 1 / 3),) * 9, ((20, 1.0),) * 9, ((-1, 1.0),) * 9]
)
def test_a_melody_that_the_tokens_cannot_say_is_left_out(notes: tuple[tuple[int, float], ...]) -> None:
    assert tokens(Line(0, notes)) is None


def melodies(count: int, length: int = 30) -> list[Integers]:
    random = np.random.default_rng(0)
    return [
        np.stack([random.integers(2, 20, length), random.integers(1, 5, length)], 1).astype(np.int64)
        for _ in range(count)
    ]


def runs(melody: Integers) -> set[tuple[int, ...]]:
    """Steps between the notes of each 12 in a row, rests left out."""
    steps = np.diff([pitch for pitch in melody[:, 0].astype(int).tolist() if pitch != REST_TOKEN]).tolist()
    return {tuple(steps[start : start + 11]) for start in range(len(steps) - 10)}


def test_no_two_splits_have_a_tune_in_common_in_whatever_key_and_metre() -> None:
    made = melodies(60)
    rest = [[REST_TOKEN, 2]]
    variants = [  # the same tune for 15 notes, a fourth higher, in other durations, with a rest
        np.concatenate([each[5:12] + np.array([5, 2]), rest, each[12:20] + np.array([5, 0]), each[:3]]) for each in made
    ]
    again = [each.copy() for each in made[:10]]
    parts = {split: _unpacked(arrays) for split, arrays in split_tunes([*made, *variants, *again]).items()}
    assert len(parts["train"]) + len(parts["test"]) == 120
    assert 0 < len(parts["test"]) < 60
    shared = {split: set[tuple[int, ...]]().union(*map(runs, members)) for split, members in parts.items()}
    assert not shared["train"] & shared["test"]


def test_twelve_notes_at_another_pitch_make_one_tune_and_eleven_do_not() -> None:
    made, others = melodies(40)[:20], melodies(40)[20:]
    for length, alike in ((12, 20), (11, 0)):
        moved = [each[: length + 1] + np.array([7, 0]) for each in made]
        for each in moved:
            each[-1, 0] += 1  # another step than in the tune
        variants = [np.concatenate(pair) for pair in zip(moved, others, strict=True)]
        tunes = same_tunes([*made, *variants])
        assert sum(first == second for first, second in zip(tunes[:20], tunes[20:], strict=True)) == alike


def test_the_order_of_the_files_decides_nothing() -> None:
    made = melodies(20)
    first, second = (split_tunes(order) for order in (made, made[::-1]))
    for split in ("train", "test"):
        assert {each.tobytes() for each in _unpacked(first[split])} == {
            each.tobytes() for each in _unpacked(second[split])
        }


def _unpacked(arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    return np.split(arrays["tokens"], arrays["offsets"][1:-1]) if len(arrays["offsets"]) > 1 else []


def test_melodies_are_stored_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = melodies(5, 9)
    splits = {"train": pack(made[:3]), "test": pack(made[3:])}
    tiny = replace(SEQUENCES["melodies"], sha256=arrays_sha256(splits), prepare=lambda folder: splits)
    monkeypatch.setitem(SEQUENCES, "melodies", tiny)
    with pytest.raises(DatasetError, match="explorer data get melodies"):
        load_sequences("melodies", "train")
    assert fetch("melodies")
    assert not fetch("melodies")
    read = load_sequences("melodies", "train")
    assert isinstance(read, MelodySplit)
    assert [each.tolist() for each in read.melodies] == [each.tolist() for each in made[:3]]


def test_a_set_that_came_out_different_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    splits = {"train": pack(melodies(2)), "test": pack(melodies(1))}
    monkeypatch.setitem(SEQUENCES, "melodies", replace(SEQUENCES["melodies"], prepare=lambda folder: splits))
    with pytest.raises(DatasetError, match="came out different"):
        fetch("melodies")


def test_unknown_names_and_splits_are_refused() -> None:
    with pytest.raises(DatasetError, match="ecg, melodies, sines"):
        load_sequences("songs", "train")
    with pytest.raises(DatasetError, match="train and test"):
        load_sequences("sines", "all")


def record(widths: list[float], every: float = 0.9) -> Floats:
    """A record in mV at 360 Hz: one bump of 1.5 mV of each width (ms, at half height) on a slow wander."""
    t = np.arange(round((len(widths) + 1) * every * 360)) / 360
    level = 0.4 * np.sin(2 * np.pi * t / 11)
    for index, width in enumerate(widths):
        sigma = width / 1000 / (2 * np.sqrt(2 * np.log(2)))
        level += 1.5 * np.exp(-0.5 * ((t - (index + 0.7) * every) / sigma) ** 2)
    return level


def test_beats_are_found_and_their_widths_measured() -> None:
    widths = [30.0, 80.0, 50.0, 100.0]
    beats = ecg.find_beats(record(widths))
    np.testing.assert_allclose(beats.widths, widths, atol=5)
    assert beats.windows.shape == (4, 84)
    assert (beats.windows.argmax(1) == ecg.BEFORE).all()
    np.testing.assert_allclose(beats.windows[:, ecg.BEFORE], 1.5, atol=0.15)
    assert np.abs(beats.windows[:, -5:]).max() < 0.1  # the wander is gone


def test_beats_are_told_apart_by_their_width_and_those_between_left_out() -> None:
    splits = ecg.split_beats(ecg.find_beats(record([22.0, 80.0, 45.0] * 60)))
    counts = {split: np.bincount(arrays["attribute.beat"]).tolist() for split, arrays in splits.items()}
    assert sum(counts["train"]) + sum(counts["test"]) == 120
    assert abs(counts["train"][0] - counts["train"][1]) <= 1
    for arrays in splits.values():
        after = arrays["values"][:, ecg.BEFORE + 4]  # 33 ms after the peak only a wide beat is still high
        np.testing.assert_array_equal(after > 0.4, arrays["attribute.beat"] == 1)


def test_windows_with_a_second_peak_or_noise_are_left_out() -> None:
    windows = ecg.find_beats(record([22.0] * 4)).windows
    windows[1, 70] = 1.4
    windows[2, 60:] += 0.2 * (-1) ** np.arange(24)
    assert ecg.clean(windows).tolist() == [True, False, False, True]


def test_a_record_without_beats_is_refused() -> None:
    with pytest.raises(DatasetError, match="no heartbeat"):
        ecg.find_beats(np.zeros(3600))


def test_the_shipped_sets_say_what_they_are() -> None:
    for name, dataset in SEQUENCES.items():
        assert dataset.name == name
        assert set(dataset.title) == {"en", "zh"}
        assert dataset.licence
        assert dataset.attribution
    assert not SEQUENCES["melodies"].shareable


def test_a_formula_needs_no_folder() -> None:
    assert set(sines.prepare_sines(Path("nowhere"))) == {"train", "test"}
