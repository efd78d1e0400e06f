"""Everything that determines a training run, and the command that repeats it."""

from __future__ import annotations

import math
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar, Literal

from explorer.errors import ExplorerError

Optimiser = Literal["sgd", "momentum", "adam", "adamw"]
OPTIMISERS: tuple[Optimiser, ...] = ("sgd", "momentum", "adam", "adamw")
MOMENTUM = 0.9


class TrainingError(ExplorerError):
    """Settings that cannot be trained with, or a run that stopped."""


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
        for name in ("latent", "epochs", "batch", "browse"):
            _expect(getattr(self, name) >= 1, f"--{name} must be at least 1, got {getattr(self, name)}")
        for name in ("beta", "weight_decay", "shift", "mixture", "residual_blocks"):
            value = getattr(self, name)
            _expect(math.isfinite(value) and value >= 0, f"--{name.replace('_', '-')} must be 0 or more, got {value}")
        _expect(0 <= self.warm_up <= 1, f"--warm-up is a share of the steps from 0 to 1, got {self.warm_up}")
        _expect(0 <= self.average < 1, f"--average is a decay from 0 to below 1, got {self.average}")
        _expect(
            self.likelihood == "bernoulli" or not self.binarise,
            f"--binarise makes images black and white, for the likelihood bernoulli, not {self.likelihood}",
        )
        _expect(0 <= self.seed < 2**53, f"--seed must be from 0 to 2^53 - 1, got {self.seed}")
        _expect(
            math.isfinite(self.learning_rate) and self.learning_rate > 0,
            f"--learning-rate must be positive, got {self.learning_rate}",
        )
        _expect(
            self.optimiser in OPTIMISERS, f"--optimiser must be one of {', '.join(OPTIMISERS)}, got {self.optimiser}"
        )

    def model_arguments(self, image: tuple[int, int, int]) -> dict[str, Any]:
        """Constructor arguments of the family for images of shape (channels, height, width)."""
        names = ("latent", "network", "likelihood", "scale", "residual_blocks", "batch_norm")
        widths = {"widths": list(self.widths), "decoder_widths": list(self.decoder_widths)}
        return {"image": list(image), **{name: getattr(self, name) for name in names}, **widths}


def _option(name: str, value: Any) -> str:
    """A setting as words of a command line."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return flag
    return f"{flag} {','.join(map(str, value))}" if isinstance(value, tuple) else f"{flag} {value}"


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise TrainingError(message)
