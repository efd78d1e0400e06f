"""Precision, recall, density and coverage against cases that can be counted by hand, and against the definitions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.metrics.neighbours import (
    Overlap,
    nearest_is_training,
    nearest_pictures,
    neighbour_distances,
    overlap,
    squared_distances,
)

LINE = torch.arange(8.0)[:, None]


def by_definition(real: Tensor, generated: Tensor) -> Overlap:
    """The sums and indicators of the two papers, written out in NumPy."""

    def distances(a: Tensor, b: Tensor) -> np.ndarray:
        return np.sqrt(np.square(a.double().numpy()[:, None] - b.double().numpy()[None]).sum(2))

    def radii(rows: Tensor, k: int) -> np.ndarray:
        return np.sort(distances(rows, rows), axis=1)[:, k]

    across = distances(generated, real)
    balls = across <= radii(real, 5)
    return Overlap(
        precision=(across <= radii(real, 3)).any(1).mean(),
        recall=(radii(generated, 3) >= across.T).any(1).mean(),
        density=balls.sum() / (5 * len(generated)),
        coverage=balls.any(0).mean(),
    )


def test_identical_sets_agree_entirely() -> None:
    """Each row lies in k + 1 balls on average, its own among them, so that the density is (k + 1) / k."""
    rows = torch.randn(1300, 6, generator=torch.Generator().manual_seed(0))
    found = overlap(rows, rows.clone())
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)
    assert found.density == pytest.approx(6 / 5)


def test_disjoint_sets_share_nothing() -> None:
    rows = torch.randn(50, 6, generator=torch.Generator().manual_seed(0))
    assert overlap(rows, rows + 100) == Overlap(0, 0, 0, 0)


def test_one_point_on_a_line_by_hand() -> None:
    """Real 0…7; generated: eight copies of 0. Their balls have no radius; 5 reaches of real rows contain 0."""
    found = overlap(LINE, torch.zeros(8, 1))
    assert found.precision == 1
    assert found.recall == 1 / 8
    # Distances to the fifth neighbour: 5, 4, 3, 3, 3, 3, 4, 5 from rows 0 … 7: the balls of 0 to 3 reach 0.
    assert found.density == pytest.approx(4 / 5)
    assert found.coverage == pytest.approx(4 / 8)


@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.7, 1.0), (0.0, 0.3), (0.2, 2.0)])
def test_any_two_sets_against_the_definitions(shift: float, scale: float) -> None:
    generator = torch.Generator().manual_seed(1)
    real = torch.randn(700, 4, generator=generator)
    generated = shift + scale * torch.randn(530, 4, generator=generator)
    found, expected = overlap(real, generated), by_definition(real, generated)
    for name in ("precision", "recall", "density", "coverage"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name


def test_precision_and_recall_tell_a_narrow_set_from_a_wide_one() -> None:
    generator = torch.Generator().manual_seed(2)
    real = torch.randn(400, 2, generator=generator)
    narrow = overlap(real, 0.1 * torch.randn(400, 2, generator=generator))
    wide = overlap(real, 10 * torch.randn(400, 2, generator=generator))
    assert narrow.precision > 0.95 > 0.2 > narrow.recall
    assert wide.recall > 0.9 > 0.2 > wide.precision


def test_copies_far_from_the_origin_are_at_distance_zero() -> None:
    rows = 1e4 + torch.randn(600, 8, generator=torch.Generator().manual_seed(0))
    assert (squared_distances(rows, rows).diagonal() == 0).all()
    twice = torch.cat([rows, rows])
    assert (neighbour_distances(twice, 1) == 0).all()


@pytest.mark.parametrize("real", [torch.zeros(5, 2), torch.zeros(0, 2), torch.full((9, 2), torch.nan)])
def test_too_few_rows_or_nan_are_errors(real: Tensor) -> None:
    with pytest.raises(ExplorerError, match="finite real rows"):
        overlap(real, torch.zeros(9, 2))
    with pytest.raises(ExplorerError, match="finite generated rows"):
        overlap(torch.zeros(9, 2), real)


def test_nearest_pictures_by_hand() -> None:
    """One pixel of four differs by 51 of 255 levels: √(0.2² / 4) = 0.1."""
    references = np.zeros((700, 1, 2, 2), np.uint8)
    references[:699] = 255
    query = np.zeros((2, 1, 2, 2), np.uint8)
    query[0, 0, 1, 0] = 51
    assert nearest_pictures(query, references).tolist() == pytest.approx([0.1, 0], abs=1e-6)
    with pytest.raises(ExplorerError, match="expected references"):
        nearest_pictures(query, references[:0])
    with pytest.raises(ExplorerError, match="expected references"):
        nearest_pictures(query, references[:, :, :1])


def noise_pictures(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 1, 6, 6), dtype=np.uint8)


def test_fresh_pictures_are_as_near_to_training_as_to_held_out_images() -> None:
    found = nearest_is_training(noise_pictures(500, 0), noise_pictures(300, 1), noise_pictures(900, 2), seed=0)
    assert found.low < 0.5 < found.high
    assert found.count == 500


def test_pale_pictures_are_no_copies() -> None:
    """Half way to the mean, pictures are nearer to any image than images are, but no nearer to those of training."""
    train, held_out = noise_pictures(400, 1), noise_pictures(400, 2)
    pale = (noise_pictures(300, 0) * 0.5 + 0.5 * train.mean()).astype(np.uint8)
    assert nearest_pictures(pale, train).mean() < 0.9 * nearest_pictures(held_out, train).mean()
    found = nearest_is_training(pale, train, held_out, seed=0)
    assert found.low < 0.5 < found.high


def test_copies_of_training_images_are_found_out() -> None:
    train = noise_pictures(200, 1)
    copies = np.clip(train.astype(int) + np.random.default_rng(3).integers(-9, 10, train.shape), 0, 255)
    found = nearest_is_training(copies.astype(np.uint8), train, noise_pictures(200, 2), seed=0)
    assert found.value == 1
    assert found.low > 0.9
    assert nearest_is_training(train, noise_pictures(200, 2), train, seed=0).value == 0
    with pytest.raises(ExplorerError, match="at least 10 of each, got 200 pictures, 9 training"):
        nearest_is_training(train, train[:9], train, seed=0)
