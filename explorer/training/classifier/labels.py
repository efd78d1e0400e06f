"""What a classifier names: the attributes of a data set that have classes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.datasets import Split
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.settings import TrainingError


def class_attributes(split: Split) -> dict[str, CategoricalAttribute]:
    """The attributes that have classes, by name, the most telling one first.

    Raises:
        TrainingError: if there is none.
    """
    found = {name: each for name, each in split.attributes.items() if isinstance(each, CategoricalAttribute)}
    if not found:
        raise TrainingError("a classifier needs a data set whose images have classes; this one has numbers only")
    return found


def class_labels(split: Split) -> Tensor:
    """(N, A) int64: the class of each image in each of :func:`class_attributes`."""
    return torch.from_numpy(np.stack([each.codes for each in class_attributes(split).values()], 1).astype(np.int64))
