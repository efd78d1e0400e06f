"""How well characters are predicted, in bits each, and the floors that a model of characters is measured against.

All probabilities are of tokens: numbers in [0, V) for the characters of a vocabulary, where 0 (U+FFFD) is every other
character. A floor and a model are comparable only where both have seen the same training text, and score the same
tokens of the same vocabulary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.traces import Floats, Integers
from explorer.traces.measures import Z95, Estimate

BLOCK = 500
"""Characters: a surprise says something about the next ones', but little about those that come some lines later."""
FEWEST_BLOCKS = 20
ORDERS = 9
"""n-grams of 1 to so many characters are yardsticks. On plays and novels 7 and 8 are best, on code still the ninth."""
LEAST_DISCOUNT = 0.05
UNSEEN = -1


class LanguageError(ExplorerError):
    """Numbers that no text can be measured by."""


def bits_per_character(log_probabilities: Floats, block: int = BLOCK) -> Estimate:
    """The mean of −log₂ p over successive characters, with its 95 % interval.

    Neighbouring characters are not independent. So the interval is that of the mean over blocks of the text, by the
    method of batch means (Law & Kelton, Simulation Modeling and Analysis, chapter 9). It tells how sure the number is
    for more of the same text, not for another work.

    Args:
        log_probabilities: (N,) natural logarithms of what each character was given, in the order of the text.
        block: characters in a block, at least; the blocks' lengths differ by one at most.

    Raises:
        LanguageError: if there are fewer than 20 blocks, or a value is no logarithm of a probability.
    """
    values = np.asarray(log_probabilities, np.float64)
    found = _batch_means(values, block)
    if values.max() > 1e-6:
        raise LanguageError("every character needs a finite logarithm of a probability, of 0 or less")
    return replace(found, low=max(0.0, found.low))


def saved_bits(log_probabilities: Floats, yardstick: Floats, block: int = BLOCK) -> Estimate:
    """By how many bits per character a model is better than a yardstick on the same characters; below 0, worse.

    The interval is of their differences, block by block: what makes a passage hard is hard for both.

    Args:
        log_probabilities: (N,) the model's, as in :func:`bits_per_character`.
        yardstick: (N,) what it is compared with.
        block: as there.

    Raises:
        LanguageError: if these are not of the same characters, or too few.
    """
    if log_probabilities.shape != yardstick.shape:
        raise LanguageError(f"expected the same characters, got {log_probabilities.shape} and {yardstick.shape}")
    return _batch_means(np.asarray(yardstick, np.float64) - log_probabilities, block)


def _batch_means(log_probabilities: Floats, block: int) -> Estimate:
    """The mean of nats (N,), negated and in bits, with its interval over blocks."""
    count = len(log_probabilities) // max(block, 1)
    if log_probabilities.ndim != 1 or count < FEWEST_BLOCKS:
        raise LanguageError(
            f"bits per character need {FEWEST_BLOCKS} blocks of {block} characters, got {log_probabilities.size} in all"
        )
    if not np.isfinite(log_probabilities).all():
        raise LanguageError("every character needs a finite logarithm of a probability")
    bits = -log_probabilities / math.log(2)
    means = np.array([part.mean() for part in np.array_split(bits, count)])
    half = Z95 * float(means.std(ddof=1)) / math.sqrt(count)
    mean = float(bits.mean())
    return Estimate(mean, mean - half, mean + half, len(bits), "bits per character")


def perplexity(bits: Estimate) -> Estimate:
    """2 to the bits per character, with its interval: how many equally likely characters are as hard to predict."""
    return Estimate(2**bits.value, 2**bits.low, 2**bits.high, bits.count, "perplexity per character")


@dataclass(frozen=True)
class Level:
    """The sequences of k tokens in the training text, and the contexts of k − 1 tokens that they begin with."""

    keys: NDArray[np.int64]
    """(M,) ascending: the number of the context among the sequences one level below, times V, plus the last token."""
    kept: Floats
    """(M,) a(h c): how often each sequence is there, less its discount."""
    withheld: Floats
    """(C,) d(h): the discounts of all sequences that begin with each context."""
    totals: Floats
    """(C,) n(h): the sum of both; 0 for a context that nothing follows."""


@dataclass(frozen=True)
class NGram:
    """A character n-gram with modified Kneser–Ney smoothing, interpolated (Chen & Goodman 1998, TR-10-98, section 3).

    P(c | h) = (a(h c) + d(h) · P(c | h')) / n(h), where h' is h without its first character; below the unigram every
    one of V tokens has 1 / V. The longest sequences are counted as they are, each shorter one by how many different
    characters stand before it. A context that the training text lacks is shortened until it is there.
    """

    size: int
    """V."""
    levels: tuple[Level, ...]
    """For 1 to n tokens."""

    def log_probabilities(self, tokens: Integers) -> Floats:
        """Natural logarithm (N,) of what each of ``tokens`` (N,) is given after those before it in this sequence.

        Raises:
            LanguageError: if the tokens are no sequence of numbers in [0, V).
        """
        current = _check(tokens, self.size)
        context = np.zeros(len(current), np.int64)
        probability: Floats = np.full(len(current), 1 / self.size)
        for level in self.levels:
            followed = context != UNSEEN
            total, withheld = (np.where(followed, part[context], 0) for part in (level.totals, level.withheld))
            found = _find(level.keys, np.where(followed, context * self.size + current, UNSEEN))
            kept = np.where(found == UNSEEN, 0, level.kept[found])
            mixed = (kept + withheld * probability) / np.where(total > 0, total, 1)
            probability = np.where(total > 0, mixed, probability)
            context = np.concatenate(([UNSEEN], found[:-1]))
        return np.log(probability)


def fit_n_gram(tokens: Integers, size: int, order: int) -> NGram:
    """Count a training text.

    Args:
        tokens: (N,) of the text.
        size: V, of the vocabulary.
        order: n, characters in the longest sequence: a character is predicted from the n − 1 before it.

    Raises:
        LanguageError: if the tokens are no sequence of N ≥ n numbers in [0, V), or n < 1.
    """
    *_, longest = n_grams(tokens, size, order)
    return longest


def n_grams(tokens: Integers, size: int, order: int) -> Iterator[NGram]:
    """The n-grams of 1, 2 … ``order`` characters of one training text, which share their counts.

    Raises:
        LanguageError: as for :func:`fit_n_gram`.
    """
    current = _check(tokens, size)
    if not 1 <= order <= len(current):
        raise LanguageError(f"an n-gram needs n ≥ 1 and a text of n characters, got n = {order} and {len(current)}")
    shorter: list[Level] = []
    keys, numbers, counts = _count(current)
    contexts = 1
    yield NGram(size, (_discount(keys, counts, size, contexts),))
    for length in range(2, order + 1):
        # The context's number is that of the sequence before; the text's first characters have no context so long.
        longer_keys, longer_numbers, longer_counts = _count(numbers[:-1] * size + current[length - 1 :])
        ends = np.empty(len(longer_keys), np.int64)
        ends[longer_numbers] = numbers[1:]  # a sequence's last length − 1 tokens
        shorter.append(_discount(keys, np.bincount(ends, minlength=len(keys)), size, contexts))
        contexts = len(keys)
        keys, numbers, counts = longer_keys, longer_numbers, longer_counts
        yield NGram(size, (*shorter, _discount(keys, counts, size, contexts)))


def _count(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct keys, ascending; for each place the number of its key; how often each key is there."""
    return np.unique(keys, return_inverse=True, return_counts=True)


def _discount(keys: NDArray[np.int64], counts: NDArray[np.int64], size: int, contexts: int) -> Level:
    """A level with the discounts that Chen & Goodman estimate for counts of 1, 2, and 3 or more.

    A text too small to estimate one by has a discount within its bounds; none is 0, else what was never seen after a
    context might be impossible.
    """
    once, twice, thrice, four = (int(np.count_nonzero(counts == count)) for count in (1, 2, 3, 4))
    share = once / max(once + 2 * twice, 1)
    estimates = [0, 1 - 2 * share * twice / max(once, 1)]
    estimates += [2 - 3 * share * thrice / max(twice, 1), 3 - 4 * share * four / max(thrice, 1)]
    discounts = np.clip(estimates, [0, *[LEAST_DISCOUNT] * 3], [0, 1, 2, 3])[np.minimum(counts, 3)]
    starts = keys // size
    totals = np.bincount(starts, weights=counts, minlength=contexts)
    withheld = np.bincount(starts, weights=discounts, minlength=contexts)
    return Level(keys, counts - discounts, withheld.astype(np.float64), totals.astype(np.float64))


def yardsticks(train: Integers, held_out: Integers, size: int, orders: int = ORDERS) -> Floats:
    """What n-grams of the training text give to each held-out character: natural logarithms (orders, M), by n − 1.

    Args:
        train: (N,) tokens of the text that the model was trained on.
        held_out: (M,) tokens of the text that the model was measured on.
        size: V, of the model's vocabulary.
        orders: the largest n.

    Raises:
        LanguageError: as for :func:`fit_n_gram`.
    """
    return np.stack([model.log_probabilities(held_out) for model in n_grams(train, size, orders)])


def best_order(log_probabilities: Floats) -> int:
    """The n of :func:`yardsticks` whose n-gram needs the fewest bits.

    Chosen on the very text that it is measured on, as no model is: that flatters the n-gram, and makes a stricter
    yardstick of it.
    """
    return 1 + int(log_probabilities.mean(1).argmax())


def _find(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key is in the ascending keys; UNSEEN where it is not."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found: NDArray[np.int64] = np.where(keys[places] == wanted, places, UNSEEN)
    return found


def _check(tokens: Integers, size: int) -> NDArray[np.int64]:
    if tokens.ndim != 1 or len(tokens) == 0 or not np.issubdtype(tokens.dtype, np.integer):
        raise LanguageError(f"expected a sequence of tokens, got {tokens.dtype} {tokens.shape}")
    if size < 1 or tokens.min() < 0 or tokens.max() >= size:
        raise LanguageError(
            f"tokens of a vocabulary of {size} are 0 to {size - 1}, got {tokens.min()} to {tokens.max()}"
        )
    return tokens.astype(np.int64)
