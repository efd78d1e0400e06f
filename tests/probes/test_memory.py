"""How far back gradients reach, against closed forms and autograd's own Jacobians."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.families.cells import CELLS
from explorer.families.recurrent import LanguageModel, weights_of
from explorer.probes.memory import LAGS, _medians, choose_steps, draw_directions, measure_memory, norms, reach
from explorer.probes.reading import ReadingError
from explorer.traces.language import Reach
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


def exact(model: LanguageModel, positions: int) -> Tensor:
    """Directions that leave nothing to chance: all unit vectors, with the length that makes them of covariance I."""
    size = model.layers * len(CELLS[model.cell].state) * model.hidden_size
    return (size**0.5 * torch.eye(size, dtype=torch.float64)).expand(positions, size, size)


@pytest.mark.parametrize("weight", [-0.9, 0.5, 1.0, 1.1])
def test_a_linear_unit_forgets_or_explodes_by_powers_of_its_weight(weight: float) -> None:
    """At rest tanh has slope 1, so h_t = w·h_{t−1} + v·x_t: ∂h_t/∂h_{t−k} = w^k, ∂loss_t/∂x_{t−k} = loss'·v·w^k."""
    model = one_unit("rnn")
    with torch.no_grad():
        weights_of(model.recurrent[0]).hidden.fill_(weight)
        weights_of(model.recurrent[0]).input.fill_(0.3)
    tokens = model.encode_text(TEXT * 3)
    found = norms(model, tokens, STEPS, draw_directions(model, len(STEPS), 0))
    for kind in ("state", "hidden"):
        np.testing.assert_allclose(found[kind], np.tile(abs(weight) ** K, (3, 1)), rtol=1e-10)
    logits = model.output.bias.detach()
    slope = logits.softmax(0) @ model.output.weight[:, 0] - model.output.weight[tokens[STEPS + 1], 0]
    expected = abs(slope.detach().numpy() * 0.3)[:, None] * abs(weight) ** K
    np.testing.assert_allclose(found["gradient"], expected, rtol=1e-10)


def test_a_linear_network_has_the_powers_of_its_matrix() -> None:
    """At rest ∂h_t/∂h_{t−k} = W^k, whose Frobenius norm over √H is the root mean square growth."""
    matrix = torch.tensor([[0.5, 0.9, 0.0], [-0.7, 0.4, 0.2], [0.0, 0.3, 0.97]], dtype=torch.float64)
    model = LanguageModel(VOCABULARY, "rnn", 3, 1, 1).double()
    with torch.no_grad():
        for parameter in (*model.recurrent.parameters(), *model.embedding.parameters()):
            parameter.zero_()
        weights_of(model.recurrent[0]).hidden.copy_(matrix)
    found = norms(model, model.encode_text(TEXT * 3), STEPS, exact(model, len(STEPS)))["state"]
    powers = [float(torch.linalg.matrix_power(matrix, lag).norm()) / 3**0.5 for lag in LAGS]
    np.testing.assert_allclose(found, np.tile(powers, (3, 1)), rtol=1e-10)


@pytest.mark.parametrize("forget_bias", [-2.0, 1.0, 5.0])
def test_an_lstm_unit_of_constant_gates(forget_bias: float) -> None:
    """At rest with constant gates, and u from h to the candidate, c' = f·c + i·u·h and h' = o·c'.

    So (h', c') = (o, 1)·(i·u, f)·(h, c), whose k-th power is (f + i·u·o)^(k−1) times itself. Of h alone, with the cell
    state at t − k held fixed, o·i·u of that is left; the way through the cell, f, is not there at k = 1.
    """
    model, u = one_unit("lstm"), 0.4
    with torch.no_grad():
        weights = weights_of(model.recurrent[0])
        weights.input_bias.copy_(torch.tensor([0.5, forget_bias, 0.0, -0.3]))  # i, f, g, o
        weights.hidden[2] = u
    i, f, _, o = weights.input_bias.detach().sigmoid().numpy()
    found = norms(model, model.encode_text(TEXT * 3), STEPS, exact(model, len(STEPS)))
    power = (f + i * u * o) ** (K - 1)
    whole = np.sqrt((o**2 + 1) * ((i * u) ** 2 + f**2) / 2)
    np.testing.assert_allclose(found["state"], np.tile(whole * power, (3, 1)), rtol=1e-10)
    np.testing.assert_allclose(found["hidden"], np.tile(o * i * u * power, (3, 1)), rtol=1e-10)


@pytest.mark.parametrize("cell", list(CELLS))
@pytest.mark.parametrize("layers", [1, 2])
def test_norms_are_those_of_the_whole_jacobians(cell: str, layers: int) -> None:
    model = language_toy(cell, layers, torch.float64)
    tokens = model.encode_text(TEXT * 3)
    found = norms(model, tokens, STEPS, exact(model, len(STEPS)))
    size = model.hidden_size
    top = slice((layers - 1) * len(CELLS[cell].state) * size, None)
    for row, t in enumerate(STEPS):
        for lag in (1, 2, 6, 100):
            column = LAGS.index(lag)
            whole = _jacobian(model, tokens, t, lag)
            assert found["state"][row, column] == pytest.approx(float(whole.norm()) / len(whole) ** 0.5, rel=1e-8)
            hidden = whole[top, top][:size, :size]
            assert found["hidden"][row, column] == pytest.approx(float(hidden.norm()) / size**0.5, rel=1e-8)
            slope = _gradient(model, tokens, t, lag)
            assert found["gradient"][row, column] == pytest.approx(float(slope.norm()), rel=1e-8)


def test_random_directions_estimate_the_norm_without_bias() -> None:
    """Of a hundred estimates, each of 4 directions, the mean square is the exact one's, within four standard errors."""
    model = language_toy("lstm", 1, torch.float64)
    tokens, steps = model.encode_text(TEXT * 3), np.full(100, 120)
    estimates = norms(model, tokens, steps, draw_directions(model, 100, 0))
    precise = norms(model, tokens, steps[:1], exact(model, 1))
    for kind in ("state", "hidden"):
        squares = estimates[kind][:, [0, 4, 19]] ** 2
        error = squares.std(0, ddof=1) / 10
        assert (abs(squares.mean(0) - precise[kind][0, [0, 4, 19]] ** 2) < 4 * error).all(), kind


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
    """∂s_t/∂s_{t−k} (S, S): of all layers, from below, h and then c."""
    held = _read(model, tokens[: t - lag + 1])[-1]
    parts = len(held[0])

    def after(flat: Tensor) -> Tensor:
        each = flat.view(model.layers, parts, 1, -1)
        state = tuple(tuple(layer) for layer in each)
        for token in tokens[t - lag + 1 : t + 1]:
            state = model.state_of(model.step(model.embed(token[None]), state))
        return torch.cat([part[0] for layer in state for part in layer])

    return torch.autograd.functional.jacobian(after, torch.cat([part[0] for layer in held for part in layer]))


def _gradient(model: LanguageModel, tokens: Tensor, t: int, lag: int) -> Tensor:
    """∂loss_t/∂x_{t−k} (E,)."""

    def loss(x: Tensor) -> Tensor:
        hidden = _read(model, tokens[: t + 1], {t - lag: x[None]})[-1][-1][0]
        return F.cross_entropy(model.read_out(hidden)[0], tokens[t + 1])

    return torch.autograd.functional.jacobian(loss, model.embed(tokens[t - lag]))


def test_dropout_and_the_models_precision_play_no_part() -> None:
    model = language_toy("gru", 2, dropout=0.5).train()
    tokens, directions = model.encode_text(TEXT * 3), draw_directions(model, len(STEPS), 1)
    seen = norms(model, tokens, STEPS, directions)
    for kind, again in norms(model.double().eval(), tokens, STEPS, directions).items():
        np.testing.assert_array_equal(seen[kind], again)


def test_an_open_forget_gate_remembers_longer_before_any_training() -> None:
    fresh = language_toy("lstm")
    before = {name: value.clone() for name, value in fresh.state_dict().items()}
    memory = measure_memory(language_toy("lstm"), fresh, fresh.encode_text(TEXT * 4), 1.0, positions=12)
    assert list(memory.state) == ["trained", "initial", *(f"forget_bias_{bias}" for bias in (-2, 0, 1, 3))]
    for found in (memory.state, memory.hidden, memory.gradient):
        far = [found[f"forget_bias_{bias}"][K >= 20, 1] for bias in (-2, 0, 1, 3)]
        for closed, opened in pairwise(far):
            assert (opened > closed).all()
    assert memory.forget_bias["forget_bias_3"] == 3
    assert all(torch.equal(value, before[name]) for name, value in fresh.state_dict().items())


@pytest.mark.parametrize(("cell", "bias"), [("rnn", None), ("gru", None), ("lstm", -1.0)])
def test_what_is_stored(cell: str, bias: float | None) -> None:
    model = language_toy(cell)
    tokens = model.encode_text(TEXT * 3)
    memory = measure_memory(model, language_toy(cell), tokens, bias, seed=5, positions=9)
    tensors, told = memory.tensors(), memory.metadata()
    variants = ["trained", "initial", *(f"forget_bias_{each}" for each in (-2, 0, 1, 3) if cell == "lstm")]
    assert set(tensors) == {"lag", *(f"{kind}.{each}" for kind in ("state", "hidden", "gradient") for each in variants)}
    assert list(told["variants"]) == variants
    assert told["variants"]["initial"]["forget_bias"] == bias
    assert {name: told[name] for name in ("positions", "directions", "share", "seed")} == {
        "positions": 9,
        "directions": 4,
        "share": 0.01,
        "seed": 5,
    }
    assert tensors["lag"].tolist() == list(range(1, 101))
    steps = choose_steps(len(tokens), 9, 5)
    found = norms(model, tokens, steps, draw_directions(model, 9, 5))
    for kind, values in found.items():
        np.testing.assert_allclose(tensors[f"{kind}.trained"][:, 1], np.sort(values, axis=0)[4], rtol=1e-6)
        assert told["variants"]["trained"]["reach"][kind] == reach(values, steps, 5)._asdict()
        assert (np.diff(tensors[f"{kind}.initial"], axis=1) >= 0).all()
    if cell != "lstm":  # h is all of the state
        np.testing.assert_array_equal(found["state"], found["hidden"])


def decays(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Norms (positions, K) that fall exponentially, each at its own rate."""
    return np.asarray(np.exp(-rates[:, None] * K))


def test_the_reach_is_where_the_median_is_first_below_a_hundredth() -> None:
    """exp(−r·(k − 1)) is below 0.01 from k − 1 > ln 100 / r on: r = 0.3 at 17; r = 0.04 not by k = 100."""
    steps = np.arange(0, 50_000, 250)
    assert reach(decays(np.full(200, 0.3)), steps, 0) == Reach(17, 17, 17)
    assert reach(decays(np.full(200, 0.04)), steps, 0) == Reach(None, None, None)


def test_medians_of_resamples_are_those_of_the_repeated_values() -> None:
    source = np.random.default_rng(1)
    values, times = source.random((7, 3)), source.integers(0, 4, (50, 7)).astype(np.int16)
    times[:, 0] += 1
    for found, each in zip(_medians(values, times), times, strict=True):
        repeated = np.sort(np.repeat(values, each, 0), 0)
        np.testing.assert_array_equal(found, repeated[(len(repeated) - 1) // 2])


def test_a_reachs_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Of rates that are drawn anew forty times; the median rate's own reach is 1 + ln 100 / 0.2 = 24.03, so 25."""
    source, steps, held = np.random.default_rng(0), np.arange(0, 32_000, 500), 0
    for seed in range(40):
        found = reach(decays(0.2 * np.exp(0.5 * source.standard_normal(64))), steps, seed)
        assert found.low is not None
        held += found.low <= 25 <= (found.high or 101)
    assert held >= 34  # of 40; 33 or fewer come once in 300 times where 38 are expected


def test_positions_that_are_near_to_each_other_widen_the_interval() -> None:
    """Four positions of each block that say the same are worth one."""
    rates = 0.2 * np.exp(0.5 * np.random.default_rng(3).standard_normal(64))
    together = reach(decays(np.repeat(rates, 4)), np.repeat(np.arange(0, 32_000, 500), 4), 0)
    apart = reach(decays(np.repeat(rates, 4)), np.arange(0, 128_000, 500), 0)
    assert (together.high or 101) - (together.low or 101) > (apart.high or 101) - (apart.low or 101)


def test_a_gradient_that_fades_for_a_few_reaches_beyond_all_lags() -> None:
    values = decays(np.where(np.arange(40) < 22, 0.04, 0.5))
    found = reach(values, np.arange(0, 20_000, 500), 0)
    assert found.value is None
    assert found.low is not None
    assert found.high is None


def test_steps_have_every_lag_before_them_and_a_character_after() -> None:
    assert choose_steps(110, 9, 3).tolist() == list(range(100, 109))
    assert choose_steps(5000, 32, 1).tolist() == choose_steps(5000, 32, 1).tolist()
    assert choose_steps(5000, 32, 1).tolist() != choose_steps(5000, 32, 2).tolist()


@pytest.mark.parametrize(("length", "positions"), [(109, 9), (0, 1), (110, 0)])
def test_texts_too_short_are_refused(length: int, positions: int) -> None:
    with pytest.raises(ReadingError, match="expected a text of at least"):
        choose_steps(length, positions, 0)
