"""The gates view: its numbers are torch's, keys and links work, the model writes as in Python, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from recurrent_toys import quantities, toy_language, toy_model
from site_server import Site

from explorer.cli.export import write_site
from explorer.probes.writing import write

MODELS = ("lstm-toy", "lstm-toy-layers", "gru-toy-one-hot", "rnn-toy-layers", "lstm-toy-chinese")
TEXT = "One lets the old go; one shows what is kept.\n"
STEP = 17
ROUNDING = 0.0005 + 1e-5
"""Numbers are shown to three decimals; the page computes in float32."""
PATIENCE = 60_000
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported page with some toys."""
    checkpoints = tmp_path_factory.mktemp("gates") / "checkpoints"
    for name in MODELS:
        toy_language(checkpoints / name, name)
    out = tmp_path_factory.mktemp("gates-site") / "site"
    write_site(out, checkpoints)
    return out


@pytest.fixture
def opened(page: Page, site: Site, folder: Path) -> Open:
    """Open a toy in the view, with a query."""
    address = site.mount("gates", folder)
    page.set_default_timeout(PATIENCE)

    def go(model: str = "lstm-toy", **query: str) -> Page:
        page.goto(f"{address}?{urlencode({'model': model, 'view': 'gates', 'lang': 'en', **query})}")
        expect(page.locator(".view:not([aria-busy]) .gates-guess").first).to_be_visible()
        return page

    return go


def query(page: Page) -> dict[str, str]:
    page.wait_for_timeout(700)  # the address is written once things have settled, and at most every 300 ms
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def number(text: str) -> float:
    return float(text.replace("−", "-").strip("()"))


def field(page: Page) -> Locator:
    return page.get_by_label("Text that the model reads")


def position(page: Page) -> int:
    """The number of the current character, from 1."""
    return int(page.locator(".gates-stepper .player-label").inner_text().split()[0])


def shown_rows(page: Page) -> list[float]:
    """The chosen unit's quantities beside the heat rows."""
    return [number(text) for text in page.locator(".gates-rows-values output").all_inner_texts()]


def complaint(page: Page) -> Locator:
    return page.locator(".gates-messages .message")


def places(page: Page) -> dict[str, float]:
    """The numbers in the diagram's boxes."""
    found: dict[str, str] = page.locator(".gates-cell").evaluate(
        """(svg) => Object.fromEntries([...svg.querySelectorAll("[data-value]")]
          .map((node) => [node.dataset.value, node.textContent]))"""
    )
    return {name: number(text) for name, text in found.items()}


def expected_places(model: Any, before: NDArray[np.float64], now: NDArray[np.float64]) -> dict[str, float]:
    """What the diagram must show for one unit's quantities (Q) in the step before and this one."""
    old, new = dict(zip(model.quantities, before, strict=True)), dict(zip(model.quantities, now, strict=True))
    if model.cell == "lstm":
        return {**new, "cellBefore": old["cell"], "cellTanh": float(np.tanh(new["cell"]))}
    if model.cell == "gru":
        return {**new, "hiddenBefore": old["hidden"], "open": 1 - new["update"]}
    return {"hidden": new["hidden"], "sum": float(np.arctanh(new["hidden"]))}


@pytest.mark.parametrize("name", MODELS[:4])
def test_rows_and_diagram_show_torchs_numbers_and_equations_that_hold(opened: Open, name: str) -> None:
    model = toy_model(name)
    layer, index = model.layers - 1, 5
    computed = quantities(model, TEXT)[:, layer].reshape(-1, len(model.quantities), model.hidden_size)
    page = opened(name, text=TEXT, t=str(STEP), unit=f"{layer}.{index}")
    assert shown_rows(page) == pytest.approx(computed[STEP + 1, :, index], abs=ROUNDING)
    shown = places(page)
    expected = expected_places(model, computed[STEP, :, index], computed[STEP + 1, :, index])
    assert {key: shown[key] for key in expected} == pytest.approx(expected, abs=ROUNDING)
    page.locator(".gates-text").focus()
    for _ in range(5):
        for equation in page.locator(".gates-equation").all_inner_texts():
            check_equation(equation)
        page.keyboard.press("ArrowRight")


def check_equation(equation: str) -> None:
    """The numbers of an equation's second line satisfy it to within the rounding of each."""
    left, right = equation.splitlines()[1].replace("−", "-").replace("·", "*").split(" = ")
    worth = eval(left, {"σ": lambda x: 1 / (1 + np.exp(-x)), "tanh": np.tanh})
    sizes = [abs(float(each)) for each in re.findall(r"\d+\.\d+", left)]
    assert worth == pytest.approx(float(right), abs=0.0005 * (2 + sum(sizes))), equation


def test_the_next_character_is_as_torch_says(opened: Open) -> None:
    model = toy_model("lstm-toy-layers")
    page = opened("lstm-toy-layers", text=TEXT, t=str(STEP))
    hidden = quantities(model, TEXT)[STEP + 1, -1, -1]
    said = torch.softmax(model.read_out(torch.tensor(hidden).float()), 0).double().numpy()
    order = np.argsort(-said, kind="stable").tolist()
    actual = model.tokens[TEXT[STEP + 1]]
    bars = page.locator(".gates-guess:visible")
    tokens = [int(each.get_attribute("data-token") or "") for each in bars.all()]
    assert tokens == [*order[:12], *([] if actual in order[:12] else [actual])]
    shares = [float(text.split()[0]) / 100 for text in bars.locator(".number").all_inner_texts()]
    assert shares == pytest.approx(said[tokens], abs=0.0006)
    expect(page.locator(".gates-guess-actual:visible")).to_have_attribute("data-token", str(actual))
    bits, entropy = re.findall(r"(\d+\.\d+) bits", page.locator(".gates-surprise").inner_text())
    assert float(bits) == pytest.approx(-np.log2(said[actual]), abs=0.006)
    assert float(entropy) == pytest.approx(-(said * np.log2(said)).sum(), abs=0.006)


def test_heat_rows_have_each_units_colour_in_its_place(opened: Open) -> None:
    model = toy_model("lstm-toy")
    page = opened("lstm-toy", text=TEXT, t=str(STEP))
    computed = quantities(model, TEXT)[1:, 0].reshape(-1, 6, model.hidden_size)
    check_colours(page, computed[STEP])
    page.get_by_role("button", name="Activity").click()
    page.wait_for_timeout(500)  # the units are put in order in a task of its own
    order = np.argsort(-np.abs(computed[:, -1]).sum(axis=0))
    check_colours(page, computed[STEP][:, order])


def check_colours(page: Page, values: NDArray[np.float64]) -> None:
    """The pixels of the input gates' and the hidden states' rows are those of the shared scale for values (6, 24)."""
    gate, hidden = 0, 5
    expected = page.evaluate(
        """async (values) => {
          const { createScale, readPalette } = await import("/gates/browser/views/gates/across/scale.js");
          const palette = readPalette(document.querySelector(".gates-rows"));
          return values.map(([name, row]) => {
            const scale = createScale(name, 1, palette);
            return row.map((value) => scale.colours[scale.level(value)].match(/[0-9]+/g).map(Number));
          });
        }""",
        [["hidden", values[hidden].tolist()], ["input", values[gate].tolist()]],
    )
    painted = page.locator(".gates-rows-canvas").evaluate(
        """(canvas, rows) => rows.map((row) => Array.from({ length: 24 }, (_, unit) => {
          const [x, y] = [(unit + 0.5) / 24 * canvas.width, (row + 0.4) / 6 * canvas.height];
          return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3)];
        }))""",
        [hidden, gate],
    )
    # float32 may fall on the other side of a level's edge
    assert np.abs(np.array(painted) - np.array(expected)).max() <= 2


def test_keys_step_play_and_choose_units(opened: Open) -> None:
    page = opened(text=TEXT, t="3")
    page.locator(".gates-text").focus()
    for key, place in (("ArrowRight", 5), ("ArrowLeft", 4), ("End", len(TEXT)), ("Home", 1)):
        page.keyboard.press(key)
        assert position(page) == place
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".gates-unit")).to_have_text("Unit 0.1")
    page.keyboard.press("Space")
    expect(page.locator(".gates-stepper .player-label")).to_have_text(re.compile(r"^\D*([3-9]|\d\d)\b"))
    page.locator(".gates-next h2").click()  # any touch stops it
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.locator("[data-step='8']").first.click()
    assert position(page) == 9


def test_typing_reads_on_and_its_keys_are_its_own(opened: Open) -> None:
    page = opened(text="The gate", t="2")
    field(page).click()
    page.keyboard.press("Control+End")
    assert position(page) == 8  # the step follows the caret
    page.keyboard.type("s open ")
    assert position(page) == 15
    expect(page.locator(".gates-line").first).to_have_text("The␣gates␣open␣")
    page.keyboard.press("Control+Home")
    page.keyboard.type("I")
    assert (position(page), field(page).input_value()) == (1, "IThe gates open ")


def test_typing_and_stepping_ask_for_nothing_and_are_measured(opened: Open) -> None:
    page = opened(text=TEXT)
    page.wait_for_load_state("networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate("performance.clearMeasures()")
    field(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("kept")
    page.locator(".gates-text").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    durations = page.evaluate("performance.getEntriesByName('explorer:gates').map(({ duration }) => duration)")
    assert len(durations) >= 9
    assert min(durations) > 0
    assert requests == []


def test_the_model_writes_as_python_does_and_what_it_replaced_comes_back(opened: Open) -> None:
    prompt, settings = "One lets", {"seed": 11, "temperature": 0.9, "top_k": 8, "top_p": 0.95}
    link = {name.replace("_", ""): str(value) for name, value in settings.items()}
    page = opened(text=TEXT, t=str(len(prompt) - 1), **link)
    page.get_by_role("button", name="Let it write on").click()
    written = write(toy_model("lstm-toy"), prompt, 100, **settings)  # type: ignore[arg-type]
    expect(field(page)).to_have_value(prompt + written.text)
    assert position(page) == len(prompt) + 100
    page.get_by_role("button", name="Undo").click()
    expect(field(page)).to_have_value(TEXT)


def test_paths_part_and_either_may_become_the_text(opened: Open) -> None:
    page = opened(text=TEXT, t=str(STEP), seed="5", temperature="1")
    model = toy_model("lstm-toy")
    other = page.locator(".gates-guess:not(.gates-guess-actual):enabled").first
    token = int(other.get_attribute("data-token") or "")
    other.click()
    prefix = TEXT[: STEP + 1]
    texts = page.locator(".gates-path-text")
    expect(page.get_by_role("button", name="Take this text").last).to_be_enabled()
    for path, character in enumerate((TEXT[STEP + 1], model.vocabulary[token])):
        rest = write(model, prefix + character, 119, seed=5).text
        assert texts.nth(path).text_content() == character + rest
    page.get_by_role("button", name="Most likely").click()
    greedy = write(model, prefix + model.vocabulary[token], 119, seed=0, temperature=0).text
    expect(page.get_by_role("button", name="Take this text").last).to_be_enabled()
    assert texts.last.text_content() == model.vocabulary[token] + greedy
    page.get_by_role("button", name="Take this text").last.click()
    expect(field(page)).to_have_value(prefix + model.vocabulary[token] + greedy)
    assert position(page) == STEP + 2
    expect(page.locator(".gates-fork")).to_be_hidden()


def test_a_link_restores_the_reading(opened: Open) -> None:
    page = opened("lstm-toy-layers", text=TEXT)
    page.locator(".gates-text").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Pin", exact=True).first.click()
    page.get_by_role("button", name="Cluster").click()
    page.get_by_label("Seed").fill("42")
    page.get_by_role("tab", name="Find units").click()
    state = query(page)
    kept = {"text": TEXT, "t": "1", "pins": "1.1", "unit": "1.1", "order": "cluster", "seed": "42", "section": "find"}
    assert {key: state.get(key) for key in kept} == kept
    again = opened(**state)
    assert (position(again), field(again).input_value()) == (2, TEXT)
    expect(again.locator(".gates-unit")).to_have_text("Unit 1.1")
    expect(again.locator(".gates-rows").get_by_role("button", name="Unpin")).to_be_visible()
    expect(again.get_by_role("button", name="Cluster")).to_have_attribute("aria-pressed", "true")
    expect(again.get_by_label("Seed")).to_have_value("42")
    expect(again.get_by_role("tab", name="Find units")).to_have_attribute("aria-selected", "true")


def test_impossible_links_are_refused_in_words(opened: Open) -> None:
    page = opened(unit="7.1", quantity="forgetfulness", temperature="NaN", topp="0", t="-3")
    for words in ("unit that", "quantity that", "“temperature”", "“topp”", "“t”"):
        expect(complaint(page).filter(has_text=words)).to_be_visible()
    page = opened(text="x" * 20_001)
    expect(complaint(page)).to_contain_text("20000")
    expect(page.locator(".gates-stepper")).to_contain_text("No text yet")


def test_impossible_settings_are_refused_and_extreme_ones_write(opened: Open) -> None:
    page = opened(text="One ", t="3", seed="3")
    model = toy_model("lstm-toy")

    def writes(temperature: float) -> None:
        page.get_by_role("button", name="Let it write on").click()
        expect(field(page)).to_have_value("One " + write(model, "One ", 100, 3, temperature).text)
        page.get_by_role("button", name="Undo").click()
        expect(field(page)).to_have_value("One ")

    for name, value in (("Temperature", "-1"), ("Top-p", "2"), ("Seed", "0.5"), ("Top-k", "x")):
        page.get_by_label(name).fill(value)
        expect(page.locator(".gates-settings .complaint")).to_contain_text(name)
    writes(0.7)
    for temperature in (0, 1e9):
        page.get_by_label("Temperature").fill(str(temperature))
        page.locator(".gates-text").focus()
        page.keyboard.press("End")
        writes(temperature)


def test_too_much_text_is_refused_and_nothing_is_lost(opened: Open) -> None:
    page = opened(text=TEXT)
    prevented = field(page).evaluate(
        """(area) => {
          const data = new DataTransfer();
          data.setData("text/plain", "x".repeat(5_000_000));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          return !area.dispatchEvent(event);
        }"""
    )
    assert prevented
    expect(complaint(page)).to_contain_text("20000")
    field(page).fill("y" * 20_001)
    expect(complaint(page)).to_contain_text("20001")
    expect(field(page)).to_have_value(TEXT)
    field(page).fill("fine")
    expect(complaint(page)).to_have_count(0)


def test_unknown_characters_and_no_text_are_shown_as_what_they_are(opened: Open) -> None:
    text = "a 😀 שלום \x01 b"
    page = opened(text=text, t=str(len(text) - 1))
    model = toy_model("lstm-toy")
    expect(page.locator(".gates-line").first).to_have_text("a␣�␣����␣�␣b")
    for words in ("6 characters", "😀", "U+0001"):
        expect(page.locator(".gates-unknown")).to_contain_text(words)
    assert shown_rows(page) == pytest.approx(quantities(model, text)[-1, 0].reshape(6, -1)[:, 0], abs=ROUNDING)
    field(page).fill("")
    expect(page.locator(".gates-stepper")).to_contain_text("No text yet")
    assert shown_rows(page) == pytest.approx(quantities(model, "")[0, 0].reshape(6, -1)[:, 0], abs=ROUNDING)
    assert places(page)["cellBefore"] == 0
    page.locator(".gates-text").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Let it write on").click()
    expect(field(page)).to_have_value(write(model, "", 100, 0, temperature=0.7).text)


def test_values_flow_on_a_step_unless_motion_is_unwanted(opened: Open) -> None:
    page = opened(text=TEXT, t="3")
    page.locator(".gates-text").focus()
    running = "document.querySelector('.gates-cell').getAnimations({ subtree: true }).length"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(running) > 10
    page.locator(".gates-cell").evaluate(
        "async (cell) => { await Promise.all(cell.getAnimations({ subtree: true }).map((each) => each.finished)); }"
    )
    assert page.evaluate(running) == 0
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(running) == 0


@pytest.mark.parametrize(
    ("name", "width", "language", "theme"),
    [
        ("lstm-toy-layers", 390, "zh", "dark"),
        ("lstm-toy-chinese", 390, "en", "light"),
        ("rnn-toy-layers", 768, "zh", "light"),
    ],
)
def test_a_walk_fits_the_screen(opened: Open, name: str, width: int, language: str, theme: str) -> None:
    page = opened(name, lang=language, __theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".gates-text").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".gates-guess:enabled").nth(1).click()
    for tab in page.locator(".gates-tabs [role=tab]").all():
        tab.click()
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
