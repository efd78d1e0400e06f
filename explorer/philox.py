"""The seeded generator that Python and page share: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy
as 1, 2, 3").

The page's twin is ``browser/runtime/philox.js``; both give the same words bit for bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ExplorerError

SEED_LIMIT = 2**53
"""Seeds are integers in [0, 2⁵³), the range that a JavaScript number holds exactly."""

_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class SeedError(ExplorerError):
    """A seed or count outside the generator's range."""


def philox4x32(counter: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Ten rounds of the Philox bijection on each counter.

    Args:
        counter: (N, 4) words.
        key: two words, shared by all counters.

    Returns:
        (N, 4) random words.
    """
    c0, c1, c2, c3 = (column.astype(np.uint64) for column in counter.T)
    k0, k1 = key
    for _ in range(_ROUNDS):
        first, second = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (second >> _HALF) ^ c1 ^ np.uint64(k0),
            second & _LOW,
            (first >> _HALF) ^ c3 ^ np.uint64(k1),
            first & _LOW,
        )
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack((c0, c1, c2, c3), axis=1).astype(np.uint32)


def uniforms(seed: int, stream: int, count: int, index: int = 0) -> NDArray[np.float64]:
    """``count`` uniforms in the open interval (0, 1), float64 (count,): (word + ½)·2⁻³².

    ``index`` numbers independent draws from one stream, such as one for each update of a training run.

    Raises:
        SeedError: unless the seed is in [0, 2⁵³), the stream and the index in [0, 2³²) and the count in [0, 2³⁴).
    """
    if not (0 <= seed < SEED_LIMIT and 0 <= stream < 2**32 and 0 <= count < 2**34 and 0 <= index < 2**32):
        raise SeedError(
            "the generator takes a seed in [0, 2^53), a stream and an index in [0, 2^32) and a count in [0, 2^34); "
            f"got {seed}, {stream}, {index}, {count}"
        )
    counter = np.zeros((-(-count // 4), 4), dtype=np.uint32)
    counter[:, 0] = np.arange(len(counter), dtype=np.uint32)
    counter[:, 2] = stream
    counter[:, 3] = index
    words = philox4x32(counter, (seed & 0xFFFFFFFF, seed >> 32))
    values: NDArray[np.float64] = (words.reshape(-1)[:count].astype(np.float64) + 0.5) * 2.0**-32
    return values


def normals(seed: int, stream: int, count: int, index: int = 0) -> NDArray[np.float64]:
    """``count`` standard normals, (count,): Box–Muller pairs in float64, rounded to float32, returned as float64.

    The rounding hides the last bits in which the logarithms and cosines of two platforms may differ.
    """
    pairs = uniforms(seed, stream, count + count % 2, index).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    values = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1).reshape(-1)[:count]
    return values.astype(np.float32).astype(np.float64)
