"""Train on synthetic, test on real, and the reverse (Esteban et al. 2017): is a generated class that class?

A random forest learns to tell the classes of one set of sequences, and is asked for those of another. Its balanced
accuracy, the mean over the classes of the share that it gets right, is ½ for guessing between two.
"""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from explorer.errors import ExplorerError
from explorer.traces import Floats, Integers
from explorer.traces.measures import Estimate

TREES = 200
RESAMPLES = 1000


class TransferError(ExplorerError):
    """Sets that no classifier can be trained or tested on."""


def transfer_accuracy(
    train: tuple[Floats, Integers], test: tuple[Floats, Integers], classes: int, seed: int = 0
) -> Estimate:
    """Balanced accuracy on ``test`` of a forest trained on ``train``, with its 95 % interval over the tested sequences.

    Args:
        train: values (N, T) and classes (N,).
        test: values (M, T) and classes (M,).
        classes: K.
        seed: of the forest and the resampling.

    Raises:
        TransferError: if a class is missing in either set.
    """
    for _, codes in (train, test):
        if len(set(codes.tolist())) < classes:
            raise TransferError(
                f"expected sequences of all {classes} classes, got those of {sorted(set(codes.tolist()))}"
            )
    forest = RandomForestClassifier(TREES, random_state=seed, class_weight="balanced").fit(*train)
    right = forest.predict(test[0]) == test[1]
    random = np.random.default_rng(seed)
    parts = [right[test[1] == each].astype(np.float64) for each in range(classes)]
    resampled = [np.mean([random.choice(part, len(part)).mean() for part in parts]) for _ in range(RESAMPLES)]
    low, high = np.quantile(resampled, [0.025, 0.975])
    value = float(np.mean([part.mean() for part in parts]))
    return Estimate(value, float(low), float(high), len(right), "balanced accuracy")
