"""Precision, recall, density and coverage: samples compared by who lies among whose nearest neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.traces import Bytes
from explorer.traces.measures import Comparison

MANIFOLD_NEIGHBOURS = 3
"""k of precision and recall (Kynkäänniemi et al. 2019, section 2)."""
DENSITY_NEIGHBOURS = 5
"""k of density and coverage (Naeem et al. 2020, section 5)."""
COPY = 1e-12
"""Rows whose squared distance is this share of their squared norms are copies; rounding leaves less."""
GROUPS = 10
"""Of the delete-a-group jackknife."""
ROWS = 500
"""Rows whose distances are computed at once."""


@dataclass(frozen=True)
class Overlap:
    """How a generated set and a real set lie among each other."""

    precision: float
    """Share of generated rows on the real manifold."""
    recall: float
    """Share of real rows on the generated manifold."""
    density: float
    """Real balls that a generated row lies in, per k; about 1 where the sets agree, and more where they crowd."""
    coverage: float
    """Share of real balls that hold a generated row."""


def overlap(real: Tensor, generated: Tensor) -> Overlap:
    """Precision and recall (Kynkäänniemi et al. 2019, eq. 1-3), density and coverage (Naeem et al. 2020, eq. 4, 6).

    A set's manifold is the union of balls around its rows; the ball of a row reaches to the row's k-th neighbour in
    its own set. k is :data:`MANIFOLD_NEIGHBOURS` for the first two, :data:`DENSITY_NEIGHBOURS` for the others.

    Args:
        real: (N, F), N more than k.
        generated: (M, F), M more than k.

    Raises:
        ExplorerError: if there are too few rows, or a number is not finite.
    """
    largest = max(MANIFOLD_NEIGHBOURS, DENSITY_NEIGHBOURS)
    for name, rows in (("real", real), ("generated", generated)):
        if len(rows) <= largest or not torch.isfinite(rows).all():
            raise ExplorerError(f"expected more than {largest} finite {name} rows, got {tuple(rows.shape)}")
    real_reach, generated_reach = neighbour_distances(real, largest), neighbour_distances(generated, largest)
    manifold, dense = MANIFOLD_NEIGHBOURS - 1, DENSITY_NEIGHBOURS - 1
    precise, held, count = [], torch.zeros(len(real), dtype=torch.bool), 0
    found = torch.zeros(len(real), dtype=torch.bool)
    for part, reach in zip(generated.split(ROWS), generated_reach.split(ROWS), strict=True):
        squares = squared_distances(part, real)
        precise.append((squares <= real_reach[:, manifold]).any(1))
        found |= (squares <= reach[:, manifold, None]).any(0)
        inside = squares <= real_reach[:, dense]
        held |= inside.any(0)
        count += int(inside.sum())
    return Overlap(
        precision=torch.cat(precise).double().mean().item(),
        recall=found.double().mean().item(),
        density=count / (DENSITY_NEIGHBOURS * len(generated)),
        coverage=held.double().mean().item(),
    )


def neighbour_distances(rows: Tensor, k: int) -> Tensor:
    """(N, k) squared Euclidean distances from each of the rows (N, F), N more than k, to its k nearest others."""
    # The nearest of all is the row itself, or a copy of it, at distance zero.
    parts = [squared_distances(part, rows).topk(k + 1, dim=1, largest=False).values for part in rows.split(ROWS)]
    return torch.cat(parts)[:, 1:]


def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """‖a‖² + ‖b‖² − 2a·b, (N, M) float64, for rows (N, F) and (M, F); exactly zero between copies."""
    a, b = a.double(), b.double()
    norms = a.square().sum(1)[:, None] + b.square().sum(1)
    squares = torch.addmm(norms, a, b.T, alpha=-2)
    return squares.masked_fill_(squares < COPY * norms, 0.0)


def nearest_pictures(queries: Bytes, references: Bytes) -> Tensor:
    """(N,) the root mean square difference in grey level, unit range, of each query to the nearest reference.

    Args:
        queries: uint8 (N, C, H, W).
        references: uint8 (M, C, H, W), M at least 1.

    Raises:
        ExplorerError: if there is no reference or the shapes differ.
    """
    if not len(references) or queries.shape[1:] != references.shape[1:]:
        raise ExplorerError(
            f"expected references of shape {queries.shape[1:]}, got {len(references)} of {references.shape[1:]}"
        )
    flat = torch.from_numpy(queries).flatten(1).float() / 255
    norms = flat.square().sum(1)
    best = torch.full((len(flat),), torch.inf)
    for part in torch.from_numpy(references).split(ROWS):
        rows = part.flatten(1).float() / 255
        squares = norms[:, None] + rows.square().sum(1) - 2 * (flat @ rows.T)  # single precision: four times as quick
        best = torch.minimum(best, squares.amin(1))
    return (best.clamp_min(0) / flat.shape[1]).sqrt()


def nearest_is_training(pictures: Bytes, train: Bytes, held_out: Bytes, seed: int) -> Comparison:
    """The share of pictures whose nearest image, among training and as many held-out ones, is a training image.

    A model that knows the distribution and not the images gets ½ up to chance, however pale or blurred its pictures
    are; one that copies gets 1. The 95 % interval is by a delete-a-group jackknife (Kott 2001) over all three sets:
    pictures of one kind may all find the same few images nearest, so they are no independent trials. The distance is
    that of :func:`nearest_pictures`.

    Args:
        pictures: uint8 (N, C, H, W), N at least :data:`GROUPS`, none of them among the references.
        train: uint8 (M, C, H, W), M at least :data:`GROUPS`.
        held_out: uint8 (M′, C, H, W), likewise; of the larger set, min(M, M′) images are drawn.
        seed: of the draw.

    Raises:
        ExplorerError: if there are too few or the shapes differ.
    """
    count = min(len(train), len(held_out))
    if min(count, len(pictures)) < GROUPS:
        raise ExplorerError(
            f"expected at least {GROUPS} of each, got {len(pictures)} pictures, {len(train)} training and "
            f"{len(held_out)} held-out images"
        )
    generator = torch.Generator().manual_seed(seed)
    distances = []
    for images in (train, held_out):
        drawn = torch.randperm(len(images), generator=generator)[:count].numpy()
        parts = [nearest_pictures(pictures, images[drawn[group::GROUPS]]) for group in range(GROUPS)]
        distances.append(torch.stack(parts))  # (GROUPS, N): to the nearest of each part
    to_train, to_held_out = distances
    value = (to_train.amin(0) <= to_held_out.amin(0)).double().mean().item()
    without = []
    for group in range(GROUPS):
        others = torch.arange(GROUPS) != group
        kept = torch.arange(len(pictures)) % GROUPS != group
        nearer = to_train[others][:, kept].amin(0) <= to_held_out[others][:, kept].amin(0)
        without.append(nearer.double().mean())
    error = math.sqrt((GROUPS - 1) ** 2 / GROUPS * torch.stack(without).var().item())
    low, high = max(0.0, value - 1.96 * error), min(1.0, value + 1.96 * error)
    return Comparison(value, low, high, len(pictures), "share of pictures, 0.5 expected", reference=2 * count)
