"""Everything that determines a classifier's run, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path

from explorer.training.settings import TrainingError


@dataclass(frozen=True)
class ClassifierSettings:
    """A run of ``explorer train classifier``; the meaning of each entry is in the command's help."""

    data: str
    seed: int = 0
    epochs: int = 6
    batch: int = 128
    widths: tuple[int, ...] = (16, 32, 64)
    features: int = 80
    learning_rate: float = 3e-3
    shift: int = 2
    damage: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no run can mean.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        if min(self.epochs, self.batch, self.features) < 1 or self.shift < 0:
            raise TrainingError("--epochs, --batch and --features must be at least 1, and --shift 0 or more")
        if not 0 <= self.damage < 1:
            raise TrainingError(f"--damage is a share of each batch from 0 to below 1, got {self.damage}")
        if not 0 <= self.seed < 2**53:
            raise TrainingError(f"--seed must be from 0 to 2^53 - 1, got {self.seed}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise TrainingError(f"--learning-rate must be positive, got {self.learning_rate}")

    def command(self, out: Path) -> str:
        """The shell command that repeats this run."""
        words = ["explorer train classifier"]
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value != entry.default:
                text = ",".join(map(str, value)) if isinstance(value, tuple) else value
                words.append(f"--{entry.name.replace('_', '-')} {text}")
        return " ".join([*words, f"--out {out}"])
