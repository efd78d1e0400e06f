"""What a character model gives to a text, by models whose probabilities are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.families.recurrent import LanguageModel
from explorer.metrics.characters import log_probabilities, parallel_bits
from explorer.metrics.language import LanguageError


def known(probabilities: dict[str, float]) -> LanguageModel:
    """A model that gives every character the same probability everywhere."""
    characters = "\ufffd\n" + "".join(sorted(set(probabilities) - {"\ufffd", "\n"}))
    model = LanguageModel(characters, "lstm", 3, 1, 2)
    assert model.output is not None
    with torch.no_grad():
        model.output.weight.zero_()
        model.output.bias.copy_(torch.tensor([math.log(probabilities[character]) for character in characters]))
    return model


def test_a_model_with_known_probabilities_gets_its_bits_exactly() -> None:
    model = known({"\ufffd": 0.125, "\n": 0.125, "a": 0.5, "b": 0.25})
    bits = -log_probabilities(model, "ab\nax") / math.log(2)
    np.testing.assert_allclose(bits, [1, 2, 3, 1, 3], rtol=1e-6)
    assert parallel_bits(model, "ab\nax", 1) == pytest.approx(2, rel=1e-6)
    assert model.training


def test_long_texts_are_read_in_chunks_that_carry_the_state() -> None:
    torch.manual_seed(0)
    model = LanguageModel("\ufffd\nab", "lstm", 4, 1, 3, dropout=0.5)
    text = "".join("ab\n"[i] for i in torch.randint(3, (9000,)).tolist())
    logits, _ = model.eval()(model.encode_text("\n" + text)[None])
    expected = logits[0, :-1].double().log_softmax(1)[torch.arange(9000), model.encode_text(text)].detach().numpy()
    np.testing.assert_allclose(log_probabilities(model.train(), text), expected, atol=1e-5)


def test_parts_side_by_side_are_each_read_after_a_line_feed() -> None:
    torch.manual_seed(0)
    model = LanguageModel("\ufffd\nab", "gru", 4, 1, 3)
    parts = [log_probabilities(model, part) for part in ("abba", "a\nab")]
    assert parallel_bits(model, "abbaa\nab", 2) == pytest.approx(-np.mean(parts) / math.log(2), rel=1e-6)
    with pytest.raises(LanguageError, match="2 parts"):
        parallel_bits(model, "a", 2)
