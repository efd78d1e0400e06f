"""What is known about each image of a data set: the classes that label it, or the numbers that it was drawn from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

LABELS = Path(__file__).with_name("labels")
LANGUAGES = ("en", "zh")
PREFIX = "attribute."


@dataclass(frozen=True)
class CategoricalAttribute:
    """One of a few values for each image."""

    values: list[str]
    """Stable ids, in English."""
    labels: dict[str, list[str]]
    """What a visitor reads instead of each id, per language ("en", "zh")."""
    codes: NDArray[np.int16]
    """(N,) indices into ``values``."""
    kind: Literal["categorical"] = field(default="categorical", kw_only=True)


@dataclass(frozen=True)
class ContinuousAttribute:
    """A real number for each image."""

    unit: str
    """"°" or "px" (pixels of the image; y grows downwards)."""
    values: NDArray[np.float32]
    """(N,) in that unit."""
    kind: Literal["continuous"] = field(default="continuous", kw_only=True)


Attribute: TypeAlias = CategoricalAttribute | ContinuousAttribute


@dataclass(frozen=True)
class Split:
    """The images of one split and what is known about them."""

    images: NDArray[np.uint8]
    """(N, C, H, W), 0 to 255."""
    attributes: dict[str, Attribute]
    """By name; the first is the most telling one."""


def read_labels(name: str) -> dict[str, dict[str, Any]]:
    """What ``labels/<name>.json`` says of each attribute: kind, and unit or values with their labels."""
    text = (LABELS / f"{name}.json").read_text(encoding="utf-8")
    labels: dict[str, dict[str, Any]] = json.loads(text)
    return labels


def attach_labels(name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, Attribute]:
    """The attributes of the data set ``name``, from the arrays of one of its splits (keys ``attribute.<name>``)."""
    attributes: dict[str, Attribute] = {}
    for key, description in read_labels(name).items():
        array = arrays[PREFIX + key]
        if description["kind"] == "continuous":
            attributes[key] = ContinuousAttribute(unit=description["unit"], values=array)
            continue
        words = description["values"]
        labels = {language: [word[language] for word in words.values()] for language in LANGUAGES}
        attributes[key] = CategoricalAttribute(values=list(words), labels=labels, codes=array)
    return attributes
