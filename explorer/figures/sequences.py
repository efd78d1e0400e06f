"""Figures of generated sequences: signals as curves, melodies as piano rolls."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from explorer.figures.panels import Panel, stack
from explorer.figures.parts import line
from explorer.figures.theme import colour
from explorer.traces.sequences import Melodies, Signals
from explorer.words import word

NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
REST = 0
KEY = 9
"""CSS pixels of a semitone."""


def signals_figure(trace: Signals, language: str) -> go.Figure:
    """A curve for each seed."""
    lines = [
        line(trace.seconds, values, word(language, "sample.at_seed", seed=seed), index)
        for index, (seed, values) in enumerate(zip(trace.seeds, trace.values, strict=True))
    ]
    signal = word(language, "sequences.signal")
    height = f"{signal}, {trace.unit}" if trace.unit else signal
    return stack([Panel(lines, word(language, "figure.seconds"), height, height=320)], "x unified")


def melodies_figure(trace: Melodies, language: str) -> go.Figure:
    """A piano roll for each seed; a rest is where nothing sounds."""
    sounding = trace.midi[trace.midi != REST]
    low, high = (int(sounding.min()), int(sounding.max())) if len(sounding) else (60, 60)
    keys = list(range(low, high + 1))
    ticks = [key for key in keys if key % 12 in (0, 4, 7)] or keys
    pitches = {"tickvals": ticks, "ticktext": [note_name(key) for key in ticks], "range": [low - 1, high + 1]}
    end = float((trace.start + trace.duration).max())
    titles = (word(language, "figure.quarters"), word(language, "figure.pitch"))
    panels = []
    for index, seed in enumerate(np.unique(trace.seed)):
        notes = (trace.seed == seed) & (trace.midi != REST)
        bars = go.Bar(
            base=trace.start[notes], x=trace.duration[notes], y=trace.midi[notes], orientation="h", width=0.9,
            customdata=[note_name(int(key)) for key in trace.midi[notes]], marker={"color": colour(index)},
            hovertemplate="%{customdata}: %{base} + %{x}<extra></extra>",
        )  # fmt: skip
        title, height = word(language, "sample.at_seed", seed=seed), max(110, KEY * len(keys))
        panels.append(Panel([bars], *titles, title, height, xaxis={"range": [0, end]}, yaxis=pitches))
    return stack(panels)


def note_name(midi: int) -> str:
    """60 is the middle C, C4."""
    return f"{NOTES[midi % 12]}{midi // 12 - 1}"
