"""What random forests can tell of sequences: generated from real, and class from class.

- A classifier two-sample test (Lopez-Paz & Oquab 2017): a forest learns to tell generated sequences from real ones and
  is asked for others of both kinds. ½ is guessing: it cannot tell them apart.
- Train on synthetic, test on real, and the reverse (Esteban et al. 2017): a forest learns the classes of one set of
  sequences and is asked for those of another. ½ is guessing between two.

Both accuracies are balanced: the mean over the kinds of the share of each that is named rightly.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from explorer.errors import ExplorerError
from explorer.metrics.proportions import mean_of_proportions
from explorer.traces import Floats, Integers
from explorer.traces.measures import Comparison, Estimate

TREES = 200
UNIT = "balanced accuracy"


class ClassifierError(ExplorerError):
    """Sets that no classifier can be trained or tested on."""


def transfer_accuracy(
    train: tuple[Floats, Integers], test: tuple[Floats, Integers], classes: int, seed: int = 0
) -> Estimate:
    """Balanced accuracy on ``test`` of a forest trained on ``train``, with its 95 % interval over the tested sequences.

    Args:
        train: values (N, T) and classes (N,).
        test: values (M, T) and classes (M,).
        classes: K.
        seed: of the forest.

    Raises:
        ClassifierError: if a class is missing in either set.
    """
    for _, codes in (train, test):
        if len(set(codes.tolist())) < classes:
            raise ClassifierError(
                f"expected sequences of all {classes} classes, got those of {sorted(set(codes.tolist()))}"
            )
    right = _forest(train, seed).predict(test[0]) == test[1]
    parts = [right[test[1] == each] for each in range(classes)]
    return mean_of_proportions(np.array([part.sum() for part in parts]), np.array([len(part) for part in parts]), UNIT)


def two_sample_accuracy(real: Floats, held_out: Floats, fakes: list[Floats], seed: int = 0) -> Comparison:
    """Balanced accuracy of forests that tell generated sequences from real ones, over several blocks of seeds.

    The forest of each block learns from that block and from ``real``, and is asked for the next block and ``held_out``.
    The interval is that of one draw of the tested sequences; all forests are asked for the same held-out ones.

    Args:
        real: (N, T), trained on.
        held_out: (M, T).
        fakes: at least 2 blocks (n, T); in their place, real ones for the floor.
        seed: of the forests.

    Raises:
        ClassifierError: if there are fewer than 2 blocks.
    """
    if len(fakes) < 2:
        raise ClassifierError(f"a forest is tested on other sequences than it learnt from: 2 blocks, got {len(fakes)}")
    shares = []
    for block, fake in enumerate(fakes):
        kinds = np.repeat([1, 0], [len(real), len(fake)])
        forest = _forest((np.concatenate([real, fake]), kinds), seed + block)
        fresh = fakes[(block + 1) % len(fakes)]
        shares.append([np.mean(forest.predict(held_out) == 1), np.mean(forest.predict(fresh) == 0)])
    counts = np.array([len(held_out), sum(map(len, fakes))])
    found = mean_of_proportions(np.mean(shares, 0) * counts, counts, UNIT)
    return Comparison(found.value, found.low, found.high, int(counts[1]), UNIT, reference=len(held_out))


def _forest(train: tuple[Floats, Integers], seed: int) -> RandomForestClassifier:
    return RandomForestClassifier(TREES, random_state=seed, class_weight="balanced").fit(*train)
