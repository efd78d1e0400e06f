"""Truncated backpropagation through time, as a generator of steps, over parallel streams of one text.

Mikolov et al. (2010) and Zaremba et al. (2014): the text is cut into ``batch`` streams side by side; each step reads
the next ``length`` characters of every stream, starts from the state that the step before it left, and sends gradients
back to the step's own first character only. Everything random follows from (seed, purpose, number).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.families.recurrent import START, UNKNOWN, LanguageModel, State, set_forget_bias
from explorer.training.language.settings import LanguageSettings
from explorer.training.seeding import seeded_generator
from explorer.training.settings import TrainingError

ROTATION, DROPOUT = 0, 1
"""Purposes of random numbers."""


@dataclass(frozen=True)
class LanguageStep:
    """One optimiser update."""

    number: int
    """Counted from 1."""
    bits_per_character: float
    """Mean over the step's characters, with dropout."""
    gradient_norm: float
    """L2 norm over all parameters, before clipping."""


class Carried(nn.Module):
    """A model together with the state that it has come to in each stream, so that both are saved and restored."""

    state: Tensor
    """(layers, parts of a layer's state, batch, H)."""

    def __init__(self, model: LanguageModel, batch: int) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("state", stacked(model.initial_state(batch)))

    def forward(self, inputs: Tensor, targets: Tensor, restart: Tensor) -> Tensor:
        """Mean −ln p of ``targets`` after ``inputs``, both (batch, length); the state moves on.

        Args:
            restart: (batch,) bool, which streams begin from the state of all zeros instead of the carried one.
        """
        before = tuple(tuple(each) for each in self.state.masked_fill(restart[:, None], 0.0))
        logits, after = self.model(inputs, before)
        self.state.copy_(stacked(after).detach())
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def stacked(state: State) -> Tensor:
    """A state as one tensor (layers, parts, N, H)."""
    return torch.stack([torch.stack(layer) for layer in state])


def vocabulary(text: str, minimum_count: int) -> str:
    """The characters that a model of ``text`` knows, by code point after U+FFFD: those found ``minimum_count`` times.

    The line feed, which every text starts after, is always known.
    """
    counts = Counter(text)
    known = {character for character, count in counts.items() if count >= minimum_count} | {START}
    return UNKNOWN + "".join(sorted(known - {UNKNOWN}))


def build(settings: LanguageSettings, characters: str) -> LanguageModel:
    """The model of a run, with seeded initial weights, for a vocabulary of ``characters``."""
    torch.manual_seed(settings.seed)
    model = LanguageModel(**settings.model_arguments(characters))
    if settings.cell == "lstm":
        set_forget_bias(model, settings.forget_bias)
    return model


def optimiser(model: nn.Module, settings: LanguageSettings) -> torch.optim.Optimizer:
    """Adam, with decoupled weight decay."""
    return torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True)


class Streams:
    """A text in parallel streams.

    Args:
        tokens: (N,) the whole text.
        settings: the run.
        line_feed: its token.

    Raises:
        TrainingError: if the text is too short for a step.
    """

    def __init__(self, tokens: Tensor, settings: LanguageSettings, line_feed: int) -> None:
        self.tokens, self.settings, self.line_feed = tokens, settings, line_feed
        self.width = len(tokens) // settings.batch
        self.steps = (self.width - 1) // settings.length
        """In one pass over the text."""
        if self.steps < 1:
            raise TrainingError(
                f"--batch {settings.batch} streams of --length {settings.length} need "
                f"{settings.batch * (settings.length + 1)} characters, the text has {len(tokens)}"
            )
        self._rolled: tuple[int, Tensor] = (-1, torch.empty(0))

    def batch(self, number: int) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs and targets (batch, length) of step ``number``, and (batch,) whether a stream starts afresh.

        Each pass starts the streams elsewhere, so that the places where gradients stop move. Within a pass, a stream
        starts afresh where its step begins with the line feed of an empty line: as every text is begun when the model
        is used, with a line feed from the zero state.
        """
        turn, place = divmod(number - 1, self.steps)
        if self._rolled[0] != turn:
            source = seeded_generator(self.settings.seed, ROTATION, turn)
            shift = int(torch.randint(len(self.tokens), (), generator=source))
            rolled = self.tokens.roll(-shift)[: self.settings.batch * self.width]
            self._rolled = (turn, rolled.view(self.settings.batch, self.width))
        start, length = place * self.settings.length, self.settings.length
        streams = self._rolled[1]
        before = (streams[:, max(0, start - 1) : start + 1] == self.line_feed).all(1)
        restart = before if place else torch.ones_like(before)
        return streams[:, start : start + length], streams[:, start + 1 : start + length + 1], restart


def train_steps(
    carried: Carried, updates: torch.optim.Optimizer, tokens: Tensor, settings: LanguageSettings, done: int = 0
) -> Iterator[LanguageStep]:
    """Train on from step ``done``; a step depends on weights, optimiser, carried state and its number alone.

    Raises:
        TrainingError: if the text is too short, or a loss or gradient is no finite number, naming the step.
    """
    streams = Streams(tokens, settings, carried.model.tokens[START])
    carried.train()
    for number in range(done + 1, settings.steps + 1):
        for group in updates.param_groups:
            group["lr"] = settings.rate(number)
        loss, norm = backward(carried, streams, number)
        updates.step()
        yield LanguageStep(number, loss / math.log(2), norm)


def backward(carried: Carried, streams: Streams, number: int) -> tuple[float, float]:
    """Loss of a step's batch in nats per character, and its gradient's norm; leaves the gradient, clipped.

    The norm of the whole gradient is cut to ``clip`` (Pascanu et al. 2013, algorithm 1).

    Raises:
        TrainingError: if one is not finite.
    """
    settings = streams.settings
    if settings.dropout:  # torch's own generator; seeded anew so that a resumed run drops the same
        torch.manual_seed(seeded_generator(settings.seed, DROPOUT, number).initial_seed())
    loss = carried(*streams.batch(number))
    carried.zero_grad()
    loss.backward()
    norm = float(nn.utils.clip_grad_norm_(carried.parameters(), settings.clip))
    value = loss.item()
    if not (math.isfinite(value) and math.isfinite(norm)):
        raise TrainingError(
            f"the loss is {value} and its gradient's norm {norm} at step {number}: the run stopped "
            "(a smaller --learning-rate may help)"
        )
    return value, norm
