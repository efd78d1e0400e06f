"""Sine waves of random frequency, amplitude and phase: the first test of Esteban et al. 2017 (section 4.1).

The ranges and the times are those of the authors' published code: 30 samples at t = 1/30, 2/30, …, 1, frequencies from
1 to 5 a sequence, amplitudes from 0.1 to 0.9, phases from −π to π. A sequence is taken to last a second.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.datasets.store import Arrays
from explorer.philox import uniforms
from explorer.traces import Floats

LENGTH = 30
FREQUENCY, AMPLITUDE = (1.0, 5.0), (0.1, 0.9)
"""Ranges, in Hz and without a unit."""
SEEDS = {"train": 1, "test": 2}
COUNTS = {"train": 14_000, "test": 2_800}
STREAM = 21
SEQUENCE = {"kind": "signal", "length": LENGTH, "rate": float(LENGTH), "unit": "", "offset": 0.0, "scale": 1.0}


def times() -> Floats:
    """(LENGTH,) in seconds."""
    instants: Floats = (np.arange(LENGTH) + 1) / LENGTH
    return instants


def wave(frequency: Floats, amplitude: Floats, phase: Floats) -> Floats:
    """Amplitude · sin(2π·frequency·t + phase), (N, LENGTH), for parameters (N,) in Hz, none, and radians."""
    values: Floats = amplitude[:, None] * np.sin(2 * np.pi * frequency[:, None] * times() + phase[:, None])
    return values


def draw(seed: int, count: int) -> Floats:
    """``count`` waves (count, LENGTH) float32 from the project's seeded generator."""
    u = uniforms(seed, STREAM, 3 * count).reshape(count, 3)
    frequency = FREQUENCY[0] + (FREQUENCY[1] - FREQUENCY[0]) * u[:, 0]
    amplitude = AMPLITUDE[0] + (AMPLITUDE[1] - AMPLITUDE[0]) * u[:, 1]
    return wave(frequency, amplitude, np.pi * (2 * u[:, 2] - 1)).astype(np.float32)


def prepare_sines(folder: Path) -> dict[str, Arrays]:
    """Both splits; nothing is fetched."""
    return {split: {"values": draw(seed, COUNTS[split])} for split, seed in SEEDS.items()}
