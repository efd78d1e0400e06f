"""A linear-Gaussian VAE whose posterior, bound and evidence are known exactly: probabilistic PCA.

Tipping & Bishop (1999), *Probabilistic Principal Component Analysis*, J. R. Statist. Soc. B 61:611-622. With the
columns of W along principal axes, the exact posterior is a diagonal Gaussian with the same variance for every image, so
that encoder and decoder are single linear layers and the evidence lower bound is tight: E[ELBO] = ln p(x).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.families.descriptor import Family
from explorer.families.errors import FamilyError
from explorer.families.latent_gaussian import LOG_TWO_PI, Evidence, LatentGaussian, kl_to_standard_normal


class Oracle(LatentGaussian):
    """x = W z + μ + noise, z ~ N(0, I), noise ~ N(0, σ² I) (ibid., eq. 2)."""

    def __init__(self, image: Sequence[int], latent: int) -> None:
        super().__init__()
        channels, height, width = image
        pixels = channels * height * width
        if not 1 <= latent < pixels:
            raise FamilyError(f"latent must be from 1 to {pixels - 1} (one less than the pixels), got {latent}")
        self.image_shape = (channels, height, width)
        self.latent_size = latent
        self.likelihood = "gaussian"
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(pixels, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, pixels), nn.Unflatten(1, self.image_shape))
        self.scale: Tensor
        self.register_buffer("scale", torch.ones(()))

    @torch.no_grad()
    def set_parameters(self, loadings: Tensor, offset: Tensor, scale: float) -> None:
        """Set W (D, L), μ (D,), σ, and the exact posterior that follows from them (ibid., eq. 6-8).

        Raises:
            FamilyError: if the columns of W are not orthogonal (no diagonal posterior then) or σ is not positive.
        """
        gram = loadings.T @ loadings
        if scale <= 0 or not torch.isfinite(loadings).all():
            raise FamilyError(f"loadings must be finite and the scale positive, got scale {scale}")
        off_diagonal = gram - torch.diag(gram.diagonal())
        if off_diagonal.abs().max() > 1e-6 * gram.diagonal().max():
            raise FamilyError("the columns of the loadings must be orthogonal, or the posterior is not diagonal")
        inverse = 1 / (gram.diagonal() + scale**2)  # M⁻¹ with M = WᵀW + σ²I, ibid. eq. 7
        gain = inverse[:, None] * loadings.T
        encoder, decoder = self.encoder[1], self.decoder[0]
        assert isinstance(encoder, nn.Linear)
        assert isinstance(decoder, nn.Linear)
        decoder.weight.copy_(loadings)
        decoder.bias.copy_(offset)
        encoder.weight.copy_(torch.cat([gain, torch.zeros_like(gain)]))
        encoder.bias.copy_(torch.cat([-gain @ offset, torch.log(scale**2 * inverse)]))
        self.scale.fill_(scale)

    @torch.no_grad()
    def fit(self, x: Tensor) -> None:
        """Maximum likelihood in closed form (ibid., eq. 7-8, appendix A) for images x (N, C, H, W)."""
        flat = x.flatten(1).double()
        offset = flat.mean(0)
        covariance = (flat - offset).T @ (flat - offset) / len(flat)
        values, vectors = torch.linalg.eigh(covariance)
        kept = slice(len(values) - self.latent_size, None)
        noise = values[: kept.start].mean().clamp_min(1e-12)
        loadings = vectors[:, kept].flip(1) * (values[kept].flip(0) - noise).clamp_min(0).sqrt()
        self.set_parameters(loadings, offset, math.sqrt(noise))

    def log_evidence(self, x: Tensor) -> Tensor:
        """Exact ln p(x), (N,), float64, nats: N(μ, W Wᵀ + σ² I) through the matrix inversion lemma (ibid., eq. 4)."""
        loadings, offset, scale = self._generator()
        centred = x.flatten(1).double() - offset
        pixels = centred.shape[1]
        inner = loadings.T @ loadings + scale**2 * torch.eye(self.latent_size, dtype=torch.float64)
        projected = centred @ loadings
        quadratic = (centred.square().sum(1) - (projected @ torch.linalg.inv(inner) * projected).sum(1)) / scale**2
        log_determinant = 2 * (pixels - self.latent_size) * torch.log(scale) + torch.linalg.slogdet(inner)[1]
        log_evidence: Tensor = -0.5 * (pixels * LOG_TWO_PI + log_determinant + quadratic)
        return log_evidence

    def expected_evidence(self, x: Tensor) -> Evidence:
        """The bound's terms as exact means over ε, not at one draw; float64.

        E‖x − W z − μ‖² = ‖x − W m − μ‖² + Σ_d s_d² ‖w_d‖² for z ~ N(m, diag s²), so that the bound is never above
        ln p(x), and is ln p(x) where the encoder is the exact posterior.
        """
        mean, log_variance = (each.double() for each in self.encode(x))
        loadings, offset, scale = self._generator()
        missed = (x.flatten(1).double() - offset - mean @ loadings.T).square().sum(1)
        missed = missed + (log_variance.exp() * loadings.square().sum(0)).sum(1)
        pixels = loadings.shape[0]
        reconstruction = -0.5 * (pixels * (LOG_TWO_PI + 2 * torch.log(scale)) + missed / scale**2)
        return Evidence(reconstruction, kl_to_standard_normal(mean, log_variance))

    def _generator(self) -> tuple[Tensor, Tensor, Tensor]:
        """W (D, L), μ (D,) and σ, float64."""
        decoder = self.decoder[0]
        assert isinstance(decoder, nn.Linear)
        return decoder.weight.double(), decoder.bias.double(), self.scale.double()


FAMILY = Family(
    id="oracle",
    build=Oracle,
    title={"en": "Exact linear VAE", "zh": "精确线性 VAE"},
    plural={"en": "Models with exact answers", "zh": "有精确解的模型"},
    limits="Linear in its latent: pictures are sums of fixed patterns, and values may go beyond black and white.",
    files=("map.safetensors", "thumbnails.webp", "attributes.safetensors", "evaluation.json"),
    evaluation="likelihood",
    commands=("oracle",),
)
