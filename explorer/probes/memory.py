"""How far back a character model's gradients reach: Jacobians between hidden states, and of losses by inputs.

Vanishing and exploding gradients are norms of products of step Jacobians (Bengio et al. 1994; Pascanu et al. 2013).
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.cells import CELLS
from explorer.families.recurrent import START, LanguageModel, State, set_forget_bias, weights_of
from explorer.probes.gates import all_quantities
from explorer.probes.reading import ReadingError
from explorer.traces import Floats, Integers
from explorer.traces.language import Memory

LAGS = (*range(1, 11), 12, 14, 17, 20, 24, 28, 33, 40, 48, 57, 68, 82, 100)
FORGET_BIASES = (-2.0, 0.0, 1.0, 3.0)
QUANTILES = (0.1, 0.5, 0.9)
BATCH = 8
"""Positions whose Jacobians are multiplied at once."""


def measure_memory(
    model: LanguageModel, fresh: LanguageModel, tokens: Tensor, seed: int = 0, positions: int = 32
) -> Memory:
    """Norms of a trained model's gradients beside those of fresh weights, and of other forget biases for an LSTM.

    Args:
        model: trained.
        fresh: of the same arguments, with weights as training starts.
        tokens: (T,) of a held-out text, all of which are read, after a line feed.
        seed: draws the positions, which all variants share.
        positions: how many.

    Raises:
        ReadingError: if the text is too short for so many positions.
    """
    biases: dict[str, float | None] = {"trained": None, "initial": None}
    models = {"trained": model, "initial": fresh}
    for bias in FORGET_BIASES if model.cell == "lstm" else ():
        name = f"forget_bias_{bias:g}"
        models[name], biases[name] = deepcopy(fresh), bias
        set_forget_bias(models[name], bias)
    steps = choose_steps(len(tokens), positions, seed)
    measured = {name: norms(each, tokens, steps) for name, each in models.items()}
    return Memory(
        lag=np.array(LAGS, np.int32),
        jacobian={name: _quantiles(jacobian) for name, (jacobian, _) in measured.items()},
        gradient={name: _quantiles(gradient) for name, (_, gradient) in measured.items()},
        forget_bias=biases,
        positions=positions,
        seed=seed,
    )


def choose_steps(length: int, positions: int, seed: int) -> Integers:
    """Steps t (positions,), rising, that have all lags before them and a character after them.

    Raises:
        ReadingError: if a text of ``length`` characters has fewer.
    """
    first, end = LAGS[-1], length - 1
    if not 1 <= positions <= end - first:
        raise ReadingError(f"expected a text of at least {first + 1 + positions} characters, got {length}")
    return np.sort(first + np.random.default_rng(seed).permutation(end - first)[:positions])


def norms(model: LanguageModel, tokens: Tensor, steps: Integers) -> tuple[Floats, Floats]:
    """‖∂h_t/∂h_{t−k}‖₂ of the top layer and ‖∂loss_t/∂x_{t−k}‖₂, (positions, K) float64 each, for k in :data:`LAGS`.

    An LSTM's cell state at t − k is held fixed, as an input of its own; paths through later cells count. loss_t is
    −ln p of the character after step t, in nats, and x the first layer's input. All in float64, without dropout.

    Args:
        model: on the CPU.
        tokens: (T,) read after a line feed.
        steps: (positions,) t, at least the largest lag and below T − 1.
    """
    model = deepcopy(model).double().eval().requires_grad_(False)
    tokens = torch.cat([model.encode_text(START), tokens])
    inputs, after = model.embed(tokens), torch.from_numpy(steps) + 1  # the line feed's is step 0 here
    quantity = all_quantities(model, inputs)
    below = inputs if model.layers == 1 else quantity["hidden"][:, -2]
    state = tuple(quantity[name] for name in CELLS[model.cell].state)
    jacobian = [
        torch.stack([norm for lag, norm in _pulled_back(model, below, state, batch) if lag in LAGS], 1)
        for batch in after.split(BATCH)
    ]
    gradient = _loss_gradients(model, inputs, state, tokens, after)
    return torch.cat(jacobian).numpy(), gradient[:, list(LAGS)].numpy()


def _pulled_back(
    model: LanguageModel, below: Tensor, state: tuple[Tensor, ...], t: Tensor
) -> Iterator[tuple[int, Tensor]]:
    """Each lag k and the spectral norms (N,) of ∂h_t/∂h_{t−k}, for steps t (N,): one unit's row of cotangents each."""
    cell, weights = CELLS[model.cell], weights_of(model.recurrent[-1])
    size, count = model.hidden_size, len(t)
    rows = torch.eye(size, dtype=below.dtype)[:, None].expand(size, count, size)  # (row, N, H)
    cotangents = (rows, *[torch.zeros_like(rows)] * (len(state) - 1))
    for lag in range(1, LAGS[-1] + 1):
        x = below[t - lag + 1]

        def advance(*before: Tensor, x: Tensor = x) -> tuple[Tensor, ...]:
            computed = cell.step(x, before, weights)
            return tuple(computed[name] for name in cell.state)

        pull = torch.func.vjp(advance, *(part[t - lag, -1] for part in state))[1]
        cotangents = torch.func.vmap(pull)(cotangents)
        if lag in LAGS:
            matrices = cotangents[0].transpose(0, 1)
            yield lag, torch.linalg.eigvalsh(matrices @ matrices.mT)[:, -1].clamp_min(0).sqrt()


def _loss_gradients(
    model: LanguageModel, inputs: Tensor, state: tuple[Tensor, ...], tokens: Tensor, t: Tensor
) -> Tensor:
    """‖∂loss_t/∂x_{t−k}‖₂ (N, K + 1) for k = 0 … the largest lag, by the fused kernels' own backward pass."""
    window = t[:, None] + torch.arange(-LAGS[-1], 1)
    x = inputs[window].requires_grad_()
    before: State = tuple(tuple(part[window[:, 0] - 1, layer] for part in state) for layer in range(model.layers))
    logits, _ = model.forward_embedded(x, before)
    loss = F.cross_entropy(logits[:, -1], tokens[t + 1], reduction="sum")  # one term a row
    (gradient,) = torch.autograd.grad(loss, x)
    lengths: Tensor = gradient.norm(dim=2)
    return lengths.flip(1)


def _quantiles(values: Floats) -> Floats:
    found: Floats = np.quantile(values, QUANTILES, axis=0).T.astype(np.float32)
    return found
