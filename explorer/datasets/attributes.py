"""What is known about each image of a data set: the classes that label it, or the numbers that it was drawn from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.traces.pictures import Attribute, CategoricalAttribute, ContinuousAttribute

LABELS = Path(__file__).with_name("labels")
LANGUAGES = ("en", "zh")
PREFIX = "attribute."


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
