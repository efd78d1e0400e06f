"""Recurrent cells beside torch's fused ones, and the character models made of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from explorer.families.cells import CELLS, rnn_cell
from explorer.families.errors import FamilyError
from explorer.families.recurrent import LanguageModel, State, set_chrono_biases, set_forget_bias, weights_of

VOCABULARY = "\ufffd\nabc"
KINDS = list(CELLS)
EXACT: Any = {"rtol": 0.0, "atol": 1e-10}


def language_model(cell: str, layers: int = 1, seed: int = 0, **arguments: Any) -> LanguageModel:
    """In float64, biases too at random."""
    torch.manual_seed(seed)
    model = LanguageModel(VOCABULARY, cell, 6, layers, **{"embedding_size": 4, **arguments}).double().eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return model


def stepwise(model: LanguageModel, tokens: Tensor, state: State) -> tuple[Tensor, State]:
    """Logits (N, T, V) by the cells' own equations."""
    logits = []
    for column in tokens.T:
        computed = model.step(model.embed(column), state)
        state = model.state_of(computed)
        logits.append(model.read_out(computed[-1]["hidden"]))
    return torch.stack(logits, 1), state


@pytest.fixture
def tokens() -> Tensor:
    return torch.randint(5, (3, 9), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", KINDS)
def test_cells_compute_what_torch_s_fused_kernels_compute(cell: str, layers: int, tokens: Tensor) -> None:
    model = language_model(cell, layers)
    ours, state = stepwise(model, tokens, model.initial_state(3))
    fused, after = model(tokens)
    torch.testing.assert_close(ours, fused, **EXACT)
    torch.testing.assert_close(state, after, **EXACT)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", KINDS)
def test_cells_have_the_gradients_of_torch_s_fused_kernels(cell: str, layers: int, tokens: Tensor) -> None:
    model = language_model(cell, layers)
    gradients = []
    for logits, _ in (stepwise(model, tokens, model.initial_state(3)), model(tokens)):
        model.zero_grad()
        logits.square().sum().backward()
        gradients.append({name: each.grad.clone() for name, each in model.named_parameters() if each.grad is not None})
    assert len(gradients[0]) == len(list(model.parameters()))
    torch.testing.assert_close(*gradients, **EXACT)


@pytest.mark.parametrize("cell", KINDS)
def test_a_carried_state_continues_as_one_long_pass(cell: str, tokens: Tensor) -> None:
    model = language_model(cell, 2)
    whole, end = model(tokens)
    first, state = model(tokens[:, :4])
    second, after = model(tokens[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole, **EXACT)
    torch.testing.assert_close(after, end, **EXACT)


@pytest.mark.parametrize("cell", KINDS)
def test_quantities_have_their_ranges_and_names(cell: str, tokens: Tensor) -> None:
    model = language_model(cell)
    (quantities,) = model.step(model.embed(tokens[:, 0]), model.initial_state(3))
    assert tuple(quantities) == model.quantities == CELLS[cell].quantities
    for name, values in quantities.items():
        low = -1 if name in ("hidden", "candidate", "cell") else 0
        assert values.shape == (3, 6)
        assert ((values > low) & (values < 1)).all(), name  # a cell, too: its first step adds i·g to nothing


def test_an_lstm_s_cell_is_what_it_keeps_and_what_it_adds() -> None:
    model = language_model("lstm")
    state = tuple((torch.randn(2, 6).double(), torch.randn(2, 6).double()) for _ in range(1))
    (step,) = model.step(model.embed(torch.tensor([2, 3])), state)
    torch.testing.assert_close(step["cell"], step["forget"] * state[0][1] + step["input"] * step["candidate"])
    torch.testing.assert_close(step["hidden"], step["output"] * torch.tanh(step["cell"]))


def test_a_gru_mixes_its_candidate_with_its_past() -> None:
    model = language_model("gru")
    state = ((torch.randn(2, 6).double(),),)
    (step,) = model.step(model.embed(torch.tensor([2, 3])), state)
    mixed = (1 - step["update"]) * step["candidate"] + step["update"] * state[0][0]
    torch.testing.assert_close(step["hidden"], mixed)


def test_an_amended_quantity_is_used_by_all_that_follows() -> None:
    model = language_model("lstm")
    state = ((torch.randn(2, 6).double(), torch.randn(2, 6).double()),)

    def keep_all(name: str, value: Tensor) -> Tensor:
        return torch.ones_like(value) if name == "forget" else value

    (step,) = model.step(model.embed(torch.tensor([2, 3])), state, [keep_all])
    assert (step["forget"] == 1).all()
    torch.testing.assert_close(step["cell"], state[0][1] + step["input"] * step["candidate"])


def test_removing_a_unit_of_the_lower_layer_reaches_the_upper_one() -> None:
    model = language_model("gru", 2)

    def remove(name: str, value: Tensor) -> Tensor:
        return value * torch.tensor([0.0, 1, 1, 1, 1, 1]) if name == "hidden" else value

    def unchanged(name: str, value: Tensor) -> Tensor:
        return value

    x, state = model.embed(torch.tensor([2])), model.initial_state(1)
    whole, without = model.step(x, state), model.step(x, state, [remove, unchanged])
    assert without[0]["hidden"][0, 0] == 0
    assert not torch.allclose(whole[1]["hidden"], without[1]["hidden"])


def test_a_linear_unit_s_gradient_is_the_power_of_its_weight() -> None:
    """∂h_t/∂h_{t−k} = w^k where tanh is all but linear: near zero (Bengio et al. 1994)."""
    torch.manual_seed(0)
    model = LanguageModel(VOCABULARY, "rnn", 1, 1, 1).double()
    weights = weights_of(model.recurrent[0])
    with torch.no_grad():
        weights.hidden.fill_(0.9)
        for each in (weights.input, weights.input_bias, weights.hidden_bias):
            each.zero_()
    h = start = torch.full((1, 1), 1e-9, dtype=torch.float64, requires_grad=True)
    for _ in range(20):
        h = rnn_cell(torch.zeros(1, 1).double(), (h,), weights)["hidden"]
    (gradient,) = torch.autograd.grad(h.sum(), start)
    assert gradient.item() == pytest.approx(0.9**20, rel=1e-12)


@pytest.mark.parametrize("cell", KINDS)
def test_one_hot_vectors_pick_columns_of_the_input_matrix(cell: str, tokens: Tensor) -> None:
    model = language_model(cell, embedding_size=None)
    torch.testing.assert_close(stepwise(model, tokens, model.initial_state(3))[0], model(tokens)[0], **EXACT)
    chosen = model.embed(tokens[0]) @ weights_of(model.recurrent[0]).input.T
    torch.testing.assert_close(chosen, weights_of(model.recurrent[0]).input.T[tokens[0]], **EXACT)


def test_a_tied_output_is_the_embedding_behind_a_projection(tokens: Tensor) -> None:
    model = language_model("lstm", tied=True)
    hidden = torch.randn(2, 6).double()
    assert model.projection is not None
    assert model.embedding is not None
    expected = model.projection(hidden) @ model.embedding.weight.T + model.output_bias
    torch.testing.assert_close(model.read_out(hidden), expected)
    assert model.networks()["language"].layers[-1] == {
        "op": "linear",
        "weight": "embedding.weight",
        "bias": "output_bias",
    }


def test_dropout_plays_a_part_in_training_only(tokens: Tensor) -> None:
    model = language_model("lstm", dropout=0.5)
    assert torch.equal(model(tokens)[0], model(tokens)[0])
    model.train()
    assert not torch.equal(model(tokens)[0], model(tokens)[0])


def test_unknown_characters_are_token_nought() -> None:
    assert language_model("rnn").encode_text("ab\nx😀c").tolist() == [2, 3, 1, 0, 0, 4]


@pytest.mark.parametrize(
    "arguments",
    [
        {"vocabulary": "\nab"},
        {"vocabulary": "\ufffdab"},
        {"vocabulary": "\ufffd\naa"},
        {"vocabulary": VOCABULARY, "cell": "transformer"},
        {"vocabulary": VOCABULARY, "layers": 4},
        {"vocabulary": VOCABULARY, "dropout": 1.0},
        {"vocabulary": VOCABULARY, "tied": True, "embedding_size": None},
    ],
)
def test_impossible_models_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(FamilyError):
        LanguageModel(**arguments)


def test_a_forget_bias_opens_the_forget_gates_and_no_others() -> None:
    model = language_model("lstm", 2)
    set_forget_bias(model, 2.0)
    for layer in model.recurrent:
        sums = (weights_of(layer).input_bias + weights_of(layer).hidden_bias).chunk(4)
        assert (sums[1] == 2).all()
        assert not any((part == 2).any() for part in (sums[0], *sums[2:]))
    with pytest.raises(FamilyError, match="forget gate"):
        set_forget_bias(language_model("gru"), 1.0)


def test_chrono_biases_spread_the_memories_of_units_from_1_to_the_longest() -> None:
    layers = [nn.LSTM(3, 2000), nn.LSTM(2000, 5)]
    before = {name: value.clone() for name, value in layers[0].named_parameters()}
    set_chrono_biases(layers, 84, torch.Generator().manual_seed(0))
    for layer in layers:
        gates = (weights_of(layer).input_bias + weights_of(layer).hidden_bias).chunk(4)
        torch.testing.assert_close(gates[0], -gates[1])
        memory = gates[1].exp()  # 1 / (1 - f) - 1 where f = sigmoid(b), in steps
        assert memory.min() >= 1
        assert memory.max() <= 83
    memory = weights_of(layers[0]).input_bias[2000:4000].exp()
    assert abs(memory.mean() - 42) < 3 * (82 / 12**0.5) / 2000**0.5
    for name, value in layers[0].named_parameters():
        kept = slice(4000, None) if "bias" in name else slice(None)
        assert torch.equal(value[kept], before[name][kept])


def test_chrono_biases_are_of_lstms_and_of_2_steps_or_more() -> None:
    with pytest.raises(FamilyError, match="LSTM"):
        set_chrono_biases([nn.GRU(3, 4)], 84, torch.Generator())
    with pytest.raises(FamilyError, match="got 1"):
        set_chrono_biases([nn.LSTM(3, 4)], 1, torch.Generator())
