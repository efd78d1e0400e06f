"""The layer list of ``graph.json`` → numbers, in plain torch: what the page computes, without the page.

Nothing here knows the modules that the list was made from, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.graph.layers import GraphError, Layer

Tensors = Mapping[str, Tensor]
"""By their key in ``model.safetensors``."""
Op = Callable[[Tensor, Layer, Tensors], Tensor]
CELLS = ("rnn", "gru", "lstm")
TOKENS = ("embedding", "one_hot")
"""Ops that read a token, a whole number, and stand first."""


def run(layers: list[Layer], tensors: Tensors, x: Tensor) -> Tensor:
    """What the layers make of ``x`` (N, *input); of steps (N, T, *input), read from the zero state, with a cell.

    Raises:
        GraphError: if a layer is unknown, or does not fit its tensors or what it is given.
    """
    for index, layer in enumerate(layers):
        try:
            x = OPS[layer["op"]](x, layer, tensors)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError) as error:
            raise GraphError(f"layer {index} cannot be run as it is described: {layer} ({error!r})") from error
    return x


def _linear(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    return F.linear(x, tensors[layer["weight"]], _bias(layer, tensors))


def _spectral_linear(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    weight = tensors[layer["weight"]]
    scale = tensors[layer["u"]] @ weight @ tensors[layer["v"]]
    return F.linear(x, weight / scale, _bias(layer, tensors))


def _convolution(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    convolve = F.conv2d if layer["op"] == "conv2d" else F.conv_transpose2d
    weight, bias = tensors[layer["weight"]], _bias(layer, tensors)
    return convolve(x, weight, bias, stride=layer["stride"], padding=layer["padding"])


def _bias(layer: Layer, tensors: Tensors) -> Tensor | None:
    return None if layer["bias"] is None else tensors[layer["bias"]]


def _batch_norm(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    weight, bias, mean, variance = (
        tensors[layer[key]].view(-1, *(1,) * (x.ndim - 2)) for key in ("weight", "bias", "running_mean", "running_var")
    )
    normalised: Tensor = (x - mean) / (variance + layer["eps"]).sqrt()
    return normalised * weight + bias


def _attention(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    """x + γ·Σ_from softmax(q·k)·v over the positions of a feature map (Zhang et al. 2019, eq. 1-3)."""
    prefix = layer["tensors"]
    query, key, value = (
        F.conv2d(x, tensors[f"{prefix}.{part}.weight"], tensors[f"{prefix}.{part}.bias"]).flatten(2)
        for part in ("query", "key", "value")
    )
    weights = torch.einsum("nct,ncf->ntf", query, key).softmax(2)
    attended = torch.einsum("ntf,ncf->nct", weights, value)
    return x + tensors[f"{prefix}.gamma"] * attended.view_as(x)


def _recur(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    """The hidden states (N, T, H) of a cell that reads (N, T, I)."""
    weights = [tensors[layer[key]] for key in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    hidden = cell = x.new_zeros(len(x), weights[1].shape[1])
    states = []
    for step in x.unbind(1):
        if layer["op"] == "lstm":
            hidden, cell = torch.lstm_cell(step, (hidden, cell), *weights)
        else:
            hidden = (torch.gru_cell if layer["op"] == "gru" else torch.rnn_tanh_cell)(step, hidden, *weights)
        states.append(hidden)
    return torch.stack(states, 1)


def _upsample(x: Tensor, layer: Layer, tensors: Tensors) -> Tensor:
    return x.repeat_interleave(layer["factor"], 2).repeat_interleave(layer["factor"], 3)


OPS: dict[str, Op] = {
    "linear": _linear,
    "spectral_linear": _spectral_linear,
    "conv2d": _convolution,
    "conv_transpose2d": _convolution,
    "batch_norm": _batch_norm,
    "relu": lambda x, _, __: x.clamp_min(0),
    "leaky_relu": lambda x, layer, _: torch.where(x > 0, x, layer["negative_slope"] * x),
    "sigmoid": lambda x, _, __: x.sigmoid(),
    "tanh": lambda x, _, __: x.tanh(),
    "silu": lambda x, _, __: x * x.sigmoid(),
    "reshape": lambda x, layer, _: x.reshape(len(x), *layer["shape"]),
    "flatten": lambda x, _, __: x.flatten(1),
    "pixel_shuffle": lambda x, layer, _: F.pixel_shuffle(x, layer["factor"]),
    "upsample_nearest": _upsample,
    "residual": lambda x, layer, tensors: x + run(layer["layers"], tensors, x),
    "attention": _attention,
    "embedding": lambda x, layer, tensors: tensors[layer["weight"]][x[..., 0].long()],
    "one_hot": lambda x, layer, _: F.one_hot(x[..., 0].long(), layer["size"]).to(x.dtype),
    **dict.fromkeys(CELLS, _recur),
}
"""Every layer that ``graph.json`` may have; docs/format.md says what their fields mean."""
