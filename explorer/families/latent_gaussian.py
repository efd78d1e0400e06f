"""What models with a standard normal prior and a diagonal Gaussian posterior share: the evidence and its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.graph.layers import export_layers
from explorer.graph.network import Network

Likelihood = Literal["bernoulli", "gaussian"]
LOG_TWO_PI = math.log(2 * math.pi)


@dataclass(frozen=True)
class Evidence:
    """The terms of the evidence lower bound for a batch, in nats (Kingma & Welling 2014, eq. 3)."""

    reconstruction: Tensor
    """(N,) ln p(x|z) at one posterior sample z."""
    kl_per_dimension: Tensor
    """(N, L) KL(q(z_d|x) ‖ N(0, 1)), closed form."""

    @property
    def kl(self) -> Tensor:
        """(N,) the KL term."""
        return self.kl_per_dimension.sum(1)

    @property
    def elbo(self) -> Tensor:
        """(N,) the bound."""
        return self.reconstruction - self.kl


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, 1)) per coordinate, in nats (Kingma & Welling 2014, appendix B)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def log_normal(value: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """ln N(value; mean, exp(log_variance)) per coordinate, in nats."""
    return -0.5 * (LOG_TWO_PI + log_variance + (value - mean).square() * torch.exp(-log_variance))


class LatentGaussian(nn.Module):
    """p(z) = N(0, I), q(z|x) = N(μ(x), diag σ²(x)), p(x|z) Bernoulli or Gaussian per pixel.

    Subclasses set ``encoder``, ``decoder``, ``image_shape``, ``latent_size``, ``likelihood`` and ``scale``.
    """

    encoder: nn.Sequential
    decoder: nn.Sequential
    image_shape: tuple[int, int, int]
    latent_size: int
    likelihood: Likelihood
    scale: float | Tensor

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance, each (N, L), of q(z|x) for images x (N, C, H, W) in [0, 1]."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def networks(self) -> dict[str, Network]:
        """Encoder and decoder, as ``graph.json`` has them."""
        size, image = self.latent_size, self.image_shape
        encoder, decoder = export_layers(self.encoder, "encoder"), export_layers(self.decoder, "decoder")
        return {
            "encoder": Network(image, (2 * size,), encoder, lambda x: torch.cat(self.encode(x), 1)),
            "decoder": Network((size,), image, decoder, self.decode),
        }

    def decode(self, z: Tensor) -> Tensor:
        """The likelihood's parameter (N, C, H, W) for latents z (N, L): logits, or the Gaussian's mean."""
        parameter: Tensor = self.decoder(z)
        return parameter

    def picture(self, parameter: Tensor) -> Tensor:
        """E[x|z], (N, C, H, W)."""
        return torch.sigmoid(parameter) if self.likelihood == "bernoulli" else parameter

    def log_likelihood(self, x: Tensor, parameter: Tensor) -> Tensor:
        """ln p(x|z), (N,), nats.

        Grey values under a Bernoulli likelihood give the mean over stochastic binarisations of the pixels, as in
        Salakhutdinov & Murray (2008), so that the ELBO bounds the mean of ln p over binarised images. Tighter bounds
        rise to less than that mean, by Hölder's inequality: to ln p(x) of no black-and-white image.
        """
        if self.likelihood == "bernoulli":
            return -F.binary_cross_entropy_with_logits(parameter, x, reduction="none").flatten(1).sum(1)
        log_variance = 2 * torch.log(torch.as_tensor(self.scale, dtype=x.dtype, device=x.device))
        return log_normal(x, parameter, log_variance).flatten(1).sum(1)

    def evidence(self, x: Tensor, epsilon: Tensor) -> Evidence:
        """The bound's terms for x (N, C, H, W) at z = μ + σ·ε, ε (N, L) standard normal (ibid., eq. 10)."""
        mean, log_variance = self.encode(x)
        z = mean + torch.exp(0.5 * log_variance) * epsilon
        return Evidence(self.log_likelihood(x, self.decode(z)), kl_to_standard_normal(mean, log_variance))

    def forward(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """``evidence`` as plain tensors, the form that data-parallel wrappers pass on."""
        terms = self.evidence(x, epsilon)
        return terms.reconstruction, terms.kl_per_dimension

    def log_weight(self, x: Tensor, mean: Tensor, log_variance: Tensor, epsilon: Tensor) -> Tensor:
        """ln p(x, z)/q(z|x) at z = μ + σ·ε, (N,), nats, for x (N, C, H, W) and the rest (N, L).

        ln q is taken from ε: where σ is far below |μ|, z − μ keeps too few digits to tell ε again.
        """
        z = mean + torch.exp(0.5 * log_variance) * epsilon
        prior_to_posterior = 0.5 * (epsilon.square() + log_variance - z.square()).sum(1)
        return self.log_likelihood(x, self.decode(z)) + prior_to_posterior

    def importance_weighted_bound(self, x: Tensor, epsilon: Tensor) -> Tensor:
        """ln (1/K) Σ_k p(x, z_k)/q(z_k|x), (N,), nats, for ε (K, N, L) (Burda et al. 2016, eq. 8)."""
        posterior = self.encode(x)
        log_weights = torch.stack([self.log_weight(x, *posterior, draw) for draw in epsilon])
        return torch.logsumexp(log_weights, 0) - math.log(len(epsilon))
