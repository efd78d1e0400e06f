"""Recurrent cells, each written once in plain torch: what happens in one step, quantity by quantity.

The equations follow the order of rows and the biases of ``torch.nn.RNN``, ``GRU`` and ``LSTM``, whose fused kernels
train these cells; :class:`Weights` are their tensors. x is the input of the step (N, I), h and c are the states (N, H).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

Quantities = dict[str, Tensor]
"""What a cell computed in one step, (N, H) each, in the order of :data:`QUANTITIES`."""
Amend = Callable[[str, Tensor], Tensor]
"""Called with each quantity's name and value as soon as it is known; what it returns is used instead."""


class Weights(NamedTuple):
    """The tensors of one layer; G is the number of gates, candidate included: 1, 3 or 4."""

    input: Tensor
    """(G·H, I), ``weight_ih_l0``."""
    hidden: Tensor
    """(G·H, H), ``weight_hh_l0``."""
    input_bias: Tensor
    """(G·H,)."""
    hidden_bias: Tensor
    """(G·H,)."""


def unchanged(name: str, value: Tensor) -> Tensor:
    """The :data:`Amend` of an undisturbed cell."""
    return value


def rnn_cell(x: Tensor, state: tuple[Tensor, ...], weights: Weights, amend: Amend = unchanged) -> Quantities:
    """The simple recurrent network (Elman 1990), h = tanh(W x + U h' + b)."""
    (h,) = state
    hidden = torch.tanh(x @ weights.input.T + weights.input_bias + h @ weights.hidden.T + weights.hidden_bias)
    return {"hidden": amend("hidden", hidden)}


def gru_cell(x: Tensor, state: tuple[Tensor, ...], weights: Weights, amend: Amend = unchanged) -> Quantities:
    """The gated recurrent unit (Cho et al. 2014, eq. 5-8), with the reset gate after the product, as torch has it.

    h = (1 - z)·n + z·h' with n = tanh(W x + b + r·(U h' + b')). Cho's z is the share of the old state, as here.
    """
    (h,) = state
    from_input = (x @ weights.input.T + weights.input_bias).chunk(3, 1)
    from_hidden = (h @ weights.hidden.T + weights.hidden_bias).chunk(3, 1)
    reset = amend("reset", torch.sigmoid(from_input[0] + from_hidden[0]))
    update = amend("update", torch.sigmoid(from_input[1] + from_hidden[1]))
    candidate = amend("candidate", torch.tanh(from_input[2] + reset * from_hidden[2]))
    hidden = amend("hidden", (1 - update) * candidate + update * h)
    return {"reset": reset, "update": update, "candidate": candidate, "hidden": hidden}


def lstm_cell(x: Tensor, state: tuple[Tensor, ...], weights: Weights, amend: Amend = unchanged) -> Quantities:
    """Long short-term memory (Hochreiter & Schmidhuber 1997) with the forget gate of Gers et al. (2000, eq. 3-5).

    c = f·c' + i·g and h = o·tanh(c), with i, f, o = sigmoid and g = tanh of W x + U h' + b; no peepholes.
    """
    h, c = state
    rows = x @ weights.input.T + weights.input_bias + h @ weights.hidden.T + weights.hidden_bias
    row_input, row_forget, row_candidate, row_output = rows.chunk(4, 1)  # torch's order
    gate_input = amend("input", torch.sigmoid(row_input))
    forget = amend("forget", torch.sigmoid(row_forget))
    output = amend("output", torch.sigmoid(row_output))
    candidate = amend("candidate", torch.tanh(row_candidate))
    cell = amend("cell", forget * c + gate_input * candidate)
    hidden = amend("hidden", output * torch.tanh(cell))
    return {
        "input": gate_input,
        "forget": forget,
        "output": output,
        "candidate": candidate,
        "cell": cell,
        "hidden": hidden,
    }


@dataclass(frozen=True)
class Cell:
    """A kind of cell."""

    step: Callable[..., Quantities]
    """(x, state, weights, amend) → quantities."""
    fused: Callable[..., torch.nn.RNNBase]
    """Torch's module of the same equations, to train with."""
    quantities: tuple[str, ...]
    """What a step computes, in order; "hidden" is the last."""
    state: tuple[str, ...]
    """Which of them the next step reads."""


CELLS = {
    "rnn": Cell(rnn_cell, torch.nn.RNN, ("hidden",), ("hidden",)),
    "gru": Cell(gru_cell, torch.nn.GRU, ("reset", "update", "candidate", "hidden"), ("hidden",)),
    "lstm": Cell(
        lstm_cell,
        torch.nn.LSTM,
        ("input", "forget", "output", "candidate", "cell", "hidden"),
        ("hidden", "cell"),
    ),
}
