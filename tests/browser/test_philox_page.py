"""The page's seeded generator against the published vectors and against Python's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from explorer.philox import normals, uniforms

SEEDS = [0, 1, 7, 2**31, 2**32 - 1, 2**32, 2**40 + 12345, 2**53 - 1]


def test_known_answers(runtime: Page) -> None:
    """Philox4x32 with ten rounds, from the Random123 library's published known-answer vectors."""
    words = runtime.evaluate(
        """async () => {
          const { philox4x32 } = await import("/browser/runtime/philox.js");
          const ones = 0xffffffff;
          return [
            philox4x32([0, 0, 0, 0], [0, 0]),
            philox4x32([ones, ones, ones, ones], [ones, ones]),
            philox4x32([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
          ].map((row) => Array.from(row));
        }"""
    )
    assert words == [
        [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8],
        [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ]


@pytest.mark.parametrize("stream", [0, 1, 2])
def test_uniforms_and_normals_equal_pythons(runtime: Page, stream: int) -> None:
    draws = runtime.evaluate(
        """async ({seeds, stream}) => {
          const { normals, uniforms } = await import("/browser/runtime/philox.js");
          const draw = (generator, seed) => Array.from(generator(seed, stream, 1003));
          return seeds.map((seed) => [draw(uniforms, seed), draw(normals, seed)]);
        }""",
        {"seeds": SEEDS, "stream": stream},
    )
    for seed, (uniform, normal) in zip(SEEDS, draws, strict=True):
        assert uniform == uniforms(seed, stream, 1003).tolist()
        assert normal == normals(seed, stream, 1003).tolist()
