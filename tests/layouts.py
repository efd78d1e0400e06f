"""A layout in UMAP's place, for tests of what surrounds it: UMAP compiles for 20 s in every process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from explorer.probes import browse, states
from explorer.traces import Floats


def quick_layout(mean: Floats) -> tuple[Floats, dict[str, object]]:
    """The first two coordinates, bent so that they are no projection, with the settings that UMAP reports."""
    settings = {"seed": 0, "neighbours": 15, "minimum_distance": 0.1, "version": "none"}
    return np.tanh(mean[:, :2]).astype(np.float32), settings


@contextmanager
def quick_layouts() -> Iterator[None]:
    """No UMAP within."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (browse, states):
            patch.setattr(module, "umap_layout", quick_layout)
        yield
