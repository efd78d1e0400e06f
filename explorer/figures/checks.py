"""What a trace must be before it can be drawn: every array of its shape, filled, and of finite numbers."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.traces import language, measures, pictures, sequences, training
from explorer.traces.effects import AttributeEffect, PairEffect

SHAPES: dict[type, dict[str, str]] = {
    AttributeEffect: {
        "strength": "S", "count": "V 2", "present": "V S", "changed": "V S B", "any_changed": "V S", "whole": "V S",
        "ceiling": "V 2",
    },
    PairEffect: {
        "strength": "S", "distance": "P S 3", "gain": "P S 3", "best": "P 3", "cosine": "P", "pair_distance": "P 3",
        "count": "P", "pair_present": "P", "pair_changed": "P",
    },
    language.Written: {"tokens": "N", "surprise": "N"},
    language.GatesTrace: {
        "characters": "T", "tokens": "T", "unknown": "T", "vocabulary": "V", "quantity": "T layers H",
        "before": "layers H", "surprise": "T", "likely": "T K", "likely_probability": "T K",
    },
    language.Memory: {"lag": "K", "state": "K 3", "hidden": "K 3", "gradient": "K 3"},
    language.StateMap: {"position": "N", "layout_pca": "N 2", "layout_umap": "N 2"},
    measures.Comparison: {},
    measures.Estimate: {},
    measures.DamageCurve: {"strength": "S", "error": "S 3", "identity": "S 3"},
    measures.FactorTable: {"information": "K L", "entropy": "K", "importance": "K L"},
    pictures.CategoricalAttribute: {"codes": "N"},
    pictures.ContinuousAttribute: {"values": "N"},
    pictures.Samples: {"seeds": "N", "z": "N L", "images": "N C H W"},
    pictures.ConditionalSamples: {"seeds": "N", "z": "N L", "images": "N C H W", "labels": "N K"},
    pictures.Reconstruction: {
        "x": "N C H W", "mean": "N L", "log_variance": "N L", "epsilon": "N L", "z": "N L", "image": "N C H W",
        "reconstruction": "N", "kl_per_dimension": "N L", "elbo": "N",
    },
    pictures.BrowseSet: {"dataset_index": "N", "images": "N C H W"},
    pictures.LatentMap: {
        "dataset_index": "N", "images": "N C H W", "mean": "N L", "log_variance": "N L", "kl_per_dimension": "L",
        "umap": "N 2",
    },
    pictures.PrincipalComponents: {"center": "L", "components": "P L", "explained_variance_ratio": "P"},
    pictures.LatentPath: {
        "share": "T", "z": "T L", "image": "T C H W", "log_prior": "T", "log_aggregated": "T",
    },
    sequences.Signals: {"seeds": "N", "seconds": "T", "values": "N T"},
    sequences.Melodies: {"seed": "N", "start": "N", "duration": "N", "midi": "N"},
    training.Moment: {
        "mean": "M L", "samples": "S C H W", "reconstructions": "R C H W", "log_variance": "M L",
        "kl_per_dimension": "L",
    },
    training.History: {"rows": "T columns"},
}  # fmt: skip
"""Of each trace's arrays: a letter or a word stands for a size that is the same wherever it stands in the trace."""
OPTIONAL_LAST = "B"
"""Other attributes: there may be none."""
GAPS = (training.History,)
"""Where a number that is none is a gap: nothing was logged."""


class FigureError(ExplorerError):
    """A trace that cannot be drawn."""


def check(trace: Any) -> None:
    """Refuse what no figure can show truly.

    Raises:
        FigureError: naming trace and field, what was expected and what was found.
    """
    kind = type(trace)
    if kind not in SHAPES:
        known = ", ".join(sorted(each.__name__ for each in SHAPES))
        raise FigureError(f"there is no figure of a {kind.__name__}; there is one of {known}")
    sizes: dict[str, int] = {}
    for name, shape in SHAPES[kind].items():
        value = getattr(trace, name)
        entries = value if isinstance(value, dict) else {"": value}
        if not entries:
            raise FigureError(f"{kind.__name__}.{name}: expected at least one entry, got none")
        for key, array in entries.items():
            if array is not None:
                label = f"{kind.__name__}.{name}" + (f"[{key!r}]" if key else "")
                _fits(array, shape.split(), sizes, label)
                _is_finite(array, label, kind in GAPS)
    _check_lists(trace, sizes)
    for each in fields(trace):
        inner = getattr(trace, each.name)
        for part in inner.values() if isinstance(inner, dict) else [inner]:
            if is_dataclass(part):
                check(part)


def expect(condition: bool, message: str) -> None:
    """Raise a FigureError with the message unless the condition holds."""
    if not condition:
        raise FigureError(message)


def _fits(array: Any, letters: list[str], sizes: dict[str, int], label: str) -> None:
    shape = np.shape(array)
    expected = [letter if letter not in sizes and not letter.isdigit() else str(sizes.get(letter, letter))
                for letter in letters]  # fmt: skip
    fits = len(shape) == len(letters)
    for letter, size in zip(letters, shape, strict=False):
        fits &= size == sizes.setdefault(letter, int(letter) if letter.isdigit() else size)
        fits &= size > 0 or letter == OPTIONAL_LAST
    if fits and "C" in letters:
        fits = sizes["C"] in (1, 3)
        expected[letters.index("C")] = "1 or 3"
    expect(fits, f"{label}: expected numbers of shape ({', '.join(expected)}), none of them 0, got {shape}")


def _is_finite(array: Any, label: str, gaps: bool) -> None:
    numbers = np.asarray(array)
    if numbers.dtype.kind == "f" and not gaps:
        expect(bool(np.isfinite(numbers).all()), f"{label}: expected finite numbers, got NaN or infinity")
    elif numbers.dtype.kind == "f":
        expect(bool(np.isfinite(numbers).any()), f"{label}: expected a finite number, got none")


def _check_lists(trace: Any, sizes: dict[str, int]) -> None:
    """Names go with the rows or columns that they name, and what points into a list finds an entry there."""
    kind = type(trace).__name__
    named: list[tuple[str, str]] = []
    match trace:
        case AttributeEffect():
            named = [("values", "V"), ("others", "B")]
            expect(bool((trace.count[:, 0] > 0).all()), f"{kind}.count: expected images that were moved, got none")
            if trace.pairs is not None:
                extra = sorted(set(trace.pairs.values) - set(trace.values))
                expect(not extra, f"{kind}.pairs: expected some of {kind}.values, got {', '.join(extra)} beside them")
        case PairEffect():
            named = [("values", "P")]
        case measures.FactorTable():
            named = [("factors", "K")]
        case training.History():
            named = [("columns", "columns")]
        case language.Written():
            named = [("text", "N")]
        case language.GatesTrace():
            found, wanted = sorted(trace.before), sorted(trace.quantity)
            expect(found == wanted, f"{kind}.before: expected {', '.join(wanted)}, got {', '.join(found)}")
            _points_into(trace.likely, sizes["V"], f"{kind}.likely")
        case pictures.CategoricalAttribute():
            _points_into(trace.codes, len(trace.values), f"{kind}.codes")
        case pictures.BrowseSet():
            for name, attribute in trace.attributes.items():
                known = attribute.codes if isinstance(attribute, pictures.CategoricalAttribute) else attribute.values
                label = f"{kind}.attributes[{name!r}]"
                expect(len(known) == sizes["N"], f"{label}: expected {sizes['N']} values, got {len(known)}")
    for name, letter in named:
        count, label = len(getattr(trace, name)), f"{kind}.{name}"
        expect(count == sizes[letter], f"{label}: expected {sizes[letter]}, as many as in the arrays, got {count}")


def _points_into(places: Any, count: int, label: str) -> None:
    low, high = int(places.min()), int(places.max())
    expect(low >= 0 and high < count, f"{label}: expected numbers from 0 to {count - 1}, got {low} to {high}")
