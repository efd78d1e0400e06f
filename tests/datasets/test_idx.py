import io
import struct
import tarfile

import numpy as np
import pytest

from explorer.datasets import DatasetError
from explorer.datasets.idx import parse_idx, read_member, read_splits

PIXELS = bytes(range(12))
IMAGES = bytes((0, 0, 8, 3)) + struct.pack(">III", 2, 3, 2) + PIXELS
LABELS = bytes((0, 0, 8, 1, 0, 0, 0, 2, 7, 9))


def test_hand_made_file_is_read_row_by_row() -> None:
    images = parse_idx(IMAGES, "images")
    assert images.dtype == np.uint8
    assert images.tolist() == [[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it starts with nothing"),
        (b"\x1f\x8b\x08\x00rest", "it starts with 1f 8b 08 00"),
        (bytes((0, 0, 13, 1)) + IMAGES[4:], "not an IDX file of unsigned bytes"),
        (IMAGES[:10], "ends within its IDX header, after 10 of 16 bytes"),
        (IMAGES[:-1], "holds 11 values, but its header says 12"),
        (IMAGES + b"\x00", "holds 13 values, but its header says 12"),
    ],
)
def test_damaged_file_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        parse_idx(content, "images")


def test_splits_have_a_channel_and_a_class_per_image() -> None:
    splits = read_splits(lambda name: IMAGES if "images" in name else LABELS)
    assert list(splits) == ["train", "test"]
    assert splits["test"]["images"].shape == (2, 1, 3, 2)
    assert splits["test"]["attribute.class"].dtype == np.int16
    assert splits["test"]["attribute.class"].tolist() == [7, 9]


def test_one_label_per_image_is_expected() -> None:
    three = bytes((0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 1))
    with pytest.raises(DatasetError, match="one label per image expected"):
        read_splits(lambda name: IMAGES if "images" in name else three)


def test_missing_file_in_a_package_is_named() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("present"))
    with tarfile.open(fileobj=io.BytesIO(stream.getvalue())) as archive:
        assert read_member(archive, "present") == b""
        with pytest.raises(DatasetError, match="no file absent"):
            read_member(archive, "absent")
