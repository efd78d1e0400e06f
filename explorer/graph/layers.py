"""Torch modules → the layer list that the page runs."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from explorer.errors import ExplorerError

Layer = dict[str, Any]


class GraphError(ExplorerError):
    """A module that the page has no layer for, or a layer list that cannot be run or is not its model."""


class Residual(nn.Sequential):
    """x + f(x), with f the contained layers (He et al. 2016, eq. 1)."""

    def forward(self, input: Tensor) -> Tensor:
        """Add the contained layers' output to ``input``; shapes must agree."""
        output = input
        for layer in self:
            output = layer(output)
        return input + output


class Attention(nn.Module):
    """Self-attention over the positions of a feature map, x + γ·o (Zhang et al. 2019, eq. 1-3); γ starts at zero."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        narrow = max(1, channels // 8)
        self.query, self.key = nn.Conv2d(channels, narrow, 1), nn.Conv2d(channels, narrow, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) → the same shape."""
        query, key, value = (layer(x).flatten(2) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(query.transpose(1, 2) @ key, dim=2)  # (N, to, from)
        attended: Tensor = value @ weights.transpose(1, 2)
        return x + self.gamma * attended.view_as(x)


def export_layers(module: nn.Sequential, prefix: str) -> list[Layer]:
    """The layer list of ``module``, whose tensors are called ``<prefix>.<child>.<tensor>`` in the state dict.

    Raises:
        GraphError: if a child is of a kind, or has a setting, that the page cannot run.
    """
    return [_export(child, f"{prefix}.{name}") for name, child in module.named_children()]


def linear_layer(prefix: str) -> Layer:
    """A linear layer with a bias, whose tensors begin with ``prefix``."""
    return {"op": "linear", "weight": f"{prefix}.weight", "bias": f"{prefix}.bias"}


def _export(module: nn.Module, name: str) -> Layer:
    match module:
        case Residual():
            return {"op": "residual", "layers": export_layers(module, name)}
        case Attention():
            return {"op": "attention", "tensors": name}  # the page leaves it to the server
        case nn.Linear():
            return {"op": "linear", **_weight_and_bias(module, name)}
        case nn.Conv2d() | nn.ConvTranspose2d():
            return _convolution(module, name)
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            tensors = ("weight", "bias", "running_mean", "running_var")
            return {"op": "batch_norm", **{key: f"{name}.{key}" for key in tensors}, "eps": module.eps}
        case nn.LeakyReLU():
            return {"op": "leaky_relu", "negative_slope": module.negative_slope}
        case nn.Unflatten():
            return {"op": "reshape", "shape": list(module.unflattened_size)}
        case nn.PixelShuffle():
            return {"op": "pixel_shuffle", "factor": module.upscale_factor}
        case nn.Upsample() if module.mode == "nearest" and module.scale_factor:
            return {"op": "upsample_nearest", "factor": int(module.scale_factor)}  # type: ignore[arg-type]
    plain = {nn.ReLU: "relu", nn.Sigmoid: "sigmoid", nn.Tanh: "tanh", nn.SiLU: "silu", nn.Flatten: "flatten"}
    if type(module) not in plain:
        raise GraphError(f"the page has no layer for {type(module).__name__} ({name})")
    return {"op": plain[type(module)]}


def _weight_and_bias(module: nn.Module, name: str) -> Layer:
    return {"weight": f"{name}.weight", "bias": None if module.bias is None else f"{name}.bias"}


def _convolution(module: nn.Conv2d | nn.ConvTranspose2d, name: str) -> Layer:
    square = all(len(set(pair)) == 1 for pair in (module.kernel_size, module.stride, module.padding))
    outside = module.groups != 1 or set(module.dilation) != {1} or set(module.output_padding) != {0}
    if not square or outside or module.padding_mode != "zeros":
        raise GraphError(f"the page runs square, undilated, ungrouped, zero-padded convolutions only ({name})")
    op = "conv2d" if isinstance(module, nn.Conv2d) else "conv_transpose2d"
    return {
        "op": op,
        **_weight_and_bias(module, name),
        "stride": int(module.stride[0]),
        "padding": int(module.padding[0]),
    }
