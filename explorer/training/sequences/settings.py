"""Everything that determines the run of a recurrent GAN or of a note model, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.adversarial import LOSSES, Loss
from explorer.training.gan.settings import OPTIMISERS, Optimiser
from explorer.training.settings import RunSettings, TrainingError

Cell = Literal["gru", "lstm"]


@dataclass(frozen=True)
class RecurrentGANSettings(RunSettings):
    """A run of ``explorer train recurrent-gan``; the meaning of each entry is in the command's help."""

    family = "recurrent-gan"
    data: str
    latent: int = 5
    conditional: bool = False
    length: int = 0
    cell: Cell = "lstm"
    hidden_size: int = 100
    layers: int = 1
    discriminator_size: int = 100
    chrono: int = 0
    minibatch_features: int = 0
    feature_matching: float = 0.0
    straight_through: bool = False
    steps: int = 10_000
    batch: int = 64
    loss: Loss = "non_saturating"
    generator_optimiser: Optimiser = "adam"
    discriminator_optimiser: Optimiser = "adam"
    generator_rate: float = 1e-3
    discriminator_rate: float = 1e-3
    beta1: float = 0.5
    beta2: float = 0.99
    decay: float = 0.4
    discriminator_steps: int = 1
    clip: float = 0.01
    penalty: float = 10.0
    real_penalty: float = 0.0
    average: float = 0.998
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no run can mean; the model itself refuses the rest.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        for name in ("latent", "hidden_size", "discriminator_size", "steps", "discriminator_steps"):
            _expect(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _expect(self.batch >= 2, "batch", "at least 2", self.batch)
        memories = "0, or at least 2 with lstm cells"
        _expect(self.chrono == 0 or (self.chrono >= 2 and self.cell == "lstm"), "chrono", memories, self.chrono)
        for name in ("length", "minibatch_features", "feature_matching", "penalty", "real_penalty"):
            _expect(0 <= getattr(self, name) < math.inf, name, "0 or more", getattr(self, name))
        for name in ("generator_rate", "discriminator_rate", "clip"):
            _expect(0 < getattr(self, name) < math.inf, name, "positive", getattr(self, name))
        for name in ("beta1", "beta2", "average"):
            _expect(0 <= getattr(self, name) < 1, name, "from 0 to below 1", getattr(self, name))
        _expect(0 <= self.decay <= 1, "decay", "a share of the steps from 0 to 1", self.decay)
        _expect(0 <= self.seed < 2**53, "seed", "from 0 to 2^53 - 1", self.seed)
        choices: dict[str, tuple[str, ...]] = {
            "loss": LOSSES,
            "cell": ("gru", "lstm"),
            "generator_optimiser": OPTIMISERS,
            "discriminator_optimiser": OPTIMISERS,
        }
        for name, allowed in choices.items():
            _expect(getattr(self, name) in allowed, name, f"one of {', '.join(allowed)}", getattr(self, name))
        if self.minibatch_features and (self.loss == "wasserstein_penalty" or self.real_penalty):
            raise TrainingError(
                "a gradient penalty needs a discriminator that judges sequences one by one: no --minibatch-features"
            )

    def model_arguments(self, sequence: dict[str, Any], classes: int) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("latent", "cell", "hidden_size", "layers", "discriminator_size", "minibatch_features")
        return {"sequence": sequence, "classes": classes, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class NoteSettings(RunSettings):
    """A run of ``explorer train note-model``; the meaning of each entry is in the command's help."""

    family = "note-model"
    data: str
    cell: Cell = "lstm"
    hidden_size: int = 128
    layers: int = 1
    pitch_size: int = 24
    duration_size: int = 8
    dropout: float = 0.3
    steps: int = 2000
    batch: int = 32
    learning_rate: float = 3e-3
    warm_up: int = 50
    clip: float = 1.0
    weight_decay: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no run can mean; the model itself refuses the rest.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        for name in ("hidden_size", "pitch_size", "duration_size", "steps", "batch"):
            _expect(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        for name in ("warm_up", "weight_decay"):
            _expect(0 <= getattr(self, name) < math.inf, name, "0 or more", getattr(self, name))
        for name in ("learning_rate", "clip"):
            _expect(0 < getattr(self, name) < math.inf, name, "positive", getattr(self, name))
        _expect(0 <= self.dropout < 1, "dropout", "from 0 to below 1", self.dropout)
        _expect(self.cell in ("gru", "lstm"), "cell", "gru or lstm", self.cell)
        _expect(0 <= self.seed < 2**53, "seed", "from 0 to 2^53 - 1", self.seed)

    def model_arguments(self, sequence: dict[str, Any]) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "pitch_size", "duration_size", "dropout")
        return {"sequence": sequence, **{name: getattr(self, name) for name in names}}

    def rate(self, number: int) -> float:
        """The learning rate of step ``number`` (from 1): a linear warm-up, and a cosine to zero."""
        warm = min(1.0, number / self.warm_up) if self.warm_up else 1.0
        return self.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * (number - 1) / self.steps))


def _expect(condition: bool, name: str, expected: str, found: object) -> None:
    if not condition:
        raise TrainingError(f"--{name.replace('_', '-')} must be {expected}, got {found}")
