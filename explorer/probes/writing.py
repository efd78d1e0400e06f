"""A character model writes: the same seed and settings give the same text as the page."""

from __future__ import annotations

import math

import numpy as np
import torch

from explorer.families.recurrent import LanguageModel
from explorer.philox import uniforms
from explorer.probes.reading import LONGEST_TEXT, ReadingError, as_read, hidden_states, start_and
from explorer.traces import Floats, Integers
from explorer.traces.language import Written

WRITING = 20
"""Stream of the seeded generator; see docs/format.md, "Writing"."""


class WritingError(ReadingError):
    """Settings that nothing can be written with."""


def pick(logits: Floats, uniform: float, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> int:
    """The token that a uniform picks from logits (V,); never token 0.

    Args:
        logits: of the model; divided by the temperature in float64.
        uniform: in (0, 1).
        temperature: 0 takes the most probable token, 1 what the model says, more makes all more alike.
        top_k: only so many of the most probable tokens, ties by lower token; 0 for all (Fan et al. 2018).
        top_p: of those the fewest whose probability reaches this share (Holtzman et al. 2020).
    """
    scores = logits[1:].astype(np.float64)
    if temperature == 0:
        return 1 + int(scores.argmax())
    with np.errstate(over="ignore"):  # a temperature near 0: -inf, whose weight is 0
        weights = np.exp((scores - scores.max()) / temperature)
    kept = np.argsort(-weights, kind="stable")[: top_k or None]
    cumulated = np.cumsum(weights[kept])
    kept = np.sort(kept[: 1 + int(np.searchsorted(cumulated, top_p * cumulated[-1]))])
    cumulated = np.cumsum(weights[kept])
    return 1 + int(kept[np.searchsorted(cumulated, uniform * cumulated[-1], side="right")])


@torch.no_grad()
def write(
    model: LanguageModel,
    prompt: str,
    count: int,
    seed: int,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
) -> Written:
    """Let a model go on from a prompt, character by character.

    Args:
        model: its dropout plays no part.
        prompt: may be empty; characters that the model does not know are read as token 0.
        count: characters to write.
        seed: from 0 to 2⁵³ − 1; character n is picked by uniform n of stream 20.
        temperature, top_k, top_p: see :func:`pick`.

    Raises:
        WritingError: if the count is not 1 to 100,000, the temperature not finite or below 0, ``top_k`` below 0 or
            ``top_p`` not in (0, 1].
        ReadingError: if the prompt is too long.
        SeedError: if the seed is out of range.
    """
    _check(count, temperature, top_k, top_p)
    draws = uniforms(seed, WRITING, count)
    hidden, state = hidden_states(model, model.embed(start_and(model, prompt)))
    top = hidden[-1][-1:]
    tokens: Integers = np.empty(count, np.int64)
    surprise: Floats = np.empty(count, np.float64)
    for n in range(count):
        logits = model.read_out(top)[0].double()
        tokens[n] = pick(logits.numpy(), draws[n], temperature, top_k, top_p)
        surprise[n] = float(logits.logsumexp(0) - logits[tokens[n]]) / math.log(2)
        computed = model.step(model.embed(torch.tensor([tokens[n]])), state)
        state, top = model.state_of(computed), computed[-1]["hidden"]
    text = "".join(model.vocabulary[token] for token in tokens)
    return Written(as_read(prompt), text, tokens, surprise)


def _check(count: int, temperature: float, top_k: int, top_p: float) -> None:
    if not 1 <= count <= LONGEST_TEXT:
        raise WritingError(f"the count of characters must be from 1 to {LONGEST_TEXT}, got {count}")
    if not (math.isfinite(temperature) and temperature >= 0):
        raise WritingError(f"the temperature must be a number of 0 or more, got {temperature}")
    if top_k < 0:
        raise WritingError(f"top-k must be 1 or more, or 0 for all characters, got {top_k}")
    if not 0 < top_p <= 1:
        raise WritingError(f"top-p must be above 0 and at most 1, got {top_p}")
