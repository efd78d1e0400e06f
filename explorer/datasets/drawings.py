"""Avatars and thumbs: pictures drawn from a table of factors, so that every image's attributes are known exactly.

A seeded table is drawn here, ``render.mjs`` draws a picture for each row, exact duplicates are dropped, and the last of
the distinct pictures become the test split: no picture is in both.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from explorer.datasets.attributes import PREFIX, read_labels
from explorer.datasets.clients import find_client, find_reason, run_client
from explorer.datasets.store import Arrays, DatasetError

Request = dict[str, Any]
"""What ``render.mjs`` draws one picture from."""

AVATARS, AVATARS_TEST, AVATAR_SIZE = 32_000, 2_500, 64
THUMBS, THUMBS_TEST, THUMB_SIZE = 20_000, 2_000, 32
FACIAL_HAIR_PROBABILITY, ACCESSORIES_PROBABILITY = 0.1, 0.2
HAIR_COLOURS = ("2c1b18", "e8e1e1", "ecdcbf", "d6b370", "f59797", "b58143", "a55728", "724133", "4a312c", "c93305")
"""Not an attribute: most heads hide it."""
RANGES = {
    "shape_rotation": 30.0,
    "shape_x": 4.0,
    "shape_y": 4.0,
    "face_rotation": 20.0,
    "face_x": 2.0,
    "face_y": 2.0,
}
"""Thumbs: factors are uniform between minus and plus this, in degrees (clockwise) or pixels of the image.

The face belongs to the shape: its position and rotation are relative to the shape's.
"""
THUMB_UNITS = 100
"""The side of a thumb's drawing in its own units."""


def draw_index(generator: random.Random, count: int) -> int:
    """A uniform integer in [0, count). ``Random.random`` is the one method that Python keeps the same for ever."""
    return int(generator.random() * count)


def sample_avatars(count: int, seed: int) -> tuple[list[Request], Arrays]:
    """Requests for ``count`` avatars and their attributes."""
    generator = random.Random(seed)
    values = {key: list(description["values"]) for key, description in read_labels("avatars").items()}
    probabilities = {"facial_hair": FACIAL_HAIR_PROBABILITY, "accessories": ACCESSORIES_PROBABILITY}
    requests: list[Request] = []
    codes = np.zeros((len(values), count), np.int16)
    for image in range(count):
        chosen: dict[str, str] = {}
        for row, (key, ids) in enumerate(values.items()):
            if key not in probabilities:
                code = draw_index(generator, len(ids))
            else:
                code = 1 + draw_index(generator, len(ids) - 1) if generator.random() < probabilities[key] else 0
            codes[row, image] = code
            chosen[key] = ids[code]
        hair_colour = HAIR_COLOURS[draw_index(generator, len(HAIR_COLOURS))]
        requests.append({"options": avatar_options(chosen, hair_colour)})
    return requests, {PREFIX + key: codes[row] for row, key in enumerate(values)}


def avatar_options(chosen: dict[str, str], hair_colour: str) -> dict[str, Any]:
    """The options of the drawing style that give exactly the chosen values."""
    options: dict[str, Any] = {
        "head": [chosen["head"]],
        "face": [chosen["face"]],
        "skinColor": [chosen["skin"].removeprefix("#")],
        "clothingColor": [chosen["clothing"].removeprefix("#")],
        "headContrastColor": [hair_colour],
        "maskProbability": 0,
    }
    for part, value in (("facialHair", chosen["facial_hair"]), ("accessories", chosen["accessories"])):
        options[f"{part}Probability"] = 0 if value == "none" else 100
        if value != "none":
            options[part] = [value]
    return options


def sample_thumbs(count: int, seed: int) -> tuple[list[Request], Arrays]:
    """Requests for ``count`` thumbs and their attributes."""
    generator = random.Random(seed)
    labels = read_labels("thumbs")
    requests: list[Request] = []
    dtypes = {"categorical": np.int16, "continuous": np.float32}
    arrays: Arrays = {PREFIX + key: np.zeros(count, dtypes[labels[key]["kind"]]) for key in labels}
    for image in range(count):
        for key, description in labels.items():
            if description["kind"] == "continuous":
                arrays[PREFIX + key][image] = RANGES[key] * (2 * generator.random() - 1)
            else:
                arrays[PREFIX + key][image] = draw_index(generator, len(description["values"]))
        # A shape on a background of its own colour could not be seen: the background is one of the other colours.
        shape, colours = arrays[PREFIX + "shape_colour"][image], len(labels["background"]["values"])
        arrays[PREFIX + "background"][image] = (shape + 1 + draw_index(generator, colours - 1)) % colours
        requests.append(thumb_request({key: arrays[PREFIX + key][image].item() for key in labels}, labels))
    return requests, arrays


def thumb_request(factors: dict[str, Any], labels: dict[str, dict[str, Any]]) -> Request:
    """What ``render.mjs`` needs for one row of factors (codes of categories, degrees, pixels)."""

    def value(key: str) -> str:
        ids: list[str] = list(labels[key]["values"])
        return ids[int(factors[key])].removeprefix("#")

    options: dict[str, Any] = {
        "shapeColor": [value("shape_colour")],
        "backgroundColor": [value("background")],
        "mouth": [value("mouth")],
        "eyes": [value("eyes")],
        "face": ["variant3"],
    }
    place = {}
    for part in ("shape", "face"):
        # Any whole numbers but zero: they make the style write the transform that `place` then overwrites.
        options |= {f"{part}Rotation": [1], f"{part}OffsetX": [1], f"{part}OffsetY": [1]}
        x, y = (factors[f"{part}_{axis}"] * THUMB_UNITS / THUMB_SIZE for axis in "xy")
        place[part] = [round(x, 4), round(y, 4), round(factors[f"{part}_rotation"], 4)]
    return {"options": options, "place": place}


def render(style: str, size: int, requests: Sequence[Request], workspace: Path) -> NDArray[np.uint8]:
    """Draws every request: (N, 3, size, size). Installs the pinned drawing packages in ``workspace``."""
    find_client("node")
    install(workspace)
    return draw(style, size, requests, workspace)


def install(workspace: Path) -> None:
    """The pinned drawing packages, in ``workspace``; raises DatasetError where npm is missing or fails."""
    for name in ("package.json", "package-lock.json", "render.mjs"):
        shutil.copy(Path(__file__).with_name(name), workspace)
    run_client("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=workspace)


def draw(style: str, size: int, requests: Sequence[Request], workspace: Path) -> NDArray[np.uint8]:
    """Draws every request, (N, 3, size, size), with the packages that :func:`install` put into ``workspace``."""
    (workspace / "requests.jsonl").write_text("".join(json.dumps(request) + "\n" for request in requests))
    images = np.zeros((len(requests), 3, size, size), np.uint8)
    with tempfile.TemporaryFile(dir=workspace) as log:
        command = [find_client("node"), "render.mjs", style, str(size), "requests.jsonl"]
        with subprocess.Popen(command, cwd=workspace, stdout=subprocess.PIPE, stderr=log) as process:
            assert process.stdout is not None
            drawn = read_pictures(process.stdout, images)
        if process.returncode != 0 or drawn < len(images):
            log.seek(0)
            raise DatasetError(f"drawing stopped after {drawn} of {len(images)} pictures: {find_reason(log.read())}")
    return images


def read_pictures(stream: IO[bytes], images: NDArray[np.uint8]) -> int:
    """Fills ``images`` (N, 3, S, S) with the RGB pictures of a stream; returns how many came."""
    size = images.shape[-1]
    for drawn, image in enumerate(tqdm(images, desc="drawing", unit=" pictures", mininterval=0.5, leave=False)):
        pixels = stream.read(image.size)
        if len(pixels) < image.size:
            return drawn
        image[:] = np.frombuffer(pixels, np.uint8).reshape(size, size, 3).transpose(2, 0, 1)
    return len(images)


def find_distinct(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Indices of the images that differ in some pixel from all images before them."""
    first: dict[bytes, int] = {}
    for index, image in enumerate(images):
        first.setdefault(image.tobytes(), index)
    return np.fromiter(first.values(), np.int64, len(first))


def split_distinct(images: NDArray[np.uint8], attributes: Arrays, test_count: int) -> dict[str, Arrays]:
    """Drops exact duplicates, then makes the last ``test_count`` images the test split.

    The rows are independent draws, so that the last ones are a fair sample.
    """
    distinct = find_distinct(images)
    indices = {"train": distinct[:-test_count], "test": distinct[-test_count:]}
    whole = {"images": images, **attributes}
    return {split: {key: array[index] for key, array in whole.items()} for split, index in indices.items()}


def change_avatar(request: Request, factors: dict[str, float]) -> Request:
    """The same avatar with other factors (codes by attribute); what is no attribute, its hair's colour, stays."""
    labels = read_labels("avatars")
    chosen = {key: list(labels[key]["values"])[int(code)] for key, code in factors.items()}
    return {"options": avatar_options(chosen, request["options"]["headContrastColor"][0])}


def change_thumb(request: Request, factors: dict[str, float]) -> Request | None:
    """The same thumb with other factors; None where its shape would hide in its background."""
    if factors["shape_colour"] == factors["background"]:
        return None
    return thumb_request(factors, read_labels("thumbs"))


@dataclass(frozen=True)
class Drawing:
    """How a data set of drawings is made."""

    style: str
    """Of ``render.mjs``."""
    size: int
    """Pixels of a side."""
    count: int
    """Rows of its table; some are duplicates."""
    test_count: int
    seed: int
    sample: Callable[[int, int], tuple[list[Request], Arrays]]
    """(rows, seed) → the table: requests and attributes."""
    change: Callable[[Request, dict[str, float]], Request | None]
    """(request, all its factors, some of them changed) → the request with these, None where it cannot be drawn."""

    def prepare(self, workspace: Path) -> dict[str, Arrays]:
        """Both splits, drawn in ``workspace``."""
        requests, attributes = self.sample(self.count, self.seed)
        return split_distinct(render(self.style, self.size, requests, workspace), attributes, self.test_count)


DRAWINGS = {
    "avatars": Drawing("openPeeps", AVATAR_SIZE, AVATARS, AVATARS_TEST, 1, sample_avatars, change_avatar),
    "thumbs": Drawing("thumbs", THUMB_SIZE, THUMBS, THUMBS_TEST, 2, sample_thumbs, change_thumb),
}
"""Avatars: the Open Peeps by Pablo Stanley (CC0), 64 × 64 in colour, on white. Thumbs: a shape with a face by DiceBear
(CC0), 32 × 32 in colour, moved by known continuous factors."""
