"""What the panels of the gates view share, and the orders of units, without a page around them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from recurrent_toys import quantities, toy_model

OPEN = """async ([url, options]) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { Reading } = await import("/browser/views/gates/reading.js");
  const reading = new Reading(await (await openModel(url)).loadLanguage(), options);
  const told = [];
  reading.subscribe((changed) => told.push([...changed].sort()));
  const whole = async () => {
    while (reading.trace.computed < reading.length) await new Promise((go) => setTimeout(go));
  };
  BODY
}"""


def in_reading(runtime: Page, url: str, body: str, **options: Any) -> Any:
    return runtime.evaluate(OPEN.replace("BODY", body), [url, options])


def test_what_is_told_is_what_changed(runtime: Page, toy: Callable[[str], str]) -> None:
    told = in_reading(
        runtime,
        toy("lstm-toy"),
        """reading.set({ cursor: 2 }); reading.set({ cursor: 2, unit: { layer: 0, index: 0 } });
        reading.set({ unit: { layer: 0, index: 4 }, quantity: "forget" }); reading.set({ cursor: 99 });
        reading.set({ span: { from: 9, to: 1 } }); reading.set({ hover: { time: 1 } }); reading.set({ text: "ab" });
        return [told, reading.span, reading.hover, reading.cursor];""",
        text="The gates",
    )
    assert told == [
        [["cursor"], ["quantity", "unit"], ["cursor"], ["span"], ["hover"], ["computed", "cursor", "span", "text"]],
        {"from": 1, "to": 1},
        {"time": 1, "unit": None},
        1,
    ]


@pytest.mark.parametrize(
    "changes",
    [
        "{ unit: { layer: 0, index: 24 } }",
        "{ unit: { layer: 0, index: NaN } }",
        "{ hover: { unit: { layer: 1, index: 0 } } }",
        "{ pinned: [{ layer: 0, index: -1 }] }",
        '{ quantity: "reset" }',
        '{ text: "x".repeat(20001), cursor: 1 }',
    ],
)
def test_what_is_refused_changes_nothing(runtime: Page, toy: Callable[[str], str], changes: str) -> None:
    body = f"""let error = null;
      try {{ reading.set({changes}); }} catch (refusal) {{ error = refusal.key ?? refusal.name; }}
      return [error, reading.text, reading.cursor, told];"""
    error, *rest = in_reading(runtime, toy("lstm-toy"), body, text="The gates", cursor=3)
    assert error in ("RangeError", "gates.error_long")
    assert rest == ["The gates", 3, []]


def test_pinned_units_keep_their_colours(runtime: Page, toy: Callable[[str], str]) -> None:
    body = """for (const index of [3, 5, 7]) reading.togglePin({ layer: 0, index });
      reading.togglePin({ layer: 0, index: 5 }); reading.togglePin({ layer: 0, index: 9 });
      const few = reading.pinned;
      const full = [11, 12, 13, 14].map((index) => reading.togglePin({ layer: 0, index }));
      return [few, full, new Set(reading.pinned.map(({ colour }) => colour)).size];"""
    few, full, colours = in_reading(runtime, toy("lstm-toy"), body, text="a")
    assert [(each["index"], each["colour"]) for each in few] == [(3, "--pin-1"), (7, "--pin-3"), (9, "--pin-2")]
    assert (full, colours) == ([True, True, True, False], 6)


def test_a_long_text_is_read_in_slices_and_the_cursor_follows(runtime: Page, toy: Callable[[str], str]) -> None:
    """Each slice ends early here, since the clock is one that leaps."""
    body = """let now = 0;
      performance.now = () => (now += 100);
      reading.set({ text: "The gates decide. ".repeat(200), cursor: Infinity });
      const first = [reading.trace.computed, reading.cursor, reading.length];
      await whole();
      delete performance.now;
      return [first, reading.cursor, told.length, told.every((keys) => keys.includes("computed"))];"""
    first, cursor, count, always = in_reading(runtime, toy("lstm-toy"), body, text="a")
    assert 0 < first[0] < first[2] == 3600
    assert first[1] == first[0] - 1
    assert (cursor, always) == (3599, True)
    assert count > 10


@pytest.mark.parametrize("edits", [[], ["The ", "The gates d"], ["Quite another text."]])
def test_the_cells_scale_depends_on_the_text_alone(runtime: Page, toy: Callable[[str], str], edits: list[str]) -> None:
    text = "The gates decide. One lets the new in; one lets the old go.\n"[:60]
    body = """for (const text of options.edits) { reading.set({ text }); reading.cellRange(0); }
      reading.set({ text: options.last });
      await whole();
      return reading.cellRange(0);"""
    found = in_reading(runtime, toy("lstm-toy"), body, text="One", edits=edits, last=text)
    cells = np.abs(quantities(toy_model("lstm-toy"), text)[:, 0].reshape(-1, 6, 24)[:, 4])
    share = (cells <= found).mean()
    assert share >= 0.95
    assert found <= np.quantile(cells, 0.95) * 1.13  # bins are an eighth of an octave wide


def order(runtime: Page, name: str, series: list[list[float]]) -> list[int]:
    found: list[int] = runtime.evaluate(
        """async ([name, series]) => {
          const orders = await import("/browser/views/gates/order.js");
          const found = orders[name](series.map((values) => Float32Array.from(values)));
          if (name === "byActivity") return [...found];
          for (;;) { const step = found.next(); if (step.done) return [...step.value]; }
        }""",
        [name, series],
    )
    return found


def test_units_are_ordered_by_activity(runtime: Page) -> None:
    assert order(runtime, "byActivity", [[0.1, -0.1], [-0.9, 0.9], [0.5, 0.5], [0.1, 0.1]]) == [1, 2, 0, 3]


def test_clusters_put_units_that_do_alike_side_by_side(runtime: Page) -> None:
    """Three signals, each in five units with noise, some upside down, and a unit that never changes."""
    generator = np.random.default_rng(3)
    signals = generator.standard_normal((3, 80))
    group = np.array([0, 1, 2] * 5)
    series = signals[group] * generator.choice([-1, 1], 15)[:, None] + 0.2 * generator.standard_normal((15, 80))
    found = order(runtime, "byCluster", [*series.tolist(), [0.25] * 80])
    assert sorted(found) == list(range(16))
    runs = [group[unit] if unit < 15 else 3 for unit in found]
    assert sum(a != b for a, b in pairwise(runs)) == 3
    assert found == order(runtime, "byCluster", [*series.tolist(), [0.25] * 80])
