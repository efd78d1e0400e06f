"""Everything that determines a character model's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.options import BELOW_ONE, FINITE, SIZES, Range, at_least, option
from explorer.training import settings as shared
from explorer.training.settings import TrainingError, WarmUpSettings


@dataclass(frozen=True)
class LanguageSettings(WarmUpSettings):
    """A run of ``explorer train language-model``."""

    family = "language-model"
    data: str = option(text="Text; see `explorer data list`.")
    cell: Literal["rnn", "gru", "lstm"] = option("lstm")
    hidden_size: int = option(256, "Units in each layer.", SIZES)
    layers: int = option(1, "", Range(1, 3))
    embedding_size: int = option(64, "Numbers that stand for a character; 0 for one-hot.", Range(0, 10_000))
    dropout: float = option(0.0, "Share of each layer's inputs, and the output's, set to zero.", BELOW_ONE)
    tied: bool = option(False, "The output layer's matrix is the embedding's.")
    forget_bias: float = option(1.0, "Of an LSTM's forget gates at the start.", FINITE)
    batch: int = option(32, "Streams that the text is read in side by side.", SIZES)
    length: int = option(128, "Characters of a step, through which gradients go back.", SIZES)
    steps: int = option(3000, "Updates, each of batch × length characters.", shared.MADE)
    learning_rate: float = option(3e-3, *shared.WARMED_RATE)
    warm_up: int = option(100, *shared.WARM_UP)
    clip: float = option(1.0, *shared.GRADIENT_CLIP)
    weight_decay: float = option(0.0, *shared.WEIGHT_DECAY)
    minimum_count: int = option(1, "Rarer characters of the text are read as unknown.", at_least(1))
    supplement: bool = option(False, "Train on the text's supplement, too.")
    seed: int = option(0, *shared.SEED)

    def __post_init__(self) -> None:
        """As every run's settings, and an embedding to tie the output to; the model itself refuses the rest."""
        super().__post_init__()
        if self.tied and not self.embedding_size:
            raise TrainingError("--embedding-size must be at least 1 where --tied, got 0")

    def model_arguments(self, vocabulary: str) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "dropout", "tied")
        size = self.embedding_size or None
        return {"vocabulary": vocabulary, "embedding_size": size, **{name: getattr(self, name) for name in names}}
