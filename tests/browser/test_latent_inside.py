"""The panel Inside: its numbers against torch, its code against the modules that run, and one node lit at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from canvases import rgba
from latent_page import AVATARS, DIGITS, FRAMES, PROJECTED, open_latent
from playwright.sync_api import Page
from waiting import wait_until

from explorer.browser.views.latent.inside import build
from explorer.catalog import SHIPPED, open_checkpoint
from explorer.philox import normals
from explorer.probes.samples import EPSILON

REPOSITORY = Path(__file__).parents[2]
SOURCE = Path(build.__file__).with_name("source.json")

NUMBERS = """() => Object.fromEntries([...document.querySelectorAll(".inside-card")].map((card) =>
  [card.dataset.node, card.querySelector(".inside-value")?.textContent.replace("−", "-")]))"""
VALUES = """async () => {
  const { insideValues, barScales } = await import("/browser/views/latent/inside/values.js");
  const values = insideValues(view.posterior);
  const plain = Object.entries(values).map(([id, each]) => [id, [...each]]);
  return { values: Object.fromEntries(plain), scales: barScales(values) };
}"""
OUTPUT = ".inside-card-output canvas"


def open_inside(page: Page, model: str = DIGITS, **state: str) -> None:
    open_latent(page, model, panel="inside", **state)
    page.wait_for_selector(".inside-card-output canvas[width]")


def lit(page: Page) -> dict[str, Any]:
    """Which cards are lit, and the code that is marked."""
    return page.evaluate(
        """() => {
          const all = (selector, of) => [...document.querySelectorAll(selector)].map(of);
          return {
            cards: all(".inside-card.lit", (card) => card.dataset.node),
            marks: all(".inside-mark", (mark) => mark.textContent),
            lines: all(".inside-line.lit .inside-number", (number) => Number(number.textContent)),
          };
        }"""
    )


def wait_for_lit(page: Page, *cards: str) -> None:
    """Wait until these cards are lit, and no other."""
    wait_until(
        page,
        """(cards) => [...document.querySelectorAll(".inside-card.lit")].map((card) => card.dataset.node).join()
          === cards.join()""",
        arg=cards,
    )


def test_the_code_on_the_page_is_the_code_that_runs() -> None:
    assert json.loads(SOURCE.read_text(encoding="utf-8")) == build.source(), "run `make source`"
    excerpts = json.loads(SOURCE.read_text(encoding="utf-8"))["excerpts"]
    for excerpt in excerpts.values():
        lines = (REPOSITORY / excerpt["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[excerpt["first"] - 1 :][: len(excerpt["lines"])] == excerpt["lines"]


def test_every_mark_is_the_piece_that_it_names() -> None:
    source = build.source()
    pieces = {
        (node, source["excerpts"][mark["excerpt"]]["lines"][mark["line"]][mark["from"] : mark["to"]])
        for node, marks in source["marks"].items()
        for mark in marks
    }
    assert pieces == {(mark.node, mark.piece) for mark in build.MARKS}


@pytest.mark.parametrize(
    "mark",
    [build.Mark("exp", "evidence", "torch.exp2(", "torch.exp2("), build.Mark("exp", "evidence", "self", "self")],
    ids=["gone", "twice"],
)
def test_code_that_no_longer_fits_is_refused(mark: build.Mark) -> None:
    with pytest.raises(build.SourceError, match="evidence"):
        build.place(mark, build.source()["excerpts"]["evidence"]["lines"])
    with pytest.raises(build.SourceError, match="nothing"):
        build.excerpt("def a():\n    pass\n", "def nothing(", "    pass")


@pytest.mark.parametrize("model", [DIGITS, AVATARS, PROJECTED])
def test_every_node_s_numbers_are_torch_s(page: Page, model: str) -> None:
    open_inside(page, model, image="6", epsilon="12")
    found = page.evaluate(VALUES)
    checkpoint = open_checkpoint(SHIPPED / model).model
    x = torch.tensor(page.evaluate("() => [...view.input]")).reshape(1, *checkpoint.image_shape)
    with torch.no_grad():
        mean, log_variance = checkpoint.encode(x)
        epsilon = torch.from_numpy(normals(12, EPSILON, checkpoint.latent_size).astype(np.float32))[None]
        deviation = torch.exp(0.5 * log_variance)
        z = mean + deviation * epsilon
        picture = checkpoint.picture(checkpoint.decode(z))
    expected = {
        "mu": mean,
        "log_variance": log_variance,
        "half": 0.5 * log_variance,
        "exp": deviation,
        "epsilon": epsilon,
        "times": deviation * epsilon,
        "plus": z,
    }
    for node, values in expected.items():
        assert found["values"][node] == pytest.approx(values.flatten().tolist(), rel=1e-4, abs=1e-5), node
    largest = max(float(expected[node].abs().max()) for node in ("mu", "exp", "times", "plus"))
    assert found["scales"]["latent"] == pytest.approx(largest, rel=1e-4)
    shown = rgba(page.locator(OUTPUT))[..., : checkpoint.image_shape[0]]
    wanted = picture[0].clamp(0, 1).permute(1, 2, 0).numpy() * 255
    assert np.abs(shown - wanted).max() <= 0.5 + 255e-5


def test_cards_show_the_chosen_dimension(page: Page) -> None:
    open_inside(page, AVATARS, image="3", inside_dimension="5")
    values = page.evaluate(VALUES)["values"]
    shown = page.evaluate(NUMBERS)
    assert {node: float(shown[node]) for node in values} == pytest.approx(
        {node: each[4] for node, each in values.items()}, abs=5.01e-4
    )
    page.select_option(".inside-dimension", "0")
    wait_until(page, "() => states.at(-1)?.inside_dimension === '1'")
    assert float(page.evaluate(NUMBERS)["mu"]) == pytest.approx(values["mu"][0], abs=5.01e-4)


@pytest.mark.parametrize("text", ["0", "3", "1.5", "x", ""])
def test_a_dimension_that_does_not_exist_is_refused_in_words(page: Page, text: str) -> None:
    open_inside(page, inside_dimension=text)
    expected = f"inside_dimension={text}, where 1 … 2 is expected"
    assert expected in page.locator(".inside .latent-refused").inner_text()
    assert page.locator(".inside-card-mu .inside-value").inner_text() != ""


def test_pointing_at_a_node_lights_it_and_its_code(page: Page) -> None:
    open_inside(page)
    assert lit(page) == {"cards": [], "marks": [], "lines": []}
    page.hover(".inside-card-exp")
    wait_for_lit(page, "exp")
    found = lit(page)
    assert found["marks"] == ["torch.exp(0.5 * log_variance)"]
    source = (REPOSITORY / "explorer" / "families" / "latent_gaussian.py").read_text(encoding="utf-8").splitlines()
    assert "torch.exp(0.5 * log_variance) * epsilon" in source[found["lines"][0] - 1]
    assert "σ = exp(½ log σ²)" in page.locator(".inside-words").inner_text()
    page.hover(".inside-card-encoder")
    wait_for_lit(page, "encoder")
    assert not any("conv" in mark for mark in lit(page)["marks"]), "this model's networks are perceptrons"
    page.hover(".inside-words")
    wait_for_lit(page)


def test_nodes_are_walked_with_the_keyboard(page: Page) -> None:
    open_inside(page, AVATARS)
    page.focus(".inside-card-input")
    order = ("input", "encoder", "mu", "log_variance", "half", "exp", "epsilon", "times", "plus", "decoder", "output")
    for card in order:
        wait_for_lit(page, card)
        page.keyboard.press("ArrowRight")
    wait_for_lit(page, "input")
    page.keyboard.press("ArrowLeft")
    wait_for_lit(page, "output")
    assert lit(page)["marks"] == ['return torch.sigmoid(parameter) if self.likelihood == "bernoulli" else parameter']
    page.focus(".inside-card-encoder")
    wait_for_lit(page, "encoder")
    assert any("_conv_encoder" in mark for mark in lit(page)["marks"])
    assert not any("_perceptron" in mark for mark in lit(page)["marks"])


def test_another_noise_changes_the_numbers_and_not_the_posterior(page: Page) -> None:
    open_inside(page, image="2")
    before = page.evaluate(NUMBERS)
    page.click(".inside-controls .button")
    wait_until(page, f"(before) => ({NUMBERS})().epsilon !== before", arg=before["epsilon"])
    after = page.evaluate(NUMBERS)
    assert [after[node] == before[node] for node in ("mu", "log_variance", "exp", "epsilon", "plus")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_moving_z_asks_the_server_for_nothing_and_leaves_the_diagram(page: Page) -> None:
    open_inside(page, image="2")
    before, painted = page.evaluate(NUMBERS), rgba(page.locator(OUTPUT))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => view.setLatent(Float32Array.of(1, -1))")
    page.evaluate(FRAMES)
    assert page.evaluate(NUMBERS) == before
    assert (rgba(page.locator(OUTPUT)) == painted).all()
    assert asked == []


def test_without_an_input_the_panel_says_so(page: Page) -> None:
    open_latent(page, DIGITS, panel="inside", z="0.5,0.5")
    assert page.locator(".inside-body").is_hidden()
    assert "No input" in page.locator(".inside").inner_text()
