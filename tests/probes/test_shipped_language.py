"""What the page teaches about gates and memory, held against the character models that ship."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch.nn.functional as F
from safetensors import safe_open

from explorer import catalog
from explorer.probes.gates import trace_gates
from tests.probes.test_gates_trace import check_identities, stepped

FOLDERS = [catalog.SHIPPED / each.name for each in catalog.checkpoints() if each.family == "recurrent"]
MEASURED = [folder for folder in FOLDERS if (folder / "memory.safetensors").exists()]

shipped = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def page_of(folder: Path, characters: int) -> str:
    page: str = json.loads((folder / "texts.json").read_text(encoding="utf-8"))["page"]
    return page[:characters]


@shipped
def test_gates_are_those_of_the_equations(folder: Path) -> None:
    """c = f·c' + i·g and h = o·tanh c, or h = (1 − z)·n + z·h', at every step of a held-out text."""
    model, text = catalog.open_checkpoint(folder).model, page_of(folder, 1000)
    trace = trace_gates(model, text)
    check_identities(trace, 2e-6)
    expected = stepped(model, text)
    for layer, quantities in enumerate(expected):
        for name, values in quantities.items():
            largest = max(1.0, float(np.abs(values).max()))
            np.testing.assert_allclose(trace.quantity[name][:, layer], values[1:], atol=1e-5 * largest, err_msg=name)


@shipped
def test_surprises_add_up_to_bits_per_character(folder: Path) -> None:
    model, text = catalog.open_checkpoint(folder).model, page_of(folder, 3000)
    tokens = model.encode_text("\n" + text)
    nats = float(F.cross_entropy(model(tokens[None, :-1])[0][0].double(), tokens[1:]))
    assert trace_gates(model, text).surprise.mean() == pytest.approx(nats / math.log(2), abs=1e-5)


def reach(folder: Path, kind: str, variant: str = "trained") -> tuple[float, float, float]:
    """Low end, value and high end of a reach in characters; infinite beyond the largest lag."""
    with safe_open(folder / "memory.safetensors", "np") as file:
        found = json.loads(file.metadata()["memory"])["variants"][variant]["reach"][kind]
    low, value, high = (math.inf if found[end] is None else found[end] for end in ("low", "value", "high"))
    return low, value, high


@pytest.mark.parametrize("kind", ["state", "hidden", "gradient"])
@pytest.mark.parametrize("gated", ["lstm-shakespeare", "gru-shakespeare"])
def test_gated_cells_reach_further_back_than_the_simple_rnn(gated: str, kind: str) -> None:
    """By intervals that do not meet, whichever norm is asked."""
    assert reach(catalog.SHIPPED / gated, kind)[0] > reach(catalog.SHIPPED / "rnn-shakespeare", kind)[2]


def test_the_page_of_models_says_these_reaches() -> None:
    text = " ".join((Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8").split())
    reaches = {
        (cell, kind): reach(catalog.SHIPPED / f"{cell}-shakespeare", kind)
        for cell in ("rnn", "lstm", "gru")
        for kind in ("state", "gradient")
    }
    (low, value, high), lstm, gru = (reaches[cell, "state"] for cell in ("rnn", "lstm", "gru"))
    assert f"the simple RNN {value} characters, with an interval of {low} to {high}" in text
    assert f"LSTM {lstm[1]} ({lstm[0]} to {lstm[2]}), the GRU more than 100 (from {gru[0]})" in text
    assert gru[1:] == (math.inf, math.inf)
    losses = [reaches[cell, "gradient"] for cell in ("rnn", "lstm", "gru")]
    said = [f"{value} ({low} to {high})" for low, value, high in losses]
    assert f"at an earlier input {said[0]}, {said[1]} and {said[2]}." in text


@pytest.mark.parametrize(
    "folder", [folder for folder in MEASURED if folder.name.startswith("lstm")], ids=lambda folder: folder.name
)
@pytest.mark.parametrize("kind", ["state", "hidden", "gradient"])
def test_fresh_weights_remember_longer_the_larger_the_forget_bias(folder: Path, kind: str) -> None:
    found = [reach(folder, kind, f"forget_bias_{bias}")[1] for bias in (-2, 0, 1, 3)]
    assert found == sorted(found)
    assert found[-1] > found[0]
