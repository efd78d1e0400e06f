"""A map of a character model's hidden states over its held-out page."""

from __future__ import annotations

import numpy as np

from explorer.families.recurrent import LanguageModel
from explorer.probes.browse import principal_components, umap_layout
from explorer.probes.reading import ReadingError, hidden_states, start_and
from explorer.traces.language import StateMap

PLACES = 2500
"""States on the map at most."""
FEWEST = 100
"""States that a layout says anything about."""


def map_states(model: LanguageModel, page: str, seed: int = 0, count: int = PLACES) -> StateMap:
    """Lay out the top layer's hidden states at some characters of a page, all of which is read.

    Args:
        model: dropout plays no part.
        page: held-out text.
        seed: chooses the characters, where the page has more than ``count``.
        count: of states at most.

    Raises:
        ReadingError: if the page is too long, or has fewer than 100 characters.
    """
    tokens = start_and(model, page)
    length = len(tokens) - 1
    if length < FEWEST:
        raise ReadingError(f"expected a page of at least {FEWEST} characters, got {length}")
    position = np.sort(np.random.default_rng(seed).permutation(length)[:count]).astype(np.int32)
    states = hidden_states(model, model.embed(tokens))[0][-1][1:].detach().numpy()[position]
    pca = principal_components(states)
    layout, settings = umap_layout(states)
    return StateMap(position, pca, pca.project(states).astype(np.float32), layout, settings)
