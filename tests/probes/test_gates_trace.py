"""The trace of gates, beside the cells' own equations one step at a time."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorer.families.recurrent import LanguageModel
from explorer.probes.gates import CHUNK, trace_gates
from explorer.probes.reading import ReadingError
from explorer.traces import save_npz
from explorer.traces.language import GatesTrace
from tests.language_toys import TEXT, VOCABULARY, language_toy

CELLS = ("rnn", "gru", "lstm")
LONG = TEXT * 9
"""Of more than one chunk."""


def stepped(model: LanguageModel, text: str) -> list[dict[str, np.ndarray]]:
    """For each layer every quantity (1 + T, H), step by step from the zero state; the first is the line feed's."""
    state, steps = model.initial_state(1), []
    for token in model.encode_text("\n" + text):
        steps.append(model.step(model.embed(token[None]), state))
        state = model.state_of(steps[-1])
    return [
        {name: np.concatenate([step[layer][name].numpy() for step in steps]) for name in model.quantities}
        for layer in range(model.layers)
    ]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 1e-6)])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 3])
def test_every_quantity_is_what_the_equations_give(
    cell: str, layers: int, dtype: torch.dtype, tolerance: float
) -> None:
    assert len(LONG) > CHUNK
    model = language_toy(cell, layers, dtype, dropout=0.5)
    trace, expected = trace_gates(model.train(), LONG), stepped(model.eval(), LONG)
    assert tuple(trace.quantity) == tuple(trace.before) == model.quantities
    for name in model.quantities:
        assert trace.quantity[name].shape == (len(LONG), layers, 12)
        for layer in range(layers):
            whole = np.concatenate([trace.before[name][None, layer], trace.quantity[name][:, layer]])
            np.testing.assert_allclose(whole, expected[layer][name], atol=tolerance, rtol=0, err_msg=name)


@pytest.mark.parametrize("arguments", [{"embedding_size": None}, {"tied": True}])
def test_every_way_in_and_out_of_the_layers(arguments: dict[str, object]) -> None:
    model = language_toy("lstm", 1, torch.float64, **arguments)
    trace, expected = trace_gates(model, TEXT), stepped(model, TEXT)
    np.testing.assert_allclose(trace.quantity["cell"][:, 0], expected[0]["cell"][1:], atol=1e-10)
    np.testing.assert_allclose(trace.surprise, _surprise(model, TEXT), atol=1e-10)


def _surprise(model: LanguageModel, text: str) -> np.ndarray:
    """Bits (T,) by the fused model."""
    tokens = model.encode_text("\n" + text)
    return F.cross_entropy(model(tokens[None, :-1])[0][0], tokens[1:], reduction="none").numpy() / math.log(2)


@pytest.mark.parametrize("cell", CELLS)
def test_the_mean_surprise_is_bits_per_character(cell: str) -> None:
    model = language_toy(cell, 2, torch.float64)
    trace = trace_gates(model, LONG)
    np.testing.assert_allclose(trace.surprise, _surprise(model, LONG), atol=1e-10)
    tokens = model.encode_text("\n" + LONG)
    nats = F.cross_entropy(model(tokens[None, :-1])[0][0], tokens[1:])
    assert trace.surprise.mean() == pytest.approx(float(nats) / math.log(2))


def test_what_is_likely_next() -> None:
    model = language_toy("gru", 1, torch.float64)
    trace = trace_gates(model, LONG)
    probability = model(model.encode_text("\n" + LONG)[None])[0][0, 1:].softmax(1).numpy()
    order = np.argsort(-probability, axis=1)[:, :5]
    np.testing.assert_array_equal(trace.likely, order)
    np.testing.assert_allclose(trace.likely_probability, np.take_along_axis(probability, order, 1), atol=1e-12)
    assert trace.vocabulary[trace.likely[0, 0]] == VOCABULARY[order[0, 0]]


def check_identities(trace: GatesTrace, tolerance: float) -> None:
    """The cells' equations between the quantities of a trace, with the step before: shared with the shipped models."""
    now = trace.quantity
    last = {name: np.concatenate([trace.before[name][None], value[:-1]]) for name, value in now.items()}
    if "cell" in now:
        cell = now["forget"] * last["cell"] + now["input"] * now["candidate"]
        np.testing.assert_allclose(now["cell"], cell, atol=tolerance, rtol=tolerance)
        np.testing.assert_allclose(now["hidden"], now["output"] * np.tanh(now["cell"]), atol=tolerance)
    if "update" in now:
        hidden = (1 - now["update"]) * now["candidate"] + now["update"] * last["hidden"]
        np.testing.assert_allclose(now["hidden"], hidden, atol=tolerance)
    for name, value in now.items():
        lowest = 0 if name in ("input", "forget", "output", "reset", "update") else -1
        if name != "cell":
            assert value.min() >= lowest, name
            assert value.max() <= 1, name


@pytest.mark.parametrize("cell", CELLS)
def test_gate_identities(cell: str) -> None:
    check_identities(trace_gates(language_toy(cell, 2), LONG), 1e-6)


def test_characters_are_shown_as_read() -> None:
    trace = trace_gates(language_toy("rnn"), "a\r\né\r😀\ud800\ufffdb")
    assert "".join(trace.characters) == "a\né\n😀\ufffd\ufffdb"
    assert trace.unknown.tolist() == [False, False, True, False, True, True, True, False]
    assert trace.tokens.tolist() == [VOCABULARY.index(c) if c in VOCABULARY else 0 for c in trace.characters]


def test_control_characters_and_one_character_alone_are_read() -> None:
    trace = trace_gates(language_toy("lstm"), "\0")
    assert trace.unknown.tolist() == [True]
    assert trace.quantity["cell"].shape == (1, 1, 12)
    assert np.isfinite(trace.surprise).all()


@pytest.mark.parametrize(("text", "words"), [("", "no text to read"), ("a" * 5_000_000, "at most 100000 characters")])
def test_texts_that_are_none_are_refused(text: str, words: str) -> None:
    with pytest.raises(ReadingError, match=words):
        trace_gates(language_toy("rnn"), text)


def test_a_trace_is_written_flat(tmp_path: Path) -> None:
    trace = trace_gates(language_toy("lstm"), "fox")
    save_npz(trace, tmp_path / "trace.npz")
    with np.load(tmp_path / "trace.npz", allow_pickle=False) as written:
        assert set(written) == {
            *("characters", "tokens", "unknown", "vocabulary", "surprise", "likely", "likely_probability"),
            *(f"{field}.{name}" for field in ("quantity", "before") for name in trace.quantity),
        }
        np.testing.assert_array_equal(written["quantity.forget"], trace.quantity["forget"])
        np.testing.assert_array_equal(written["characters"], ["f", "o", "x"])
