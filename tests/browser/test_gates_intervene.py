"""Clamps: what the panel says that they change is what torch computes with the same quantities held."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from gates_panel import PATIENCE, WRITING, open_panel, serve_toys
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, quantities, toy_model
from site_server import Site
from torch import Tensor
from waiting import wait_until

from explorer.families.recurrent import LanguageModel
from explorer.philox import uniforms
from explorer.probes.writing import WRITING as STREAM
from explorer.probes.writing import pick

CLAMPS = "/browser/views/gates/intervene/clamps.js"
PARSE = f"""async (text) => {{
  const {{ parseClamps, formatClamps }} = await import("{CLAMPS}");
  const clamps = parseClamps(text, {{ layers: 2, hiddenSize: 20, quantities: ["forget", "hidden"] }});
  return clamps && {{ clamps, again: formatClamps(clamps) }};
}}"""
Clamp = dict[str, Any]
LSTM_CLAMPS = "0.forget.all.0_0.hidden.3-5.0.5"


@pytest.fixture(scope="module", autouse=True)
def _toys(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    serve_toys(site, tmp_path_factory.mktemp("toys"), "lstm-toy", "gru-toy", "rnn-toy", "lstm-toy-layers")


@pytest.fixture
def parsed(runtime: Page) -> Callable[[str], dict[str, Any] | None]:
    return lambda text: runtime.evaluate(PARSE, text)


def test_a_link_holds_clamps(parsed: Callable[[str], Any]) -> None:
    text = "0.forget.all.1_1.hidden.17.0_0.hidden.3-5.-0.25_1.forget.2.1e-7"
    found = parsed(text)
    assert found["again"] == text
    assert found["clamps"][0] == {"layer": 0, "quantity": "forget", "units": None, "value": 1}
    assert found["clamps"][2] == {"layer": 0, "quantity": "hidden", "units": [3, 5], "value": -0.25}


@pytest.mark.parametrize(
    "clamp",
    [
        "2.hidden.all.0",
        "0.cell.all.0",
        "0.hidden.20.0",
        "0.hidden.1.NaN",
        "0.hidden.1.1e39",
        "0.hidden.1. ",
        "nonsense",
        "",
        "_".join(f"0.hidden.{unit}.0_1.hidden.{unit}.0" for unit in range(11)),
    ],
)
def test_what_a_link_cannot_clamp_is_refused(parsed: Callable[[str], Any], clamp: str) -> None:
    assert parsed("1.hidden.4.0") is not None
    assert parsed(f"1.hidden.4.0_{clamp}") is None


def test_the_newest_clamp_of_the_same_units_holds(parsed: Callable[[str], Any]) -> None:
    assert parsed("0.hidden.1.0_0.hidden.1.1")["again"] == "0.hidden.1.1"


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_ready_made_clamps_are_of_the_cells_own_quantities(runtime: Page, cell: str) -> None:
    script = f"async (cell) => (await import('{CLAMPS}')).presets({{ cell }}, 0).map((clamp) => clamp.quantity)"
    found = runtime.evaluate(script, cell)
    assert found
    assert set(found) <= set(toy_model(f"{cell}-toy").quantities)


def test_where_two_texts_part(runtime: Page) -> None:
    script = """async ([first, second]) => (await import("/browser/views/gates/intervene/paired.js"))
      .partingPlace([...first], [...second])"""
    assert [runtime.evaluate(script, pair) for pair in (["abc", "abd"], ["abc", "ab"], ["", "a"], ["ba", "ab"])] == [
        2,
        -1,
        -1,
        0,
    ]


def test_the_difference_is_paired(runtime: Page) -> None:
    """Hard and easy passages cancel: the interval is of the blocks' differences, not of the two spreads."""
    generator = np.random.default_rng(0)
    before = np.repeat(generator.uniform(1, 5, 12), 100)[:1150] + generator.normal(0, 0.1, 1150)
    after = before + 0.3 + generator.normal(0, 0.2, 1150)
    script = """async ([before, after]) => (await import("/browser/views/gates/intervene/paired.js"))
      .pairedDifference(Float64Array.from(before), Float64Array.from(after))"""
    found = runtime.evaluate(script, [before.tolist(), after.tolist()])
    blocks = (after - before)[:1100].reshape(11, 100).mean(1)
    half = 1.959964 * blocks.std(ddof=1) / math.sqrt(11)
    mean = (after - before).mean()
    np.testing.assert_allclose([found["bits"], found["low"], found["high"]], [mean, mean - half, mean + half])
    assert found["count"] == 1150
    assert found["high"] - found["low"] < 0.1


def amends(model: LanguageModel, clamps: list[Clamp]) -> list[Callable[[str, Tensor], Tensor]]:
    """Clamps as :meth:`LanguageModel.step` takes them."""

    def of(layer: int) -> Callable[[str, Tensor], Tensor]:
        def amend(name: str, value: Tensor) -> Tensor:
            for clamp in clamps:
                if clamp["layer"] == layer and clamp["quantity"] == name:
                    value = value.clone()
                    value[:, slice(None) if clamp["units"] is None else clamp["units"]] = clamp["value"]
            return value

        return amend

    return [of(layer) for layer in range(model.layers)]


def surprises(model: LanguageModel, text: str, clamps: list[Clamp]) -> NDArray[np.float64]:
    """Bits of each character."""
    hidden = torch.from_numpy(quantities(model, text, amends(model, clamps))[:-1, -1, -1])
    log_probabilities = model.double().read_out(hidden).log_softmax(-1)
    model.float()
    return -log_probabilities[torch.arange(len(text)), model.encode_text(text)].numpy() / math.log(2)


def interval(surprise: NDArray[np.float64]) -> list[float]:
    blocks = surprise[: len(surprise) // 100 * 100].reshape(-1, 100).mean(1)
    half = 1.959964 * blocks.std(ddof=1) / math.sqrt(len(blocks))
    return [surprise.mean(), surprise.mean() - half, surprise.mean() + half]


def table(page: Page) -> list[list[float]]:
    """Mean, low and high of the rows before, after and difference."""
    expect(page.locator(".intervene-difference .number").first).not_to_have_text("–", timeout=PATIENCE)
    rows = [" ".join(row.locator("td").all_inner_texts()) for row in page.locator(".intervene-table tbody tr").all()]
    return [[float(text) for text in re.findall(r"[+-]?[\d.]+", row.replace("−", "-"))] for row in rows]


TWO_LAYERS = [
    {"layer": 1, "quantity": "input", "units": None, "value": 0.25},
    {"layer": 0, "quantity": "cell", "units": [7], "value": -2.0},
]


@pytest.mark.parametrize(
    ("name", "link", "clamps"),
    [
        (
            "lstm-toy",
            LSTM_CLAMPS,
            [
                {"layer": 0, "quantity": "forget", "units": None, "value": 0.0},
                {"layer": 0, "quantity": "hidden", "units": [3, 5], "value": 0.5},
            ],
        ),
        ("gru-toy", "0.update.all.1", [{"layer": 0, "quantity": "update", "units": None, "value": 1.0}]),
        ("rnn-toy", "0.hidden.2.0", [{"layer": 0, "quantity": "hidden", "units": [2], "value": 0.0}]),
        ("lstm-toy-layers", "1.input.all.0.25_0.cell.7.-2", TWO_LAYERS),
    ],
)
def test_bits_before_and_after_are_torchs(page: Page, name: str, link: str, clamps: list[Clamp]) -> None:
    open_panel(page, "intervene", name, state={"clamps": link})
    model = toy_model(name)
    before, after = surprises(model, PAGE, []), surprises(model, PAGE, clamps)
    expected = [interval(before), interval(after), interval(after - before)]
    np.testing.assert_allclose(table(page), expected, atol=1.1e-3)
    assert page.evaluate("complaints") == []


def write_by_torch(model: LanguageModel, prompt: str, count: int, clamps: list[Clamp]) -> str:
    """Read the prompt as it is, then write with the clamps."""
    state, written = model.initial_state(1), ""
    draws = uniforms(WRITING["seed"], STREAM, count)
    for token in model.encode_text("\n" + prompt):
        computed = model.step(model.embed(token.view(1)), state)
        state = model.state_of(computed)
    held = amends(model, clamps)
    for n in range(count):
        logits = model.read_out(computed[-1]["hidden"])[0].double().numpy()
        token = pick(logits, draws[n], WRITING["temperature"])
        written += model.vocabulary[token]
        computed = model.step(model.embed(torch.tensor([token])), state, held)
        state = model.state_of(computed)
    return written


def streams(page: Page) -> list[str]:
    """What was written before and after, when all of it is there."""
    script = """([count]) => panel.comparison.written?.before.characters.length >= count"""
    wait_until(page, script, arg=[300])
    return page.evaluate("['before', 'after'].map((side) => panel.comparison.written[side].characters.join(''))")


def test_it_writes_on_from_the_cursor_as_torch_does(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy", cursor=120, state={"clamps": "0.forget.all.0"})
    model = toy_model("lstm-toy")
    clamps = [{"layer": 0, "quantity": "forget", "units": None, "value": 0.0}]
    prompt = PAGE[:121]
    before, after = streams(page)
    assert before == write_by_torch(model, prompt, 300, [])
    assert after == write_by_torch(model, prompt, 300, clamps)
    assert before != after


def test_the_first_difference_is_marked_and_the_rest_is_the_text(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy", cursor=120, state={"clamps": "0.forget.all.0"})
    before, after = streams(page)
    place = next(i for i, (one, other) in enumerate(zip(before, after, strict=True)) if one != other)
    assert place >= 1  # the first character was decided before the clamps held
    expect(page.locator(".intervene-parting")).to_contain_text(f"at character {place + 1},")
    marks = page.locator(".intervene-first").all_text_contents()
    assert [mark.replace("␣", " ").lstrip("↵") for mark in marks] == [before[place], after[place]]
    assert page.locator(".intervene-rest").all_text_contents() == [before[place + 1 :], after[place + 1 :]]


def test_clamps_stay_in_their_panel(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy")
    everything = "[...reading.trace.series(0, 'forget', 2), ...reading.trace.series(0, 'hidden', 3)]"
    before = page.evaluate(everything)
    page.get_by_role("button", name=re.compile("forget gate.*= 0")).click()
    page.get_by_role("button", name=re.compile("remove unit")).first.click()
    expect_clamps(page, "0.forget.all.0_0.hidden.0.0")
    table(page)
    assert page.evaluate(everything) == before


def expect_clamps(page: Page, link: str | None) -> None:
    """Wait until the address says these clamps."""
    wait_until(page, "(link) => states.length > 0 && states.at(-1).clamps === link", arg=link)


def test_a_clamp_can_be_removed(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy", state={"clamps": LSTM_CLAMPS})
    expect(page.locator(".intervene-chip")).to_have_count(2)
    page.locator(".intervene-remove").first.click()
    expect(page.locator(".intervene-chip")).to_have_count(1)
    expect_clamps(page, "0.hidden.3-5.0.5")
    page.locator(".intervene-remove").click()
    expect_clamps(page, None)
    expect(page.locator(".intervene-hint").last).to_have_text(re.compile("Choose a clamp"))
    expect(page.locator(".intervene-after .number").first).to_have_text("–")


def test_the_selected_unit_and_any_value(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy-layers", unit={"layer": 1, "index": 7}, quantity="candidate")
    page.locator(".intervene-value").fill("−0,5")
    page.get_by_role("button", name="Clamp", exact=True).click()
    expect_clamps(page, "1.candidate.7.-0.5")
    page.evaluate("reading.set({ unit: { layer: 0, index: 2 }, quantity: 'output' })")
    page.locator(".intervene-form select").nth(1).select_option("all")
    page.get_by_role("button", name="Clamp", exact=True).click()
    expect_clamps(page, "1.candidate.7.-0.5_0.output.all.-0.5")


@pytest.mark.parametrize("text", ["", "NaN", "∞", "Infinity", "-Infinity", "1e999", "1e39", "<b>one</b>", "x" * 5000])
def test_a_value_that_is_no_number_is_refused_in_words(page: Page, text: str) -> None:
    open_panel(page, "intervene", "lstm-toy", state={"clamps": "0.hidden.1.0"})
    page.locator(".intervene-value").fill(text)
    page.get_by_role("button", name="Clamp", exact=True).click()
    expect(page.locator(".intervene-error")).to_be_visible()
    assert len(page.locator(".intervene-error").inner_text()) < 200
    expect(page.locator(".intervene-chip")).to_have_count(1)
    page.locator(".intervene-value").fill("1")
    page.get_by_role("button", name="Clamp", exact=True).click()
    expect(page.locator(".intervene-error")).to_be_hidden()
    expect(page.locator(".intervene-chip")).to_have_count(2)


def test_an_empty_text_is_written_on_from_the_start(page: Page) -> None:
    open_panel(page, "intervene", "lstm-toy", text="")
    before, _ = streams(page)
    assert before == write_by_torch(toy_model("lstm-toy"), "", 300, [])
