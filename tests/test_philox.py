"""The seeded generator against published vectors and the distributions that it claims."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.philox import SeedError, normals, philox4x32, uniforms

KNOWN_ANSWERS = [
    ([0, 0, 0, 0], (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, (0xFFFFFFFF, 0xFFFFFFFF), [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        (0xA4093822, 0x299F31D0),
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]
"""philox4x32, ten rounds, from the Random123 library's published known-answer vectors."""


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_known_answers(counter: list[int], key: tuple[int, int], expected: list[int]) -> None:
    words = philox4x32(np.array([counter, counter], dtype=np.uint32), key)
    assert words.tolist() == [expected, expected]


def test_uniforms_are_the_words_of_the_stated_counters() -> None:
    seed, stream = 5 * 2**32 + 9, 2
    words = philox4x32(np.array([[0, 0, stream, 0], [1, 0, stream, 0]], dtype=np.uint32), (9, 5)).reshape(-1)
    assert uniforms(seed, stream, 6).tolist() == [(int(word) + 0.5) / 2**32 for word in words[:6]]
    assert uniforms(seed, stream, 0).shape == (0,)


def test_the_index_is_the_last_word_of_the_counter() -> None:
    words = philox4x32(np.array([[0, 0, 13, 7], [1, 0, 13, 7]], dtype=np.uint32), (4, 0)).reshape(-1)
    assert uniforms(4, 13, 6, index=7).tolist() == [(int(word) + 0.5) / 2**32 for word in words[:6]]
    assert uniforms(4, 13, 6, index=0).tolist() == uniforms(4, 13, 6).tolist()
    assert normals(4, 13, 6, index=7).tolist() != normals(4, 13, 6).tolist()


def test_normals_are_box_muller_pairs_rounded_to_float32() -> None:
    u = uniforms(3, 0, 4)
    radius = math.sqrt(-2 * math.log(u[2]))
    expected = [radius * math.cos(2 * math.pi * u[3]), radius * math.sin(2 * math.pi * u[3])]
    values = normals(3, 0, 4)
    assert values[2:].tolist() == [float(np.float32(value)) for value in expected]
    assert normals(3, 0, 3).tolist() == values[:3].tolist()


def test_moments_of_normals() -> None:
    count = 200_000
    values = normals(1, 0, count)
    assert abs(values.mean()) < 4 / math.sqrt(count)
    assert abs(values.var() - 1) < 4 * math.sqrt(2 / count)
    assert abs((values**4).mean() - 3) < 4 * math.sqrt(96 / count)


def test_seeds_and_streams_differ() -> None:
    draws = [tuple(uniforms(seed, stream, 4)) for seed in (0, 1, 2**32, 2**53 - 1) for stream in (0, 1, 2)]
    assert len(set(draws)) == len(draws)


@pytest.mark.parametrize(
    ("seed", "stream", "count", "index"),
    [
        (-1, 0, 1, 0),
        (2**53, 0, 1, 0),
        (0, -1, 1, 0),
        (0, 2**32, 1, 0),
        (0, 0, -1, 0),
        (0, 0, 1, -1),
        (0, 0, 1, 2**32),
    ],
)
def test_outside_the_range_is_refused(seed: int, stream: int, count: int, index: int) -> None:
    with pytest.raises(SeedError, match="seed in"):
        uniforms(seed, stream, count, index)
