"""Generative adversarial networks in the plane (Goodfellow et al. 2014): noise → point, point → real or not.

Small multilayer perceptrons on data that can be drawn, so that everything that happens between the two networks can be
seen. The page trains them too (``browser/runtime/planar/``) and is tested against these modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from explorer.families.choices import Loss
from explorer.families.descriptor import Family
from explorer.families.planar_settings import NetworkSettings, Noise, PlanarSettings
from explorer.graph.layers import Layer, export_layers
from explorer.graph.network import Network
from explorer.philox import normals, uniforms

STREAM_GENERATOR, STREAM_DISCRIMINATOR, STREAM_SPECTRAL = 10, 11, 12
LEAKY_SLOPE = 0.2
POWER_ITERATIONS = 15
"""Before training, so that σ is close from the first update on."""
ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh}


class PlanarGAN(nn.Module):
    """Generator and discriminator, with the first weights that the seed gives.

    Args:
        **settings: entries of :class:`~explorer.families.planar_settings.PlanarSettings`, as in JSON.

    Raises:
        PlanarSettingsError: if a setting is impossible.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        chosen = PlanarSettings.from_json(settings)
        self.settings = chosen
        self.latent_size = chosen.noise.dimensions
        with torch.device("cpu"):  # tiny; spectral normalisation on the device meta loads torch's compiler, for seconds
            self.generator = _perceptron(self.latent_size, chosen.generator, 2)
            self.discriminator = _perceptron(2, chosen.discriminator, 1)
        _initialise(self.generator, chosen.seed, STREAM_GENERATOR)
        _initialise(self.discriminator, chosen.seed, STREAM_DISCRIMINATOR)

    def generate(self, z: Tensor) -> Tensor:
        """Points of the plane (N, 2) for noise (N, L)."""
        points: Tensor = self.generator(z)
        return points

    def discriminate(self, x: Tensor) -> Tensor:
        """D's raw output (N,), a logit or a critic's score, for points (N, 2)."""
        output: Tensor = self.discriminator(x)
        return output[:, 0]

    def networks(self) -> dict[str, Network]:
        """Generator and discriminator, as ``graph.json`` has them."""
        generator, discriminator = _layers(self.generator, "generator"), _layers(self.discriminator, "discriminator")
        return {
            "generator": Network((self.latent_size,), (2,), generator, self.generate),
            "discriminator": Network((2,), (1,), discriminator, lambda x: self.discriminate(x)[:, None]),
        }

    def forward(self, z: Tensor) -> Tensor:
        """``generate``."""
        return self.generate(z)


def shown_output(loss: Loss, raw: Tensor) -> Tensor:
    """D(x) as it is displayed: a probability where the loss makes D's output a logit, the raw score otherwise."""
    return raw.sigmoid() if loss in ("minimax", "non_saturating") else raw


def noise(settings: Noise, seed: int, stream: int, count: int, index: int = 0) -> NDArray[np.float32]:
    """``count`` noise vectors, (count, dimensions): uniform in [−1, 1] or standard normal."""
    draw = count * settings.dimensions
    values = (
        normals(seed, stream, draw, index)
        if settings.kind == "gaussian"
        else 2 * uniforms(seed, stream, draw, index) - 1
    )
    return values.reshape(count, settings.dimensions).astype(np.float32)


def linears(network: nn.Sequential) -> list[nn.Linear]:
    """The linear layers, in order."""
    return [layer for layer in network if isinstance(layer, nn.Linear)]


def weight_of(layer: nn.Linear) -> Tensor:
    """What is trained: under spectral normalisation the weight before it is divided by σ."""
    weight: Tensor = layer.parametrizations.weight.original if is_spectral(layer) else layer.weight  # type: ignore[union-attr,assignment]
    return weight


def is_spectral(layer: nn.Linear) -> bool:
    """Whether the layer's weight is spectrally normalised."""
    return hasattr(layer, "parametrizations")


def trainable(network: nn.Sequential) -> list[Tensor]:
    """The trainable tensors, layer by layer: weight, bias; of batch normalisation likewise."""
    return [tensor for tensor in state_tensors(network) if tensor.requires_grad]


def state_tensors(network: nn.Sequential) -> list[Tensor]:
    """Parameters then buffers, layer by layer: the order of the flat state.

    A linear layer: weight (out, in), bias, and under spectral normalisation u (out), v (in); batch normalisation:
    weight, bias, running mean, running variance.
    """
    tensors: list[Tensor] = []
    for layer in network:
        if isinstance(layer, nn.Linear):
            tensors += [weight_of(layer), layer.bias, *(_power_vectors(layer) if is_spectral(layer) else ())]
        elif isinstance(layer, nn.BatchNorm1d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            tensors += [layer.weight, layer.bias, layer.running_mean, layer.running_var]
    return tensors


def flat_state(network: nn.Sequential) -> Tensor:
    """Everything that the network is, (P,), a copy."""
    return torch.cat([tensor.detach().flatten() for tensor in state_tensors(network)])


@torch.no_grad()
def load_flat_state(network: nn.Sequential, state: Tensor) -> None:
    """Put a flat state (P,) into the network.

    Raises:
        ValueError: if it has another length.
    """
    tensors = state_tensors(network)
    parts = state.split([tensor.numel() for tensor in tensors])
    for tensor, part in zip(tensors, parts, strict=True):
        tensor.copy_(part.view_as(tensor))


def _layers(network: nn.Sequential, prefix: str) -> list[Layer]:
    """Spectral normalisation keeps the weight before its division by σ = uᵀWv, so that its layers are of another op."""
    layers = export_layers(network, prefix)
    if not is_spectral(linears(network)[0]):
        return layers
    for index, layer in enumerate(layers):
        if layer["op"] == "linear":
            stored = f"{prefix}.{index}.parametrizations.weight"
            vectors = {"u": f"{stored}.0._u", "v": f"{stored}.0._v"}
            layers[index] = {**layer, "op": "spectral_linear", "weight": f"{stored}.original", **vectors}
    return layers


def _power_vectors(layer: nn.Linear) -> tuple[Tensor, Tensor]:
    normaliser = layer.parametrizations.weight[0]  # type: ignore[union-attr,index]
    return normaliser._u, normaliser._v  # type: ignore[union-attr]


def _perceptron(inputs: int, settings: NetworkSettings, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise((inputs, *settings.widths, outputs)):
        linear = nn.Linear(before, after)
        layers.append(spectral_norm(linear) if settings.normalisation == "spectral" else linear)
        if settings.normalisation == "batch":
            layers.append(nn.BatchNorm1d(after))
        kind = ACTIVATIONS[settings.activation]
        layers.append(kind(LEAKY_SLOPE) if kind is nn.LeakyReLU else kind())
    ending = 2 if settings.normalisation == "batch" else 1
    return nn.Sequential(*layers[:-ending])  # nothing after the last linear layer


@torch.no_grad()
def _initialise(network: nn.Sequential, seed: int, stream: int) -> None:
    """U(−1/√fan_in, 1/√fan_in) for weights and biases, torch's own distribution, from the shared generator."""
    layers = linears(network)
    tensors = [tensor for layer in layers for tensor in (weight_of(layer), layer.bias)]
    bounds = [layer.in_features**-0.5 for layer in layers for _ in range(2)]
    values = uniforms(seed, stream, sum(tensor.numel() for tensor in tensors))
    for tensor, bound in zip(tensors, bounds, strict=True):
        part, values = values[: tensor.numel()], values[tensor.numel() :]
        tensor.copy_(torch.from_numpy((2 * part - 1) * bound).float().view_as(tensor))
    spectral = [layer for layer in layers if is_spectral(layer)]
    draws = normals(seed, STREAM_SPECTRAL, sum(layer.out_features for layer in spectral))
    for layer in spectral:
        draw, draws = draws[: layer.out_features], draws[layer.out_features :]
        u, v = _power_vectors(layer)
        start_u, start_v = _power_method(weight_of(layer).double().numpy(), draw)
        u.copy_(torch.from_numpy(start_u))
        v.copy_(torch.from_numpy(start_v))


def _power_method(weight: NDArray[np.float64], start: NDArray[np.float64]) -> Sequence[NDArray[np.float64]]:
    """Left and right singular vectors of the largest singular value (Miyato et al. 2018, algorithm 1)."""
    u, v = start / np.linalg.norm(start), np.zeros(weight.shape[1])
    for _ in range(POWER_ITERATIONS):
        v = weight.T @ u
        v /= np.linalg.norm(v)
        u = weight @ v
        u /= np.linalg.norm(u)
    return u, v


FAMILY = Family(
    id="planar_gan",
    build=PlanarGAN,
    title={"en": "GAN in the plane", "zh": "平面 GAN"},
    plural={"en": "GANs in the plane", "zh": "平面 GAN"},
    limits="Made to be looked at while it trains: the last moment is where the run was stopped, not where it was best.",
    files=(),
    evaluation="points",
    commands=("planar-gan",),
)
