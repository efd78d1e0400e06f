"""Sound in the page: notes in time, samples, and WAV files byte by byte."""

from __future__ import annotations

import io
import struct
import wave
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from sound_page import run

MELODY = [
    {"pitch": 60, "quarters": 1},
    {"pitch": None, "quarters": 0.5},
    {"pitch": 69, "quarters": 1.5},
    {"pitch": 69, "quarters": 1 / 3},
]


def test_notes_are_scheduled_by_tempo(runtime: Page) -> None:
    body = """const { schedule, indexAt, frequency, pitchName } = await load("notes");
    const placed = schedule(input, 90);
    return { placed, at: [-0.1, 0, 0.66, 0.67, 1.5, 9].map((seconds) => indexAt(placed, seconds)),
             frequencies: [69, 57, 60].map(frequency), names: [60, 61, 69, 0, 127].map(pitchName) };"""
    found = run(runtime, body, MELODY)
    starts = np.array([0, 1, 1.5, 3]) * 60 / 90
    np.testing.assert_allclose([note["start"] for note in found["placed"]], starts)
    np.testing.assert_allclose([note["stop"] for note in found["placed"]], [*starts[1:], (3 + 1 / 3) * 60 / 90])
    assert found["at"] == [-1, 0, 0, 1, 2, -1]
    np.testing.assert_allclose(found["frequencies"], [440, 220, 261.6255653], rtol=1e-9)
    assert found["names"] == ["C4", "C♯4", "A4", "C-1", "G9"]


def peak(samples: NDArray[np.float64], rate: int) -> float:
    """The frequency of the strongest part, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(spectrum.argmax() * rate / (1 << 18))


def test_a_melody_sounds_its_pitches_at_their_times(runtime: Page) -> None:
    body = """const { schedule } = await load("notes");
    const { RATE, renderNotes } = await load("synthesis");
    return { rate: RATE, samples: renderNotes(schedule(input, 360)) };"""
    found = run(runtime, body, MELODY[:3])
    rate, samples = found["rate"], np.array(found["samples"])
    assert len(samples) == round(0.5 * rate)
    assert peak(samples[: rate // 6], rate) == pytest.approx(261.63, abs=0.5)
    assert not samples[rate // 6 : rate // 4].any()  # the rest
    assert peak(samples[rate // 4 :], rate) == pytest.approx(440, abs=0.5)
    assert 0.1 < np.abs(samples).max() <= 0.35
    assert np.abs(np.diff(samples)).max() < 0.1  # no clicks


def test_a_tone_has_its_harmonics_fades_and_does_not_click(runtime: Page) -> None:
    body = """const { renderNotes } = await load("synthesis");
    return [60, 127].map((pitch) => renderNotes([{ pitch, start: 0, stop: 4 }]));"""
    middle, highest = (np.array(each) for each in run(runtime, body))
    rate, hertz = 44_100, 261.6255653
    part = middle[rate // 2 : rate // 2 + (1 << 15)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    strengths = [spectrum[round(n * hertz * len(part) / rate) + np.arange(-3, 4)].max() for n in range(1, 6)]
    np.testing.assert_allclose(np.array(strengths[1:4]) / strengths[0], [0.35, 0.18, 0.08], rtol=0.1)
    assert strengths[4] < 0.01 * strengths[0]
    # Of the highest note the first harmonic alone is below half the rate: the others would fold back under it.
    folded = np.abs(np.fft.rfft(highest[: 1 << 15] * np.hanning(1 << 15)))
    assert folded[folded.argmax() + 10 :].max() < 0.01 * folded.max()
    loud = [np.abs(middle[at : at + rate // 10]).max() for at in (rate // 5, rate // 5 + round(1.6 * rate))]
    assert loud[1] / loud[0] == pytest.approx(np.exp(-1), rel=0.02)
    assert np.abs(middle[: rate // 1000]).max() < 0.1 * loud[0]
    assert np.abs(middle[-rate // 1000 :]).max() < 0.05 * loud[1]


PLAYED = """const { SoundPlayer } = await load("player");
const sources = [];
class Context {
  currentTime = 1;
  outputLatency = 0.25;
  state = "suspended";
  destination = "loudspeaker";
  wakes = [];
  resume() {
    return new Promise((resolve) => this.wakes.push(() => resolve((this.state = "running"))));
  }
  close() {
    this.state = "closed";
  }
  createBufferSource() {
    const source = { connected: null, at: null };
    source.connect = (to) => (source.connected = to);
    source.disconnect = () => (source.connected = null);
    source.start = (at) => (source.at = at);
    sources.push(source);
    return source;
  }
}
const context = new Context();
const real = globalThis.AudioContext;
globalThis.AudioContext = function () { return context; };
try {
  const player = new SoundPlayer();
  const at = (time) => ((context.currentTime = time), player.position());
  const silent = player.position();
  const [first, second] = [player.play(new Float32Array(8000), 8000), player.play(new Float32Array(16000), 8000)];
  const waiting = player.position();
  context.currentTime = 5;
  for (const wake of context.wakes.toReversed()) wake();
  await Promise.all([second, first]);
  const places = [5, 5.27, 6, 7.2, 7.28].map(at);
  const started = sources.map(({ at: when, connected, buffer }) => [when, connected, buffer.duration]);
  player.stop();
  const stopped = [player.position(), sources[1].connected];
  player.destroy();
  return { silent, waiting, places, started, stopped, state: context.state };
} finally {
  globalThis.AudioContext = real;
}"""


def test_the_cursor_stands_where_the_sound_card_is(runtime: Page) -> None:
    """Samples are heard 0.25 s after the clock that they were handed over by; of two sounds the later one is heard."""
    found = run(runtime, PLAYED)
    assert found["silent"] is None
    assert found["waiting"] < 0
    start = found["started"][1][0]
    assert 5 < start <= 5.03
    assert found["started"] == [[None, None, 1], [start, "loudspeaker", 2]]
    np.testing.assert_allclose(found["places"][:4], np.array([5, 5.27, 6, 7.2]) - 0.25 - start, atol=1e-9)
    assert found["places"][4] is None
    assert found["stopped"] == [None, None]
    assert found["state"] == "closed"


def test_a_curve_sounds_two_octaves_over_its_range(runtime: Page) -> None:
    body = """const { RATE, curvePitch, renderCurve } = await load("synthesis");
    const range = { low: -2, high: 2 };
    const still = [-2, 0, 2, 9].map((value) => renderCurve([value, value], range, 0.2));
    const pitches = [-2, -1, 0, 1, 2].map((value) => curvePitch(value, range));
    return { rate: RATE, still, pitches, rising: renderCurve([-2, 2], range, 0.4) };"""
    found = run(runtime, body)
    np.testing.assert_allclose(found["pitches"], [165, 165 * 2**0.5, 330, 330 * 2**0.5, 660])
    heard = [peak(np.array(samples), found["rate"]) for samples in found["still"]]
    np.testing.assert_allclose(heard, [165, 330, 660, 660], atol=2)
    rising = np.array(found["rising"])
    assert len(rising) == round(0.4 * found["rate"])
    assert peak(rising[:4000], found["rate"]) < 200 < 560 < peak(rising[-4000:], found["rate"]) < 660


def test_a_wav_file_holds_the_samples(runtime: Page) -> None:
    samples = [0.0, 0.5, -0.5, 1.0, -1.0, 3.0, 1e-9]
    body = 'const { encodeWav } = await load("wav"); return encodeWav(Float32Array.from(input), 8000);'
    content = bytes(run(runtime, body, samples))
    head = (b"RIFF", 36 + 14, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 14)  # byte by byte
    assert struct.unpack("<4sI4s4sIHHIIHH4sI", content[:44]) == head
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (1, 2, 8000, 7)
        stored = np.frombuffer(file.readframes(7), "<i2")
    np.testing.assert_allclose(stored, [0, 16384, -16383, 32767, -32767, 32767, 0], atol=1)


@pytest.mark.parametrize("samples", [[], [0, None]])
def test_no_sound_is_no_wav_file(runtime: Page, samples: list[Any]) -> None:
    body = """const { encodeWav } = await load("wav");
    return encodeWav(Float32Array.from(input, (each) => each ?? NaN), 8000);"""
    assert run(runtime, body, samples)["key"] == "sound.nothing"
