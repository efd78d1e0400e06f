"""Everything that determines the run of a recurrent GAN or of a note model, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.choices import AdversarialOptimiser, Loss
from explorer.options import BELOW_ONE, NOT_NEGATIVE, SIZES, Range, option
from explorer.training import settings as shared
from explorer.training.settings import AdversarialSettings, TrainingError, WarmUpSettings

Cell = Literal["gru", "lstm"]
DATA = "Set of sequences; see `explorer data list`."


@dataclass(frozen=True)
class RecurrentGANSettings(AdversarialSettings):
    """A run of ``explorer train recurrent-gan``."""

    family = "recurrent-gan"
    data: str = option(text=DATA)
    latent: int = option(5, "Noise numbers of a step.", SIZES)
    conditional: bool = option(False, "Give both networks the data's classes.")
    length: int = option(0, "Notes of a sequence; 0 for the data's own length.", Range(0, 512))
    cell: Cell = option("lstm")
    hidden_size: int = option(100, "Units in each layer of the generator.", SIZES)
    layers: int = option(1, "Of the generator.", Range(1, 2))
    discriminator_size: int = option(100, "Units of each direction of the discriminator.", SIZES)
    chrono: int = option(
        0,
        "Longest memory, in steps, that G's LSTM starts with (Tallec & Ollivier 2018); 0: torch's.",
        Range(0, 10_000),
    )
    minibatch_features: int = option(
        0, "By which D compares the sequences of a batch (Salimans et al. 2016); 0 for none.", Range(0, 1000)
    )
    feature_matching: float = option(
        0.0, "Weight of G's feature matching (Salimans et al. 2016); 0 for none.", NOT_NEGATIVE
    )
    moment_matching: float = option(
        0.0, "Weight of G's matching of the mean and spread of each step and of its changes; 0 for none.", NOT_NEGATIVE
    )
    straight_through: bool = option(False, "Show D the notes themselves, not their probabilities.")
    steps: int = option(10_000, *shared.STEPS)
    batch: int = option(64, "Real sequences, and generated ones, per step.", Range(2, 10_000))
    loss: Loss = option("non_saturating")
    generator_optimiser: AdversarialOptimiser = option("adam")
    discriminator_optimiser: AdversarialOptimiser = option("adam")
    generator_rate: float = option(1e-3, *shared.GENERATOR_RATE)
    discriminator_rate: float = option(1e-3, *shared.DISCRIMINATOR_RATE)
    beta1: float = option(0.5, *shared.BETA)
    beta2: float = option(0.99, *shared.BETA)
    decay: float = option(0.4, *shared.DECAY)
    discriminator_steps: int = option(1, *shared.DISCRIMINATOR_STEPS)
    clip: float = option(0.01, *shared.WEIGHT_CLIP)
    penalty: float = option(10.0, *shared.PENALTY)
    real_penalty: float = option(0.0, *shared.REAL_PENALTY)
    average: float = option(0.998, *shared.AVERAGE)
    seed: int = option(0, *shared.SEED)

    def __post_init__(self) -> None:
        """As every run's settings, and what goes with what; the model itself refuses the rest."""
        super().__post_init__()
        if self.chrono and (self.chrono < 2 or self.cell != "lstm"):
            raise TrainingError(f"--chrono must be 0, or at least 2 with lstm cells, got {self.chrono}")
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
    """A run of ``explorer train note-model``; the model itself refuses the rest."""

    family = "note-model"
    data: str = option(text=DATA)
    cell: Cell = option("lstm")
    hidden_size: int = option(128, "Units in each layer.", SIZES)
    layers: int = option(1, "", Range(1, 2))
    pitch_size: int = option(24, "Numbers that stand for a pitch.", SIZES)
    duration_size: int = option(8, "Numbers that stand for a duration.", SIZES)
    dropout: float = option(0.3, "Share of each layer's inputs, and the heads', set to zero.", BELOW_ONE)
    steps: int = option(2000, "Updates.", shared.MADE)
    batch: int = option(32, "Melodies per step.", SIZES)
    learning_rate: float = option(3e-3, *shared.WARMED_RATE)
    warm_up: int = option(50, *shared.WARM_UP)
    clip: float = option(1.0, *shared.GRADIENT_CLIP)
    weight_decay: float = option(0.0, *shared.WEIGHT_DECAY)
    seed: int = option(0, *shared.SEED)

    def model_arguments(self, sequence: dict[str, Any]) -> dict[str, Any]:
        """Constructor arguments of the family."""
        names = ("cell", "hidden_size", "layers", "pitch_size", "duration_size", "dropout")
        return {"sequence": sequence, **{name: getattr(self, name) for name in names}}
