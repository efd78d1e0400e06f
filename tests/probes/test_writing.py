"""Writing by the contract's words, told a second time without vector operations."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.errors import ExplorerError
from explorer.philox import uniforms
from explorer.probes.writing import pick, write
from tests.language_toys import VOCABULARY, language_toy


def told(logits: np.ndarray, uniform: float, temperature: float, top_k: int, top_p: float) -> int:
    """What docs/format.md says, step by step."""
    largest = max(logits[1:])
    weight = {token: math.exp((logits[token] - largest) / temperature) for token in range(1, len(logits))}
    order = sorted(weight, key=lambda token: (-weight[token], token))[: top_k or None]
    total, kept = sum(weight[token] for token in order), []
    while order and sum(weight[token] for token in kept) < top_p * total:
        kept.append(order.pop(0))
    total, reached = sum(weight[token] for token in kept), 0.0
    for token in sorted(kept):
        reached += weight[token] / total
        if reached > uniform:
            return token
    raise AssertionError("the probabilities do not sum to one")


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
@pytest.mark.parametrize(("top_k", "top_p"), [(0, 1.0), (3, 1.0), (0, 0.4), (6, 0.7), (1, 0.1), (99, 0.99)])
def test_a_uniform_picks_what_the_contract_says(temperature: float, top_k: int, top_p: float) -> None:
    random = np.random.default_rng(5)
    for _ in range(60):
        logits, uniform = random.normal(0, 2, 17).astype(np.float32), random.uniform()
        expected = told(logits.astype(np.float64), uniform, temperature, top_k, top_p)
        assert pick(logits, uniform, temperature, top_k, top_p) == expected


def test_token_0_is_never_picked_however_probable() -> None:
    logits = np.array([50.0, 0.0, 1.0])
    assert {pick(logits, uniform) for uniform in np.linspace(1e-9, 1 - 1e-9, 50)} == {1, 2}
    assert pick(logits, 0.5, temperature=0) == 2


def test_shares_follow_the_probabilities() -> None:
    picked = np.bincount([pick(np.log([0.5, 0.1, 0.3, 0.1]), uniform) for uniform in (np.arange(1000) + 0.5) / 1000])
    assert picked.tolist() == [0, 200, 600, 200]


def test_ties_keep_the_lower_token() -> None:
    even = np.zeros(6)
    assert {pick(even, uniform, top_k=2) for uniform in np.linspace(0.01, 0.99, 30)} == {1, 2}
    assert pick(even, 0.99, temperature=0) == 1


def test_a_temperature_of_0_is_the_limit_and_1e9_is_uniform() -> None:
    logits = np.array([0.0, 3.0, 9.0, -400.0, 8.999])
    assert pick(logits, 0.99, temperature=5e-324) == pick(logits, 0.99, temperature=0) == 2
    picked = np.bincount([pick(logits, uniform, temperature=1e9) for uniform in (np.arange(1000) + 0.5) / 1000])
    assert picked.tolist() == [0, 250, 250, 250, 250]


@pytest.mark.parametrize(("cell", "layers"), [("rnn", 1), ("gru", 2), ("lstm", 1), ("lstm", 3)])
def test_each_character_follows_from_all_before_it(cell: str, layers: int) -> None:
    """Beside the fused model that reads everything again; its dropout must not come in between."""
    model = language_toy(cell, layers, dropout=0.5)
    written = write(model.train(), "fox", 25, seed=7, temperature=0.8)
    model.eval()
    for n, uniform in enumerate(uniforms(7, 20, 25)):
        logits = model(model.encode_text("\nfox" + written.text[:n])[None])[0][0, -1].double()
        assert written.tokens[n] == told(logits.numpy(), uniform, 0.8, 0, 1.0)
        assert written.surprise[n] == pytest.approx(-float(logits.log_softmax(0)[written.tokens[n]]) / math.log(2))
    assert written.text == "".join(VOCABULARY[token] for token in written.tokens)


def test_a_seed_stands_for_one_text_and_a_longer_one_goes_on() -> None:
    model = language_toy("gru")
    assert write(model, "a", 60, 3).text.startswith(write(model, "a", 20, 3).text)
    assert write(model, "a", 60, 3).text != write(model, "a", 60, 4).text


def test_an_empty_prompt_begins_after_the_line_feed() -> None:
    model = language_toy("lstm")
    logits = model(model.encode_text("\n")[None])[0][0, 0]
    assert write(model, "", 1, 9).tokens[0] == told(logits.double().numpy(), uniforms(9, 20, 1)[0], 1.0, 0, 1.0)


def test_prompts_are_read_as_documented() -> None:
    model = language_toy("lstm")
    unknown = {write(model, prompt, 30, 1).text for prompt in ("aéb", "a\ufffdb", "a\ud800b", "a😀b")}
    assert len(unknown) == 1
    ends = [write(model, prompt, 30, 1) for prompt in ("a\nb", "a\r\nb", "a\rb")]
    assert {(each.prompt, each.text) for each in ends} == {("a\nb", ends[0].text)}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"temperature": math.nan}, "temperature must be"),
        ({"temperature": math.inf}, "temperature must be"),
        ({"temperature": -0.1}, "temperature must be"),
        ({"top_p": 0.0}, "top-p must be"),
        ({"top_p": 1.01}, "top-p must be"),
        ({"top_p": math.nan}, "top-p must be"),
        ({"top_k": -1}, "top-k must be"),
        ({"count": 0}, "count of characters must be"),
        ({"count": 100_001}, "count of characters must be"),
        ({"seed": -1}, "takes a seed"),
        ({"prompt": "a" * 5_000_000}, "at most 100000 characters, got 5000000"),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ExplorerError, match=words):
        write(language_toy("rnn"), **{"prompt": "", "count": 5, "seed": 0, **settings})


def test_writing_leaves_the_random_numbers_of_training_alone() -> None:
    model, before = language_toy("rnn"), torch.get_rng_state()
    write(model, "a", 3, 0)
    assert torch.equal(torch.get_rng_state(), before)
