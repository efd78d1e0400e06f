"""What has a colour of its own on a map, and what shares one."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

COLOURING = """async ([attribute]) => {
  const { createColouring } = await import("/browser/charts/colours.js");
  const { colour, value, entries, scale, isMinor } = createColouring(attribute, "light", "en");
  const points = attribute.data.map((_, i) => [colour(i), value(i), isMinor(i)]);
  return { points, entries, ends: scale && [scale.low, scale.high] };
}"""


def colouring(page: Page, **attribute: Any) -> Any:
    return page.evaluate(COLOURING, [attribute])


def test_the_ten_most_frequent_of_many_values_have_colours_and_the_rest_share_grey(runtime: Page) -> None:
    """Twelve values: the first is there once, the next twice, and so on."""
    data = [code for code in range(12) for _ in range(code + 1)]
    found = colouring(runtime, kind="categorical", data=data, values=[str(code) for code in range(12)])
    assert [entry["code"] for entry in found["entries"]] == list(range(11, -1, -1))
    assert [entry["count"] for entry in found["entries"]] == list(range(12, 0, -1))
    colours = [entry["colour"] for entry in found["entries"]]
    assert len(set(colours[:10])) == 10
    assert colours[10] == colours[11] not in colours[:10]
    assert [minor for _, _, minor in found["points"]] == [code < 2 for code in data]
    assert all(colour == colours[11 - code] for code, (colour, _, _) in zip(data, found["points"], strict=True))


def test_few_values_stand_in_their_own_order_and_those_without_points_are_left_out(runtime: Page) -> None:
    found = colouring(
        runtime, kind="categorical", data=[2, 2, 0], values=["a", "b", "c"], labels={"en": ["A", "B", "C"]}
    )
    assert [(entry["label"], entry["count"]) for entry in found["entries"]] == [("A", 1), ("C", 2)]
    assert [minor for _, _, minor in found["points"]] == [False] * 3


def test_numbers_have_a_scale_from_the_least_to_the_largest(runtime: Page) -> None:
    found = colouring(runtime, kind="continuous", data=[3, -1, 1, 3], unit="°")
    assert found["ends"] == [-1, 3]
    colours = [colour for colour, _, _ in found["points"]]
    assert colours[0] == colours[3]
    assert len(set(colours)) == 3
    assert found["points"][2][1] == "1.00 °"
