"""The recurrent GAN's networks are torch's own, put together as docs/format.md says."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from explorer.families.errors import FamilyError
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes, Signal, described, sequence_kind
from explorer.graph.interpreter import run
from explorer.graph.layers import Layer

SIGNAL = {"kind": "signal", "length": 7, "rate": 30.0, "unit": "mV", "offset": 0.5, "scale": 2.0}
NOTES = {"kind": "notes", "length": 7, "pitches": [60, 62, 64], "durations": [0.0, 0.5, 1.0], "tempo": 84.0}


def toy(sequence: dict[str, Any] = SIGNAL, **arguments: Any) -> RecurrentGAN:
    torch.manual_seed(0)
    sizes = {"latent": 3, "hidden_size": 6, "discriminator_size": 5}
    return RecurrentGAN(sequence, **{**sizes, **arguments}).double()


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
def test_generator_is_torch_s_own_network_with_a_linear_layer(cell: str, layers: int) -> None:
    model = toy(cell=cell, layers=layers)
    whole = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](3, 6, layers, batch_first=True).double()
    for index, layer in enumerate(model.generator.recurrent):
        for name, value in layer.state_dict().items():
            whole.state_dict()[name.replace("l0", f"l{index}")].copy_(value)
    hidden, _ = whole(noise(2, 7, 3))
    expected = torch.tanh(hidden @ model.generator.output.weight.T + model.generator.output.bias)
    torch.testing.assert_close(model.generate_sequences(noise(2, 7, 3)), expected)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_discriminator_is_torch_s_bidirectional_network_with_a_linear_layer(cell: str) -> None:
    model = toy(cell=cell, classes=2)
    judge = model.discriminator
    whole = {"gru": nn.GRU, "lstm": nn.LSTM}[cell](3, 5, batch_first=True, bidirectional=True).double()
    for suffix, direction in (("l0", judge.forward_pass), ("l0_reverse", judge.backward_pass)):
        for name, value in direction.state_dict().items():
            whole.state_dict()[name.replace("l0", suffix)].copy_(value)
    x, label = noise(4, 7, 1), torch.eye(2, dtype=torch.float64)[[0, 1, 1, 0]]
    hidden, _ = whole(torch.cat([x, label[:, None].expand(-1, 7, -1)], -1))
    torch.testing.assert_close(model.judge_steps(x, label), judge.output(hidden)[..., 0])


def test_steps_by_the_cells_equations_give_what_the_fused_network_gives() -> None:
    model = toy(layers=2, classes=2)
    z, label = noise(3, 7, 3), torch.eye(2, dtype=torch.float64)[[0, 1, 0]]
    inputs, state = model.labelled(z, label), model.initial_state(3)
    outputs = []
    for t in range(7):
        computed = model.step(inputs[:, t], state)
        assert [tuple(layer) for layer in computed] == [model.quantities] * 2
        state = model.state_of(computed)
        outputs.append(model.generator.squashed(model.generator.output(computed[-1]["hidden"])))
    torch.testing.assert_close(torch.stack(outputs, 1), model.generate_sequences(z, label))


def test_a_sequence_s_verdict_hears_both_what_comes_before_and_after() -> None:
    model, x = toy(), noise(1, 7, 1)
    moved = x.clone()
    moved[:, 3] += 1
    assert (model.judge_steps(moved) != model.judge_steps(x)).all()


def test_minibatch_features_are_the_sums_that_salimans_wrote() -> None:
    model = toy(minibatch_features=4)
    means, projections = noise(3, 10), model.discriminator.minibatch
    assert projections is not None
    projected = torch.stack([torch.tensordot(row, projections, 1) for row in means])  # (N, B, C)
    expected = torch.zeros(3, 4, dtype=torch.float64)
    for i in range(3):
        for j in range(3):
            if i != j:
                expected[i] += torch.exp(-(projected[i] - projected[j]).abs().sum(-1))
    torch.testing.assert_close(model.discriminator.nearness(means), expected)


def test_without_minibatch_features_sequences_are_judged_one_by_one() -> None:
    alone, together = toy(), toy(minibatch_features=4)
    x = noise(3, 7, 1)
    torch.testing.assert_close(alone.judge_steps(x)[1:2], alone.judge_steps(x[1:2]))
    assert not torch.allclose(together.judge_steps(x)[1:2], together.judge_steps(x[1:2]))
    assert set(alone.networks()) == {
        "generator",
        "discriminator_forward",
        "discriminator_backward",
        "discriminator_output",
    }
    assert set(together.networks()) == {"generator"}


@pytest.mark.parametrize("sequence", [SIGNAL, NOTES])
def test_graphs_name_the_tensors_of_the_model(sequence: dict[str, Any]) -> None:
    model = toy(sequence, classes=2, layers=2)
    known = model.state_dict()
    named = [
        name
        for network in model.networks().values()
        for layer in network.layers
        for name in layer.values()
        if name in known
    ]
    assert sorted(named) == sorted(known)
    (size,) = model.networks()["generator"].output
    assert size == model.sequence.channels
    assert [layer["op"] for layer in model.networks()["generator"].layers][-1] == (
        "tanh" if sequence is SIGNAL else "linear"
    )


def through(model: RecurrentGAN, layers: list[Layer], x: torch.Tensor) -> torch.Tensor:
    """What a graph's layers make of sequences (N, T, I)."""
    return run(layers, model.state_dict(), x)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_graphs_run_layer_by_layer_are_the_model(cell: str) -> None:
    model = toy(cell=cell, classes=2, layers=2)
    graphs = {name: network.layers for name, network in model.networks().items()}
    label = torch.eye(2, dtype=torch.float64)[[0, 1, 0]]
    made = through(model, graphs["generator"], model.labelled(noise(3, 7, 3), label))
    torch.testing.assert_close(made, model.generate_sequences(noise(3, 7, 3), label))
    read = model.labelled(made, label)
    passes = (
        through(model, graphs["discriminator_forward"], read),
        through(model, graphs["discriminator_backward"], read.flip(1)).flip(1),
    )
    judged = through(model, graphs["discriminator_output"], torch.cat(passes, -1))[..., 0]
    torch.testing.assert_close(judged, model.judge_steps(made, label))


def test_notes_are_groups_of_probabilities() -> None:
    model = toy(NOTES)
    probabilities = model.generate_sequences(noise(2, 7, 3))
    pitch, duration = probabilities.split([5, 3], -1)
    for group in (pitch, duration):
        torch.testing.assert_close(group.sum(-1), torch.ones(2, 7, dtype=torch.float64))


def test_tokens_are_the_most_probable_that_fit_each_other() -> None:
    kind = sequence_kind(NOTES)
    assert isinstance(kind, Notes)
    rows = torch.tensor(
        [
            [[0.1, 0.2, 0.4, 0.2, 0.1, 0.6, 0.1, 0.3]],  # duration 0 is no note's
            [[0.5, 0.1, 0.2, 0.1, 0.1, 0.1, 0.2, 0.7]],  # the end has no other
            [[0.0, 0.4, 0.4, 0.1, 0.1, 0.2, 0.4, 0.4]],  # the lower of equals
        ]
    )
    assert kind.tokens(rows).tolist() == [[[2, 2]], [[0, 0]], [[1, 1]]]
    assert [each.tolist() for each in kind.melodies(rows)] == [[[2, 2]], [], [[1, 1]]]
    longer = torch.cat([rows[:1], rows[2:], rows[1:2], rows[:1]], 1)
    assert [each.tolist() for each in kind.melodies(longer)] == [[[2, 2], [1, 1]]]
    again = kind.numbers(kind.tokens(rows))
    assert kind.tokens(again).tolist() == kind.tokens(rows).tolist()


def test_signals_have_their_unit() -> None:
    kind = sequence_kind(SIGNAL)
    assert isinstance(kind, Signal)
    y = noise(2, 7, 1)
    torch.testing.assert_close(kind.values(y), 0.5 + 2 * y[..., 0])
    torch.testing.assert_close(kind.numbers(kind.values(y)), y)


@pytest.mark.parametrize("sequence", [SIGNAL, NOTES])
def test_a_described_sequence_is_itself(sequence: dict[str, Any]) -> None:
    assert described(sequence_kind(sequence)) == sequence


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "film"},
        {"length": 0},
        {"length": 10_000},
        {"rate": 0.0},
        {"scale": -1.0},
        {"colour": "red"},
    ],
)
def test_a_signal_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FamilyError):
        sequence_kind({**SIGNAL, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"pitches": []},
        {"pitches": [62, 60]},
        {"pitches": [60, 60]},
        {"pitches": [60, 128]},
        {"durations": [0.5, 1.0]},
        {"durations": [0.0]},
        {"durations": [0.0, 0.5, 0.5]},
        {"tempo": 0.0},
    ],
)
def test_notes_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FamilyError):
        sequence_kind({**NOTES, **change})


@pytest.mark.parametrize(
    "change", [{"latent": 0}, {"cell": "rnn"}, {"layers": 3}, {"classes": 1}, {"minibatch_features": -1}]
)
def test_arguments_out_of_range_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FamilyError):
        toy(**change)


def test_a_missing_or_needless_label_is_refused() -> None:
    with pytest.raises(FamilyError, match="2 classes"):
        toy(classes=2).generate_sequences(noise(1, 7, 3))
    with pytest.raises(FamilyError, match="0 classes"):
        toy().judge_steps(noise(1, 7, 1), torch.ones(1, 2, dtype=torch.float64))
