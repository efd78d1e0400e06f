"""Everything that determines a training run, and the command that repeats it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Collection
from dataclasses import MISSING, asdict, fields
from typing import Any, ClassVar, Literal, TypeAlias, get_args

from explorer.errors import ExplorerError
from explorer.families.adversarial import LOSSES, Loss

AdversarialOptimiser = Literal["sgd", "momentum", "rmsprop", "adam"]
ADVERSARIAL_OPTIMISERS: tuple[AdversarialOptimiser, ...] = get_args(AdversarialOptimiser)
MOMENTUM = 0.9

Range: TypeAlias = tuple[str, Callable[[Any], bool]]
"""Values in words, and whether one is among them."""
NOT_NEGATIVE: Range = ("0 or more", lambda value: 0 <= value < math.inf)
POSITIVE: Range = ("positive", lambda value: 0 < value < math.inf)
BELOW_ONE: Range = ("from 0 to below 1", lambda value: 0 <= value < 1)
SEED: Range = ("from 0 to 2^53 - 1", lambda value: 0 <= value < 2**53)


class TrainingError(ExplorerError):
    """Settings that cannot be trained with, or a run that stopped."""


def at_least(least: int) -> Range:
    """Numbers from ``least`` on."""
    return f"at least {least}", lambda value: value >= least


def one_of(allowed: Collection[str]) -> Range:
    """The words ``allowed``."""
    return f"one of {', '.join(allowed)}", lambda value: value in allowed


class RunSettings:
    """What the settings of every resumable run can do; the subclasses are frozen dataclasses."""

    family: ClassVar[str]
    """As ``explorer train`` calls it."""

    def command(self, out: str) -> str:
        """The shell command that repeats this run: what differs from the defaults, and where to."""
        words = [f"explorer train {self.family}"]
        for entry in fields(self):  # type: ignore[arg-type]  # of the subclass, a dataclass
            value = getattr(self, entry.name)
            if entry.default is MISSING or value != entry.default:
                words.append(_option(entry.name, value))
        return " ".join([*words, f"--out {out}"])

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        values = asdict(self)  # type: ignore[call-overload]  # of the subclass, a dataclass
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def expect(self, values: Range, *names: str) -> None:
        """Raise a TrainingError that names the first setting whose value is none of these."""
        expected, holds = values
        for name in names:
            value = getattr(self, name)
            if not holds(value):
                raise TrainingError(f"--{name.replace('_', '-')} must be {expected}, got {value}")


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

    def expect_adversarial(self) -> None:
        """Refuse what no GAN can be trained with; raises TrainingError naming the setting, its value and the range."""
        self.expect(at_least(1), "steps", "discriminator_steps")
        self.expect(at_least(2), "batch")
        self.expect(SEED, "seed")
        self.expect(NOT_NEGATIVE, "penalty", "real_penalty")
        self.expect(POSITIVE, "generator_rate", "discriminator_rate", "clip")
        self.expect(BELOW_ONE, "beta1", "beta2", "average")
        self.expect(("a share of the steps from 0 to 1", lambda value: 0 <= value <= 1), "decay")
        self.expect(one_of(LOSSES), "loss")
        self.expect(one_of(ADVERSARIAL_OPTIMISERS), "generator_optimiser", "discriminator_optimiser")

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

    def expect_warm_up(self) -> None:
        """Refuse what no such run can mean; raises TrainingError naming the setting, its value and the range."""
        self.expect(at_least(1), "hidden_size", "batch", "steps")
        self.expect(NOT_NEGATIVE, "warm_up", "weight_decay")
        self.expect(POSITIVE, "learning_rate", "clip")
        self.expect(BELOW_ONE, "dropout")
        self.expect(SEED, "seed")

    def rate(self, number: int) -> float:
        """The learning rate of step ``number`` (from 1): a linear warm-up, and a cosine to zero."""
        warm = min(1.0, number / self.warm_up) if self.warm_up else 1.0
        return self.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * (number - 1) / self.steps))


def _option(name: str, value: Any) -> str:
    """A setting as words of a command line."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return flag
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{flag} {shlex.quote(text)}"
