"""The layer list of ``graph.json`` → numbers, in plain torch: what the page computes, without the page.

Nothing here knows the modules that the list was made from, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.graph.layers import GraphError, Layer

Tensors = Mapping[str, Tensor]
"""By their key in ``model.safetensors``."""
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
            x = _apply(layer, tensors, x)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError) as error:
            raise GraphError(f"layer {index} cannot be run as it is described: {layer} ({error})") from error
    return x


def _apply(layer: Layer, tensors: Tensors, x: Tensor) -> Tensor:
    """One layer; the ops and their fields are those of docs/format.md."""
    match op := layer["op"]:
        case "linear":
            return F.linear(x, tensors[layer["weight"]], _bias(layer, tensors))
        case "spectral_linear":
            weight = tensors[layer["weight"]]
            scale = tensors[layer["u"]] @ weight @ tensors[layer["v"]]
            return F.linear(x, weight / scale, _bias(layer, tensors))
        case "conv2d" | "conv_transpose2d":
            convolve = F.conv2d if op == "conv2d" else F.conv_transpose2d
            weight, bias = tensors[layer["weight"]], _bias(layer, tensors)
            return convolve(x, weight, bias, stride=layer["stride"], padding=layer["padding"])
        case "batch_norm":
            return _batch_norm(layer, tensors, x)
        case "attention":
            return _attention(layer["tensors"], tensors, x)
        case "residual":
            return x + run(layer["layers"], tensors, x)
        case "embedding":
            return tensors[layer["weight"]][x[..., 0].long()]
        case "one_hot":
            return F.one_hot(x[..., 0].long(), layer["size"]).to(x.dtype)
        case "rnn" | "gru" | "lstm":
            return _recur(layer, tensors, x)
    return _rearranged(layer, x)


def _rearranged(layer: Layer, x: Tensor) -> Tensor:
    """The layers without tensors."""
    match layer["op"]:
        case "relu":
            return x.clamp_min(0)
        case "leaky_relu":
            return torch.where(x > 0, x, layer["negative_slope"] * x)
        case "sigmoid":
            return x.sigmoid()
        case "tanh":
            return x.tanh()
        case "silu":
            return x * x.sigmoid()
        case "reshape":
            return x.reshape(len(x), *layer["shape"])
        case "flatten":
            return x.flatten(1)
        case "pixel_shuffle":
            return F.pixel_shuffle(x, layer["factor"])
        case "upsample_nearest":
            return x.repeat_interleave(layer["factor"], 2).repeat_interleave(layer["factor"], 3)
    raise ValueError("there is no such op")


def _bias(layer: Layer, tensors: Tensors) -> Tensor | None:
    return None if layer["bias"] is None else tensors[layer["bias"]]


def _batch_norm(layer: Layer, tensors: Tensors, x: Tensor) -> Tensor:
    weight, bias, mean, variance = (
        tensors[layer[key]].view(-1, *(1,) * (x.ndim - 2)) for key in ("weight", "bias", "running_mean", "running_var")
    )
    normalised: Tensor = (x - mean) / (variance + layer["eps"]).sqrt()
    return normalised * weight + bias


def _attention(prefix: str, tensors: Tensors, x: Tensor) -> Tensor:
    """x + γ·Σ_from softmax(q·k)·v over the positions of a feature map (Zhang et al. 2019, eq. 1-3)."""
    query, key, value = (
        F.conv2d(x, tensors[f"{prefix}.{part}.weight"], tensors[f"{prefix}.{part}.bias"]).flatten(2)
        for part in ("query", "key", "value")
    )
    weights = torch.einsum("nct,ncf->ntf", query, key).softmax(2)
    attended = torch.einsum("ntf,ncf->nct", weights, value)
    return x + tensors[f"{prefix}.gamma"] * attended.view_as(x)


def _recur(layer: Layer, tensors: Tensors, x: Tensor) -> Tensor:
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
