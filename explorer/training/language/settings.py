"""Everything that determines a character model's run, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.cells import CELLS
from explorer.training.settings import NOT_NEGATIVE, WarmUpSettings, at_least, one_of


@dataclass(frozen=True)
class LanguageSettings(WarmUpSettings):
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
        self.expect_warm_up()
        self.expect(one_of(CELLS), "cell")
        self.expect(at_least(1), "length", "minimum_count")
        self.expect(("from 1 to 3", lambda value: 1 <= value <= 3), "layers")
        self.expect(NOT_NEGATIVE, "embedding_size")
        self.expect(("a number", math.isfinite), "forget_bias")
        self.expect(("at least 1 where --tied", lambda value: value > 0 or not self.tied), "embedding_size")

    def model_arguments(self, vocabulary: str) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "dropout", "tied")
        size = self.embedding_size or None
        return {"vocabulary": vocabulary, "embedding_size": size, **{name: getattr(self, name) for name in names}}
