"""What determines a training run, checked where it is said, and the command that repeats it."""

from __future__ import annotations

import math
import shlex
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from explorer.errors import ExplorerError
from explorer.families.choices import AdversarialOptimiser, Loss
from explorer.options import BELOW_ONE, NOT_NEGATIVE, POSITIVE, SEEDS, Range, options

MOMENTUM = 0.9

SEED = "Everything random follows from it.", SEEDS
DATA = "Data set; see `explorer data list`."
MOST_STEPS = 1_000_000
MADE = Range(1, MOST_STEPS)
STEPS = "Generator updates.", MADE
BETA = "Of Adam.", BELOW_ONE
GENERATOR_RATE = "Learning rate of G.", POSITIVE
DISCRIMINATOR_RATE = "Learning rate of D.", POSITIVE
DECAY = (
    "Share of the steps over which the rates fall to zero at the end.",
    Range(0, 1, noun="a share of the steps"),
)
DISCRIMINATOR_STEPS = "D updates per G update.", Range(1, 100)
BROWSE = "Held-out images that ship as the browse set.", Range(16, 10_000)
WEIGHT_CLIP = "D's weights stay within ± this (wasserstein_clip).", POSITIVE
PENALTY = "λ of the gradient penalty (wasserstein_penalty).", NOT_NEGATIVE
REAL_PENALTY = "γ of R1, at every 16th step; 0 for none.", NOT_NEGATIVE
AVERAGE = "Weight of the past in G's moving average, which ships.", BELOW_ONE
WARMED_RATE = "After the warm-up; falls to zero along a cosine.", POSITIVE
WARM_UP = "Steps over which the learning rate rises.", NOT_NEGATIVE
GRADIENT_CLIP = "Longest gradient, as an L2 norm.", POSITIVE
WEIGHT_DECAY = "Decoupled weight decay.", NOT_NEGATIVE
"""What settings of several families have, as :func:`explorer.options.option` takes it after the default."""


class TrainingError(ExplorerError):
    """Settings that cannot be trained with, or a run that stopped."""


@dataclass(frozen=True)
class RunSettings:
    """What the settings of every run can do."""

    family: ClassVar[str]
    """As ``explorer train`` calls it."""

    def __post_init__(self) -> None:
        """Refuse what no run can mean; subclasses add what settings exclude each other.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        for each in options(type(self)):
            value = getattr(self, each.name)
            if not each.allows(value):
                raise TrainingError(f"{each.flag} must be {each.expected}, got {each.word(value)}")

    def command(self, out: str) -> str:
        """The shell command that repeats this run: what differs from the defaults, and where to."""
        words = [f"explorer train {self.family}"]
        for each in options(type(self)):
            value = getattr(self, each.name)
            if value != each.default:
                words.append(each.flag if each.kind is bool else f"{each.flag} {shlex.quote(each.word(value))}")
        return " ".join([*words, f"--out {shlex.quote(out)}"])

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


class AdversarialSettings(RunSettings):
    """What the settings of all GANs have; each says with which defaults, and in which order they are told."""

    seed: int
    steps: int
    batch: int
    loss: Loss
    generator_optimiser: AdversarialOptimiser
    discriminator_optimiser: AdversarialOptimiser
    generator_rate: float
    discriminator_rate: float
    beta1: float
    beta2: float
    decay: float
    discriminator_steps: int
    clip: float
    penalty: float
    real_penalty: float
    average: float

    @property
    def penalised(self) -> bool:
        """Whether the discriminator's gradient is."""
        return self.loss == "wasserstein_penalty" or self.real_penalty > 0


class WarmUpSettings(RunSettings):
    """What the settings of recurrent models have that learn by likelihood; each says with which defaults."""

    hidden_size: int
    dropout: float
    batch: int
    steps: int
    learning_rate: float
    warm_up: int
    clip: float
    weight_decay: float
    seed: int

    def rate(self, number: int) -> float:
        """The learning rate of step ``number`` (from 1): a linear warm-up, and a cosine to zero."""
        warm = min(1.0, number / self.warm_up) if self.warm_up else 1.0
        return self.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * (number - 1) / self.steps))
