"""What bounds character models in the page: budgets, strange and long texts, clamps and settings that mean nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page
from recurrent_page import in_language


def test_compute_stops_at_its_budget_and_goes_on(runtime: Page, toy: Callable[[str], str]) -> None:
    result = in_language(
        runtime,
        toy("lstm-toy"),
        """
        const trace = new Trace(language);
        const first = trace.setText("x".repeat(300));
        const little = trace.compute({ budget: 0 });
        let refused = false;
        try { trace.quantity(0, "cell", little); } catch (error) { refused = error instanceof RangeError; }
        return { first, little, refused, middle: trace.compute({ until: 100 }), again: trace.compute({ until: 50 }),
          series: trace.series(0, "cell", 3).length, end: trace.compute(), length: trace.length,
          state: Array.from(trace.state(299).values),
          own: [...trace.quantity(0, "hidden", 299), ...trace.quantity(0, "cell", 299)] };
        """,
    )
    assert 0 < result["little"] < 100
    assert result["refused"]
    assert (result["middle"], result["again"], result["series"], result["end"]) == (100, 100, 100, 300)
    assert result["state"] == result["own"]


def test_line_ends_unknown_characters_and_what_is_no_character(runtime: Page, toy: Callable[[str], str]) -> None:
    text = "a\r\nb\rc\n☃\U0001f600\ud800שלום\u0000\ufffd\u0007e"
    read = in_language(
        runtime,
        toy("lstm-toy"),
        """
        const text = input.map((unit) => String.fromCharCode(unit)).join("");
        const trace = new Trace(language);
        trace.setText(text);
        trace.compute();
        return { count: trace.characters.length, start: trace.characters.slice(0, 8), tokens: Array.from(trace.tokens),
          unknown: trace.unknown, bits: trace.surprise(6), vocabulary: language.vocabulary };
        """,
        np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16).tolist(),
    )
    assert read["start"] == ["a", "\n", "b", "\n", "c", "\n", "☃", "\U0001f600"]
    assert read["count"] == 17
    assert read["unknown"] == list(range(6, 16))
    expected = [read["vocabulary"].index(character) for character in "a\nb\nc\n"] + [0] * 10
    assert read["tokens"] == [*expected, read["vocabulary"].index("e")]
    assert read["bits"] > 0


def test_too_long_a_text_is_refused_and_nothing_lost(runtime: Page, toy: Callable[[str], str]) -> None:
    result = in_language(
        runtime,
        toy("rnn-toy"),
        """
        const trace = new Trace(language);
        trace.setText("a".repeat(20000));
        trace.setText("abc");
        trace.compute();
        let error = null;
        try {
          trace.setText("a".repeat(20001));
        } catch (refusal) {
          error = { key: refusal.key, values: refusal.values };
        }
        const kept = { length: trace.length, computed: trace.computed };
        const first = trace.setText("");
        return { error, kept, first, nothing: trace.compute(), before: trace.quantity(0, "hidden", -1).length };
        """,
    )
    assert result["error"] == {"key": "gates.error_long", "values": {"most": "20000", "found": "20001"}}
    assert result["kept"] == {"length": 3, "computed": 3}
    assert (result["first"], result["nothing"], result["before"]) == (0, 0, 24)


@pytest.mark.parametrize(
    ("clamp", "key"),
    [
        ("layer: 1, quantity: 'cell', units: null, value: 0", "layer"),
        ("layer: 0, quantity: 'reset', units: [0], value: 0", "quantity"),
        ("layer: 0, quantity: 'cell', units: [24], value: 0", "unit"),
        ("layer: 0, quantity: 'cell', units: [0.5], value: 0", "unit"),
        ("layer: 0, quantity: 'cell', units: [0], value: NaN", "value"),
        ("layer: 0, quantity: 'cell', units: [0], value: 1e39", "value"),
    ],
)
def test_bad_clamps_are_refused(runtime: Page, toy: Callable[[str], str], clamp: str, key: str) -> None:
    for body in (
        f"new Trace(language, {{ clamps: [{{ {clamp} }}] }})",
        f"language.step(language.start(), 1, [{{ {clamp} }}])",
    ):
        assert in_language(runtime, toy("lstm-toy"), body)["key"] == f"gates.error_clamp_{key}"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ("seed: -1", "runtime.seed"),
        ("seed: 2 ** 53", "runtime.seed"),
        ("seed: 1, temperature: NaN", "gates.error_temperature"),
        ("seed: 1, temperature: -1", "gates.error_temperature"),
        ("seed: 1, topK: 1.5", "gates.error_top_k"),
        ("seed: 1, topP: 0", "gates.error_top_p"),
        ("seed: 1, topP: 1.5", "gates.error_top_p"),
    ],
)
def test_bad_settings_are_refused(runtime: Page, toy: Callable[[str], str], settings: str, key: str) -> None:
    body = f"createWriter(language, language.start(), {{ {settings} }})"
    assert in_language(runtime, toy("lstm-toy"), body)["key"] == key
