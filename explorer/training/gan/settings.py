"""Everything that determines an image GAN's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.families.choices import AdversarialOptimiser, Augmentation, Conditioning, Loss, Normalisation
from explorer.options import NOT_NEGATIVE, SIZES, Range, option
from explorer.training import settings as shared
from explorer.training.settings import AdversarialSettings, TrainingError


@dataclass(frozen=True)
class GANSettings(AdversarialSettings):
    """A run of ``explorer train gan``."""

    family = "gan"
    data: str = option(text=shared.DATA)
    latent: int = option(32, "Latent dimensions.", SIZES)
    seed: int = option(0, *shared.SEED)
    steps: int = option(10_000, *shared.STEPS)
    batch: int = option(64, "Real images, and generated ones, per step.", Range(2, 10_000))
    loss: Loss = option("non_saturating")
    widths: tuple[int, ...] = option((64, 64, 32), "Channels of the generator.", SIZES)
    hidden: int = option(0, "Hidden layer before the first feature map; 0 for none.", Range(0, 10_000))
    generator_norm: Literal["none", "batch"] = option("batch")
    discriminator_widths: tuple[int, ...] = option((32, 64, 96), "Channels after each halving.", SIZES)
    discriminator_norm: Normalisation = option("none")
    residual_blocks: int = option(0, "In each network.", Range(0, 64))
    attention: bool = option(False, "Self-attention in both networks.")
    batch_deviation: bool = option(False, "Show D how much a batch varies.")
    condition: str = option("", "Attribute that pictures are conditional on.")
    conditioning: Conditioning = option("projection", "Of D:")
    auxiliary: bool = option(False, "D classifies instead (AC-GAN).")
    augment: tuple[Augmentation, ...] = option((), "DiffAugment")
    generator_optimiser: AdversarialOptimiser = option("adam")
    discriminator_optimiser: AdversarialOptimiser = option("adam")
    generator_rate: float = option(2e-4, *shared.GENERATOR_RATE)
    discriminator_rate: float = option(2e-4, *shared.DISCRIMINATOR_RATE)
    beta1: float = option(0.5, *shared.BETA)
    beta2: float = option(0.99, *shared.BETA)
    decay: float = option(0.4, *shared.DECAY)
    discriminator_steps: int = option(1, *shared.DISCRIMINATOR_STEPS)
    clip: float = option(0.01, *shared.WEIGHT_CLIP)
    penalty: float = option(10.0, *shared.PENALTY)
    real_penalty: float = option(0.0, *shared.REAL_PENALTY)
    average: float = option(0.998, *shared.AVERAGE)
    start: str = option("", "A VAE whose decoder, and prior, G starts from.")
    anchor: float = option(0.0, "Weight of the mean squared difference from the start's pictures.", NOT_NEGATIVE)
    judge: int = option(1000, "Pictures that each moment is measured on.", Range(100, 10_000))
    browse: int = option(1000, "Held-out images that ship as nearest neighbours.", SIZES)
    title_en: str = option("", "What sets the model apart, for its title.")
    title_zh: str = option("", "The same in Chinese.")

    def __post_init__(self) -> None:
        """As every run's settings, and what goes with what."""
        super().__post_init__()
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
