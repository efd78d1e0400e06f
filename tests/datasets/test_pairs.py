"""Exact pairs of a data set whose renderer is known by heart: it draws its options as grey levels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.datasets import DatasetError, Split, pairs
from explorer.datasets.drawings import DRAWINGS, Drawing, Request, sample_avatars, sample_thumbs
from explorer.datasets.store import Arrays
from explorer.traces.pictures import CategoricalAttribute, ContinuousAttribute

HAT = CategoricalAttribute(["none", "cap", "top"], {}, np.array([0, 1, 2, 0, 0], np.int16))
TILT = ContinuousAttribute("°", np.array([0.5, -0.5, 0.5, 0.1, 0.9], np.float32))
ROWS = [(0, 0.5, 7), (1, -0.5, 8), (0, 0.5, 9), (2, 0.5, 7), (0, 0.1, 7), (0, 0.9, 6)]
"""(hat, tilt, hair): the table. Rows 0 and 2 have the same attributes; the first image is of row 2."""


def sample(count: int, seed: int) -> tuple[list[Request], Arrays]:
    assert (count, seed) == (6, 3)
    columns = list(zip(*ROWS, strict=True))
    arrays = {"attribute.hat": np.array(columns[0], np.int16), "attribute.tilt": np.array(columns[1], np.float32)}
    return [{"hat": hat, "tilt": float(np.float32(tilt)), "hair": hair} for hat, tilt, hair in ROWS], arrays


def change(request: Request, factors: dict[str, float]) -> Request | None:
    """A top hat hides what is tilted by 0.9, so that it cannot be drawn."""
    if factors["hat"] == 2 and factors["tilt"] > 0.8:
        return None
    return {"hat": factors["hat"], "tilt": factors["tilt"], "hair": request["hair"]}


def picture(request: Request) -> np.ndarray:
    """Hat, tilt and hair as the three channels; a cap is not seen where the tilt is 0.1."""
    seen = 0 if request["hat"] == 1 and abs(request["tilt"] - 0.1) < 1e-3 else request["hat"]
    return np.array([100 * seen, round(100 + 100 * request["tilt"]), request["hair"]], np.uint8).reshape(3, 1, 1)


def draw(style: str, size: int, requests: list[Request], workspace: Path) -> np.ndarray:
    assert (style, size) == ("grey", 1)
    return np.array([picture(each) for each in requests], np.uint8).reshape(-1, 3, 1, 1)


@pytest.fixture
def redrawer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pairs.Redrawer:
    monkeypatch.setattr(pairs, "draw", draw)
    requests = sample(6, 3)[0]
    images = np.array([picture(requests[row]) for row in (2, 1, 3, 4, 5)])
    images[1] += 1  # an image that no request draws
    test = Split(images, {"hat": HAT, "tilt": TILT})
    return pairs.Redrawer(Drawing("grey", 1, 6, 5, 3, sample, change), test, tmp_path)


def test_every_request_is_proven_byte_by_byte(redrawer: pairs.Redrawer) -> None:
    hair = [request and request["hair"] for request in redrawer.requests]
    assert hair == [9, None, 7, 7, 6]


def test_a_counterpart_differs_in_the_value_alone(redrawer: pairs.Redrawer) -> None:
    found = redrawer.pairs("hat", "none", np.arange(5))
    # Images 0, 3 and 4 have no hat, image 1 is not proven: image 2 is left, and keeps its tilt and its hair.
    assert found.index.tolist() == [2]
    assert found.images.reshape(-1, 3).tolist() == [[0, 150, 7]]


def test_what_cannot_be_drawn_or_seen_is_left_out(redrawer: pairs.Redrawer) -> None:
    top = redrawer.pairs("hat", "top", np.array([4, 3, 0, 1]))
    assert top.index.tolist() == [3, 0]
    assert top.images.reshape(-1, 3).tolist() == [[200, 110, 7], [200, 150, 9]]
    assert redrawer.pairs("hat", "cap", np.array([3, 4])).index.tolist() == [4]
    none = redrawer.pairs("hat", "top", np.array([2]))
    assert none.images.shape == (0, 3, 1, 1)


@pytest.mark.parametrize(("attribute", "value"), [("hat", "crown"), ("shoe", "none"), ("tilt", "0.5")])
def test_what_the_drawings_lack_is_refused(redrawer: pairs.Redrawer, attribute: str, value: str) -> None:
    with pytest.raises(DatasetError, match="no attribute"):
        redrawer.pairs(attribute, value, np.arange(5))


def test_photographs_have_no_pairs() -> None:
    with (
        pytest.raises(DatasetError, match="'digits' is not drawn"),
        pairs.open_redrawer("digits", Split(np.array([]), {})),
    ):
        pass


@pytest.mark.parametrize(("name", "sampler"), [("avatars", sample_avatars), ("thumbs", sample_thumbs)])
def test_nothing_changed_is_the_same_request(name: str, sampler: Any) -> None:
    requests, arrays = sampler(40, 0)
    for row, request in enumerate(requests):
        factors = {key.removeprefix("attribute."): array[row].item() for key, array in arrays.items()}
        assert DRAWINGS[name].change(request, factors) == request


def test_one_changed_factor_changes_its_options_alone() -> None:
    requests, arrays = sample_avatars(40, 0)
    for row, request in enumerate(requests):
        factors = {key.removeprefix("attribute."): int(array[row]) for key, array in arrays.items()}
        options = {**request["options"]}
        found = DRAWINGS["avatars"].change(request, factors | {"accessories": 3})
        assert found is not None
        changed = {
            key for key in options.keys() | found["options"].keys() if options.get(key) != found["options"].get(key)
        }
        assert changed <= {"accessories", "accessoriesProbability"}
    json.dumps(found)


def test_a_thumb_is_not_given_the_colour_of_its_background() -> None:
    (request,), arrays = sample_thumbs(1, 0)
    factors = {key.removeprefix("attribute."): array[0].item() for key, array in arrays.items()}
    assert DRAWINGS["thumbs"].change(request, factors | {"shape_colour": factors["background"]}) is None
