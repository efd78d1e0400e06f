"""The panel that finds units: probes, evidence on the held-out page, spans, and what it says where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from gates_panel import expect_reading, open_panels, reading, series
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, quantities, toy_model
from sklearn.metrics import roc_auc_score
from waiting import wait_until


@cache
def computed() -> NDArray[np.float64]:
    """The quantities (P, Q, H) of the LSTM toy over its page, by torch in float64."""
    return quantities(toy_model("lstm-toy"), PAGE)[1:, 0]


CELL = 4  # of an LSTM's quantities
SPACES = np.array([character.isspace() for character in PAGE], np.int16)
MARKS: dict[str, Any] = {
    "quantity": "cell",
    "count": len(PAGE),
    "marks": [
        {
            "name": "space",
            "kind": "binary",
            "title": {"en": "white space", "zh": "空白"},
            "count": 70_000,
            "positives": 9000,
            "chance": 0.2,
            "values": SPACES.tolist(),
            "scores": [[0.5] * 3 + [0.1, 0.55, 0.9] + [0.5] * 18],
        },
        {
            "name": "column",
            "kind": "graded",
            "title": {"en": "place in the line", "zh": "行内位置"},
            "count": 70_000,
            "positives": None,
            "chance": 0.3,
            "values": [min(i % 50, 40) - (i < 5) for i in range(len(PAGE))],
            "scores": [[0.0] * 7 + [-0.2] + [0.1] * 16],
        },
    ],
}


def find(opened: Page, toy: Callable[[str], str], **options: Any) -> Page:
    open_panels(opened, toy("lstm-toy"), "find", **{"text": PAGE[:200], "quantity": "cell", **options})
    return opened


def when_read(page: Page) -> Page:
    expect(page.locator(".find-evidence h3")).to_be_visible(timeout=60_000)
    return page


def test_the_page_is_scored_as_sklearn_scores_it(page: Page, toy: Callable[[str], str]) -> None:
    when_read(find(page, toy, marks=MARKS))
    for unit in (3, 5):
        page.evaluate("(index) => reading.set({ unit: { layer: 0, index } })", unit)
        expect(page.locator(".find-evidence h3")).to_contain_text(f"Unit 0.{unit} ")
        here = roc_auc_score(SPACES, computed()[:, CELL, unit])
        stored = MARKS["marks"][0]["scores"][0][unit]
        said = page.locator(".find-evidence > p").first.inner_text()
        assert f"AUC {stored:.2f} over 70\u202f000 held-out characters" in said
        assert f"AUC {here:.2f} over 1\u202f260 characters, {SPACES.sum()} of them marked" in said


def test_a_graded_mark_is_scored_as_numpy_scores_it(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks=MARKS)
    page.get_by_role("button", name="place in the line").click()
    when_read(page)
    marks = np.array(MARKS["marks"][1]["values"])
    seen = marks >= 0
    r = np.corrcoef(computed()[seen, CELL, 7], marks[seen])[0, 1]
    said = page.locator(".find-evidence > p").first.inner_text().replace("−", "-")
    assert "r = -0.20 over" in said
    assert f"r = {r:.2f} over {seen.sum():,}".replace(",", "\u202f") in said


def test_evidence_shows_the_pages_extremes(page: Page, toy: Callable[[str], str]) -> None:
    when_read(find(page, toy, marks=MARKS, unit={"layer": 0, "index": 5}))
    values = computed()[:, CELL, 3]  # nobody has chosen a unit: the mark's best, which is lower at it
    ranks = values.argsort().argsort() + 1.0
    positives = SPACES.sum()
    count = len(PAGE)
    shares = -(ranks - (count + 1) / 2) * (SPACES - SPACES.mean()) * count / (positives * (count - positives))
    means = np.convolve(shares, np.ones(56) / 56, mode="valid")
    expect(page.locator(".find-evidence h3")).to_contain_text("Unit 0.3 and “white space”")
    for kind, start in (("best", means.argmax()), ("worst", means.argmin())):
        window = page.locator(f".find-evidence-{kind} .find-window").first
        expect(window.locator(".find-window-place")).to_have_text(f"{start + 1:,}".replace(",", "\u202f"))
        share = window.locator(".find-window-share").inner_text().replace("−", "-")
        assert float(share) == pytest.approx(means[start], abs=0.006)
        drawn = "".join(window.locator(".find-cell").all_inner_texts())
        shown = PAGE[start : start + 56].replace("\n", "↵").replace(" ", "\u00a0")
        assert drawn.replace("\u00a0", " ") == shown.replace("\u00a0", " ")
        bars = window.locator(".find-cell").evaluate_all(
            "(all) => all.map((one) => +one.style.getPropertyValue('--mark'))"
        )
        assert bars == SPACES[start : start + 56].tolist()


def test_choosing_a_mark_brings_its_best_unit_everywhere(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks=MARKS, quantity="forget")
    page.get_by_role("button", name="white space").click()
    expect_reading(page, unit={"layer": 0, "index": 3}, quantity="cell")
    for place, name in enumerate(("0.3", "0.5", "0.4")):
        expect(page.locator(".find-probe-unit .find-hit-unit").nth(place)).to_have_text(name)
    page.locator(".find-probe-unit").nth(1).get_by_role("button").click()
    expect_reading(page, unit={"layer": 0, "index": 5})
    page.locator(".find-probe-unit").nth(0).hover()
    expect_reading(page, hover={"time": None, "unit": {"layer": 0, "index": 3}})


def test_chance_is_said(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks=MARKS)
    sentence = page.locator(".find-probe-sentence")
    expect(sentence).to_contain_text("“white space” is told best by unit 0.3: AUC 0.10, over 70\u202f000")
    expect(sentence).to_contain_text("best of the 24 units stays within 0.30 and 0.70 in 95 of 100 tries; 2 of them")
    page.get_by_role("button", name="place in the line").click()
    expect(sentence).to_contain_text(
        "No unit tells “place in the line” better than chance. The best, 0.7, has r = −0.20"
    )
    expect(page.locator(".find-probes-table tr").nth(2)).to_contain_text("not above chance")
    expect(page.locator(".find-probes-table tr").nth(1)).not_to_contain_text("not above chance")


def test_without_probes_it_says_so(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks=None)
    expect(page.locator(".gates-find")).to_contain_text("This model ships no ready-made probes")


def test_what_the_probes_fail_of_is_said(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks={"fails": "marks.safetensors is torn"})
    expect(page.locator(".gates-find")).to_contain_text("marks.safetensors is torn")
    expect(page.locator(".find-query")).to_be_visible()


def test_marks_of_another_page_are_refused(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, marks=MARKS, page="Another page.")
    said = page.locator(".find-evidence")
    expect(said).to_contain_text("has marks for 1\u202f260 characters, but its page has 13", timeout=60_000)


def expected_hits(values: NDArray[np.float64], first: int, last: int, threshold: float) -> dict[str, float]:
    """Units (as the list names them) that are on in the steps and off beside them, with their margins, by numpy."""
    found = {}
    for index in range(values.shape[1]):
        for sign, mark in ((1, ""), (-1, " −")):
            unit = sign * values[:, index]
            beside = max(unit[first - 1], unit[last + 1])
            if unit[first : last + 1].min() >= threshold and beside < threshold:
                found[f"0.{index}{mark}"] = float(unit[first : last + 1].min() - beside)
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def test_a_span_finds_what_numpy_finds(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy)
    values = np.array([series(page, "cell", index) for index in range(24)]).T
    first = max(range(1, 190), key=lambda step: len(expected_hits(values, step, step + 2, 0.3)))
    hits = expected_hits(values, first, first + 2, 0.3)
    assert hits
    page.evaluate("([from, to]) => reading.set({ span: { from, to } })", [first, first + 2])
    listed = page.locator(".find-hit .find-hit-unit")
    expect(listed).to_have_text(list(hits)[:12])
    expect(page.locator(".find-query-answer")).to_contain_text(
        f"(characters {first + 1}–{first + 3}): {len(hits)} of 24 units"
    )
    listed.first.click()
    name, _, negative = next(iter(hits)).partition(" ")
    expect_reading(page, unit={"layer": 0, "index": int(name[2:])})
    sign = -1 if negative else 1
    for place, on in (
        ("In your text", sign * values[:, int(name[2:])] >= 0.3),
        ("On the held-out page", sign * computed()[:, CELL, int(name[2:])] >= 0.3),
    ):
        runs = int(np.sum(np.diff(np.concatenate([[0], on.astype(int)])) == 1))
        expected = f"{place}: {runs} stretches, {on.sum():,} of {len(on):,} characters"
        expected = re.sub(r"(?<=\d),(?=\d)", "\u202f", expected)
        expect(page.locator(".find-matches")).to_contain_text(expected, timeout=60_000)


def test_where_nothing_answers_what_would_is_offered(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, quantity="hidden", state={"span": "20-60"})
    expect(page.locator(".find-query-answer")).to_contain_text("0 of 24 units are on at every character")
    expect(page.locator(".find-hits-box")).to_be_hidden()
    page.evaluate("reading.set({ span: { from: 20, to: 22 } })")
    expect(page.locator(".find-query-answer")).to_contain_text("(characters 21–23)")
    slider = page.get_by_label("On from")
    slider.fill("1")
    expect(page.locator(".find-query-answer")).to_contain_text("0 of 24 units")
    offer = page.locator(".find-offers button").last
    count = int(offer.inner_text().split(": ")[1].split()[0])
    assert count > 0
    offer.click()
    expect(page.locator(".find-query-answer")).to_contain_text(f"{count} of 24 units")


def test_a_span_can_be_let_go(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, state={"span": "30-20"})
    expect(page.locator(".find-query-answer")).to_contain_text("(characters 21–31)")
    page.get_by_role("button", name="Clear the span").click()
    expect(page.locator(".find-query-answer")).to_contain_text("No span is marked yet")
    assert reading(page, "span") is None


@pytest.mark.parametrize("span", ["", "5", "a-b", "-1-3", "99999999-3", "1-2-3", "<b>"])
def test_a_span_that_is_none_is_refused(runtime: Page, toy: Callable[[str], str], span: str) -> None:
    read = runtime.evaluate(
        """async ([url, span]) => {
          const [{ address }, { openModel }] = await Promise.all(
            ["views/gates/address.js", "runtime/model.js"].map((file) => import(`/browser/${file}`)));
          const language = await (await openModel(url)).loadLanguage();
          const { values, refused } = address.read({ span }, { language, examples: [] });
          return [values.span, refused.map(({ name }) => name)];
        }""",
        [toy("lstm-toy"), span],
    )
    assert read == [None, ["span"]]


def test_an_edit_asks_again(page: Page, toy: Callable[[str], str]) -> None:
    find(page, toy, state={"span": "20-22"})
    page.evaluate("reading.set({ text: reading.text.slice(0, 10) })")
    expect(page.locator(".find-query-answer")).to_contain_text("(characters 10–10)")
    assert reading(page, "span") == {"from": 9, "to": 9}
    page.evaluate("reading.set({ text: '' })")
    expect(page.locator(".find-query-answer")).to_contain_text("There is no text yet")


HOLD = """() => {
  // The page is read a piece at a time, and each pause after one lasts until the test ends it.
  let time = 0;
  performance.now = () => (time += 1000);
  window.pauses = [];
  window.MessageChannel = class {
    port1 = { close() {} };
    port2 = { postMessage: () => pauses.push(() => this.port1.onmessage()) };
  };
}"""


def test_leaving_stops_the_reading_of_the_page(page: Page, toy: Callable[[str], str]) -> None:
    page.evaluate(HOLD)
    find(page, toy, text="ab")  # the visitor's text is read without a pause
    wait_until(page, "window.pauses.length > 0")
    found = page.evaluate(
        """async (text) => {
          const { heldOutPage } = await import("/browser/views/gates/find/page.js");
          const read = async () => {
            for (const end of pauses.splice(0)) end();
            await new Promise((resolve) => setTimeout(resolve));
            return heldOutPage(reading.language, text).trace.computed;
          };
          const before = [await read(), await read()];
          panels[0].destroy();
          return [...before, await read(), await read()];
        }""",
        PAGE,
    )
    assert found == [32, 48, 48, 48]
