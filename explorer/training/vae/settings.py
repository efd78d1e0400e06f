"""Everything that determines a VAE's run, and the command that repeats it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from explorer.training.settings import NOT_NEGATIVE, POSITIVE, SEED, RunSettings, TrainingError, at_least, one_of

Optimiser = Literal["sgd", "momentum", "adam", "adamw"]
OPTIMISERS: tuple[Optimiser, ...] = get_args(Optimiser)


@dataclass(frozen=True)
class VAESettings(RunSettings):
    """A run of ``explorer train vae``; the meaning of each entry is in the command's help."""

    family = "vae"
    data: str
    latent: int = 2
    beta: float = 1.0
    seed: int = 0
    epochs: int = 20
    batch: int = 128
    network: Literal["mlp", "conv"] = "mlp"
    widths: tuple[int, ...] = (512, 256)
    decoder_widths: tuple[int, ...] = (256, 512)
    likelihood: Literal["bernoulli", "gaussian"] = "bernoulli"
    scale: float = 0.1
    residual_blocks: int = 0
    batch_norm: bool = False
    optimiser: Optimiser = "adam"
    learning_rate: float = 1e-3
    weight_decay: float = 0.0
    warm_up: float = 0.0
    average: float = 0.0
    shift: int = 0
    binarise: bool = False
    mixture: int = 0
    browse: int = 2000

    def __post_init__(self) -> None:
        """Refuse what no run can mean.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        self.expect(at_least(1), "latent", "epochs", "batch", "browse")
        self.expect(NOT_NEGATIVE, "beta", "weight_decay", "shift", "mixture", "residual_blocks")
        if not 0 <= self.warm_up <= 1:
            raise TrainingError(f"--warm-up is a share of the steps from 0 to 1, got {self.warm_up}")
        if not 0 <= self.average < 1:
            raise TrainingError(f"--average is a decay from 0 to below 1, got {self.average}")
        if self.binarise and self.likelihood != "bernoulli":
            raise TrainingError(
                f"--binarise makes images black and white, for the likelihood bernoulli, not {self.likelihood}"
            )
        self.expect(SEED, "seed")
        self.expect(POSITIVE, "learning_rate")
        self.expect(one_of(OPTIMISERS), "optimiser")

    def model_arguments(self, image: tuple[int, int, int]) -> dict[str, Any]:
        """Constructor arguments of the family for images of shape (channels, height, width)."""
        names = ("latent", "network", "likelihood", "scale", "residual_blocks", "batch_norm")
        widths = {"widths": list(self.widths), "decoder_widths": list(self.decoder_widths)}
        return {"image": list(image), **{name: getattr(self, name) for name in names}, **widths}
