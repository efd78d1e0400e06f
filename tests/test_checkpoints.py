"""Checkpoint folders: what is written is read back, and whatever was cut or changed is refused by name."""

from __future__ import annotations

import json
import shlex
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
import typer
from safetensors.torch import load_file, save_file

from explorer import catalog
from explorer.catalog import SHIPPED, open_checkpoint
from explorer.checkpoints import (
    CheckpointError,
    compact,
    read_config,
    read_header,
    read_tensors,
    rounded,
    write_config,
    write_tensors,
)
from explorer.cli import train
from explorer.families.registry import FAMILIES
from explorer.protocols import CAPABILITIES
from tests.toys import toy_checkpoint

SHIPPED_NAMES = [config.name for config in catalog.checkpoints()]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_checkpoint(tmp_path_factory.mktemp("checkpoints") / "toy")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "toy"))


def rewrite_config(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    content = json.loads((folder / "config.json").read_text())
    change(content)
    (folder / "config.json").write_text(json.dumps(content))


def rewrite_tensors(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    """Change the weights and make the hashes agree again, as a careless or hostile author would."""
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")
    write_config(folder, read_config(folder))


def test_round_trip(folder: Path) -> None:
    checkpoint = open_checkpoint(folder)
    weights = load_file(folder / "model.safetensors")
    assert all(torch.equal(weights[name], value) for name, value in checkpoint.model.state_dict().items())
    assert checkpoint.mixture is not None
    assert checkpoint.mixture.weights.tolist() == [0.25, 0.75]
    assert not checkpoint.model.training


def test_half_precision_is_widened_to_the_model_s_own_dtype(folder: Path) -> None:
    exact = load_file(folder / "model.safetensors")
    rewrite_tensors(folder, lambda tensors: tensors.update(compact(rounded(tensors))))
    stored = load_file(folder / "model.safetensors")
    assert stored["decoder.0.weight"].dtype == torch.float16
    assert stored["decoder.0.bias"].dtype == torch.float32
    opened = open_checkpoint(folder)
    assert all(torch.equal(rounded(exact)[name], value) for name, value in opened.model.state_dict().items())
    assert opened.mixture is not None
    assert opened.mixture.means.dtype == torch.float32


def test_rounding_takes_the_nearest_half_and_spares_what_half_precision_cannot_hold() -> None:
    matrix = torch.tensor([[1 / 3, -1e-3], [0.0, 65504.0]])
    vector, large, counts = torch.tensor([1 / 3, -8e17]), torch.tensor([[1 / 3, 65520.0]]), torch.tensor([[3]])
    result = rounded({"matrix": matrix, "vector": vector, "large": large, "counts": counts})
    assert torch.equal(result["matrix"], torch.from_numpy(matrix.numpy().astype("float16").astype("float32")))
    assert torch.equal(result["vector"], vector)
    assert torch.equal(result["large"], large)
    assert torch.equal(result["counts"], counts)


def test_compact_storage_loses_nothing(tmp_path: Path) -> None:
    tensors = {"any": torch.tensor([[1 / 3, 2.0]]), "round": torch.tensor([[0.375, 2.0]]), "bias": torch.tensor([0.5])}
    write_tensors(tmp_path / "weights.safetensors", compact(tensors))
    stored = load_file(tmp_path / "weights.safetensors")
    assert {name: value.dtype for name, value in stored.items()} == {
        "any": torch.float32,
        "round": torch.float16,
        "bias": torch.float32,
    }
    read = read_tensors(tmp_path / "weights.safetensors", tensors)
    assert all(torch.equal(read[name], value) for name, value in tensors.items())


def test_the_header_carries_the_configuration(folder: Path) -> None:
    _, metadata = read_header(folder / "model.safetensors")
    assert json.loads(metadata["config"])["arguments"] == read_config(folder).arguments


@pytest.mark.parametrize("name", ["model.safetensors", "graph.json", "map.safetensors", "thumbnails.webp", "README.md"])
def test_a_cut_file_is_named(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(CheckpointError, match=f"toy/{name}.*sha256.*changed or cut"):
        open_checkpoint(folder)


def test_one_flipped_bit_is_found(folder: Path) -> None:
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "model.safetensors").write_bytes(data)
    with pytest.raises(CheckpointError, match="sha256"):
        open_checkpoint(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "graph.json").unlink()
    with pytest.raises(CheckpointError, match=r"toy/graph.json: expected a file, found none"):
        open_checkpoint(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tensors: tensors.pop("decoder.0.weight"), "missing.*decoder.0.weight"),
        (lambda tensors: tensors.update(extra=torch.zeros(2)), "not expected.*extra"),
        (
            lambda tensors: tensors.update({"decoder.0.bias": torch.zeros(6)}),
            r"expected decoder.0.bias .*\(5,\).*\(6,\)",
        ),
        (lambda tensors: tensors.update({"decoder.0.bias": torch.zeros(5, dtype=torch.int32)}), "float32.*int32"),
        (lambda tensors: tensors["decoder.0.bias"].fill_(float("nan")), "finite numbers in decoder.0.bias"),
        (lambda tensors: tensors.pop("prior.means"), "prior"),
        (lambda tensors: tensors.update({"prior.weights": torch.ones(3)}), "prior"),
    ],
)
def test_weights_that_do_not_fit_are_named(folder: Path, change: Callable[..., None], words: str) -> None:
    rewrite_tensors(folder, change)
    with pytest.raises(CheckpointError, match=words):
        open_checkpoint(folder)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("format", 2, "format 1"),
        ("name", "other", "name 'toy'"),
        ("family", "pixelcnn", "vae, oracle"),
        ("arguments", {"image": [1, 8, 8], "latent": 3, "depth": 4}, "depth"),
        ("arguments", {"image": [1, 8, 8], "latent": 10**7}, "model.safetensors"),
        ("capabilities", ["Gates"], "capabilities"),
        ("latent_size", 9, "latent_size"),
        ("files", {}, "must list"),
        ("files", {"../../secret": "0"}, "contract files"),
        ("family", "classifier", "family classifier has no map.safetensors, thumbnails.webp"),
        ("surprise", 1, "exactly the keys"),
    ],
)
def test_a_configuration_that_lies_is_refused(folder: Path, key: str, value: object, words: str) -> None:
    rewrite_config(folder, lambda content: content.update({key: value}))
    with pytest.raises(CheckpointError, match=words):
        open_checkpoint(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}'])
def test_a_configuration_that_is_none_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"toy/config.json"):
        open_checkpoint(folder)


def header(entries: object, length: int | None = None, body: bytes = b"") -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"abc", "header of 2 to"),
        (header({}, 2**63), "header of 2 to"),
        (struct.pack("<Q", 4) + b"nope", "safetensors header"),
        (
            header({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, body=b"0000"),
            "a at byte 0 with 8 bytes",
        ),
        (header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}), "cut or padded"),
        (header({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, body=b"00000000"), "a at byte 0"),
        (header({"a": {"dtype": "O", "shape": [1], "data_offsets": [0, 1]}}, body=b"0"), "safetensors header"),
        (header({"a": 3}), "safetensors header"),
        (header([1, 2]), "safetensors header"),
    ],
)
def test_a_malformed_header_is_refused_before_anything_is_allocated(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "model.safetensors").write_bytes(data)
    with pytest.raises(CheckpointError, match=words):
        read_header(tmp_path / "model.safetensors")


def test_an_unknown_name_lists_the_known(folder: Path) -> None:
    with pytest.raises(CheckpointError, match=r"'../toy'; there are: toy"):
        catalog.find("../toy", folder.parent)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_every_shipped_checkpoint_opens(name: str) -> None:
    checkpoint = open_checkpoint(catalog.find(name))
    assert checkpoint.config.family in FAMILIES
    assert set(checkpoint.config.capabilities) <= set(CAPABILITIES)


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_every_shipped_card_holds_the_command_that_rebuilds_it(name: str) -> None:
    command = read_config(SHIPPED / name).training["command"]
    assert command in (SHIPPED / name / "README.md").read_text()
    program, group, kind, *options = shlex.split(command)
    assert (program, group) == ("explorer", "train")
    read_options = cast(Any, typer.main.get_command(train.app)).commands[kind]
    assert read_options.make_context(kind, options).params  # a usage error where an option is none


@pytest.mark.parametrize("name", SHIPPED_NAMES)
def test_every_shipped_metric_has_a_sample_size_and_an_interval(name: str) -> None:
    config = read_config(SHIPPED / name)
    least = 59 if config.dataset["name"] in ("melodies", "ecg") else 500  # no more are held out of those
    for metric, value in config.metrics.items():
        assert value["count"] >= least, metric
        assert value["low"] <= value["value"] <= value["high"], metric


def test_the_models_that_ship() -> None:
    assert {"vae-digits-2d", "vae-avatars-32d", "oracle-digits-16d"} <= set(SHIPPED_NAMES)
