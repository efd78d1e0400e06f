import dataclasses
import errno
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from numpy.testing import assert_array_equal
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from explorer.datasets import DATASETS, CategoricalAttribute, DatasetError, ImageDataset, fetch, is_here, load, store
from explorer.datasets.store import Arrays, arrays_sha256


def folders(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.is_dir())


def test_fetched_arrays_come_back(tiny_digits: ImageDataset, splits: dict[str, Arrays]) -> None:
    assert not is_here("digits")
    assert fetch("digits") is True
    assert is_here("digits")
    for name in ("train", "test"):
        split = load("digits", name)
        assert_array_equal(split.images, splits[name]["images"])
        attribute = split.attributes["class"]
        assert isinstance(attribute, CategoricalAttribute)
        assert_array_equal(attribute.codes, splits[name]["attribute.class"])
        assert attribute.labels["zh"] == list("0123456789")


def test_intact_arrays_are_not_fetched_again(tiny_digits: ImageDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch("digits")
    monkeypatch.setitem(DATASETS, "digits", dataclasses.replace(tiny_digits, prepare=lambda workspace: {}))
    assert fetch("digits") is False


def test_absent_set_says_how_to_get_it() -> None:
    with pytest.raises(DatasetError) as raised:
        load("avatars", "train")
    assert str(raised.value) == "data set 'avatars' is not on this machine; fetch it with: explorer data get avatars"


def test_unknown_names_are_refused(tiny_digits: ImageDataset) -> None:
    fetch("digits")
    with pytest.raises(DatasetError, match="there is no data set 'faces'; there are: avatars, digits, fashion, thumbs"):
        load("faces", "train")
    with pytest.raises(DatasetError, match="splits train and test, not 'validation'"):
        load("digits", "validation")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), SystemExit(), DatasetError("broken")], ids=repr)
def test_interrupted_preparation_leaves_nothing(
    interruption: BaseException, tiny_digits: ImageDataset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(workspace: Path) -> dict[str, Arrays]:
        (workspace / "half").write_text("half")
        raise interruption

    monkeypatch.setitem(DATASETS, "digits", dataclasses.replace(tiny_digits, prepare=interrupted))
    with pytest.raises(type(interruption)):
        fetch("digits")
    assert folders(cache) == []
    assert not is_here("digits")
    monkeypatch.setitem(DATASETS, "digits", tiny_digits)
    assert fetch("digits") is True


def test_interruption_while_writing_leaves_nothing(
    tiny_digits: ImageDataset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = itertools.count()

    def interrupted(arrays: Arrays, path: Path) -> None:
        if next(written) == 1:
            raise KeyboardInterrupt
        save_file(arrays, path)

    monkeypatch.setattr(store, "save_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch("digits")
    assert folders(cache) == []
    assert fetch("digits") is True


def test_leftovers_of_a_killed_process_are_removed(tiny_digits: ImageDataset, cache: Path) -> None:
    leftover = cache / ".preparing-digits" / "finished"
    leftover.mkdir(parents=True)
    (leftover / "train.safetensors").write_bytes(b"half")
    assert fetch("digits") is True
    assert folders(cache) == [f"digits-{tiny_digits.sha256[:12]}"]
    assert len(load("digits", "train").images) == 3


def test_damaged_arrays_are_refused_and_prepared_again(tiny_digits: ImageDataset, cache: Path) -> None:
    fetch("digits")
    path = cache / f"digits-{tiny_digits.sha256[:12]}" / "train.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        DatasetError, match=r"train\.safetensors cannot be read .*; repair it with: explorer data get digits"
    ):
        load("digits", "train")
    assert fetch("digits") is True
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert fetch("digits") is True
    assert fetch("digits") is False


def test_arrays_other_than_promised_are_refused(
    tiny_digits: ImageDataset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DATASETS, "digits", dataclasses.replace(tiny_digits, sha256="0" * 64))
    with pytest.raises(DatasetError, match=f"its SHA-256 is {tiny_digits.sha256}, expected {'0' * 64}"):
        fetch("digits")
    assert folders(cache) == []


def test_full_disk_is_said_in_one_line(tiny_digits: ImageDataset, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(workspace: Path) -> dict[str, Arrays]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(DATASETS, "digits", dataclasses.replace(tiny_digits, prepare=full))
    with pytest.raises(DatasetError) as raised:
        fetch("digits")
    assert str(raised.value) == f"the disk is full: data set 'digits' does not fit into {cache}"
    assert folders(cache) == []


def test_failing_write_is_said_in_one_line(
    tiny_digits: ImageDataset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(arrays: Arrays, path: Path) -> None:
        # What the writer raises on a full disk.
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(store, "save_file", full)
    with pytest.raises(
        DatasetError, match=r"^the train split could not be written to .*: No space left on device"
    ) as raised:
        fetch("digits")
    assert "\n" not in str(raised.value)
    assert folders(cache) == []


def test_two_processes_do_not_prepare_one_set(tiny_digits: ImageDataset, cache: Path) -> None:
    cache.mkdir()
    with (
        FileLock(cache / ".preparing-digits.lock"),
        pytest.raises(DatasetError, match="'digits' is being prepared by another process"),
    ):
        fetch("digits")
    assert fetch("digits") is True


def test_checksum_covers_bytes_shape_dtype_and_split(splits: dict[str, Arrays]) -> None:
    def changed(key: str, array: NDArray[Any]) -> str:
        return arrays_sha256(splits | {"train": splits["train"] | {key: array}})

    images = splits["train"]["images"]
    variants = [
        arrays_sha256(splits),
        changed("images", images ^ np.eye(1, 2, dtype=np.uint8)),
        changed("images", images.reshape(3, 1, 1, 4)),
        changed("images", images.view(np.int8)),
        changed("other", images),
        arrays_sha256({"train": splits["test"], "test": splits["train"]}),
    ]
    assert len(set(variants)) == len(variants)
    assert arrays_sha256(splits) == changed("images", np.asfortranarray(images))
