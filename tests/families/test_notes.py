"""The note model's probabilities are those of torch's own LSTM, and sum to one over all that can come."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from explorer.families.errors import FamilyError
from explorer.families.notes import NoteModel

NOTES = {"kind": "notes", "length": 9, "pitches": [60, 62, 64], "durations": [0.0, 0.5, 1.0], "tempo": 84.0}
MELODY = torch.tensor([[[2, 1], [4, 2], [1, 1], [3, 2], [0, 0]]])


def toy(**arguments: Any) -> NoteModel:
    torch.manual_seed(0)
    sizes = {"hidden_size": 6, "pitch_size": 4, "duration_size": 2}
    return NoteModel(NOTES, **{**sizes, **arguments}).double().eval()


def test_probabilities_are_those_of_torch_s_lstm() -> None:
    model = toy(layers=2)
    whole = nn.LSTM(6, 6, 2, batch_first=True).double()
    for index, layer in enumerate(model.recurrent):
        for name, value in layer.state_dict().items():
            whole.state_dict()[name.replace("l0", f"l{index}")].copy_(value)
    read = torch.cat([torch.zeros(1, 1, 2, dtype=torch.long), MELODY[:, :-1]], 1)
    inputs = torch.cat([model.pitch_embedding.weight[read[..., 0]], model.duration_embedding.weight[read[..., 1]]], -1)
    hidden, _ = whole(inputs)
    for t, (pitch, duration) in enumerate(MELODY[0].tolist()):
        of_pitch = model.pitch_head(hidden[0, t]).softmax(0)[pitch]
        logits = model.duration_head(torch.cat([hidden[0, t], model.pitch_embedding.weight[pitch]]))
        of_duration = torch.ones(()) if pitch == 0 else logits[1:].softmax(0)[duration - 1]
        expected = torch.log(of_pitch * of_duration)
        torch.testing.assert_close(model.log_probability(MELODY)[0, t], expected)


def test_dropout_is_of_the_inputs_of_every_layer_and_head_while_training() -> None:
    model = toy(layers=2, hidden_size=64, pitch_size=32, duration_size=32, dropout=0.5)
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Any:
        return lambda layer, inputs, outputs: seen.update({name: inputs[0]})

    for name, layer in (*model.recurrent.named_children(), ("head", model.pitch_head)):
        layer.register_forward_hook(keep(name))
    shares = []
    for training in (True, False):
        model.train(training).log_probability(MELODY)
        shares.append([(seen[name] == 0).double().mean().item() for name in ("0", "1", "head")])
    assert shares[0] == pytest.approx([0.5] * 3, abs=0.15)
    assert shares[1] == [0, 0, 0]


def test_steps_by_the_cells_equations_give_the_fused_hidden_states() -> None:
    model = toy(layers=2, cell="gru")
    state, hidden = model.initial_state(1), []
    for t in range(5):
        computed = model.step(model.embed_notes(MELODY[:, t]), state)
        state = model.state_of(computed)
        hidden.append(computed[-1]["hidden"])
    torch.testing.assert_close(torch.stack(hidden, 1), model.hidden(MELODY))


def test_probabilities_of_all_notes_that_can_come_sum_to_one() -> None:
    model = toy()
    hidden = torch.randn(6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    pitch = model.predict_pitch(hidden).exp()
    duration = torch.stack([model.predict_duration(hidden, torch.tensor(token)).exp() for token in range(5)])
    torch.testing.assert_close((pitch[:, None] * duration).sum(), torch.ones((), dtype=torch.float64))
    assert duration[0].tolist() == [1, 0, 0]
    assert (duration[1:, 0] == 0).all()


def test_a_note_hears_nothing_of_what_comes_after_it() -> None:
    model, other = toy(), MELODY.clone()
    other[0, 3] = torch.tensor([2, 1])
    torch.testing.assert_close(model.log_probability(other)[:, :3], model.log_probability(MELODY)[:, :3])


def test_graphs_name_tensors_of_the_model_in_their_order() -> None:
    model = toy(layers=2)
    assert [layer["weight_ih"] for layer in model.networks()["notes"].layers] == [
        "recurrent.0.weight_ih_l0",
        "recurrent.1.weight_ih_l0",
    ]
    known = model.state_dict()
    layers = [layer for network in model.networks().values() for layer in network.layers]
    named = {name for layer in layers for name in layer.values()} & set(known)
    assert set(known) - named == {"pitch_embedding.weight", "duration_embedding.weight"}
    assert {name: (network.input, network.output) for name, network in model.networks().items()} == {
        "notes": ((6,), (6,)),
        "pitch": ((6,), (5,)),
        "duration": ((10,), (3,)),
    }


@pytest.mark.parametrize("change", [{"cell": "rnn"}, {"layers": 0}, {"hidden_size": 0}, {"dropout": 1.0}])
def test_arguments_out_of_range_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FamilyError):
        toy(**change)


def test_a_signal_has_no_notes() -> None:
    with pytest.raises(FamilyError, match="not a signal"):
        NoteModel({"kind": "signal", "length": 9, "rate": 1.0, "unit": ""})
