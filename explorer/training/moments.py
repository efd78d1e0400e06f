"""At which steps of a run what it has learnt is recorded."""

from __future__ import annotations

import numpy as np

MOMENTS = 24


def moments(total: int, count: int = MOMENTS) -> list[int]:
    """At which of ``total`` steps to record, both ends among them: evenly, and geometrically for the eventful start.

    A long run has nearly twice ``count`` moments (40 of 200 steps with the default); a shorter one as many as are
    distinct.
    """
    even = np.linspace(0, total, 2 * count)[::2]  # the end comes with the other series
    early = np.geomspace(1, total, count)
    return sorted({round(step) for step in (*even, *early)})
