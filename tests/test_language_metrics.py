"""Bits per character and n-grams against cases worked out by hand, or written again one character at a time."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from explorer.metrics.language import (
    LanguageError,
    best_order,
    bits_per_character,
    fit_n_gram,
    perplexity,
    saved_bits,
    yardsticks,
)


def tokens(text: str, vocabulary: str) -> np.ndarray:
    return np.array([vocabulary.index(character) for character in text])


def naive(train: str, size: int, order: int, context: str, character: str) -> float:
    """Modified Kneser–Ney by its definition: counts of strings, nothing shared between levels."""
    history = context[len(context) - order + 1 :] if order > 1 else ""

    def counts(length: int) -> Counter[str]:
        grams = Counter(train[place : place + length] for place in range(len(train) - length + 1))
        if length == order:
            return grams
        longer = {train[place : place + length + 1] for place in range(len(train) - length)}
        return Counter({gram: sum(other[1:] == gram for other in longer) for gram in grams})

    def probability(history: str) -> float:
        table = counts(len(history) + 1)
        below = probability(history[1:]) if history else 1 / size
        followers = {gram: count for gram, count in table.items() if gram.startswith(history)}
        if sum(followers.values()) == 0:
            return below
        n = [sum(count == j for count in table.values()) for j in range(5)]
        share = n[1] / (n[1] + 2 * n[2]) if n[1] + n[2] else 0
        discount = [0.0] * 4
        for j in (1, 2, 3):
            discount[j] = min(max(j - (j + 1) * share * n[j + 1] / max(n[j], 1), 0.05), j)
        withheld = sum(discount[min(count, 3)] for count in followers.values())
        count = followers.get(history + character, 0)
        return (count - discount[min(count, 3)] + withheld * below) / sum(followers.values())

    return probability(history)


def test_uniform_probabilities_are_log_of_the_vocabulary() -> None:
    found = bits_per_character(np.full(20_000, -math.log(32)))
    assert found.value == pytest.approx(5)
    assert (found.low, found.high) == pytest.approx((5, 5))
    assert found.count == 20_000
    assert perplexity(found).value == pytest.approx(32)


def test_certainty_is_no_bits() -> None:
    found = bits_per_character(np.zeros(10_000))
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert perplexity(found).value == 1


def test_interval_is_that_of_the_blocks_means() -> None:
    """Twenty blocks of 1 and 3 bits by turns: their standard deviation is √(20/19), over √20 is √(1/19)."""
    bits = np.repeat(np.tile([1.0, 3.0], 10), 7)
    found = bits_per_character(-bits * math.log(2), block=7)
    assert found.value == pytest.approx(2)
    assert found.high - found.value == pytest.approx(1.959964 * math.sqrt(1 / 19))
    assert found.value - found.low == pytest.approx(found.high - found.value)
    spread = perplexity(found)
    assert (spread.value, spread.low, spread.high) == pytest.approx((4, 2**found.low, 2**found.high))


def test_interval_holds_the_truth_where_neighbours_depend_on_each_other() -> None:
    """Surprises in runs of 50: the standard error of independent characters would miss most of the time."""
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        bits = np.repeat(generator.exponential(2.0, 400), 50)
        found = bits_per_character(-bits * math.log(2))
        covered += found.low <= 2 <= found.high
    assert covered >= 180


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(9_999),
        np.zeros(0),
        np.zeros((20, 1000)),
        np.full(10_000, 0.1),
        np.full(10_000, -np.inf),
        np.full(10_000, np.nan),
    ],
)
def test_what_is_no_sequence_of_logarithms_is_refused(values: np.ndarray) -> None:
    with pytest.raises(LanguageError):
        bits_per_character(values)


def test_bigram_by_hand() -> None:
    """Of "aabab" with a vocabulary of three.

    Bigrams aa 1, ab 2, ba 1: share 2 / (2 + 2 · 1) = 1/2, D₁ = 1 − 2 · ½ · 1/2 = ½, D₂ = 2 (no bigram is there thrice).
    Before a stand a and b, before b stands a: share 1 / (1 + 2 · 1) = 1/3, D₁ = 1 − 2 · ⅓ · 1 = ⅓, D₂ = 2.
    So P(a) = (0 + (2 + ⅓) / 3) / 3 = 7/27, P(b) = (⅔ + 7/9) / 3 = 13/27, P(c) = 7/27,
    and P(b | a) = (2 − 2 + (½ + 2) · 13/27) / 3 = 65/162, P(c | b) = ½ · 7/27.
    """
    model = fit_n_gram(tokens("aabab", "abc"), 3, 2)
    found = np.exp(model.log_probabilities(tokens("abc", "abc")))
    np.testing.assert_allclose(found, [7 / 27, 65 / 162, 7 / 54])


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_n_gram_is_its_definition(order: int) -> None:
    generator = np.random.default_rng(order)
    train = "".join(generator.choice(list("abcd"), 120, p=[0.5, 0.3, 0.15, 0.05]))
    text = "".join(generator.choice(list("abcde"), 60))
    found = np.exp(fit_n_gram(tokens(train, "eabcd"), 5, order).log_probabilities(tokens(text, "eabcd")))
    # A history that the text is too short for is as one that was never seen: the longest there is.
    expected = [naive(train, 5, order, "?" * order + text[:place], character) for place, character in enumerate(text)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 5])
@pytest.mark.parametrize("history", ["", "b", "abra", "zz", "cadabra"])
def test_probabilities_sum_to_one(order: int, history: str) -> None:
    vocabulary = "zabrcd"
    model = fit_n_gram(tokens("abracadabra", vocabulary), 6, order)
    last = [model.log_probabilities(tokens(history + character, vocabulary))[-1] for character in vocabulary]
    assert np.exp(last).sum() == pytest.approx(1)
    assert min(last) > -np.inf


def test_nothing_is_impossible_however_small_the_text() -> None:
    """Of "aabaaaccba" four bigrams are there once, one twice (ba), one thrice: D₂ = 2 − 3 · 4/6 · 1/1 = 0 by itself."""
    text = "aabaaaccba"
    found = fit_n_gram(tokens(text, "abc"), 3, 2).log_probabilities(tokens("bb", "abc"))
    assert np.exp(found[1]) == pytest.approx(naive(text, 3, 2, "b", "b"))
    assert found[1] > -10


def bits(log_probabilities: np.ndarray) -> float:
    return float(-log_probabilities.mean() / math.log(2))


def test_deterministic_text_is_learned_and_a_uniform_one_is_not() -> None:
    alphabet = np.tile(np.arange(26), 800)
    found = yardsticks(alphabet, alphabet[:10_400], 27, 5)
    assert bits(found[0]) == pytest.approx(math.log2(26), abs=0.01)
    assert bits(found[4]) < 0.02
    noise = np.random.default_rng(0).integers(0, 16, 220_000)
    found = yardsticks(noise[:200_000], noise[200_000:], 16, 5)
    assert bits(found[0]) == pytest.approx(4, abs=0.01)
    # Of 65,536 contexts of four, each was seen three times: what they seem to say is noise.
    assert 4 < bits(found[4]) < 4.6
    assert best_order(found) == 1


def test_longer_contexts_help_where_the_text_has_them() -> None:
    """Pairs of equal digits: half of the characters cost nothing beside the digit's own log₂ 8 bits."""
    digits = np.repeat(np.random.default_rng(1).integers(1, 9, 30_000), 2)
    found = yardsticks(digits[:40_000], digits[40_000:], 9, 5)
    assert bits(found[0]) == pytest.approx(3, abs=0.01)
    assert bits(found[4][1::2]) < 0.5


def test_the_best_order_is_that_of_the_text() -> None:
    """Of three random bits and their parity, again and again: three bits before say the fourth, fewer say nothing."""
    free = np.random.default_rng(2).integers(0, 2, (12_000, 3))
    words = np.concatenate([free, free.sum(1, keepdims=True) % 2], axis=1)
    marked = np.concatenate([words, np.full((len(words), 1), 2)], axis=1).ravel()  # 2: a word ends
    found = yardsticks(marked[:50_000], marked[50_000:], 3, 7)
    assert best_order(found) == 5  # the mark before the word, to know where one is
    np.testing.assert_allclose([bits(each) for each in found[4:5]], 3 / 5, atol=0.02)


@pytest.mark.parametrize("order", [1, 3, 5])
def test_n_grams_of_one_text_are_those_that_are_counted_alone(order: int) -> None:
    text = np.random.default_rng(3).integers(0, 4, 400)
    shared = yardsticks(text[:300], text[300:], 4, 5)
    np.testing.assert_array_equal(shared[order - 1], fit_n_gram(text[:300], 4, order).log_probabilities(text[300:]))


def test_what_is_saved_beside_a_yardstick_is_told_apart_though_passages_differ_more() -> None:
    """Hard and easy passages, half a bit apart, and a model that is 0.01 bits better in each."""
    source = np.random.default_rng(0)
    yardstick = -(2 + np.repeat(source.choice([-0.5, 0.5], 100), 500)) * math.log(2)
    model = yardstick + (0.01 + 0.02 * source.standard_normal(50_000)) * math.log(2)
    found = saved_bits(model, yardstick)
    assert found.low < 0.01 < found.high
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.02 / 50_000**0.5, rel=0.2)
    assert bits_per_character(model).high > bits_per_character(yardstick).low  # which alone would tell nothing
    worse = saved_bits(yardstick, model)
    assert (worse.low, worse.high) == pytest.approx((-found.high, -found.low))
    with pytest.raises(LanguageError, match="expected the same characters"):
        saved_bits(model[1:], yardstick)


@pytest.mark.parametrize(
    ("sequence", "size", "order"),
    [
        (np.array([], np.int64), 3, 1),
        (np.array([[0, 1]]), 3, 1),
        (np.array([0.0, 1.0]), 3, 1),
        (np.array([0, 3]), 3, 1),
        (np.array([0, -1]), 3, 1),
        (np.array([0, 1]), 3, 3),
        (np.array([0, 1]), 3, 0),
    ],
)
def test_what_is_no_training_text_is_refused(sequence: np.ndarray, size: int, order: int) -> None:
    with pytest.raises(LanguageError):
        fit_n_gram(sequence, size, order)


def test_tokens_of_another_vocabulary_are_refused() -> None:
    with pytest.raises(LanguageError, match="tokens of a vocabulary of 3 are 0 to 2, got 0 to 3"):
        fit_n_gram(np.array([0, 1, 2]), 3, 2).log_probabilities(np.array([0, 3]))
