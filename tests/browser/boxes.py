"""Where things stand on a page."""

from __future__ import annotations

from itertools import combinations


def overlaps(boxes: list[dict[str, float]]) -> list[tuple[int, int]]:
    """Which pairs of rectangles (as ``getBoundingClientRect`` gives them) have an area in common."""

    def shared(one: dict[str, float], other: dict[str, float]) -> float:
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        return min(across, down)

    return [(i, j) for (i, one), (j, other) in combinations(enumerate(boxes), 2) if shared(one, other) > 0]
