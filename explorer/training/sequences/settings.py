"""Everything that determines the run of a recurrent GAN or of a note model, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from explorer.families.adversarial import Loss
from explorer.training.settings import (
    NOT_NEGATIVE,
    AdversarialOptimiser,
    AdversarialSettings,
    TrainingError,
    WarmUpSettings,
    at_least,
    one_of,
)

Cell = Literal["gru", "lstm"]
CELLS: tuple[Cell, ...] = get_args(Cell)


@dataclass(frozen=True)
class RecurrentGANSettings(AdversarialSettings):
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
    generator_optimiser: AdversarialOptimiser = "adam"
    discriminator_optimiser: AdversarialOptimiser = "adam"
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
        self.expect_adversarial()
        self.expect(at_least(1), "latent", "hidden_size", "discriminator_size")
        self.expect(NOT_NEGATIVE, "length", "minibatch_features", "feature_matching")
        self.expect(one_of(CELLS), "cell")
        possible = self.chrono == 0 or (self.chrono >= 2 and self.cell == "lstm")
        self.expect(("0, or at least 2 with lstm cells", lambda _: possible), "chrono")
        if self.minibatch_features and self.penalised:
            raise TrainingError(
                "a gradient penalty needs a discriminator that judges sequences one by one: no --minibatch-features"
            )

    def model_arguments(self, sequence: dict[str, Any], classes: int) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("latent", "cell", "hidden_size", "layers", "discriminator_size", "minibatch_features")
        return {"sequence": sequence, "classes": classes, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class NoteSettings(WarmUpSettings):
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
        self.expect_warm_up()
        self.expect(at_least(1), "pitch_size", "duration_size")
        self.expect(("gru or lstm", lambda value: value in CELLS), "cell")

    def model_arguments(self, sequence: dict[str, Any]) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "pitch_size", "duration_size", "dropout")
        return {"sequence": sequence, **{name: getattr(self, name) for name in names}}
