"""The discriminator of images: convolutions to one output, in the forms that the GAN literature compares."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from explorer.families.choices import CONDITIONINGS, NORMALISATIONS, Conditioning, Normalisation
from explorer.families.errors import FamilyError
from explorer.graph.layers import Attention


class BatchDeviation(nn.Module):
    """Appends one channel: the standard deviation over the batch, averaged (Karras et al. 2018, section 3)."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C + 1, H, W); one row alone deviates by zero."""
        deviation = (x.var(0, unbiased=False) + 1e-8).sqrt().mean()
        return torch.cat([x, deviation.expand(len(x), 1, *x.shape[2:])], 1)


class Discriminator(nn.Module):
    """Images, and labels where it is conditional, to raw outputs: logits of "real", or a critic's scores.

    Args:
        image: (channels, height, width).
        classes: K; 0 for an unconditional one.
        widths: channels after each halving of the resolution.
        normalisation: ``none``, ``batch`` (not on the first layer; Radford et al. 2016) or ``spectral`` (Miyato et al.
            2018).
        conditioning: ``projection`` adds ⟨embedding of the label, features⟩ to the output (Miyato & Koyama 2018,
            eq. 3); ``concatenation`` appends an embedding of it to the input as a channel (Mirza & Osindero 2014).
        auxiliary: also classify the image (AC-GAN, Odena et al. 2017); the label is then not an input.
        batch_deviation: let it see how much a batch varies.
        residual_blocks: at the last resolution.
        attention: self-attention after the first halving (Zhang et al. 2019).
    """

    def __init__(
        self,
        image: Sequence[int],
        classes: int = 0,
        widths: Sequence[int] = (32, 64, 96),
        normalisation: Normalisation = "none",
        conditioning: Conditioning = "projection",
        auxiliary: bool = False,
        batch_deviation: bool = False,
        residual_blocks: int = 0,
        attention: bool = False,
    ) -> None:
        super().__init__()
        channels, height, width = image
        if normalisation not in NORMALISATIONS or conditioning not in CONDITIONINGS:
            raise FamilyError(f"expected {', '.join(NORMALISATIONS)}, and {', '.join(CONDITIONINGS)} for conditions")
        if auxiliary and not classes:
            raise FamilyError("an auxiliary classifier needs classes")
        if min(height, width) < 2 ** len(widths):
            raise FamilyError(f"{len(widths)} halvings leave nothing of a {height}×{width} image")
        self.plane = (height, width)
        entered = bool(classes) and not auxiliary
        self.label_plane = nn.Linear(classes, height * width) if entered and conditioning == "concatenation" else None
        layers: list[nn.Module] = []
        inputs = channels + (self.label_plane is not None)
        for index, outputs in enumerate(widths):
            norm = normalisation if index or normalisation == "spectral" else "none"
            layers += _block(nn.Conv2d(inputs, outputs, 4, 2, 1), outputs, norm)
            if attention and index == 0:
                layers.append(Attention(outputs))
            inputs, height, width = outputs, height // 2, width // 2
        layers += [_Residual(inputs, normalisation) for _ in range(residual_blocks)]
        if batch_deviation:
            layers += [BatchDeviation(), *_block(nn.Conv2d(inputs + 1, inputs, 3, padding=1), inputs, normalisation)]
        self.body = nn.Sequential(*layers, nn.Flatten())
        features = inputs * height * width
        self.output = _spectral(nn.Linear(features, 1), normalisation)
        self.embedding = (
            _spectral(nn.Linear(classes, features, bias=False), normalisation)
            if entered and conditioning == "projection"
            else None
        )
        self.classifier = nn.Linear(features, classes) if auxiliary else None

    def forward(self, x: Tensor, label: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Outputs (N,) and, with an auxiliary classifier, class logits (N, K), for images (N, C, H, W) in [0, 1].

        Args:
            x: images.
            label: (N, K), where the discriminator takes labels.
        """
        x = 2 * x - 1
        if self.label_plane is not None:
            assert label is not None
            x = torch.cat([x, self.label_plane(label).view(-1, 1, *self.plane)], 1)
        features = self.body(x)
        output = self.output(features)[:, 0]
        if self.embedding is not None:
            assert label is not None
            output = output + (self.embedding(label) * features).sum(1)
        return output, None if self.classifier is None else self.classifier(features)


class _Residual(nn.Module):
    """x + f(x) (He et al. 2016, eq. 1)."""

    def __init__(self, channels: int, normalisation: Normalisation) -> None:
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2)]
        first, second = (_block(layer, channels, normalisation) for layer in layers)
        self.body = nn.Sequential(*first, *second)

    def forward(self, x: Tensor) -> Tensor:
        sum_: Tensor = x + self.body(x)
        return sum_


def _block(layer: nn.Module, channels: int, normalisation: Normalisation) -> list[nn.Module]:
    norm = [nn.BatchNorm2d(channels)] if normalisation == "batch" else []
    return [_spectral(layer, normalisation), *norm, nn.LeakyReLU(0.2)]


def _spectral(layer: nn.Module, normalisation: Normalisation) -> nn.Module:
    return spectral_norm(layer) if normalisation == "spectral" else layer
