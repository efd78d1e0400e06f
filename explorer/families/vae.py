"""Variational autoencoder (Kingma & Welling 2014) and β-VAE (Higgins et al. 2017).

Encoder and decoder are plain ``nn.Sequential`` chains of layers that the page can run too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from torch import Tensor, nn

from explorer.families.convolutions import check_depth, conv_decoder, normalised, residual_block
from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.families.latent_gaussian import Evidence, LatentGaussian, Likelihood


class VAE(LatentGaussian):
    """A VAE with multilayer-perceptron or convolutional networks.

    Args:
        image: (channels, height, width).
        latent: number of latent dimensions.
        network: ``mlp`` or ``conv``.
        widths: hidden sizes of the encoder; for ``conv`` the channels after each halving of the resolution.
        decoder_widths: for ``mlp`` the hidden sizes; for ``conv`` the channels at the start, after the first
            convolution, and after each doubling of the resolution but the last, a pixel shuffle (Shi et al. 2016).
        likelihood: ``bernoulli`` or ``gaussian``; ``scale`` is the Gaussian's σ.
        residual_blocks: in the decoder at its starting resolution, and in the encoder at its last (``conv``).
        batch_norm: batch normalisation after hidden layers (Ioffe & Szegedy 2015).
    """

    def __init__(
        self,
        image: Sequence[int],
        latent: int,
        network: Literal["mlp", "conv"] = "mlp",
        widths: Sequence[int] = (512, 256),
        decoder_widths: Sequence[int] = (256, 512),
        likelihood: Likelihood = "bernoulli",
        scale: float = 0.1,
        residual_blocks: int = 0,
        batch_norm: bool = False,
    ) -> None:
        super().__init__()
        check_depth(widths, decoder_widths, blocks=residual_blocks)
        if latent < 1 or not widths or not decoder_widths or min(*widths, *decoder_widths) < 1:
            raise FamilyError("latent size and every width must be at least 1, and each network needs a hidden layer")
        if likelihood not in ("bernoulli", "gaussian") or scale <= 0:
            raise FamilyError(
                f"likelihood must be bernoulli or gaussian with a positive scale, got {likelihood}, {scale}"
            )
        self.image_shape = (image[0], image[1], image[2])
        self.latent_size = latent
        self.likelihood = likelihood
        self.scale = scale
        if network == "mlp":
            pixels = math.prod(self.image_shape)
            inward = [nn.Flatten(), *_perceptron([pixels, *widths, 2 * latent], batch_norm)]
            outward = [*_perceptron([latent, *decoder_widths, pixels], batch_norm), nn.Unflatten(1, self.image_shape)]
        elif network == "conv":
            inward = _conv_encoder(self.image_shape, latent, widths, residual_blocks, batch_norm)
            outward = conv_decoder(
                self.image_shape, latent, decoder_widths, residual_blocks, batch_norm, hidden=4 * latent
            )
        else:
            raise FamilyError(f"network must be mlp or conv, got {network}")
        self.encoder = nn.Sequential(*inward)
        self.decoder = nn.Sequential(*outward)


def beta_loss(terms: Evidence, beta: float) -> Tensor:
    """−E[ln p(x|z)] + β·KL, mean over the batch, nats (Higgins et al. 2017, eq. 4)."""
    return (beta * terms.kl - terms.reconstruction).mean()


def _perceptron(sizes: Sequence[int], batch_norm: bool) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes[:-1]):
        layers += [nn.Linear(inputs, outputs), *([nn.BatchNorm1d(outputs)] if batch_norm else []), nn.ReLU()]
    return [*layers, nn.Linear(sizes[-2], sizes[-1])]


def _conv_encoder(
    image: tuple[int, int, int], latent: int, widths: Sequence[int], blocks: int, batch_norm: bool
) -> list[nn.Module]:
    layers: list[nn.Module] = []
    inputs, height, width = image
    for channels in widths:
        layers += normalised(nn.Conv2d(inputs, channels, 4, 2, 1), channels, batch_norm, nn.LeakyReLU(0.2))
        inputs, height, width = channels, height // 2, width // 2
    if height < 1 or width < 1:
        raise FamilyError(f"{len(widths)} halvings leave nothing of a {image[1]}×{image[2]} image")
    for _ in range(blocks):
        layers += residual_block(inputs, batch_norm)
    return [*layers, nn.Flatten(), nn.Linear(inputs * height * width, 2 * latent)]


FAMILY = Family(
    id="vae",
    build=VAE,
    title={"en": "VAE", "zh": "VAE"},
    plural={"en": "Variational autoencoders", "zh": "变分自编码器"},
    limits="Pictures are expectations under the decoder: detail that the latent does not carry is averaged to a blur.",
    files=("map.safetensors", "thumbnails.webp", "attributes.safetensors", "evaluation.json"),
    evaluation="likelihood",
    commands=("vae",),
)
