"""Everything that determines a character model's run, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.cells import CELLS
from explorer.training.settings import RunSettings, TrainingError


@dataclass(frozen=True)
class LanguageSettings(RunSettings):
    """A run of ``explorer train language-model``; the meaning of each entry is in the command's help."""

    family = "language-model"
    data: str
    cell: Literal["rnn", "gru", "lstm"] = "lstm"
    hidden_size: int = 256
    layers: int = 1
    embedding_size: int = 64
    dropout: float = 0.0
    tied: bool = False
    forget_bias: float = 1.0
    batch: int = 32
    length: int = 128
    steps: int = 3000
    learning_rate: float = 3e-3
    warm_up: int = 100
    clip: float = 1.0
    weight_decay: float = 0.0
    minimum_count: int = 1
    supplement: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no run can mean; the model itself refuses the rest.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        _expect(self.cell in CELLS, "cell", f"one of {', '.join(CELLS)}", self.cell)
        for name in ("hidden_size", "batch", "length", "steps", "minimum_count"):
            _expect(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _expect(1 <= self.layers <= 3, "layers", "from 1 to 3", self.layers)
        for name in ("embedding_size", "warm_up", "weight_decay"):
            _expect(0 <= getattr(self, name) < math.inf, name, "0 or more", getattr(self, name))
        for name in ("learning_rate", "clip"):
            _expect(0 < getattr(self, name) < math.inf, name, "positive", getattr(self, name))
        _expect(0 <= self.dropout < 1, "dropout", "from 0 to below 1", self.dropout)
        _expect(math.isfinite(self.forget_bias), "forget_bias", "a number", self.forget_bias)
        _expect(0 <= self.seed < 2**53, "seed", "from 0 to 2^53 - 1", self.seed)
        _expect(not (self.tied and self.embedding_size == 0), "embedding_size", "at least 1 where --tied", 0)

    def model_arguments(self, vocabulary: str) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "dropout", "tied")
        size = self.embedding_size or None
        return {"vocabulary": vocabulary, "embedding_size": size, **{name: getattr(self, name) for name in names}}

    def rate(self, number: int) -> float:
        """The learning rate of step ``number`` (from 1): a linear warm-up, and a cosine to zero."""
        warm = min(1.0, number / self.warm_up) if self.warm_up else 1.0
        return self.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * (number - 1) / self.steps))


def _expect(condition: bool, name: str, expected: str, found: object) -> None:
    if not condition:
        raise TrainingError(f"--{name.replace('_', '-')} must be {expected}, got {found}")
