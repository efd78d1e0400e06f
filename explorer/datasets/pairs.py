"""Exact pairs: an image of the test split, and the same drawing with one attribute changed.

The image is held out; its counterpart need not be. Of the avatars' counterparts, 1 % (facial hair) to 17 % (skin) are
among the training images. A model that was trained on them may reconstruct these
better than the others.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.datasets.attributes import PREFIX, Split
from explorer.datasets.drawings import DRAWINGS, Drawing, Request, draw, install
from explorer.datasets.store import DatasetError
from explorer.traces import Integers
from explorer.traces.pictures import Attribute, CategoricalAttribute


@dataclass(frozen=True)
class Pairs:
    """Images of a test split that lack a value, and what they would be with it."""

    index: NDArray[np.int64]
    """(F,) of the images in the test split."""
    images: NDArray[np.uint8]
    """(F, C, H, W) their counterparts: the same drawings with the value, every other attribute as it is."""


@contextmanager
def open_redrawer(name: str, test: Split) -> Iterator[Redrawer]:
    """Whatever it takes to draw the test split ``test`` of the data set ``name`` again, gone afterwards.

    Raises:
        DatasetError: if the data set is no drawing, or its drawing packages cannot be had.
    """
    if name not in DRAWINGS:
        raise DatasetError(f"data set '{name}' is not drawn from a table, so that there are no exact pairs of it")
    with tempfile.TemporaryDirectory(prefix="explorer-drawing-") as folder:
        install(Path(folder))
        yield Redrawer(DRAWINGS[name], test, Path(folder))


class Redrawer:
    """Draws images of a test split again, with one attribute changed."""

    def __init__(self, drawing: Drawing, test: Split, workspace: Path) -> None:
        self.drawing, self.test, self.workspace = drawing, test, workspace
        self.requests = self._prove()
        """Of each image of the test split the request that draws it, byte by byte; None where none does."""

    def pairs(self, attribute: str, value: str, index: Integers) -> Pairs:
        """The images at ``index`` (I,) of the test split that lack ``value``, and their counterparts that have it.

        Left out are images that have the value, that no request draws byte by byte, whose counterpart cannot be drawn,
        or whose counterpart looks the same.

        Args:
            attribute: one with classes.
            value: its id.
            index: of images of the test split.

        Raises:
            DatasetError: if there is no such attribute or value, or the drawing fails.
        """
        described = self.test.attributes.get(attribute)
        if not isinstance(described, CategoricalAttribute) or value not in described.values:
            raise DatasetError(f"the drawings have no attribute {attribute!r} with the value {value!r}")
        code = described.values.index(value)
        changed = {}
        for image in index[described.codes[index] != code].tolist():
            request = self.requests[image]
            factors = {key: _numbers(each)[image].item() for key, each in self.test.attributes.items()}
            drawable = request and self.drawing.change(request, factors | {attribute: code})
            if drawable:
                changed[image] = drawable
        kept = np.fromiter(changed, np.int64, len(changed))
        images = self._draw(list(changed.values()))
        differs = (images != self.test.images[kept]).any((1, 2, 3))
        return Pairs(kept[differs], images[differs])

    def _prove(self) -> list[Request | None]:
        """The requests of the test split.

        The table is known by its seed, but not which of its rows became which image: duplicates were dropped. So all
        rows with an image's attributes are drawn, and the first that gives the image is its own.
        """
        requests, arrays = self.drawing.sample(self.drawing.count, self.drawing.seed)
        keys = [PREFIX + name for name in self.test.attributes]
        rows: dict[bytes, list[Request]] = defaultdict(list)
        for request, row in zip(requests, np.stack([arrays[key] for key in keys], 1).astype(np.float64), strict=True):
            rows[row.tobytes()].append(request)
        wanted = np.stack([_numbers(each) for each in self.test.attributes.values()], 1).astype(np.float64)
        candidates = [(image, request) for image, row in enumerate(wanted) for request in rows[row.tobytes()]]
        drawn = self._draw([request for _, request in candidates])
        found: list[Request | None] = [None] * len(wanted)
        for (image, request), picture in zip(candidates, drawn, strict=True):
            if found[image] is None and (picture == self.test.images[image]).all():
                found[image] = request
        return found

    def _draw(self, requests: list[Request]) -> NDArray[np.uint8]:
        return draw(self.drawing.style, self.drawing.size, requests, self.workspace)


def _numbers(attribute: Attribute) -> NDArray[np.generic]:
    """(N,): codes of classes, else values."""
    return attribute.codes if isinstance(attribute, CategoricalAttribute) else attribute.values
