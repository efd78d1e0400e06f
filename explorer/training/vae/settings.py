"""Everything that determines a VAE's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from explorer.options import BELOW_ONE, NOT_NEGATIVE, POSITIVE, SIZES, Range, option
from explorer.training.settings import BROWSE, DATA, MADE, SEED, RunSettings, TrainingError

Optimiser = Literal["sgd", "momentum", "adam", "adamw"]


@dataclass(frozen=True)
class VAESettings(RunSettings):
    """A run of ``explorer train vae``."""

    family = "vae"
    data: str = option(text=DATA)
    latent: int = option(2, "Latent dimensions.", SIZES)
    beta: float = option(1.0, "Weight of the KL term (Higgins et al. 2017).", NOT_NEGATIVE)
    seed: int = option(0, *SEED)
    epochs: int = option(20, "Passes over the training images.", MADE)
    batch: int = option(128, "Images per step, over all processes.", SIZES)
    network: Literal["mlp", "conv"] = option("mlp")
    widths: tuple[int, ...] = option((512, 256), "Hidden sizes or channels of the encoder.", SIZES)
    decoder_widths: tuple[int, ...] = option((256, 512), "Hidden sizes or channels of the decoder.", SIZES)
    likelihood: Literal["bernoulli", "gaussian"] = option("bernoulli")
    scale: float = option(0.1, "The Gaussian likelihood's σ.", POSITIVE)
    residual_blocks: int = option(0, "Residual blocks in each convolutional network.", Range(0, 64))
    batch_norm: bool = option(False, "Batch normalisation after hidden layers.")
    optimiser: Optimiser = option("adam")
    learning_rate: float = option(1e-3, "At the start; falls to zero along a cosine.", POSITIVE)
    weight_decay: float = option(0.0, "Weight decay.", NOT_NEGATIVE)
    warm_up: float = option(
        0.0, "Share of the steps over which β rises from zero.", Range(0, 1, noun="a share of the steps")
    )
    average: float = option(0.0, "Decay of the weights' moving average, which ships; 0 for none.", BELOW_ONE)
    shift: int = option(0, "Augmentation: move images by up to so many pixels.", Range(0, 16))
    binarise: bool = option(False, "Draw every pixel anew at every step, white by its grey level.")
    mixture: int = option(0, "Components of the fitted sampling prior; 0 for none.", Range(0, 1000))
    browse: int = option(2000, *BROWSE)

    def __post_init__(self) -> None:
        """As every run's settings, and --binarise with its likelihood alone."""
        super().__post_init__()
        if self.binarise and self.likelihood != "bernoulli":
            raise TrainingError(
                f"--binarise makes images black and white, for the likelihood bernoulli, not {self.likelihood}"
            )

    def model_arguments(self, image: tuple[int, int, int]) -> dict[str, Any]:
        """Constructor arguments of the family for images of shape (channels, height, width)."""
        names = ("latent", "network", "likelihood", "scale", "residual_blocks", "batch_norm")
        widths = {"widths": list(self.widths), "decoder_widths": list(self.decoder_widths)}
        return {"image": list(image), **{name: getattr(self, name) for name in names}, **widths}
