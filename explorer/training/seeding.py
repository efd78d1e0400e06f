"""Random numbers of a run: a generator of its own for each purpose and step, so that a run can go on anywhere."""

from __future__ import annotations

import numpy as np
import torch


def seeded_generator(*words: int) -> torch.Generator:
    """A generator of its own for each list of numbers of 0 or more, such as (seed, purpose, step)."""
    state = np.random.SeedSequence(words).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state))
