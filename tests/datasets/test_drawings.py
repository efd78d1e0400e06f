import io
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from explorer.datasets import DatasetError
from explorer.datasets.attributes import read_labels
from explorer.datasets.drawings import (
    RANGES,
    find_distinct,
    read_pictures,
    render,
    sample_avatars,
    sample_thumbs,
    split_distinct,
    thumb_request,
)

COUNT = 3000


def test_same_seed_gives_the_same_table() -> None:
    for sample in (sample_avatars, sample_thumbs):
        first, second, other = sample(20, 5), sample(20, 5), sample(20, 6)
        assert first[0] == second[0]
        assert first[0] != other[0]
        for key, array in first[1].items():
            assert_array_equal(array, second[1][key])


def test_codes_stay_within_their_values_and_use_all_of_them() -> None:
    for name, sample in (("avatars", sample_avatars), ("thumbs", sample_thumbs)):
        arrays = sample(COUNT, 0)[1]
        for key, description in read_labels(name).items():
            if description["kind"] == "categorical":
                assert arrays[f"attribute.{key}"].dtype == np.int16
                assert_array_equal(np.unique(arrays[f"attribute.{key}"]), np.arange(len(description["values"])))


def test_avatar_options_ask_for_what_the_codes_say() -> None:
    requests, arrays = sample_avatars(200, 0)
    values = {key: list(description["values"]) for key, description in read_labels("avatars").items()}
    for image, request in enumerate(requests):
        chosen = {key: ids[arrays[f"attribute.{key}"][image]] for key, ids in values.items()}
        options = request["options"]
        assert options["head"] == [chosen["head"]]
        assert options["face"] == [chosen["face"]]
        assert options["skinColor"] == [chosen["skin"][1:]]
        assert options["clothingColor"] == [chosen["clothing"][1:]]
        assert options["maskProbability"] == 0
        for part, key in (("facialHair", "facial_hair"), ("accessories", "accessories")):
            if chosen[key] == "none":
                assert options[f"{part}Probability"] == 0
                assert part not in options
            else:
                assert options[f"{part}Probability"] == 100
                assert options[part] == [chosen[key]]


def test_thumb_factors_fill_their_ranges() -> None:
    arrays = sample_thumbs(COUNT, 0)[1]
    for key, limit in RANGES.items():
        values = arrays[f"attribute.{key}"]
        assert values.dtype == np.float32
        assert np.abs(values).max() <= limit
        assert values.min() < -0.99 * limit
        assert values.max() > 0.99 * limit
        # Five standard errors of the mean of a uniform variable on (-limit, limit).
        assert abs(values.mean()) < 5 * limit / np.sqrt(3 * COUNT)


def test_thumb_never_hides_in_its_background() -> None:
    arrays = sample_thumbs(COUNT, 0)[1]
    assert not np.any(arrays["attribute.shape_colour"] == arrays["attribute.background"])


def test_pixels_become_units_of_the_drawing() -> None:
    labels = read_labels("thumbs")
    factors = dict.fromkeys(labels, 0) | {
        "shape_x": 3.2,
        "shape_y": -1.6,
        "shape_rotation": 12.5,
        "face_y": 0.32,
        "mouth": 4,
    }
    request = thumb_request(factors, labels)
    assert request["place"] == {"shape": [10.0, -5.0, 12.5], "face": [0.0, 1.0, 0]}
    assert request["options"]["mouth"] == ["variant5"]
    assert request["options"]["shapeColor"] == ["0a5b83"]


def test_exact_duplicates_leave_before_the_split() -> None:
    generator = np.random.default_rng(1)
    distinct = generator.integers(0, 256, (6, 3, 2, 2), np.uint8)
    almost = distinct[0].copy()
    almost[2, 1, 1] ^= 1
    images = np.concatenate([distinct, distinct[1:4], almost[None], distinct[5:]])
    assert find_distinct(images).tolist() == [0, 1, 2, 3, 4, 5, 9]
    splits = split_distinct(images, {"attribute.row": np.arange(len(images), dtype=np.int16)}, test_count=2)
    assert splits["train"]["attribute.row"].tolist() == [0, 1, 2, 3, 4]
    assert splits["test"]["attribute.row"].tolist() == [5, 9]
    assert_array_equal(splits["test"]["images"], np.stack([distinct[5], almost]))


def test_pictures_are_read_channels_first() -> None:
    rgb = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3)
    images = np.zeros((2, 3, 2, 2), np.uint8)
    assert read_pictures(io.BytesIO(rgb.tobytes()), images) == 2
    assert images[0].tolist() == [[[0, 3], [6, 9]], [[1, 4], [7, 10]], [[2, 5], [8, 11]]]
    assert read_pictures(io.BytesIO(rgb.tobytes()[:-1]), images) == 1


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("printf 'xxxyyyzz'; echo 'Error: asked for head' >&2; exit 1", "after 2 of 3 pictures: Error: asked for head"),
        ("printf 'xxxyyyzz'", "after 2 of 3 pictures: it gave no reason"),
        ("printf 'xxxyyyzzz'; echo 'Error: late' >&2; exit 1", "after 3 of 3 pictures: Error: late"),
    ],
)
def test_drawing_that_stops_is_an_error(script: str, message: str, clients: Path, tmp_path: Path) -> None:
    for name, text in (("npm", "exit 0"), ("node", script)):
        (clients / name).write_text(f"#!/bin/sh\n{text}\n")
        (clients / name).chmod(0o755)
    with pytest.raises(DatasetError, match=message):
        render("thumbs", 1, [{"options": {}}] * 3, tmp_path)
