"""What finding units computes: the span query, the scores of single units, the windows for and against them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page
from sklearn.metrics import roc_auc_score

MODULES = "/browser/views/gates/find"

# Steps × units, by hand: 0 is on in steps 1–2 alone, 1 throughout, 2 from 1 on, 3 negative in 1–2, 4 on in 1 only.
ACTIVITY = [
    [0.1, 0.9, 0.0, 0.2, 0.0],
    [0.8, 0.9, 0.65, -0.7, 0.9],
    [0.7, 0.9, 0.7, -0.9, 0.1],
    [0.2, 0.9, 0.5, 0.1, 0.0],
]
QUERY = f"""async ([activity, query]) => {{
  const {{ unitsOnInside }} = await import("{MODULES}/query.js");
  const found = unitsOnInside({{ at: (t) => activity[t], units: activity[0]?.length ?? 0, length: activity.length,
    span: {{ from: 1, to: 2 }}, threshold: 0.5, left: true, right: true, signed: true, ...query }});
  return found.map(({{ index, sign, least, beside, margin }}) => [index, sign, least, beside, margin]);
}}"""


def ask(runtime: Page, **query: Any) -> list[list[Any]]:
    found: list[list[Any]] = runtime.evaluate(QUERY, [ACTIVITY, query])
    return found


def indices(found: list[list[Any]]) -> list[int]:
    return [unit[0] for unit in found]


def test_units_on_inside_and_off_beside(runtime: Page) -> None:
    found = ask(runtime)
    # Unit 3: least of its negative side 0.7, beside −0.1; unit 0: least 0.7, beside 0.2.
    np.testing.assert_allclose(found, [[3, -1, 0.7, -0.1, 0.8], [0, 1, 0.7, 0.2, 0.5]])


def test_each_side_can_be_left_free(runtime: Page) -> None:
    assert indices(ask(runtime, right=False)) == [3, 2, 0]
    assert indices(ask(runtime, left=False)) == [3, 0]
    free = ask(runtime, left=False, right=False)
    assert free == [[1, 1, 0.9, None, 0.9], [0, 1, 0.7, None, 0.7], [3, -1, 0.7, None, 0.7], [2, 1, 0.65, None, 0.65]]


def test_a_gate_has_no_negative_side(runtime: Page) -> None:
    assert indices(ask(runtime, signed=False)) == [0]


def test_the_texts_ends_ask_nothing(runtime: Page) -> None:
    assert indices(ask(runtime, span={"from": 0, "to": 3})) == [1]
    assert ask(runtime, span={"from": 0, "to": 3})[0][3:] == [None, 0.9]
    assert indices(ask(runtime, span={"from": 3, "to": 3}, threshold=0.15)) == []
    assert indices(ask(runtime, span={"from": 2, "to": 3}, threshold=0.5)) == []


def test_the_threshold_itself_is_on(runtime: Page) -> None:
    assert indices(ask(runtime, threshold=0.7)) == [3, 0]
    assert indices(ask(runtime, threshold=0.71)) == []
    assert indices(ask(runtime, threshold=0.2)) == [3]  # unit 0 has 0.2 beside the span


@pytest.mark.parametrize(
    "query",
    [
        {"span": {"from": 2, "to": 1}},
        {"span": {"from": -1, "to": 1}},
        {"span": {"from": 0, "to": 4}},
        {"span": {"from": "NaN", "to": 1}},
        {"threshold": 0},
        {"threshold": -1},
        {"threshold": "NaN"},
    ],
)
def test_impossible_queries_are_refused(runtime: Page, query: dict[str, Any]) -> None:
    message = runtime.evaluate(f"(args) => ({QUERY})(args).then(String, ({{ message }}) => message)", [ACTIVITY, query])
    assert "expected" in message


def test_runs_are_where_the_unit_is_on(runtime: Page) -> None:
    runs = runtime.evaluate(
        f"""async () => {{
          const {{ runsOn }} = await import("{MODULES}/query.js");
          const series = [0.5, 0.6, 0.1, -0.9, 0.4, 0.7];
          return [runsOn(series, 0.5, 1), runsOn(series, 0.5, -1), runsOn(series, 2, 1), runsOn([], 1, 1)];
        }}"""
    )
    assert runs == [
        {"runs": [{"from": 0, "to": 1}, {"from": 5, "to": 5}], "steps": 3},
        {"runs": [{"from": 3, "to": 3}], "steps": 1},
        {"runs": [], "steps": 0},
        {"runs": [], "steps": 0},
    ]


def test_windows_stay_inside_the_text(runtime: Page) -> None:
    windows = runtime.evaluate(
        f"""async () => {{
          const {{ windowAround }} = await import("{MODULES}/query.js");
          const at = (from, length) => Object.values(windowAround({{ from, to: from }}, length, 10, 4));
          return [at(20, 100), at(1, 100), at(98, 100), at(2, 5)];
        }}"""
    )
    assert windows == [[16, 25], [0, 9], [90, 99], [0, 4]]


SCORE = f"""async ([values, marks, kind]) => {{
  const {{ scoreUnit }} = await import("{MODULES}/scores.js");
  const {{ value, count, positives, shares }} = scoreUnit(Float32Array.from(values), Int16Array.from(marks), kind);
  return {{ value, count, positives, shares: [...shares] }};
}}"""


def score(runtime: Page, values: Any, marks: Any, kind: str) -> dict[str, Any]:
    scored: dict[str, Any] = runtime.evaluate(SCORE, [np.asarray(values).tolist(), np.asarray(marks).tolist(), kind])
    return scored


def example(seed: int, count: int, kinds: int) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Values with many ties that lean on marks, some characters without a mark."""
    random = np.random.default_rng(seed)
    marks = random.integers(-1, kinds, count).astype(np.int16)
    values = np.round(random.normal(size=count) + 0.4 * marks, 1).astype(np.float32)
    return values, marks


@pytest.mark.parametrize("seed", range(3))
def test_auc_is_sklearns(runtime: Page, seed: int) -> None:
    values, marks = example(seed, 3000, 2)
    seen = marks >= 0
    scored = score(runtime, values, marks, "binary")
    assert scored["value"] == pytest.approx(roc_auc_score(marks[seen], values[seen]), abs=1e-12)
    assert (scored["count"], scored["positives"]) == (int(seen.sum()), int((marks == 1).sum()))


@pytest.mark.parametrize("seed", range(3))
def test_r_is_numpys(runtime: Page, seed: int) -> None:
    values, marks = example(seed, 3000, 9)
    seen = marks >= 0
    scored = score(runtime, values, marks, "graded")
    assert scored["value"] == pytest.approx(np.corrcoef(values[seen].astype(float), marks[seen])[0, 1], abs=1e-12)
    assert scored["positives"] is None


@pytest.mark.parametrize(("kind", "kinds", "chance"), [("binary", 2, 0.5), ("graded", 9, 0.0)])
def test_shares_add_up_to_the_score(runtime: Page, kind: str, kinds: int, chance: float) -> None:
    values, marks = example(7, 2000, kinds)
    scored = score(runtime, values, marks, kind)
    shares = np.array(scored["shares"])
    assert np.all(shares[marks < 0] == 0)
    assert shares[marks >= 0].mean() == pytest.approx(scored["value"] - chance, abs=1e-12)


def test_shares_by_hand(runtime: Page) -> None:
    # Ranks of 1 2 3 4 about 2.5, marks about ½, n/(n₊n₋) = 1: AUC 3/4.
    scored = score(runtime, [1, 3, 2, 4], [0, 0, 1, 1], "binary")
    assert scored["value"] == 0.75
    assert scored["shares"] == [0.75, -0.25, -0.25, 0.75]


@pytest.mark.parametrize(
    ("values", "marks", "kind"),
    [
        ([1, 2, 3], [1, 1, 1], "binary"),
        ([1, 2, 3], [0, 0, -1], "binary"),
        ([1, 2, 3], [-1, -1, -1], "binary"),
        ([1, 2, 3], [4, 4, 4], "graded"),
        ([2, 2, 2], [1, 2, 3], "graded"),
        ([], [], "graded"),
    ],
)
def test_a_score_that_is_not_defined_is_none(runtime: Page, values: list[int], marks: list[int], kind: str) -> None:
    scored = score(runtime, values, marks, kind)
    assert scored["value"] is None
    assert scored["shares"] == []


EVIDENCE = f"""async ([shares, options]) => {{
  const {{ evidence }} = await import("{MODULES}/scores.js");
  const {{ best, worst }} = evidence(Float64Array.from(shares), options);
  const plain = ({{ from, to, share }}) => [from, to, share];
  return [best.map(plain), worst.map(plain)];
}}"""


def windows(runtime: Page, shares: list[float], **options: int) -> list[list[list[float]]]:
    found: list[list[list[float]]] = runtime.evaluate(
        EVIDENCE, [shares, {"size": 2, "count": 1, "direction": 1, **options}]
    )
    return found


def test_evidence_by_hand(runtime: Page) -> None:
    shares = [0.0, 2.0, 4.0, 1.0, -1.0, -3.0, 0.0, 1.0]
    assert windows(runtime, shares) == [[[1, 2, 3.0]], [[4, 5, -2.0]]]
    assert windows(runtime, shares, count=2) == [[[1, 2, 3.0], [6, 7, 0.5]], [[4, 5, -2.0]]]
    assert windows(runtime, shares, direction=-1) == [[[4, 5, 2.0]], [[1, 2, -3.0]]]


def test_evidence_never_overlaps_and_is_the_extreme(runtime: Page) -> None:
    shares = np.random.default_rng(3).normal(size=600)
    best, worst = windows(runtime, shares.tolist(), size=40, count=3)
    means = np.convolve(shares, np.ones(40) / 40, mode="valid")
    assert best[0][0] == means.argmax()
    assert worst[0][0] == means.argmin()
    starts = sorted(int(window[0]) for window in best + worst)
    assert len(starts) == 6
    assert min(np.diff(starts)) >= 40
    for start, end, share in best + worst:
        assert end == start + 39
        assert share == pytest.approx(means[int(start)])


def test_a_short_text_has_little_evidence(runtime: Page) -> None:
    assert windows(runtime, [1.0, -1.0], size=40, count=3) == [[[0, 1, 0.0]], []]
    assert windows(runtime, [], size=40, count=3) == [[], []]


BEST = f"""async ([activity, options]) => {{
  const {{ bestThreshold }} = await import("{MODULES}/query.js");
  const asked = {{ at: (t) => activity[t], units: activity[0].length, length: activity.length,
    span: {{ from: 1, to: 2 }}, left: true, right: true, signed: true, ...options }};
  const best = bestThreshold([asked], 0.05);
  return best && [best.threshold, best.count];
}}"""


def test_the_best_threshold_has_most_units(runtime: Page) -> None:
    # Thresholds that units answer at: 0 in (0.2, 0.7], 2 in (0.5, 0.65], 3 in (0.05, 0.7], 4 in (0.05, 0.1].
    threshold, count = runtime.evaluate(BEST, [ACTIVITY, {}])
    assert count == 3
    assert 0.5 < threshold <= 0.65
    assert len(ask(runtime, threshold=threshold)) == 3


def test_no_threshold_helps_where_no_unit_stands_out(runtime: Page) -> None:
    assert runtime.evaluate(BEST, [[[0.5], [0.5], [0.5], [0.5]], {}]) is None
    assert runtime.evaluate(BEST, [[[0.5], [0.2], [0.2], [0.5]], {"signed": False}]) is None
