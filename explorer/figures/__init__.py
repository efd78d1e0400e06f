"""A Plotly figure of every trace: ``figure(trace)``. Nothing is computed here; every number comes from the trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from explorer.figures.checks import FigureError, check
from explorer.figures.effects import attribute_effect_figure, pair_effect_figure
from explorer.figures.language import gates_figure, memory_figure, written_figure
from explorer.figures.measures import estimate_figure, factors_figure
from explorer.figures.pictures import (
    attribute_figure,
    browse_figure,
    path_figure,
    reconstruction_figure,
    samples_figure,
)
from explorer.figures.plane import components_figure, states_figure
from explorer.figures.robustness import damage_figure
from explorer.figures.sequences import melodies_figure, signals_figure
from explorer.figures.training import history_figure, moment_figure
from explorer.traces import effects, language, measures, pictures, sequences, training

__all__ = ["FIGURES", "FigureError", "figure"]

FIGURES: dict[type, Callable[[Any, str], go.Figure]] = {
    effects.AttributeEffect: attribute_effect_figure,
    effects.PairEffect: pair_effect_figure,
    language.GatesTrace: gates_figure,
    language.Memory: memory_figure,
    language.StateMap: states_figure,
    language.Written: written_figure,
    measures.DamageCurve: damage_figure,
    measures.Comparison: estimate_figure,
    measures.Estimate: estimate_figure,
    measures.FactorTable: factors_figure,
    pictures.BrowseSet: browse_figure,
    pictures.CategoricalAttribute: attribute_figure,
    pictures.ConditionalSamples: samples_figure,
    pictures.ContinuousAttribute: attribute_figure,
    pictures.LatentMap: browse_figure,
    pictures.LatentPath: path_figure,
    pictures.PrincipalComponents: components_figure,
    pictures.Reconstruction: reconstruction_figure,
    pictures.Samples: samples_figure,
    sequences.Melodies: melodies_figure,
    sequences.Signals: signals_figure,
    training.History: history_figure,
    training.Moment: moment_figure,
}
"""How each kind of trace is drawn."""


def figure(trace: Any, language: str = "en") -> go.Figure:
    """What the page shows of a trace, in its true units, as a Plotly figure.

    Args:
        trace: of one of the kinds in :data:`FIGURES`.
        language: of titles, legends and what the pointer reads: "en" or "zh".

    Raises:
        FigureError: if there is no figure of it, or the trace is empty or cannot be: naming the field, what was
            expected and what was found.
        WordsError: if the language is unknown.
    """
    check(trace)
    return FIGURES[type(trace)](trace, language)
