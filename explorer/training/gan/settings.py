"""Everything that determines an image GAN's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.adversarial import Loss
from explorer.families.discriminator import CONDITIONINGS, NORMALISATIONS, Conditioning, Normalisation
from explorer.training.gan.augmentation import AUGMENTATIONS
from explorer.training.settings import (
    NOT_NEGATIVE,
    AdversarialOptimiser,
    AdversarialSettings,
    TrainingError,
    at_least,
    one_of,
)


@dataclass(frozen=True)
class GANSettings(AdversarialSettings):
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
    generator_optimiser: AdversarialOptimiser = "adam"
    discriminator_optimiser: AdversarialOptimiser = "adam"
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
        self.expect_adversarial()
        self.expect(at_least(1), "latent", "browse")
        self.expect(at_least(100), "judge")
        self.expect(NOT_NEGATIVE, "hidden", "residual_blocks", "anchor")
        self.expect(one_of(("none", "batch")), "generator_norm")
        self.expect(one_of(NORMALISATIONS), "discriminator_norm")
        self.expect(one_of(CONDITIONINGS), "conditioning")
        self.expect((f"some of {', '.join(AUGMENTATIONS)}", lambda value: set(value) <= set(AUGMENTATIONS)), "augment")
        if self.penalised and (self.discriminator_norm == "batch" or self.batch_deviation):
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
