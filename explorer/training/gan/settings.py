"""Everything that determines an image GAN's run, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from explorer.families.adversarial import LOSSES, Loss
from explorer.families.discriminator import CONDITIONINGS, NORMALISATIONS, Conditioning, Normalisation
from explorer.training.gan.augmentation import AUGMENTATIONS
from explorer.training.settings import RunSettings, TrainingError

Optimiser = Literal["sgd", "momentum", "rmsprop", "adam"]
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)


@dataclass(frozen=True)
class GANSettings(RunSettings):
    """A run of ``explorer train gan``; the meaning of each entry is in the command's help."""

    family = "gan"
    data: str
    latent: int = 32
    seed: int = 0
    steps: int = 10_000
    batch: int = 64
    loss: Loss = "non_saturating"
    widths: tuple[int, ...] = (64, 64, 32)
    hidden: int = 0
    generator_norm: Literal["none", "batch"] = "batch"
    discriminator_widths: tuple[int, ...] = (32, 64, 96)
    discriminator_norm: Normalisation = "none"
    residual_blocks: int = 0
    attention: bool = False
    batch_deviation: bool = False
    condition: str = ""
    conditioning: Conditioning = "projection"
    auxiliary: bool = False
    augment: tuple[str, ...] = ()
    generator_optimiser: Optimiser = "adam"
    discriminator_optimiser: Optimiser = "adam"
    generator_rate: float = 2e-4
    discriminator_rate: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.99
    decay: float = 0.4
    discriminator_steps: int = 1
    clip: float = 0.01
    penalty: float = 10.0
    real_penalty: float = 0.0
    average: float = 0.998
    start: str = ""
    anchor: float = 0.0
    judge: int = 1000
    browse: int = 1000
    title_en: str = ""
    title_zh: str = ""

    def __post_init__(self) -> None:
        """Refuse what no run can mean.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        for name in ("latent", "steps", "discriminator_steps", "browse"):
            _expect(getattr(self, name) >= 1, name, "at least 1", getattr(self, name))
        _expect(self.batch >= 2, "batch", "at least 2", self.batch)
        _expect(self.judge >= 100, "judge", "at least 100", self.judge)
        _expect(0 <= self.seed < 2**53, "seed", "from 0 to 2^53 - 1", self.seed)
        for name in ("hidden", "residual_blocks", "real_penalty", "penalty", "anchor"):
            _expect(0 <= getattr(self, name) < math.inf, name, "0 or more", getattr(self, name))
        for name in ("generator_rate", "discriminator_rate", "clip"):
            _expect(0 < getattr(self, name) < math.inf, name, "positive", getattr(self, name))
        for name in ("beta1", "beta2", "average"):
            _expect(0 <= getattr(self, name) < 1, name, "from 0 to below 1", getattr(self, name))
        _expect(0 <= self.decay <= 1, "decay", "a share of the steps from 0 to 1", self.decay)
        choices: dict[str, tuple[str, ...]] = {
            "loss": LOSSES,
            "generator_norm": ("none", "batch"),
            "discriminator_norm": NORMALISATIONS,
            "conditioning": CONDITIONINGS,
            "generator_optimiser": OPTIMISERS,
            "discriminator_optimiser": OPTIMISERS,
        }
        for name, allowed in choices.items():
            _expect(getattr(self, name) in allowed, name, f"one of {', '.join(allowed)}", getattr(self, name))
        _expect(set(self.augment) <= set(AUGMENTATIONS), "augment", f"some of {', '.join(AUGMENTATIONS)}", self.augment)
        penalised = self.loss == "wasserstein_penalty" or self.real_penalty > 0
        if penalised and (self.discriminator_norm == "batch" or self.batch_deviation):
            raise TrainingError(
                "a gradient penalty needs a discriminator that treats images one by one: "
                "no --discriminator-norm batch and no --batch-deviation"
            )
        if self.anchor and not self.start:
            raise TrainingError("--anchor keeps pictures near those of the --start: name one")
        if self.auxiliary and not self.condition:
            raise TrainingError("--auxiliary classifies a --condition: name the attribute")

    def model_arguments(self, image: tuple[int, ...], classes: int) -> dict[str, Any]:
        """Constructor arguments of the family for images of shape (channels, height, width)."""
        names = ("latent", "hidden", "residual_blocks", "attention")
        return {
            "image": list(image),
            "classes": classes,
            "widths": list(self.widths),
            "batch_norm": self.generator_norm == "batch",
            **{name: getattr(self, name) for name in names},
        }


def _expect(condition: bool, name: str, expected: str, found: object) -> None:
    if not condition:
        raise TrainingError(f"--{name.replace('_', '-')} must be {expected}, got {found}")
