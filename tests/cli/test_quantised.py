"""Decoders in eight bits: what is saved, that it comes back the same, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from explorer import datasets
from explorer.catalog import Checkpoint, open_checkpoint
from explorer.checkpoints import CheckpointError
from explorer.cli.quantised import PARTS, REPORT, WEIGHTS, export_int8, load_int8, quality, quantised
from explorer.errors import ExplorerError
from explorer.families.vae import VAE
from explorer.training.vae.finish import write_folder
from tests.cli.test_models import explorer
from tests.training.toy_run import toy_split

ARGUMENTS = {"image": [1, 8, 8], "latent": 2, "widths": [6], "decoder_widths": [5]}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """Two latent dimensions: they need no layout, which takes long to compute."""
    folder = tmp_path_factory.mktemp("checkpoints") / "toy"
    folder.mkdir()
    torch.manual_seed(3)
    model = VAE(**ARGUMENTS).eval().requires_grad_(False)
    split = toy_split()
    training: dict[str, Any] = {
        "seed": 3,
        "steps": 0,
        "optimiser": "",
        "loss": "",
        "seconds": 0.0,
        "device": "",
        "command": "",
    }
    training["settings"] = {"beta": 1.0}
    write_folder(folder, "vae", ARGUMENTS, model, None, "digits", split, split.images, 40, training)
    return open_checkpoint(folder)


@pytest.fixture(autouse=True)
def _toy_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "load", lambda name, split: toy_split())


def latents(count: int, size: int = 2) -> torch.Tensor:
    return torch.randn(count, size, generator=torch.Generator().manual_seed(1))


def test_what_is_saved_comes_back_the_same(toy: Checkpoint, tmp_path: Path) -> None:
    export_int8(toy, tmp_path)
    fresh = VAE(**toy.config.arguments).decoder
    first, again = load_int8(tmp_path, toy.model.decoder), load_int8(tmp_path, fresh)
    z = latents(200)
    assert torch.equal(first(z), again(z))
    assert not torch.equal(first(z), toy.model.decoder(z))
    # Two layers, each rounded to a part in 127 of its row's largest weight and in 255 of its inputs' range.
    assert (first(z) - toy.model.decoder(z)).abs().max() < 0.1 * toy.model.decoder(z).abs().max()


def test_the_file_holds_whole_numbers_and_no_pickle(toy: Checkpoint, tmp_path: Path) -> None:
    export_int8(toy, tmp_path)
    tensors = load_file(tmp_path / WEIGHTS)
    assert set(tensors) == {f"{layer}.{part}" for layer in (0, 2) for part in PARTS}
    for layer in (0, 2):
        weight, scale = tensors[f"{layer}.weight"], tensors[f"{layer}.scale"]
        assert weight.dtype == torch.int8
        assert (tensors[f"{layer}.zero_point"] == 0).all()
        original = toy.model.decoder[layer].weight
        # Rounded to the nearest step of its row's scale.
        assert ((weight * scale[:, None] - original).abs() <= 0.5001 * scale[:, None]).all()


def test_layers_that_are_not_linear_are_kept(tmp_path: Path) -> None:
    torch.manual_seed(0)
    arguments = {"image": [1, 8, 8], "latent": 3, "network": "conv", "widths": [4], "decoder_widths": [4, 4]}
    decoder = VAE(**arguments, batch_norm=True).decoder.eval()
    tensors = quantised(decoder)
    linear = [name for name, layer in decoder.named_modules() if isinstance(layer, nn.Linear)]
    assert [name for name, value in tensors.items() if value.dtype == torch.int8] == [
        f"{name}.weight" for name in linear
    ]
    save_file(tensors, tmp_path / WEIGHTS)
    loaded = load_int8(tmp_path, VAE(**arguments, batch_norm=True).decoder.eval())
    for name, value in decoder.state_dict().items():
        if not name.startswith(tuple(f"{each}." for each in linear)):
            assert torch.equal(loaded.state_dict()[name], value), name


def test_the_report_says_size_speed_and_quality(toy: Checkpoint, tmp_path: Path) -> None:
    report = export_int8(toy, tmp_path)
    assert json.loads((tmp_path / REPORT).read_text(encoding="utf-8")) == report
    weights, biases = 2 * 5 + 5 * 64, 5 + 64
    assert report["bytes"] == {
        "float32": 4 * (weights + biases),
        "as_shipped": 4 * (weights + biases),  # random weights that float16 does not hold
        "int8": weights + 3 * 4 * biases,
    }
    assert report["quantised_layers"] == ["0", "2"]
    assert set(report["milliseconds"]) == {"1", "64"}
    assert report["quality"]["elbo_change"]["count"] == 96


def test_an_unchanged_decoder_costs_nothing_and_a_broken_one_much(toy: Checkpoint) -> None:
    x = torch.from_numpy(toy_split().images).float() / 255
    same = quality(toy.model, toy.model.decoder, x)
    assert same["elbo_change"]["value"] == same["picture_difference"]["value"] == 0
    broken = nn.Sequential(toy.model.decoder, nn.Hardtanh(3.0, 4.0))
    found = quality(toy.model, broken, x)
    assert found["elbo_change"]["high"] < -10
    expected = (torch.sigmoid(torch.tensor(3.0)) - 0.5) ** 2  # about mid-grey before, .95 everywhere after
    assert found["picture_difference"]["value"] == pytest.approx(expected.item(), rel=0.3)


def test_a_file_of_another_decoder_is_refused(toy: Checkpoint, tmp_path: Path) -> None:
    export_int8(toy, tmp_path)
    other = VAE(**{**toy.config.arguments, "decoder_widths": [6]}).decoder
    with pytest.raises(CheckpointError, match=r"expected 0\.weight"):
        load_int8(tmp_path, other)
    tensors = load_file(tmp_path / WEIGHTS)
    tensors["0.scale"][0] = np.nan
    save_file(tensors, tmp_path / WEIGHTS)
    with pytest.raises(CheckpointError, match=r"finite numbers in 0\.scale"):
        load_int8(tmp_path, toy.model.decoder)


def test_other_files_are_not_written_among(toy: Checkpoint, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExplorerError, match="expected a new or empty folder"):
        export_int8(toy, tmp_path)
    with pytest.raises(ExplorerError, match="no linear layer"):
        quantised(nn.Sequential(nn.ReLU()))


def test_the_command_says_what_was_gained(
    toy: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("export", "toy", "--int8", "--out", tmp_path / "out", "--checkpoints", toy.folder.parent)
    assert explorer(monkeypatch, *words) == 0
    said = capsys.readouterr().out
    assert "2 linear layers of toy's decoder in 8 bits" in said
    assert "of float32)" in said
    assert "mean of 96 held-out images" in said


@pytest.mark.parametrize("words", [("toy",), ("--int8",)])
def test_a_name_and_int8_go_together(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explorer(monkeypatch, "export", *words, "--out", tmp_path / "out") == 1
    assert "--int8 takes the NAME" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
