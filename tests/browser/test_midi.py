"""MIDI files, written byte by byte and read: what the page hears in them is what a kept library reads."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest
from playwright.sync_api import Page
from sound_page import run

CASES = Path(__file__).parents[1] / "cases" / "midi"
MELODY = [
    {"pitch": 60, "quarters": 1},
    {"pitch": None, "quarters": 0.5},
    {"pitch": 69, "quarters": 1.5},
    {"pitch": 69, "quarters": 1 / 3},
]


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack(">I", len(content)) + content


def midi(*tracks: bytes, form: int = 0, division: int = 96) -> bytes:
    header = chunk(b"MThd", struct.pack(">HHH", form, len(tracks), division))
    return header + b"".join(chunk(b"MTrk", track) for track in tracks)


def read_midi(page: Page, content: bytes) -> Any:
    (found,) = read_all(page, [content])
    return found


def read_all(page: Page, contents: list[bytes]) -> list[Any]:
    body = """const [{ readMidi }, { topLine }] = await Promise.all([load("midi-read"), load("top-line")]);
    const read = (bytes) => {
      try {
        const file = readMidi(Uint8Array.from(bytes));
        return { ...file, line: topLine(file.notes) };
      } catch (error) {
        if (!error.key) throw error;
        return { key: error.key, values: error.values };
      }
    };
    return input.map(read);"""
    return run(page, body, [list(content) for content in contents])


def line(found: Any) -> list[tuple[int | None, float]]:
    return [(note["pitch"], round(note["quarters"], 6)) for note in found["line"]]


END = bytes.fromhex("00ff2f00")


def test_a_midi_file_byte_by_byte(runtime: Page) -> None:
    body = 'const { writeMidi } = await load("midi-write"); return writeMidi(input, { tempo: 120, title: "é" });'
    track = (
        bytes.fromhex("00ff0302") + "é".encode() + bytes.fromhex("00ff510307a120")  # half a second a quarter note
        + bytes.fromhex("00903c50 8360803c00")  # middle C on, 480 ticks, off
        + bytes.fromhex("8170904550 8550804500")  # 240 ticks of rest, A on, 720 ticks, off
        + bytes.fromhex("00904550 8120804500")  # on, 160 ticks, off
    )  # fmt: skip
    assert bytes(run(runtime, body, MELODY)) == midi(track + END, division=480)
    assert run(runtime, body, MELODY[1:2])["key"] == "sound.nothing"


def test_what_is_written_is_read_again(runtime: Page) -> None:
    body = """const { writeMidi } = await load("midi-write");
    const [{ readMidi }, { topLine }] = await Promise.all([load("midi-read"), load("top-line")]);
    const file = readMidi(writeMidi(input, { tempo: 96, title: "x".repeat(300) }));
    return { tempo: file.tempo, line: topLine(file.notes) };"""
    found = run(runtime, body, MELODY)
    assert found["tempo"] == pytest.approx(96)
    assert [note["pitch"] for note in found["line"]] == [60, None, 69, 69]
    np.testing.assert_allclose([note["quarters"] for note in found["line"]], [1, 0.5, 1.5, 1 / 3])


def test_midi_files_of_others_are_read(runtime: Page) -> None:
    """Two tracks, running status, a note-on of loudness 0 as note-off, SysEx, drums, a chord, a note left open."""
    conductor = bytes.fromhex("00ff51030f4240 00f003010203") + END  # 60 quarter notes a minute
    voice = (
        bytes.fromhex("00c005 00903c40 004840 603c00 004800")  # a chord of C4 and C5, a quarter note
        + bytes.fromhex("00992640 10892600")  # a drum
        + bytes.fromhex("60b00740 20943e40")  # another channel's note, open to the end
        + bytes.fromhex("60")
        + END[1:]
    )  # fmt: skip
    found = read_midi(runtime, midi(conductor, voice, form=1))
    assert found["tempo"] == 60
    first, second, third = found["notes"]
    assert [(note["pitch"], note["start"], note["stop"]) for note in (first, second)] == [(72, 0, 1), (60, 0, 1)]
    begin = 1 + (0x10 + 0x60 + 0x20) / 96
    assert (third["pitch"], third["start"]) == (62, pytest.approx(begin))
    pitches = [note["pitch"] for note in found["line"]]
    assert pitches == [72, None, 62]
    np.testing.assert_allclose([note["quarters"] for note in found["line"][:2]], [1, begin - 1])


HOURS = b"\x00\x90\x3c\x40" + b"\xff\xff\xff\x7f\x80\x3c\x00" + END
TRACK = bytes.fromhex("00903c40 60803c00") + END


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "midi_none"),
        (b"RIFF....WAVEfmt " * 9, "midi_none"),
        (midi(END), "midi_empty"),
        (midi(), "midi_empty"),
        (midi(b"\x00\xc9\x00\x00\x99\x26\x40\x60\x89\x26\x00" + END), "midi_empty"),  # drums alone
        (midi(HOURS), "midi_long"),
        (midi(TRACK, form=2), "midi_kind"),
        (midi(TRACK, division=0xE728), "midi_kind"),
        (midi(TRACK, division=0), "midi_kind"),
        (midi(TRACK)[:-6], "midi_damaged"),
        (midi(b"\x00\x3c\x40" + END), "midi_damaged"),  # running status that never began
        (midi(b"\xff\xff\xff\xff\x7f\x90\x3c\x40"), "midi_damaged"),  # a length of five bytes
        (midi(b"\x00\x90\x3c\xff" + END), "midi_damaged"),
        (midi(b"\x00\xff\x01\x7fabc"), "midi_damaged"),
        (midi(b"\x00\xf1\x00" + END), "midi_damaged"),
    ],
)
def test_what_is_no_melody_is_refused_in_words(runtime: Page, content: bytes, key: str) -> None:
    assert read_midi(runtime, content)["key"] == f"sound.{key}"


def test_a_file_that_is_too_large_is_not_read(runtime: Page) -> None:
    body = 'const { readMidi } = await load("midi-read"); return readMidi(new Uint8Array(1_000_001));'
    assert run(runtime, body)["key"] == "sound.midi_large"


def test_any_damage_is_told_and_never_crashes(runtime: Page) -> None:
    whole = midi(TRACK)
    body = """const { readMidi } = await load("midi-read");
    const told = (bytes) => {
      try {
        readMidi(Uint8Array.from(bytes));
        return "read";
      } catch (error) {
        return error.key ?? String(error);
      }
    };
    return input.map(told);"""
    damaged = [
        list(whole[:i] + bytes([value]) + whole[i + 1 :]) for i in range(len(whole)) for value in (0, 0x7F, 0xFF)
    ]
    cut = [list(whole[:i]) for i in range(len(whole))]
    told = set(run(runtime, body, damaged + cut))
    assert told <= {"read", *(f"sound.midi_{name}" for name in ("none", "damaged", "kind", "empty", "long", "large"))}


# What other programs write

PITCHES = [67, 67, 69, 71, 72, 71, 69, 67, 69, 71, 69, 67, 65, 64, 65, 67]
PHRASE = [(pitch, 2 if i in (4, 11) else 1) for i, pitch in enumerate(PITCHES)]
SCALE = [(pitch, 1) for pitch in (60, 62, 64, 65, 67, 69, 71, 72)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("03_verovio_on_before_off_same_tick", [(pitch, 1) for pitch in (60, 60, 60, 62, 62, 64)]),
        ("03c_overlap_5_ticks", [(pitch, 1) for pitch in (60, 60, 60, 62, 62, 64)]),
        ("04_two_tracks_same_channel_handover", [(67, 1), (67, 1), (69, 1)]),
        ("05_sustained_melody_over_alberti", [(76, 4), (74, 4)]),
        ("06_running_status_across_meta", [(60, 1), (62, 1)]),
        ("12_trailing_ff_padding", SCALE),
        ("12c_trailing_id3", SCALE),
        ("15_long_rest_16", [(60, 1), (None, 16), (62, 1)]),
        ("30_phrase_legato", PHRASE),
        ("31_phrase_musescore_gap25", PHRASE),
        ("32_phrase_slur_gap1", PHRASE),
    ],
)
def test_files_of_other_programs_hold_their_melody(
    runtime: Page, name: str, expected: list[tuple[int | None, float]]
) -> None:
    content = (CASES / f"{name}.mid").read_bytes()
    found = read_midi(runtime, content)
    assert line(found) == expected
    np.testing.assert_allclose(sounding(found), kept_library(content))


def sounding(found: Any) -> list[tuple[int, float, float]]:
    return sorted((note["pitch"], note["start"], note["stop"]) for note in found["notes"])


def kept_library(content: bytes) -> list[tuple[int, float, float]]:
    """The notes that mido's messages make, the first end being that of the first beginning, in quarter notes."""
    file = mido.MidiFile(file=io.BytesIO(content))
    notes = []
    for track in file.tracks:
        tick, open_notes = 0, {}
        for message in track:
            tick += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            started = open_notes.setdefault((message.channel, message.note), [])
            if message.type == "note_on" and message.velocity > 0:
                started.append(tick)
            elif started:
                notes.append((message.note, started.pop(0) / file.ticks_per_beat, tick / file.ticks_per_beat))
    return sorted(notes)


def drawn_melody(random: np.random.Generator) -> list[tuple[int | None, float]]:
    """Notes and rests on sixteenths, from a note to a note; no rest is as short as a gap."""
    pitches = random.integers(60, 85, 20).tolist()
    lengths = random.choice([0.5, 1, 1.5, 2], 20).tolist()
    notes: list[tuple[int | None, float]] = [*zip(pitches, lengths, strict=True)]
    for place in sorted(random.choice(np.arange(1, 20), 3, replace=False).tolist(), reverse=True):
        notes.insert(place, (None, float(random.choice([0.5, 1, 3]))))
    return notes


def performed(
    notes: list[tuple[int | None, float]], division: int, random: np.random.Generator, gap: int
) -> list[tuple[int, int, mido.Message]]:
    """Events (tick, order, message); ends come ``gap`` ticks early, or late where it is negative."""
    events, now = [], 0.0
    silent_off = bool(random.integers(2))
    for pitch, length in notes:
        start, stop = round(now * division), round((now + length) * division) - gap
        now += length
        if pitch is None:
            continue
        off = ("note_on", 0) if silent_off else ("note_off", 64)
        early = int(random.integers(2)) if gap == 0 else 0
        events.append((start, early, mido.Message("note_on", note=pitch, velocity=80)))
        events.append((stop, 1 - early, mido.Message(off[0], note=pitch, velocity=off[1])))
    return events


def track_of(events: list[tuple[int, int, mido.Message]], channel: int) -> mido.MidiTrack:
    track, before = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - before, channel=channel))
        before = tick
    return track


def accompaniment(quarters: float, division: int) -> list[tuple[int, int, mido.Message]]:
    """Half notes' worth of broken chords far below, as long as the melody."""
    events = []
    for i in range(int(quarters * 2)):
        pitch, start = (36, 43, 40, 43)[i % 4], i * division // 2
        events.append((start, 1, mido.Message("note_on", note=pitch, velocity=50)))
        events.append((start + division // 2, 0, mido.Message("note_off", note=pitch)))
    return events


def test_a_melody_is_the_same_in_every_writing(runtime: Page) -> None:
    """Gaps, overlaps, running status, ends at the tick of beginnings, tracks, padding: the notes are those written."""
    random = np.random.default_rng(13)
    contents, expected = [], []
    for trial in range(120):
        division = int(random.choice([96, 220, 384, 480, 960]))
        notes = drawn_melody(random)
        gap = round(int(random.choice([0, 0, 1, 5, 25, 40, -5, -20])) * division / 480)
        accompanied = trial % 3 == 0
        if accompanied:
            notes = [note for note in notes if note[0] is not None]
        file = mido.MidiFile(type=1 if accompanied else int(random.integers(2)), ticks_per_beat=division)
        file.tracks.append(track_of(performed(notes, division, random, gap), channel=0))
        if accompanied:
            below = accompaniment(sum(length for _, length in notes), division)
            file.tracks.insert(int(random.integers(2)), track_of(below, channel=int(random.integers(2))))
        stream = io.BytesIO()
        file.save(file=stream)
        contents.append(stream.getvalue() + bytes([random.choice([0, 255])]) * int(random.integers(0, 40)))
        expected.append(notes)
    for content, notes, found in zip(contents, expected, read_all(runtime, contents), strict=True):
        np.testing.assert_allclose(sounding(found), kept_library(content))
        assert line(found) == notes


def test_chords_played_one_after_the_other_and_a_little_off_the_beat_are_chords(runtime: Page) -> None:
    random = np.random.default_rng(3)
    events = []
    for beat, top in enumerate((72, 74, 76, 77)):
        for below in (0, 4, 7, 12):
            start = max(0, beat * 480 + int(random.integers(-20, 21)))
            events.append((start, 1, mido.Message("note_on", note=top - below, velocity=80)))
            events.append((beat * 480 + 440, 0, mido.Message("note_off", note=top - below)))
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    file.tracks.append(track_of(events, channel=0))
    stream = io.BytesIO()
    file.save(file=stream)
    assert line(read_midi(runtime, stream.getvalue())) == [(72, 1), (74, 1), (76, 1), (77, 1)]


def test_an_end_that_is_missing_costs_one_note(runtime: Page) -> None:
    """C, C struck again without an end, a rest, D."""
    track = bytes.fromhex("00903c40 60903c40 60803c00 60903e40 60803e00") + END
    assert line(read_midi(runtime, midi(track))) == [(60, 1), (60, 1), (None, 1), (62, 1)]


def test_a_gap_makes_no_other_tokens_and_a_long_rest_is_counted(runtime: Page) -> None:
    body = """const [{ readMidi }, { topLine }, { NotesForm }] =
      await Promise.all([load("midi-read"), load("top-line"), load("form")]);
    const pitches = Array.from({ length: 32 }, (_, i) => 53 + i);
    const form = new NotesForm({ length: 128, pitches, durations: [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4], tempo: 84 });
    return input.map((bytes) => form.encode(topLine(readMidi(Uint8Array.from(bytes)).notes)));"""
    names = ("30_phrase_legato", "31_phrase_musescore_gap25", "32_phrase_slur_gap1", "15_long_rest_16")
    legato, *others, rest = run(runtime, body, [list((CASES / f"{name}.mid").read_bytes()) for name in names])
    assert others == [legato] * 2
    assert [legato[name] for name in ("rounded", "rests", "left")] == [0, 0, 0]
    assert [rest[name] for name in ("rounded", "rests", "left")] == [0, 1, 0]
