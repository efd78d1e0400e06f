"""A text through a character model's cells: every gate and state of every unit, and how surprised the model was."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from explorer.families.cells import CELLS, unchanged
from explorer.families.recurrent import LanguageModel, weights_of
from explorer.probes.reading import ReadingError, as_read, hidden_states, start_and
from explorer.traces import Floats, Integers
from explorer.traces.language import GatesTrace

CHUNK = 512
"""Steps whose gates are computed at once: few enough to stay in the processor's cache."""
LIKELY = 5
"""Predictions kept of each step."""


@torch.no_grad()
def trace_gates(model: LanguageModel, text: str) -> GatesTrace:
    """What a model's cells compute while it reads a text, after its line feed.

    Args:
        model: dropout plays no part.
        text: 1 to 100,000 characters, read as :func:`explorer.probes.reading.as_read` has it.

    Raises:
        ReadingError: if the text is empty or too long.
    """
    if not text:
        raise ReadingError("there is no text to read: expected at least one character")
    tokens = start_and(model, text)
    quantity = all_quantities(model, model.embed(tokens))
    surprise, likely, probability = _predictions(model, quantity["hidden"][:, -1], tokens)
    return GatesTrace(
        characters=np.array(list(as_read(text))),
        tokens=tokens[1:].numpy(),
        unknown=(tokens[1:] == 0).numpy(),
        vocabulary=np.array(list(model.vocabulary)),
        quantity={name: value[1:].numpy() for name, value in quantity.items()},
        before={name: value[0].numpy() for name, value in quantity.items()},
        surprise=surprise,
        likely=likely,
        likely_probability=probability,
    )


@torch.no_grad()
def all_quantities(model: LanguageModel, inputs: Tensor) -> dict[str, Tensor]:
    """Every quantity (T, layers, H) of every step, for the first layer's inputs (T, E) and a state of zero before them.

    The hidden states come from the fused kernels; the gates of many steps then follow at once, since all that they need
    is known. Only an LSTM's cell state remains a recurrence, and an elementwise one.
    """
    hidden, _ = hidden_states(model, inputs)
    shape = (len(inputs), model.layers, model.hidden_size)
    quantity = {name: torch.empty(shape, dtype=inputs.dtype) for name in model.quantities}
    for index, states in enumerate(hidden):
        _fill_layer(model, index, inputs, states, {name: value[:, index] for name, value in quantity.items()})
        inputs = states
    return quantity


def _fill_layer(model: LanguageModel, index: int, x: Tensor, hidden: Tensor, quantity: dict[str, Tensor]) -> None:
    """Write the quantities (T, H) of one layer, whose inputs (T, I) and hidden states (T, H) are known."""
    cell, weights = CELLS[model.cell], weights_of(model.recurrent[index])
    before = torch.cat([torch.zeros_like(hidden[:1]), hidden[:-1]])
    zero, amend = torch.zeros_like(hidden[0]), (_Accumulator(hidden[0]) if model.cell == "lstm" else unchanged)
    for start in range(0, len(x), CHUNK):
        steps = slice(start, start + CHUNK)
        state = (before[steps], zero)[: len(cell.state)]
        for name, value in cell.step(x[steps], state, weights, amend).items():
            quantity[name][steps] = value


class _Accumulator:
    """Amends the LSTM's equations, given a cell state of zero at every step, to c_t = f_t·c_{t−1} + i_t·g_t."""

    def __init__(self, like: Tensor) -> None:
        self.cell = np.zeros_like(like.numpy())
        self.forget = like

    def __call__(self, name: str, value: Tensor) -> Tensor:
        """Keep the forget gates (T, H); of the cell states i·g (T, H), make the sums that they are part of."""
        if name == "forget":
            self.forget = value
        if name == "cell":
            cells, product = value.numpy(), np.empty_like(self.cell)
            for forget, cell in zip(self.forget.numpy(), cells, strict=True):
                np.multiply(forget, self.cell, out=product)
                cell += product
                self.cell = cell
        return value


def _predictions(model: LanguageModel, hidden: Tensor, tokens: Tensor) -> tuple[Floats, Integers, Floats]:
    """Bits of surprise (T,) at each token but the first, and what is likely after it: tokens and probabilities."""
    surprise, likely = [], []
    for start in range(0, len(tokens), CHUNK):
        log_probability = model.read_out(hidden[start : start + CHUNK]).log_softmax(1)
        following = tokens[start + 1 : start + 1 + CHUNK]
        surprise.append(log_probability[: len(following)].gather(1, following[:, None])[:, 0])
        likely.append(log_probability.topk(min(LIKELY, len(model.vocabulary))))
    bits: Floats = torch.cat(surprise).double().numpy() / -math.log(2)
    best = torch.cat([found.indices for found in likely])[1:]
    return bits, best.numpy(), torch.cat([found.values for found in likely])[1:].exp().numpy()
