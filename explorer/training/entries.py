"""Entries of ``config.json`` that families say alike."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from explorer.datasets import Dataset
from explorer.traces.pictures import CategoricalAttribute


def condition(name: str, attribute: CategoricalAttribute | None) -> dict[str, Any] | None:
    """``condition``: the classes and their shares of the training set."""
    if attribute is None:
        return None
    counts = np.bincount(attribute.codes, minlength=len(attribute.values))
    return {
        "attribute": name,
        "values": list(attribute.values),
        "labels": {language: list(words) for language, words in attribute.labels.items()},
        "shares": (counts / counts.sum()).tolist(),
    }


def trained_on(source: Dataset[Any], sha256: str | None, split: str = "train") -> dict[str, Any]:
    """``dataset``: what a model was trained on; ``sha256`` is of the data as they were."""
    return {
        "name": source.name,
        "version": source.version,
        "sha256": sha256,
        "split": split,
        "licence": source.licence,
    }


def versions(libraries: Sequence[str] = ("torch", "numpy")) -> dict[str, str]:
    """``versions``: of Python and of the libraries that made a model."""
    return {"python": platform.python_version(), **{library: version(library) for library in libraries}}
