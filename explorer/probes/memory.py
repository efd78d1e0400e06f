"""How far back a character model's gradients reach: states by earlier states, and losses by earlier inputs.

Vanishing and exploding gradients are norms of ∂s_t/∂s_{t−k}, the product of the k step Jacobians of the state s
(Pascanu et al. 2013, eq. 5; Bengio et al. 1994). s is all that one step hands to the next: h, and an LSTM's c.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.families.cells import CELLS
from explorer.families.recurrent import START, LanguageModel, State, set_forget_bias
from explorer.probes.gates import all_quantities
from explorer.probes.reading import ReadingError
from explorer.traces import Floats, Integers
from explorer.traces.language import Memory, Reach

LAGS = tuple(range(1, 101))
FORGET_BIASES = (-2.0, 0.0, 1.0, 3.0)
QUANTILES = (0.1, 0.5, 0.9)
POSITIONS, DIRECTIONS = 256, 4
SHARE = 0.01
"""Of the median at lag 1, below which a gradient is said to have reached no further."""
BLOCK = 500
"""Characters: gradients at places nearer to each other share much of their way back."""
RESAMPLES = 500
BATCH = 32
"""Positions that are followed back at once."""


def measure_memory(
    model: LanguageModel,
    fresh: LanguageModel,
    tokens: Tensor,
    forget_bias: float | None,
    seed: int = 0,
    positions: int = POSITIONS,
) -> Memory:
    """Norms of a trained model's gradients beside those of fresh weights, and of other forget biases for an LSTM.

    Args:
        model: trained.
        fresh: of the same arguments, with weights as training starts.
        tokens: (T,) of a held-out text, all of which are read, after a line feed.
        forget_bias: of ``fresh``; None for a cell without forget gates.
        seed: draws positions, directions and resamples, which all variants share.
        positions: how many.

    Raises:
        ReadingError: if the text is too short for so many positions.
    """
    biases: dict[str, float | None] = {"trained": None, "initial": forget_bias}
    models = {"trained": model, "initial": fresh}
    for bias in FORGET_BIASES if model.cell == "lstm" else ():
        name = f"forget_bias_{bias:g}"
        models[name], biases[name] = deepcopy(fresh), bias
        set_forget_bias(models[name], bias)
    steps = choose_steps(len(tokens), positions, seed)
    directions = draw_directions(model, positions, seed)
    measured = {name: norms(each, tokens, steps, directions) for name, each in models.items()}
    kinds = measured["trained"]
    return Memory(
        lag=np.array(LAGS, np.int32),
        **{kind: {name: _quantiles(each[kind]) for name, each in measured.items()} for kind in kinds},
        reach={kind: {name: reach(each[kind], steps, seed) for name, each in measured.items()} for kind in kinds},
        forget_bias=biases,
        positions=positions,
        directions=DIRECTIONS,
        share=SHARE,
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


def draw_directions(model: LanguageModel, positions: int, seed: int) -> Tensor:
    """Signs (positions, 4, S), float64, over the S numbers of a model's state, in which its changes are followed."""
    size = model.layers * len(CELLS[model.cell].state) * model.hidden_size
    drawn = np.random.default_rng((seed, 1)).integers(0, 2, (positions, DIRECTIONS, size))
    return torch.from_numpy(2.0 * drawn - 1)


def norms(model: LanguageModel, tokens: Tensor, steps: Integers, directions: Tensor) -> dict[str, Floats]:
    """Three kinds of norms, (positions, K) float64 each, for k in :data:`LAGS`.

    - ``state``: ‖∂s_t/∂s_{t−k}‖_F / √S of the whole state s, the S numbers h, and c of an LSTM, of all layers: the root
      mean square by which a small random change of the state has grown, or shrunk, k steps later.
    - ``hidden``: the same of the top layer's h alone, ‖∂h_t/∂h_{t−k}‖_F / √H. All else of the state at t − k is held
      fixed: of an LSTM, the cell state, which is its way to remember; paths through later cells count.
    - ``gradient``: ‖∂loss_t/∂x_{t−k}‖₂, with loss_t = −ln p of the character after step t, in nats, and x the first
      layer's input.

    The first two are Hutchinson's (1990) estimates: ‖J‖_F² = E‖vᵀJ‖² for random signs v, each a vector-Jacobian product
    that goes on from lag to lag. All in float64, without dropout.

    Args:
        model: on the CPU.
        tokens: (T,) read after a line feed.
        steps: (positions,) t, at least the largest lag and below T − 1.
        directions: (positions, R, S) v, of covariance I; √S times the unit vectors make the estimates exact.
    """
    model = deepcopy(model).double().eval().requires_grad_(False)
    tokens = torch.cat([model.encode_text(START), tokens])
    inputs, after = model.embed(tokens), torch.from_numpy(steps) + 1  # the line feed's is step 0 here
    quantity = all_quantities(model, inputs)
    state: State = tuple(
        tuple(quantity[name][:, layer] for name in CELLS[model.cell].state) for layer in range(model.layers)
    )
    found: dict[str, list[Tensor]] = {"state": [], "hidden": [], "gradient": []}
    for t, signs in zip(after.split(BATCH), directions.split(BATCH), strict=True):
        whole, hidden = zip(*_pulled_back(model, inputs, state, t, signs), strict=True)
        found["state"].append(torch.stack(whole, 1))
        found["hidden"].append(torch.stack(hidden, 1))
        found["gradient"].append(_loss_gradients(model, inputs, state, tokens, t))
    return {kind: torch.cat(parts).numpy() for kind, parts in found.items()}


def _pulled_back(
    model: LanguageModel, inputs: Tensor, state: State, t: Tensor, directions: Tensor
) -> Iterator[tuple[Tensor, Tensor]]:
    """By lag, ``state`` and ``hidden`` of :func:`norms` (N,) for steps t (N,), of directions (N, R, S)."""
    size, parts = model.hidden_size, [part for layer in state for part in layer]
    first = (model.layers - 1) * len(state[0]) * size
    top = slice(first, first + size)  # h comes before c
    whole = directions.transpose(0, 1)
    alone = torch.zeros_like(whole)
    alone[..., top] = whole[..., top]
    rows, count = torch.cat([whole, alone]), len(whole)
    for lag in LAGS:

        def advance(*before: Tensor, x: Tensor = inputs[t - lag + 1]) -> tuple[Tensor, ...]:
            layers = zip(*[iter(before)] * len(state[0]), strict=True)
            return tuple(part for layer in model.state_of(model.step(x, tuple(layers))) for part in layer)

        pull = torch.func.vjp(advance, *(part[t - lag] for part in parts))[1]
        rows = torch.cat(torch.func.vmap(pull)(rows.split(size, dim=-1)), -1)
        yield _root_mean_square(rows[:count]), _root_mean_square(rows[count:, :, top])


def _root_mean_square(rows: Tensor) -> Tensor:
    """Over directions and numbers: (R, N, S) → (N,)."""
    return rows.square().mean((0, 2)).sqrt()


def _loss_gradients(model: LanguageModel, inputs: Tensor, state: State, tokens: Tensor, t: Tensor) -> Tensor:
    """‖∂loss_t/∂x_{t−k}‖₂ (N, K), by the fused kernels' own backward pass."""
    window = t[:, None] + torch.arange(-LAGS[-1], 1)
    x = inputs[window].requires_grad_()
    before: State = tuple(tuple(part[window[:, 0] - 1] for part in layer) for layer in state)
    logits, _ = model.forward_embedded(x, before)
    loss = F.cross_entropy(logits[:, -1], tokens[t + 1], reduction="sum")  # one term a row
    (gradient,) = torch.autograd.grad(loss, x)
    lengths: Tensor = gradient.norm(dim=2)
    return lengths.flip(1)[:, 1:]


def reach(values: Floats, steps: Integers, seed: int) -> Reach:
    """The first lag at which the median over positions is below 1 % of what it is at lag 1, with its 95 % interval.

    The interval is a bootstrap's over blocks of the text (Künsch 1989; percentiles): positions that are near to each
    other come and go together. It is of these weights; another training of the same model is another matter.

    Args:
        values: (positions, K) norms for :data:`LAGS`.
        steps: (positions,) where they are in the text.
        seed: of the resamples.
    """
    names, block = np.unique(steps // BLOCK, return_inverse=True)
    drawn = np.random.default_rng((seed, 2)).integers(0, len(names), (RESAMPLES, len(names)))
    times = np.stack([np.bincount(each, minlength=len(names)) for each in drawn])
    found = _first_below(_medians(values, times[:, block].astype(np.int16)))
    low, high = np.quantile(found, (0.025, 0.975), method="inverted_cdf")
    (value,) = _first_below(np.median(values, 0)[None])
    return Reach(*(None if lag > LAGS[-1] else int(lag) for lag in (value, low, high)))


def _medians(values: Floats, times: NDArray[np.int16]) -> Floats:
    """Medians (R, K), the lower ones of even counts, of values (N, K) that are there ``times`` (R, N) each."""
    order, half = values.argsort(0), times.sum(1, keepdims=True) / 2
    below = [(times[:, places].cumsum(1, np.int16) < half).sum(1) for places in order.T]
    return np.stack([each[places[index]] for each, places, index in zip(values.T, order.T, below, strict=True)], 1)


def _first_below(medians: Floats) -> Integers:
    """The first lag where each row (R, K) is below the share of its first number; one more than the last if nowhere."""
    below = medians < SHARE * medians[:, :1]
    return np.where(below.any(1), np.array(LAGS)[below.argmax(1)], LAGS[-1] + 1)


def _quantiles(values: Floats) -> Floats:
    found: Floats = np.quantile(values, QUANTILES, axis=0).T.astype(np.float32)
    return found
