"""What can be shown: frozen dataclasses of NumPy arrays, each field with its shape, unit and meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]
Bytes = NDArray[np.uint8]


def standard_deviation(log_variance: Floats) -> Floats:
    """σ of the same shape, for ln σ²."""
    deviation: Floats = np.exp(0.5 * log_variance)
    return deviation


def save_npz(trace: Any, path: Path) -> None:
    """Write every array of a trace to an uncompressed ``.npz`` that needs no pickle to read.

    Each field goes by its name, each entry of a dictionary by ``<field>.<key>``.
    """
    arrays = {}
    for name, value in vars(trace).items():
        entries = {f"{name}.{key}": entry for key, entry in value.items()} if isinstance(value, dict) else {name: value}
        arrays.update({key: np.asarray(entry) for key, entry in entries.items()})
    np.savez(path, allow_pickle=False, **arrays)
