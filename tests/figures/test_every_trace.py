"""Every trace has a figure, which any notebook and browser can read, in both languages; what cannot be is refused."""

from __future__ import annotations

import base64
import importlib
import json
import pkgutil
import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import plotly.io
import pytest

import explorer.traces
from explorer.figures import FIGURES, FigureError, figure
from explorer.figures.checks import SHAPES
from explorer.traces.effects import AttributeEffect, PairEffect
from explorer.traces.language import GatesTrace, Memory, StateMap, Written
from explorer.traces.measures import DamageCurve
from explorer.traces.pictures import (
    BrowseSet,
    CategoricalAttribute,
    ContinuousAttribute,
    PrincipalComponents,
    Samples,
)
from explorer.traces.training import History
from explorer.words import WordsError
from tests.figures.traces import EXAMPLES, OF

LANGUAGES = ("en", "zh")


def last_array(value: Any) -> Any:
    """The array, or of a dictionary of arrays the last."""
    return list(value.values())[-1] if isinstance(value, dict) else value


ARRAYS = [(kind, name) for kind, shapes in SHAPES.items() for name in shapes]
FLOATS = [
    (kind, name)
    for kind, name in ARRAYS
    if kind is not History and last_array(getattr(OF[kind], name)).dtype.kind == "f"
]


def name_of(trace: Any) -> str:
    return type(trace).__name__


def axes(drawn: Any) -> list[Any]:
    return [*drawn.select_xaxes(), *drawn.select_yaxes()]


def test_every_trace_has_a_figure() -> None:
    names = [each.name for each in pkgutil.iter_modules(explorer.traces.__path__)]
    modules = [importlib.import_module(f"explorer.traces.{name}") for name in names]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and each.__module__ == module.__name__
    }
    assert found
    assert found == set(FIGURES) == set(SHAPES) == set(OF)


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
def test_every_array_has_a_shape(kind: type) -> None:
    trace = OF[kind]
    values = {each.name: getattr(trace, each.name) for each in fields(trace)}
    first = {
        name: next(iter(value.values()), None) if isinstance(value, dict) else value for name, value in values.items()
    }
    assert {name for name, value in first.items() if isinstance(value, np.ndarray)} == set(SHAPES[kind])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trace", EXAMPLES, ids=name_of)
def test_axes_that_are_seen_say_what_they_mean(trace: Any, language: str) -> None:
    seen = [axis for axis in axes(figure(trace, language)) if axis.visible is not False]
    assert seen
    assert all(axis.title.text for axis in seen)


@pytest.mark.parametrize("trace", EXAMPLES, ids=name_of)
def test_the_chinese_figure_says_nothing_in_english(trace: Any) -> None:
    drawn = figure(trace, "zh")
    said = [axis.title.text for axis in axes(drawn)] + [each.text for each in drawn.layout.annotations]
    said += [each.name for each in drawn.data]
    given = ("UMAP", "ELBO", "unheard", "tilt", "none", "hat")  # names of methods, and what has no translation
    english = [text for text in said if text and re.search(r"[A-Za-z]{4,}", re.sub("|".join(given), "", text))]
    assert english == []


@pytest.mark.parametrize("trace", EXAMPLES, ids=name_of)
def test_the_json_has_finite_numbers_alone_and_comes_back(trace: Any) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"the JSON has {constant}")

    written = figure(trace).to_json()
    parts: list[Any] = [json.loads(written, parse_constant=refuse)]
    while parts:
        part = parts.pop()
        if isinstance(part, dict) and "bdata" in part:
            values = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
            assert values.dtype.kind != "f" or np.isfinite(values).all()
        elif isinstance(part, dict | list):
            parts.extend(part.values() if isinstance(part, dict) else part)
    assert json.loads(plotly.io.from_json(written).to_json()) == json.loads(written)


def broken(trace: Any, name: str, change: Any) -> Any:
    """The trace with one array changed; of a dictionary of arrays, the last."""
    value = getattr(trace, name)
    if isinstance(value, dict):
        last = list(value)[-1]
        return replace(trace, **{name: {**value, last: change(value[last])}})
    return replace(trace, **{name: change(value)})


@pytest.mark.parametrize(("kind", "name"), ARRAYS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_an_empty_or_ragged_array_is_refused_by_name(kind: type, name: str) -> None:
    for change in (lambda array: array[:0], lambda array: array[None]):
        with pytest.raises(FigureError, match=rf"^{kind.__name__}\.\w+.*: expected .*, got "):
            figure(broken(OF[kind], name, change))


@pytest.mark.parametrize("number", [np.nan, np.inf])
@pytest.mark.parametrize(("kind", "name"), FLOATS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_a_number_that_is_none_is_refused_by_name(kind: type, name: str, number: float) -> None:
    def spoil(array: Any) -> Any:
        changed = array.copy()
        changed.flat[-1] = number
        return changed

    with pytest.raises(FigureError, match=rf"^{kind.__name__}\.{name}.*finite"):
        figure(broken(OF[kind], name, spoil))


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        (AttributeEffect, {"values": ["hat"]}, r"AttributeEffect\.values: expected 2"),
        (AttributeEffect, {"count": np.array([[40, 20], [0, 0]])}, r"AttributeEffect\.count: .* moved, got none"),
        (AttributeEffect, {"pairs": replace(OF[PairEffect], values=["fez"])}, r"AttributeEffect\.pairs: .* got fez"),
        (DamageCurve, {"error": np.array([[1.0, 2, 3], [1, 0, 2]])}, "inside its interval"),
        (Written, {"text": "be"}, r"Written\.text: expected 5, .* got 2"),
        (GatesTrace, {"before": {"cell": OF[GatesTrace].before["cell"]}}, r"GatesTrace\.before: expected cell, forget"),
        (GatesTrace, {"likely": np.full((4, 2), 4)}, r"GatesTrace\.likely: expected numbers from 0 to 3, got 4 to 4"),
        (CategoricalAttribute, {"codes": np.array([0, -1, 0])}, r"CategoricalAttribute\.codes: .* 0 to 1, got -1 to 0"),
        (
            BrowseSet,
            {"attributes": {"tilt": ContinuousAttribute("°", np.ones(3))}},
            r"attributes\['tilt'\]: expected 4",
        ),
        (Samples, {"images": np.ones((3, 2, 5, 4))}, r"Samples\.images: expected .* 1 or 3,"),
        (Memory, {"hidden": {}}, r"Memory\.hidden: expected at least one entry"),
        (History, {"columns": ("step", "loss")}, r"History\.columns: expected 5"),
        (History, {"rows": np.full((2, 5), np.nan)}, r"History\.rows: expected a finite number"),
    ],
)
def test_what_does_not_belong_together_is_refused(kind: type, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FigureError, match=message):
        figure(replace(OF[kind], **changes))


def test_a_plane_needs_two_components() -> None:
    one = PrincipalComponents(np.ones(3), np.ones((1, 3)), np.ones(1))
    with pytest.raises(FigureError, match="expected two at least"):
        figure(replace(OF[StateMap], pca=one))


def test_what_is_no_trace_is_refused() -> None:
    with pytest.raises(FigureError, match=r"no figure of a int; there is one of"):
        figure(7)


@pytest.mark.parametrize("trace", EXAMPLES, ids=name_of)
def test_an_unknown_language_is_refused(trace: Any) -> None:
    with pytest.raises(WordsError, match="en, zh"):
        figure(trace, "fr")
