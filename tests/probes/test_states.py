from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.probes.gates import trace_gates
from explorer.probes.reading import ReadingError
from explorer.probes.states import map_states
from tests.language_toys import TEXT, language_toy
from tests.layouts import quick_layouts

PAGE = TEXT * 3


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with quick_layouts():
        yield


def test_places_are_those_of_the_states_that_the_page_shows() -> None:
    """The page reads its text itself, and colours step ``position`` of it: PCA must land where it says."""
    model = language_toy("lstm", 2, dropout=0.5).train()
    found = map_states(model, PAGE, count=120)
    assert found.position.shape == (120,)
    assert (np.diff(found.position) > 0).all()
    states = trace_gates(model, PAGE).quantity["hidden"][found.position, -1]
    centred = states - states.mean(0)
    np.testing.assert_allclose(found.layout_pca, centred @ found.pca.components[:2].T, atol=1e-5)
    variance = found.layout_pca.var(0).sum() / centred.var(0).sum()
    assert found.pca.explained_variance_ratio[:2].sum() == pytest.approx(variance, rel=1e-4)


def test_what_is_stored() -> None:
    found = map_states(language_toy("rnn"), PAGE, count=100)
    assert {name: value.shape for name, value in found.tensors().items()} == {
        "position": (100,),
        "layout.umap": (100, 2),
        "layout.pca": (100, 2),
        "pca.center": (12,),
        "pca.components": (8, 12),
        "pca.explained_variance_ratio": (8,),
    }
    assert found.tensors()["position"].dtype == np.int32
    assert found.metadata()["count"] == 100
    assert set(found.metadata()["umap"]) == {"seed", "neighbours", "minimum_distance", "version"}


@pytest.mark.parametrize("page", ["", "a" * 99])
def test_a_page_too_short_is_refused(page: str) -> None:
    with pytest.raises(ReadingError, match="at least 100 characters"):
        map_states(language_toy("rnn"), page)
