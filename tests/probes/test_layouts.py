"""UMAP as the models' makers use it. In one file, for it compiles for 20 s in every process that tests it."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.manifold import trustworthiness

from explorer.probes.browse import umap_layout
from explorer.probes.gates import trace_gates
from explorer.probes.states import map_states
from tests.language_toys import TEXT, language_toy

PAGE = TEXT * 3


def test_the_layout_is_seeded_and_keeps_neighbourhoods() -> None:
    generator = np.random.default_rng(2)
    data = np.concatenate([generator.normal(center, 0.3, (60, 5)) for center in (-3, 0, 3)]).astype(np.float32)
    layout, settings = umap_layout(data)
    again, _ = umap_layout(data)
    np.testing.assert_array_equal(layout, again)
    assert settings["seed"] == 0
    assert trustworthiness(data, layout, n_neighbors=10) > 0.9


def test_neighbours_stay_neighbours_and_a_seed_gives_the_same_map() -> None:
    model = language_toy("gru")
    found, again = map_states(model, PAGE), map_states(model, PAGE)
    np.testing.assert_array_equal(found.layout_umap, again.layout_umap)
    assert found.position.tolist() == list(range(len(PAGE)))
    states = torch.from_numpy(trace_gates(model, PAGE).quantity["hidden"][:, 0])
    places = torch.from_numpy(found.layout_umap)
    nearest = [torch.cdist(points, points).fill_diagonal_(torch.inf).argsort(1)[:, :10] for points in (states, places)]
    shared = np.mean([len(set(a) & set(b)) for a, b in zip(*(each.tolist() for each in nearest), strict=True)])
    assert shared > 5  # of 10; places at random share 0.5
