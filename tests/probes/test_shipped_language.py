"""What the page teaches about gates and memory, held against the character models that ship."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch.nn.functional as F
from safetensors.numpy import load_file

from explorer import catalog
from explorer.probes.gates import trace_gates
from tests.probes.test_gates_trace import check_identities, stepped

FOLDERS = [catalog.SHIPPED / each.name for each in catalog.checkpoints() if each.family == "recurrent"]
MEASURED = [folder for folder in FOLDERS if (folder / "memory.safetensors").exists()]
HUNDREDTH = 0.01

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


def reach(folder: Path, part: str, variant: str = "trained") -> int:
    """The largest lag up to which the median norm stays above a hundredth of its value at lag 1."""
    tensors = load_file(folder / "memory.safetensors")
    median = tensors[f"{part}.{variant}"][:, 1]
    below = np.flatnonzero(median < HUNDREDTH * median[0])
    last = len(median) if len(below) == 0 else int(below[0])
    return int(tensors["lag"][last - 1])


def pair(first: str, second: str) -> tuple[Path, Path]:
    folders = {folder.name: folder for folder in MEASURED}
    return folders[first], folders[second]


@pytest.mark.parametrize("part", ["jacobian", "gradient"])
def test_the_lstms_gradient_reaches_further_back_than_the_simple_rnns(part: str) -> None:
    lstm, rnn = pair("lstm-shakespeare", "rnn-shakespeare")
    assert reach(lstm, part) > reach(rnn, part)


@pytest.mark.parametrize("folder", MEASURED, ids=lambda folder: folder.name)
def test_memory_is_stored_as_documented(folder: Path) -> None:
    tensors = load_file(folder / "memory.safetensors")
    assert (np.diff(tensors["lag"]) > 0).all()
    assert tensors["lag"][0] == 1
    for name in ("jacobian.trained", "jacobian.initial", "gradient.trained", "gradient.initial"):
        assert tensors[name].shape == (len(tensors["lag"]), 3)
        assert (np.diff(tensors[name], axis=1) >= 0).all(), name
        assert (tensors[name] >= 0).all(), name


@pytest.mark.parametrize(
    "folder", [folder for folder in MEASURED if folder.name.startswith("lstm")], ids=lambda folder: folder.name
)
def test_fresh_weights_remember_longer_the_larger_the_forget_bias(folder: Path) -> None:
    found = [reach(folder, "gradient", f"forget_bias_{bias}") for bias in (-2, 0, 1, 3)]
    assert found == sorted(found)
    assert found[-1] > found[0]
