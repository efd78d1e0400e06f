"""What a model can do: views and probes ask for these, never for a model's name."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor


@runtime_checkable
class Decodes(Protocol):
    """Turns latents into pictures."""

    latent_size: int

    def decode(self, z: Tensor) -> Tensor:
        """The likelihood's parameter (N, C, H, W) for latents (N, L)."""
        ...

    def picture(self, parameter: Tensor) -> Tensor:
        """The expected image (N, C, H, W) under that parameter."""
        ...


@runtime_checkable
class Encodes(Protocol):
    """Turns pictures into diagonal Gaussian posteriors."""

    latent_size: int

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance, each (N, L), for images (N, C, H, W) in unit range."""
        ...


@runtime_checkable
class BoundsEvidence(Protocol):
    """Scores pictures in nats."""

    def log_likelihood(self, x: Tensor, parameter: Tensor) -> Tensor:
        """ln p(x|z) (N,) in nats."""
        ...


CAPABILITIES: dict[str, type] = {"Decodes": Decodes, "Encodes": Encodes, "BoundsEvidence": BoundsEvidence}


def capabilities(model: object) -> list[str]:
    """Names of the protocols that ``model`` has the methods of, in the order of :data:`CAPABILITIES`."""
    return [name for name, protocol in CAPABILITIES.items() if isinstance(model, protocol)]
