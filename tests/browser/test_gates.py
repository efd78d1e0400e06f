"""The gates view: its numbers are torch's, keys step and choose, and the model writes as in Python."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from gates_page import MODELS, ROUNDING, STEP, TEXT, Open, drawn, expect_position, field, places, shown_rows
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from recurrent_toys import quantities, toy_model
from waiting import wait_until

from explorer.probes.writing import write


def expected_places(model: Any, before: NDArray[np.float64], now: NDArray[np.float64]) -> dict[str, float]:
    """What the diagram must show for one unit's quantities (Q) in the step before and this one."""
    old, new = dict(zip(model.quantities, before, strict=True)), dict(zip(model.quantities, now, strict=True))
    if model.cell == "lstm":
        return {**new, "cellBefore": old["cell"], "cellTanh": float(np.tanh(new["cell"]))}
    if model.cell == "gru":
        return {**new, "hiddenBefore": old["hidden"], "open": 1 - new["update"]}
    return {"hidden": new["hidden"], "sum": float(np.arctanh(new["hidden"]))}


@pytest.mark.parametrize("name", MODELS[:4])
def test_rows_and_diagram_show_torchs_numbers_and_equations_that_hold(open_gates: Open, name: str) -> None:
    model = toy_model(name)
    layer, index = model.layers - 1, 5
    computed = quantities(model, TEXT)[:, layer].reshape(-1, len(model.quantities), model.hidden_size)
    page = open_gates(name, text=TEXT, t=str(STEP), unit=f"{layer}.{index}")
    assert shown_rows(page) == pytest.approx(computed[STEP + 1, :, index], abs=ROUNDING)
    shown = places(page)
    expected = expected_places(model, computed[STEP, :, index], computed[STEP + 1, :, index])
    assert {key: shown[key] for key in expected} == pytest.approx(expected, abs=ROUNDING)
    page.locator(".gates-text").focus()
    for step in range(STEP, STEP + 5):
        expect_position(page, step + 1)
        for equation in page.locator(".gates-equation").all_inner_texts():
            check_equation(equation)
        page.keyboard.press("ArrowRight")


def check_equation(equation: str) -> None:
    """The numbers of an equation's second line satisfy it to within the rounding of each."""
    left, right = equation.splitlines()[1].replace("−", "-").replace("·", "*").split(" = ")
    worth = eval(left, {"σ": lambda x: 1 / (1 + np.exp(-x)), "tanh": np.tanh})
    sizes = [abs(float(each)) for each in re.findall(r"\d+\.\d+", left)]
    assert worth == pytest.approx(float(right), abs=0.0005 * (2 + sum(sizes))), equation


def test_the_next_character_is_as_torch_says(open_gates: Open) -> None:
    model = toy_model("lstm-toy-layers")
    page = open_gates("lstm-toy-layers", text=TEXT, t=str(STEP))
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


def test_heat_rows_have_each_units_colour_in_its_place(open_gates: Open) -> None:
    model = toy_model("lstm-toy")
    page = open_gates("lstm-toy", text=TEXT, t=str(STEP))
    computed = quantities(model, TEXT)[1:, 0].reshape(-1, 6, model.hidden_size)
    check_colours(page, computed[STEP])
    page.get_by_role("button", name="Activity").click()
    order = np.argsort(-np.abs(computed[:, -1]).sum(axis=0))
    # The units are put in order in a task of its own; the chosen unit 0 then stands in its new place.
    place = str(order.tolist().index(0) + 1)
    expect(page.locator(".gates-rows-plot")).to_have_attribute("aria-valuenow", place)
    check_colours(page, computed[STEP][:, order])


def check_colours(page: Page, values: NDArray[np.float64]) -> None:
    """The pixels of the input gates' and the hidden states' rows are those of the shared scale for values (6, 24)."""
    gate, hidden = 0, 5
    expected = page.evaluate(
        """async (values) => {
          const { createScale, readPalette } = await import("/gates/browser/charts/scale.js");
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


def test_keys_step_play_and_choose_units(open_gates: Open) -> None:
    page = open_gates(text=TEXT, t="3")
    page.locator(".gates-text").focus()
    for key, place in (("ArrowRight", 5), ("ArrowLeft", 4), ("End", len(TEXT)), ("Home", 1)):
        page.keyboard.press(key)
        expect_position(page, place)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".gates-unit")).to_have_text("Unit 0.1")
    page.keyboard.press("Space")
    expect(page.locator(".gates-stepper .player-label")).to_have_text(re.compile(r"^\D*([3-9]|\d\d)\b"))
    page.locator(".gates-next h2").click()  # any touch stops it
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.locator("[data-step='8']").first.click()
    expect_position(page, 9)
    page.keyboard.press("ArrowRight")  # a click gives the view its keys
    expect_position(page, 10)


def test_keys_stay_with_the_view_when_what_had_them_is_gone(open_gates: Open) -> None:
    page = open_gates(text=TEXT, t="3")
    page.keyboard.press("ArrowRight")  # nothing was clicked yet
    expect_position(page, 5)
    page.locator(".gates-guess:enabled").first.click()
    page.locator(".gates-fork").get_by_role("button", name="Close").click()
    expect(page.locator(".gates-fork")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect_position(page, 6)
    page.get_by_role("button", name="Pin", exact=True).last.click()  # the legend is drawn anew
    page.keyboard.press("ArrowRight")
    expect_position(page, 7)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")  # a key beside the view is not its own
    drawn(page)
    expect_position(page, 7)


def test_typing_reads_on_and_its_keys_are_its_own(open_gates: Open) -> None:
    page = open_gates(text="The gate", t="2")
    field(page).click()
    page.keyboard.press("Control+End")
    expect_position(page, 8)  # the step follows the caret
    page.keyboard.type("s open ")
    expect_position(page, 15)
    expect(page.locator(".gates-line").first).to_have_text("The␣gates␣open␣")
    page.keyboard.press("Control+Home")
    page.keyboard.type("I")
    expect(field(page)).to_have_value("IThe gates open ")
    expect_position(page, 1)


def test_typing_and_stepping_ask_for_nothing_and_are_measured(open_gates: Open) -> None:
    page = open_gates(text=TEXT)
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
    wait_until(page, "() => performance.getEntriesByName('explorer:gates').length >= 9")
    durations = page.evaluate("performance.getEntriesByName('explorer:gates').map(({ duration }) => duration)")
    assert min(durations) > 0
    assert requests == []


def test_the_model_writes_as_python_does_and_what_it_replaced_comes_back(open_gates: Open) -> None:
    prompt, settings = "One lets", {"seed": 11, "temperature": 0.9, "top_k": 8, "top_p": 0.95}
    link = {name.replace("_", ""): str(value) for name, value in settings.items()}
    page = open_gates(text=TEXT, t=str(len(prompt) - 1), **link)
    page.get_by_role("button", name="Let it write on").click()
    written = write(toy_model("lstm-toy"), prompt, 100, **settings)  # type: ignore[arg-type]
    expect(field(page)).to_have_value(prompt + written.text)
    expect_position(page, len(prompt) + 100)
    page.get_by_role("button", name="Undo").click()
    expect(field(page)).to_have_value(TEXT)


def written(path: Locator, text: str) -> None:
    """Wait until a path holds this text, white space included."""
    wait_until(path.page, "([node, text]) => node.textContent === text", [path.element_handle(), text])


def test_paths_part_and_either_may_become_the_text(open_gates: Open) -> None:
    page = open_gates(text=TEXT, t=str(STEP), seed="5", temperature="1")
    model = toy_model("lstm-toy")
    other = page.locator(".gates-guess:not(.gates-guess-actual):enabled").first
    token = int(other.get_attribute("data-token") or "")
    other.click()
    prefix = TEXT[: STEP + 1]
    texts = page.locator(".gates-path-text")
    expect(page.get_by_role("button", name="Take this text").last).to_be_enabled()
    for path, character in enumerate((TEXT[STEP + 1], model.vocabulary[token])):
        rest = write(model, prefix + character, 119, seed=5).text
        written(texts.nth(path), character + rest)
    page.get_by_role("button", name="Most likely").click()
    greedy = write(model, prefix + model.vocabulary[token], 119, seed=0, temperature=0).text
    expect(page.get_by_role("button", name="Take this text").last).to_be_enabled()
    written(texts.last, model.vocabulary[token] + greedy)
    page.get_by_role("button", name="Take this text").last.click()
    expect(field(page)).to_have_value(prefix + model.vocabulary[token] + greedy)
    expect_position(page, STEP + 2)
    expect(page.locator(".gates-fork")).to_be_hidden()
