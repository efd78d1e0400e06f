"""The codec of what views keep in the address: what is written is read back, and what makes no sense is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

CODEC = """async ([entries, values]) => {
  const codec = await import("/browser/parts/address.js");
  const { flag, indexOf, oneOf, oneOfOrNone, real, text, whole } = codec;
  const address = new codec.AddressCodec({
    seed: whole({ high: 99, fallback: 7, keeps: true }),
    topK: whole({ entry: "topk", high: ({ words }) => words.length, fallback: 0, keeps: true }),
    x: real({ low: -1, high: 2.5, fallback: (_, { seed }) => seed / 100 }),
    way: oneOf({ among: ["straight", "curved"] }),
    other: oneOfOrNone({ among: ({ words }) => words }),
    first: indexOf({ among: ({ words }) => words, fallback: null }),
    compare: flag({ word: "on" }),
    prompt: text({ longest: 3, fallback: "" }),
  });
  const context = { words: ["a", "b"] };
  if (values) return address.write(values, context);
  return { ...address.read(entries, context), kept: address.kept, entries: address.entries };
}"""
USUAL: dict[str, Any] = {
    "seed": 7,
    "topK": 0,
    "x": 0.07,
    "way": "straight",
    "other": None,
    "first": None,
    "compare": False,
    "prompt": "",
}
OWN: dict[str, Any] = {
    "seed": 99,
    "topK": 2,
    "x": -1,
    "way": "curved",
    "other": "b",
    "first": 1,
    "compare": True,
    "prompt": "é𝄞你",
}


def read(page: Page, **entries: str) -> Any:
    return page.evaluate(CODEC, [entries, None])


def write(page: Page, **values: Any) -> Any:
    return page.evaluate(CODEC, [None, {**USUAL, **values}])


def test_an_empty_address_gives_the_fallbacks(runtime: Page) -> None:
    found = read(runtime)
    assert (found["values"], found["refused"]) == (USUAL, [])


def test_fallbacks_are_not_written(runtime: Page) -> None:
    assert set(write(runtime).values()) == {None}


def test_what_is_written_is_read_back(runtime: Page) -> None:
    entries = write(runtime, **OWN)
    assert None not in entries.values()
    found = read(runtime, **entries)
    assert (found["values"], found["refused"]) == (OWN, [])


def test_a_field_may_follow_another(runtime: Page) -> None:
    assert read(runtime, seed="50")["values"]["x"] == 0.5
    assert write(runtime, seed=50, x=0.5)["x"] is None


@pytest.mark.parametrize(
    ("entry", "value", "expected"),
    [
        ("seed", "100", "0 … 99"),
        ("seed", "-1", "0 … 99"),
        ("seed", "1.5", "0 … 99"),
        ("seed", "", "0 … 99"),
        ("seed", " ", "0 … 99"),
        ("seed", "NaN", "0 … 99"),
        ("topk", "3", "0 … 2"),
        ("x", "2.51", "-1 … 2.5"),
        ("x", "Infinity", "-1 … 2.5"),
        ("x", "one", "-1 … 2.5"),
        ("way", "Straight", "straight, curved"),
        ("other", "c", "a, b"),
        ("first", "c", "a, b"),
        ("compare", "off", "on"),
        ("prompt", "long", "≤ 3"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_expected(
    runtime: Page, entry: str, value: str, expected: str
) -> None:
    found = read(runtime, **{entry: value})
    assert found["refused"] == [{"name": entry, "value": value, "expected": expected}]
    assert found["values"] == USUAL


def test_entries_of_others_are_left_alone(runtime: Page) -> None:
    assert read(runtime, elsewhere="1", toString="x")["refused"] == []


def test_names_in_the_address_and_what_survives_a_change_of_model(runtime: Page) -> None:
    found = read(runtime)
    assert found["kept"] == ["seed", "topk"]
    assert found["entries"] == ["seed", "topk", "x", "way", "other", "first", "compare", "prompt"]


def test_a_long_entry_is_not_repeated_whole(runtime: Page) -> None:
    said = runtime.evaluate(
        """async (refused) => (await import("/browser/parts/address.js")).refusals(refused, (_, values) =>
             JSON.stringify(values))""",
        [{"name": "seed", "value": "9" * 400, "expected": "0 … 99"}],
    )
    (values,) = map(json.loads, said)
    assert values == {"name": "seed", "value": "9" * 60 + "…", "expected": "0 … 99"}
