"""The soprano lines of Bach's chorales, as notes: pitch and duration, one after the other.

The scores are MusicXML files inside the wheel of music21, which is opened as an archive and never installed. The tunes
are in the public domain; the encodings are distributed "with permission" and under no open licence, so the notes are
derived on each machine and passed on to nobody. Each line is moved to the key signature without sharps or flats, by
whichever way is nearer: chorales in major then end on C, those in minor on A.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import Arrays, DatasetError
from explorer.datasets.texts.text import stable_hash
from explorer.traces import Integers

PACKAGE, VERSION = "music21", "10.5.1"
FILE = f"music21-{VERSION}-py3-none-any.whl"
SHA256 = "dc3309498c4c95cebdf8d4f20c868deb6b63bce1d929cad4f51a7ccc982987b1"
FOLDER = "music21/corpus/bach/"
BROKEN = "bwv113.8.mxl"
"""Holds no score."""
PITCHES = tuple(range(53, 85))
"""MIDI numbers, F3 to C6."""
DURATIONS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""In quarter notes; nearly all chorales have no others."""
TEMPO = 84.0
"""Quarter notes a minute: the scores give none, and a chorale is sung at about this."""
LONGEST = 128
SEQUENCE: dict[str, Any] = {
    "kind": "notes",
    "length": LONGEST,
    "pitches": list(PITCHES),
    "durations": list(DURATIONS),
    "tempo": TEMPO,
}
REST_TOKEN, FIRST_PITCH = 1, 2
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SAME_TUNE = 12
"""Notes in a row, alike by their intervals, that make two lines the same tune: such lines are in one split."""
HELD_OUT = 0.15
"""Share of the tunes."""


@dataclass(frozen=True)
class Line:
    """A voice as it stands in a score."""

    fifths: int
    """Sharps of the key signature, or, below 0, flats."""
    notes: tuple[tuple[int, float], ...]
    """MIDI number (-1 for a rest) and duration in quarter notes."""


def prepare_melodies(folder: Path) -> dict[str, Arrays]:
    """Fetches the scores and splits their soprano lines by tunes."""
    wheel = fetch_pip_package(PACKAGE, VERSION, FILE, SHA256, folder)
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith(FOLDER) and name.endswith(".mxl"))
        lines = [read_soprano(archive.read(name)) for name in names if not name.endswith(BROKEN)]
    melodies = [tokens(line) for line in lines if line is not None]
    return split_tunes([melody for melody in melodies if melody is not None])


def read_soprano(content: bytes) -> Line | None:
    """The line of the part that is called a soprano, or of the first of four; None where there is neither.

    Raises:
        DatasetError: if ``content`` is no compressed MusicXML.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = next(each for each in archive.namelist() if each.endswith(".xml") and not each.startswith("META"))
            score = ElementTree.fromstring(archive.read(name))
    except (zipfile.BadZipFile, StopIteration, ElementTree.ParseError) as error:
        raise DatasetError(f"a chorale of {FILE} cannot be read: {error}") from error
    names = [(each.findtext("part-name") or "").strip().lower() for each in score.findall("part-list/score-part")]
    parts = score.findall("part")
    place = next((index for index, each in enumerate(names) if each.startswith("s")), 0 if len(parts) == 4 else None)
    return None if place is None or place >= len(parts) else read_part(parts[place])


def read_part(part: ElementTree.Element) -> Line:
    """A part's notes in order: ties merged, ornaments and the lower notes of chords left out."""
    divisions, fifths = 1, 0
    keyed = False
    notes: list[tuple[int, float]] = []
    for element in (element for measure in part.findall("measure") for element in measure):
        if element.tag == "attributes":
            divisions = int(element.findtext("divisions") or divisions)
            if not keyed and (signature := element.findtext("key/fifths")) is not None:
                fifths, keyed = int(signature), True
        elif element.tag == "note" and element.find("grace") is None and element.find("chord") is None:
            duration = float(element.findtext("duration") or 0) / divisions
            midi = _midi(element.find("pitch"))
            tied = any(tie.get("type") == "stop" for tie in element.findall("tie"))
            if tied and notes and notes[-1][0] == midi:
                notes[-1] = (midi, notes[-1][1] + duration)
            elif duration > 0:
                notes.append((midi, duration))
    return Line(fifths, tuple(notes))


def _midi(pitch: ElementTree.Element | None) -> int:
    if pitch is None:
        return -1
    octave, alter = int(pitch.findtext("octave") or 4), int(float(pitch.findtext("alter") or 0))
    return 12 * (octave + 1) + STEPS[pitch.findtext("step") or "C"] + alter


def tokens(line: Line) -> Integers | None:
    """The line as tokens (n, 2) int64: pitch and duration, in C or A minor.

    Rests before the first note and after the last are left out. None where it has fewer than 8 notes or more than
    :data:`LONGEST`, a pitch out of the range or another duration.
    """
    shift = -(7 * line.fifths) % 12
    shift -= 12 * (shift > 6)
    notes = list(line.notes)
    while notes and notes[0][0] < 0:
        notes.pop(0)
    while notes and notes[-1][0] < 0:
        notes.pop()
    rows = []
    for midi, duration in notes:
        moved = midi + shift
        if duration not in DURATIONS or (midi >= 0 and moved not in PITCHES):
            return None
        rows.append((REST_TOKEN if midi < 0 else FIRST_PITCH + PITCHES.index(moved), DURATIONS.index(duration)))
    return np.array(rows, np.int64) if 8 <= len(rows) <= LONGEST else None


def split_tunes(melodies: Iterable[Integers]) -> dict[str, Arrays]:
    """Melodies without repetition, those of one tune in one split; which, depends on the tune's notes alone."""
    distinct = list({melody.tobytes(): melody for melody in melodies}.values())
    tunes = same_tunes(distinct)
    parts: dict[str, list[Integers]] = {"train": [], "test": []}
    for tune in sorted(set(tunes)):
        members = [melody for melody, each in zip(distinct, tunes, strict=True) if each == tune]
        share = stable_hash(min(melody.tobytes().hex() for melody in members)) / 2**256
        parts["test" if share < HELD_OUT else "train"] += members
    return {split: pack(members) for split, members in parts.items()}


def same_tunes(melodies: list[Integers]) -> list[int]:
    """The number of each melody's tune: lines that share :data:`SAME_TUNE` notes in a row, at whatever pitch, are one.

    Rests and durations do not count: a tune that is moved to another key or metre is still known to who learnt it.
    """
    tunes = list(range(len(melodies)))
    owner: dict[bytes, int] = {}

    def root(index: int) -> int:
        while tunes[index] != index:
            index = tunes[index]
        return index

    for index, melody in enumerate(melodies):
        steps = np.diff(melody[melody[:, 0] >= FIRST_PITCH, 0])
        for start in range(max(1, len(steps) - SAME_TUNE + 2)):
            run = steps[start : start + SAME_TUNE - 1].tobytes()
            tunes[root(index)] = root(owner.setdefault(run, index))
    return [root(index) for index in range(len(melodies))]


def pack(melodies: list[Integers]) -> Arrays:
    """Melodies one after another, ``tokens`` (M, 2) uint8, and where each begins and the last ends, ``offsets``."""
    lengths = [len(melody) for melody in melodies]
    whole = np.concatenate(melodies) if melodies else np.empty((0, 2))
    return {"tokens": whole.astype(np.uint8), "offsets": np.cumsum([0, *lengths]).astype(np.int64)}
