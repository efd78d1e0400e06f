"""Whether generated sequences stand nearer to those trained on than to held-out ones, and which share would be seen.

The question of Esteban et al. 2017's three-sample test. They ask it of MMD, whose kernel is as wide as the data: there
even a generator that only repeats what it was trained on passes. Here it is asked of each sequence's nearest real one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.metrics.sequences.discrepancy import Z80, squared_distances
from explorer.traces import Floats

EXCHANGES = 2000
ROWS = 500
"""Generated sequences whose distances are computed at once."""


class MemorisationError(ExplorerError):
    """Samples that memorising cannot be looked for in."""


@dataclass(frozen=True)
class MemorisationTest:
    """Whose neighbours generated sequences are."""

    share: float
    """Of generated sequences, those whose nearest real sequence was trained on."""
    chance: float
    chance_low: float
    chance_high: float
    """Mean of the share, and 95 % of it, where it is drawn at random which real sequences were trained on."""
    p_value: float
    """Share of the drawings, the true one among them, with at least this share: H₀ is that nothing is memorised."""
    detectable: float
    """Share of copies among what is generated that is found in 80 % of repetitions at the level of 5 %; up to 1."""


def memorisation_test(generated: Floats, held_out: Floats, trained: Floats, seed: int = 0) -> MemorisationTest:
    """Whether more of the generated sequences than chance gives have their nearest neighbour in the training set.

    A generator that has not memorised sees real sequences alike, whichever were held out, so that drawing anew which
    were gives the share's exact distribution. A copy's neighbour is always of the training set: ε of them raise the
    share by ε·(1 − chance), which is compared with the share's spread as in
    :func:`explorer.metrics.sequences.discrepancy.two_sample_test`.

    Args:
        generated: (N, D).
        held_out: (M, D).
        trained: (K, D).
        seed: of the drawings.

    Raises:
        MemorisationError: if a sample is empty or a number is not finite.
    """
    real = np.concatenate([trained, held_out])
    if not (len(generated) and len(held_out) and len(trained)) or not all(
        np.isfinite(each).all() for each in (generated, real)
    ):
        raise MemorisationError("expected generated, held-out and trained sequences of finite numbers")
    starts = range(0, len(generated), ROWS)
    nearest = np.concatenate([squared_distances(generated[at : at + ROWS], real).argmin(1) for at in starts])
    weights = np.bincount(nearest, minlength=len(real)) / len(generated)
    of_training = np.arange(len(real)) < len(trained)
    random = np.random.default_rng(seed)
    drawn = np.array([weights @ random.permutation(of_training) for _ in range(EXCHANGES)])
    share, chance = float(weights @ of_training), len(trained) / len(real)
    low, most, high = np.quantile(drawn, [0.025, 0.95, 0.975])
    beyond = (1 + (drawn >= share).sum()) / (1 + EXCHANGES)
    detectable = min(1.0, float(most - chance + Z80 * drawn.std()) / (1 - chance))
    return MemorisationTest(share, chance, float(low), float(high), float(beyond), detectable)
