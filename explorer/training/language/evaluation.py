"""A finished character model, measured: what its card says, and ``explorer evaluate`` again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.datasets import Text
from explorer.families.recurrent import LanguageModel
from explorer.metrics.characters import log_probabilities
from explorer.metrics.language import BLOCK, best_order, bits_per_character, perplexity, saved_bits, yardsticks
from explorer.traces import Floats
from explorer.traces.measures import Estimate
from explorer.training.language.poems import verse_metrics
from explorer.training.language.recorder import MEASURED


@dataclass(frozen=True)
class LanguageReport:
    """How well a character model predicts, beside n-grams of its training text."""

    metrics: dict[str, Estimate]
    """As in ``config.json``."""
    floor: Estimate
    """Bits per character of the best n-gram over the characters that the timeline's curve is of."""
    protocol: list[str]
    """What the n-grams are and which of them the model beats, a sentence each."""


def measure(model: LanguageModel, text: Text, supplement: bool) -> LanguageReport:
    """Bits per character of the whole held-out text, read from its start, beside what n-grams get on it; of poems also
    how they are made.

    The n-grams are of the same training text and score the same tokens; see :mod:`explorer.metrics.language`.
    """
    given = log_probabilities(model, text.held_out)
    bits = bits_per_character(given)
    trained = model.encode_text(training_text(text, supplement)).numpy()
    beside = yardsticks(trained, model.encode_text(text.held_out).numpy(), len(model.vocabulary))
    order = best_order(beside)
    best = beside[order - 1]
    return LanguageReport(
        {
            "bits_per_character": bits,
            "perplexity": perplexity(bits),
            "unigram_bits_per_character": bits_per_character(beside[0]),
            "best_ngram_bits_per_character": bits_per_character(best),
            "best_ngram_order": Estimate(order, order, order, len(best), "characters"),
            **verse_metrics(model, text.held_out),
        },
        bits_per_character(best[:MEASURED]),
        [_orders(beside, order), _compared([saved_bits(given, each) for each in beside], order)],
    )


def _orders(beside: Floats, order: int) -> str:
    bits = ", ".join(f"{value:.3f}" for value in -beside.mean(1) / math.log(2))
    return (
        f"n-grams of orders 1 to {len(beside)} of its training text (modified Kneser-Ney) need {bits} bits per "
        f"character. The best, of order {order}, is chosen on the held-out text itself, which flatters it."
    )


def _compared(saved: Sequence[Estimate], order: int) -> str:
    """Which n-grams a model beats, and by how much the best one, from what it saves beside each."""
    told = {
        "better than": [n for n, each in enumerate(saved, 1) if each.low > 0],
        "not told apart from": [n for n, each in enumerate(saved, 1) if each.low <= 0 <= each.high],
        "worse than": [n for n, each in enumerate(saved, 1) if each.high < 0],
    }
    said = [f"{words} those of order {', '.join(map(str, orders))}" for words, orders in told.items() if orders]
    best = saved[order - 1]
    less, low, high = (best.value, best.low, best.high) if best.value >= 0 else (-best.value, -best.high, -best.low)
    return (
        f"On the same characters it is {'; '.join(said)}. It needs {less:.3f} [{low:.3f}, {high:.3f}] bits per "
        f"character {'less' if best.value >= 0 else 'more'} than the best (95 % intervals, of differences over blocks "
        f"of {BLOCK} characters)."
    )


def training_text(text: Text, supplement: bool) -> str:
    """What is trained on: the supplement, where it is asked for, comes first."""
    return text.supplement + text.train if supplement else text.train
