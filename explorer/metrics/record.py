"""``evaluation.json``: curves and tables of an evaluation, and how it was made; its numbers are in ``config.json``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints import CheckpointError, read_json
from explorer.traces import Floats
from explorer.traces.measures import DamageCurve, FactorTable

FILE = "evaluation.json"
FORMAT = 1
CURVE = ("error", "identity")
LARGEST = 10_000
"""Numbers in any one array of the file."""


@dataclass(frozen=True)
class Record:
    """What was measured beside single numbers."""

    seed: int
    images: int
    """Held-out images whose evidence was measured."""
    draws: int | None
    """K of the importance-weighted bound, or None where the evidence itself is known."""
    binarisation: int | None
    """The seed of the images' binarisation, or None where the model is of grey levels."""
    remarks: tuple[str, ...]
    """What the command says under its numbers."""
    robustness: dict[str, DamageCurve]
    """By kind of damage."""
    factors: FactorTable | None
    """Of data whose true factors are known."""

    def as_json(self) -> dict[str, Any]:
        """The file's content."""
        curves = {
            name: {
                "unit": curve.unit,
                "strength": curve.strength.tolist(),
                **{part: getattr(curve, part).tolist() for part in CURVE},
                "count": curve.count,
                "seed": curve.seed,
            }
            for name, curve in self.robustness.items()
        }
        table = self.factors and {
            "factors": list(self.factors.factors),
            **{part: getattr(self.factors, part).tolist() for part in ("information", "entropy", "importance")},
            "count": self.factors.count,
        }
        protocol = {name: getattr(self, name) for name in ("seed", "images", "draws", "binarisation")}
        return {
            "format": FORMAT,
            "protocol": protocol,
            "remarks": list(self.remarks),
            "robustness": curves,
            "factors": table,
        }


def read_record(folder: Path) -> Record:
    """Read and check the ``evaluation.json`` of a checkpoint folder.

    Raises:
        CheckpointError: naming the file, the entry and what was expected.
    """
    content = read_json(folder / FILE)
    label = f"{folder.name}/{FILE}"
    try:
        if content["format"] != FORMAT:
            raise CheckpointError(f"{label}: expected format {FORMAT}, got {content['format']!r}")
        protocol = content["protocol"]
        seed, images = (_whole(protocol[name], f"{label}: {name}") for name in ("seed", "images"))
        draws, binarisation = (
            None if protocol[name] is None else _whole(protocol[name], f"{label}: {name}")
            for name in ("draws", "binarisation")
        )
        return Record(
            seed=seed,
            images=images,
            draws=draws,
            binarisation=binarisation,
            remarks=tuple(map(str, content["remarks"])),
            robustness={str(name): _curve(part, f"{label}: {name}") for name, part in content["robustness"].items()},
            factors=None if content["factors"] is None else _table(content["factors"], f"{label}: factors"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{label}: expected the entries of an evaluation ({error!r})") from error


def _curve(part: dict[str, Any], label: str) -> DamageCurve:
    strength = _array(part["strength"], (None,), f"{label}.strength")
    if len(strength) < 2 or (np.diff(strength) <= 0).any():
        raise CheckpointError(f"{label}.strength: expected at least two rising numbers")
    error, identity = (_array(part[name], (len(strength), 3), f"{label}.{name}") for name in CURVE)
    for rows in (error, identity):
        if (rows[:, 1] > rows[:, 0]).any() or (rows[:, 0] > rows[:, 2]).any():
            raise CheckpointError(f"{label}: expected each value inside its interval")
    count, seed = (_whole(part[name], f"{label}.{name}") for name in ("count", "seed"))
    return DamageCurve(str(part["unit"]), strength, error, identity, count, seed)


def _table(part: dict[str, Any], label: str) -> FactorTable:
    names = tuple(map(str, part["factors"]))
    information = _array(part["information"], (len(names), None), f"{label}.information")
    entropy = _array(part["entropy"], (len(names),), f"{label}.entropy")
    importance = _array(part["importance"], information.shape, f"{label}.importance")
    return FactorTable(names, information, entropy, importance, _whole(part["count"], f"{label}.count"))


def _array(values: Any, shape: tuple[int | None, ...], label: str) -> Floats:
    try:
        array: Floats = np.array(values, np.float64)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{label}: expected numbers in rows of one length") from error
    fits = array.ndim == len(shape) and all(
        size in (None, found) for size, found in zip(shape, array.shape, strict=True)
    )
    if not fits or not 0 < array.size <= LARGEST or not np.isfinite(array).all():
        raise CheckpointError(f"{label}: expected finite numbers of shape {shape}, got {array.shape}")
    return array


def _whole(value: Any, label: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise CheckpointError(f"{label}: expected a whole number of 0 or more, got {value!r}")
    return value
