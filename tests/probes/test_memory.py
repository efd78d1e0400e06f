"""How far back gradients reach, against closed forms and autograd's own Jacobians."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.families.cells import CELLS
from explorer.families.recurrent import LanguageModel, weights_of
from explorer.probes.memory import LAGS, choose_steps, measure_memory, norms
from explorer.probes.reading import ReadingError
from tests.language_toys import TEXT, VOCABULARY, language_toy

K = np.array(LAGS)
STEPS = np.array([100, 117, 130])


def one_unit(cell: str) -> LanguageModel:
    """A model of one unit at rest: all recurrent weights and biases are 0, and so are its inputs."""
    model = LanguageModel(VOCABULARY, cell, 1, 1, 1).double()
    with torch.no_grad():
        for parameter in (*model.recurrent.parameters(), *model.embedding.parameters()):
            parameter.zero_()
    return model


@pytest.mark.parametrize("weight", [-0.9, 0.5, 1.0, 1.1])
def test_a_linear_unit_forgets_or_explodes_by_powers_of_its_weight(weight: float) -> None:
    """At rest tanh has slope 1, so h_t = w·h_{t−1} + v·x_t: ∂h_t/∂h_{t−k} = w^k, ∂loss_t/∂x_{t−k} = loss'·v·w^k."""
    model = one_unit("rnn")
    with torch.no_grad():
        weights_of(model.recurrent[0]).hidden.fill_(weight)
        weights_of(model.recurrent[0]).input.fill_(0.3)
    tokens = model.encode_text(TEXT * 3)
    jacobian, gradient = norms(model, tokens, STEPS)
    np.testing.assert_allclose(jacobian, np.tile(abs(weight) ** K, (3, 1)), rtol=1e-10)
    logits = model.output.bias.detach()
    slope = logits.softmax(0) @ model.output.weight[:, 0] - model.output.weight[tokens[STEPS + 1], 0]
    expected = abs(slope.detach().numpy() * 0.3)[:, None] * abs(weight) ** K
    np.testing.assert_allclose(gradient, expected, rtol=1e-10)


@pytest.mark.parametrize("forget_bias", [-2.0, 1.0, 5.0])
def test_an_lstm_unit_of_constant_gates(forget_bias: float) -> None:
    """At rest with constant gates, and u from h to the candidate: ∂h_t/∂h_{t−k} = o·i·u·(f + i·u·o)^(k−1).

    The cell state at t − k is held fixed; were it to move with the hidden state, the first factor would differ.
    """
    model, u = one_unit("lstm"), 0.4
    with torch.no_grad():
        weights = weights_of(model.recurrent[0])
        weights.input_bias.copy_(torch.tensor([0.5, forget_bias, 0.0, -0.3]))  # i, f, g, o
        weights.hidden[2] = u
    i, f, _, o = weights.input_bias.detach().sigmoid().numpy()
    jacobian, _ = norms(model, model.encode_text(TEXT * 3), STEPS)
    np.testing.assert_allclose(jacobian, np.tile(o * i * u * (f + i * u * o) ** (K - 1), (3, 1)), rtol=1e-10)


@pytest.mark.parametrize("cell", list(CELLS))
@pytest.mark.parametrize("layers", [1, 2])
def test_norms_are_those_of_the_whole_jacobians(cell: str, layers: int) -> None:
    model = language_toy(cell, layers, torch.float64)
    tokens = model.encode_text(TEXT * 3)
    jacobian, gradient = norms(model, tokens, STEPS)
    for row, t in enumerate(STEPS):
        for lag in (1, 2, 6, 100):
            column = LAGS.index(lag)
            whole = _jacobian(model, tokens, t, lag)
            assert jacobian[row, column] == pytest.approx(float(torch.linalg.matrix_norm(whole, 2)), rel=1e-8)
            slope = _gradient(model, tokens, t, lag)
            assert gradient[row, column] == pytest.approx(float(slope.norm()), rel=1e-8)


def _read(model: LanguageModel, tokens: Tensor, replace: dict[int, Tensor] | None = None) -> list[Tensor]:
    """Inputs by step, some of them replaced, then the states after the line feed and each step."""
    state = model.state_of(model.step(model.embed(model.encode_text("\n")), model.initial_state(1)))
    states = [state]
    for t, token in enumerate(tokens):
        x = (replace or {}).get(t, model.embed(token[None]))
        state = model.state_of(model.step(x, state))
        states.append(state)
    return states[1:]


def _jacobian(model: LanguageModel, tokens: Tensor, t: int, lag: int) -> Tensor:
    """∂h_t/∂h_{t−k} (H, H) of the top layer, the other states after step t − k held fixed."""
    held = _read(model, tokens[: t - lag + 1])[-1]

    def after(hidden: Tensor) -> Tensor:
        state = (*held[:-1], (hidden[None], *held[-1][1:]))
        for token in tokens[t - lag + 1 : t + 1]:
            state = model.state_of(model.step(model.embed(token[None]), state))
        return state[-1][0][0]

    return torch.autograd.functional.jacobian(after, held[-1][0][0])


def _gradient(model: LanguageModel, tokens: Tensor, t: int, lag: int) -> Tensor:
    """∂loss_t/∂x_{t−k} (E,)."""

    def loss(x: Tensor) -> Tensor:
        hidden = _read(model, tokens[: t + 1], {t - lag: x[None]})[-1][-1][0]
        return F.cross_entropy(model.read_out(hidden)[0], tokens[t + 1])

    return torch.autograd.functional.jacobian(loss, model.embed(tokens[t - lag]))


def test_dropout_and_the_models_precision_play_no_part() -> None:
    model = language_toy("gru", 2, dropout=0.5).train()
    tokens = model.encode_text(TEXT * 3)
    seen = norms(model, tokens, STEPS)
    for first, second in zip(seen, norms(model.double().eval(), tokens, STEPS), strict=True):
        np.testing.assert_array_equal(first, second)


def test_an_open_forget_gate_remembers_longer_before_any_training() -> None:
    fresh = language_toy("lstm")
    before = {name: value.clone() for name, value in fresh.state_dict().items()}
    memory = measure_memory(language_toy("lstm"), fresh, fresh.encode_text(TEXT * 4), positions=12)
    assert list(memory.jacobian) == ["trained", "initial", *(f"forget_bias_{bias}" for bias in (-2, 0, 1, 3))]
    for found in (memory.jacobian, memory.gradient):
        far = [found[f"forget_bias_{bias}"][K >= 20, 1] for bias in (-2, 0, 1, 3)]
        for closed, opened in pairwise(far):
            assert (opened > closed).all()
    assert memory.forget_bias["forget_bias_3"] == 3
    assert all(torch.equal(value, before[name]) for name, value in fresh.state_dict().items())


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_what_is_stored(cell: str) -> None:
    model = language_toy(cell)
    tokens = model.encode_text(TEXT * 3)
    memory = measure_memory(model, language_toy(cell), tokens, seed=5, positions=9)
    tensors = memory.tensors()
    variants = ("trained", "initial")
    assert set(tensors) == {"lag", *(f"{part}.{each}" for part in ("jacobian", "gradient") for each in variants)}
    assert memory.metadata() == {
        "variants": {each: {"forget_bias": None} for each in variants},
        "positions": 9,
        "seed": 5,
    }
    assert tensors["lag"].dtype == np.int32
    jacobian, _ = norms(model, tokens, choose_steps(len(tokens), 9, 5))
    expected = np.sort(jacobian, axis=0)[4]  # the middle of nine
    np.testing.assert_allclose(tensors["jacobian.trained"][:, 1], expected, rtol=1e-6)
    assert (np.diff(tensors["gradient.initial"], axis=1) >= 0).all()


def test_steps_have_every_lag_before_them_and_a_character_after() -> None:
    assert choose_steps(110, 9, 3).tolist() == list(range(100, 109))
    assert choose_steps(5000, 32, 1).tolist() == choose_steps(5000, 32, 1).tolist()
    assert choose_steps(5000, 32, 1).tolist() != choose_steps(5000, 32, 2).tolist()


@pytest.mark.parametrize(("length", "positions"), [(109, 9), (0, 1), (110, 0)])
def test_texts_too_short_are_refused(length: int, positions: int) -> None:
    with pytest.raises(ReadingError, match="expected a text of at least"):
        choose_steps(length, positions, 0)
