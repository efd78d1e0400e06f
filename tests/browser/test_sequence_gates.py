"""The gates view of sequence models: every colour and number is what torch's cells compute at that step."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from sequence_toys import CONDITION, NOTES, toy_model, toy_sequences
from site_server import Site

from explorer.cli.export import write_site
from explorer.families.cells import CELLS
from explorer.families.recurrent import weights_of
from explorer.probes.sequences import generate, labels, noise, write_melodies

Open = Callable[..., Page]
QUANTITIES = CELLS["lstm"].quantities


@pytest.fixture
def opened(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the gates view of a model with a query."""
    if "sequence-gates" not in site.folders:
        root = tmp_path_factory.mktemp("gates")
        for name in ("notes-toy", "rgan-notes-toy", "rgan-signal-toy"):
            toy_sequences(root / "checkpoints" / name, name)
        write_site(root / "site", root / "checkpoints")
        site.mount("sequence-gates", root / "site")

    def go(model: str, **query: str) -> Page:
        entries = {"view": "gates", "model": model, "lang": "en", **query}
        page.goto(f"{site.url}/sequence-gates/?{urlencode(entries)}")
        expect(page.locator(".sequence-stage h2")).not_to_be_empty()
        return page

    return go


def unrolled(model: Any, inputs: torch.Tensor) -> NDArray[np.float64]:
    """Quantities (T, layers, Q, H) of inputs (T, I), by the cells' own equations."""
    state, rows = model.initial_state(1), []
    for x in inputs:
        computed = model.step(x[None], state)
        state = model.state_of(computed)
        rows.append(torch.stack([torch.cat([layer[name] for name in model.quantities]) for layer in computed]))
    return np.asarray(torch.stack(rows).numpy())


def read_notes(seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The toy's melody of a seed, and quantities once each of its notes was read."""
    model = toy_model("notes-toy")
    (melody,) = write_melodies(model, [seed])
    start = torch.zeros(1, 2, dtype=torch.long)
    inputs = model.embed_notes(torch.cat([start, torch.from_numpy(melody.tokens)]))
    return melody.tokens, unrolled(model, inputs)[1:]


def numbers(page: Page) -> dict[str, float]:
    """What stands in the equations of the chosen unit."""
    rows = page.locator(".sequence-equation > span:last-child [data-value]")
    texts = rows.evaluate_all("(nodes) => nodes.map((node) => [node.dataset.value, node.textContent])")
    return {name: float(text.strip("()").replace("−", "-")) for name, text in texts}


def test_equations_and_curves_are_the_cells(opened: Open) -> None:
    page = opened("notes-toy", seed="1", layer="1", unit="7", t="4")
    expect(page.locator(".sequence-unit h3").first).to_have_text("Unit 1.7 at step 5")
    _, quantities = read_notes(1)
    now = dict(zip(QUANTITIES, quantities[4, 1, :, 7], strict=True))
    before = quantities[3, 1, QUANTITIES.index("cell"), 7]
    shown = numbers(page)
    expected = {**now, "cellBefore": before, "cellTanh": np.tanh(now["cell"])}
    assert shown == pytest.approx(expected, abs=6e-4)
    values_shown = page.locator(".sequence-unit").first.locator(".chart-legend output")
    expect(values_shown.last).not_to_be_empty()
    legend = values_shown.all_inner_texts()
    plain = [text.replace("−", "-") for text in legend if "10" not in text]  # not those below a thousandth
    assert len(plain) >= 4
    shown_values = [value for value, text in zip(quantities[4, 1, :, 7], legend, strict=True) if "10" not in text]
    np.testing.assert_allclose([float(text) for text in plain], shown_values, rtol=0.01, atol=1e-3)


@pytest.mark.parametrize("quantity", ["forget", "cell"])
def test_every_colour_is_its_value(opened: Open, quantity: str) -> None:
    page = opened("notes-toy", seed="1", quantity=quantity, unit="12")
    tokens, quantities = read_notes(1)
    values = quantities[:, 0, QUANTITIES.index(quantity)]  # (T, H)
    lengths = np.array([NOTES["durations"][duration] for _, duration in tokens])  # type: ignore[index]
    middles = (lengths.cumsum() - lengths / 2) / lengths.sum()
    look = """async (canvas, {values, middles, quantity}) => {
      const { createScale, readPalette } = await import("/browser/charts/scale.js");
      const sizes = values.flat().map(Math.abs).sort((a, b) => a - b);
      const scale = createScale(quantity, sizes[Math.floor(0.98 * sizes.length)], readPalette(canvas));
      const context = canvas.getContext("2d");
      const units = values[0].length;
      const wrong = [];
      values.forEach((row, t) => row.forEach((value, unit) => {
        const x = 56 + middles[t] * (canvas.clientWidth - 68);
        const pixel = context.getImageData(x, 8 + (unit + 0.5) / units * (canvas.clientHeight - 46), 1, 1).data;
        const wanted = scale.colours[scale.level(value)].match(/[0-9]+/g).map(Number);
        if (wanted.some((each, i) => Math.abs(each - pixel[i]) > 3)) wrong.push([t, unit, wanted, [...pixel]]);
      }));
      return wrong;
    }"""
    canvas = page.locator(".sequence-heat canvas")
    expect(canvas).not_to_have_attribute("width", "300")  # it is drawn
    given = {"values": values.tolist(), "middles": middles.tolist(), "quantity": quantity}
    assert canvas.evaluate(look, given) == []


def test_what_is_expected_next(opened: Open) -> None:
    page = opened("notes-toy", seed="1", t="4")
    model = toy_model("notes-toy")
    tokens, quantities = read_notes(1)
    expected = model.predict_pitch(torch.tensor(quantities[4, -1, -1])).exp()
    names = {0: "end", 1: "rest", **dict(enumerate(["C4", "D4", "E4", "F4", "G4", "A4", "A♯4", "B4", "C5"], 2))}
    order = expected.argsort(descending=True)[:8].tolist()
    listed = [f"{names[token]}{100 * expected[token]:.1f} %" for token in order]
    expect(page.locator(".sequence-expected li")).to_have_text(listed)
    chart = page.locator(".sequence-unit .chart").last
    with page.expect_download() as waiting:
        chart.locator(".chart-menu > summary").click()
        chart.get_by_role("button", name="Numbers (CSV)").click()
    _, *rows = csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"), newline=""))
    assert [row[0] for row in rows] == list(names.values())
    came_token = int(tokens[5, 0])
    assert [bool(row[2]) for row in rows] == [token == came_token for token in names]
    np.testing.assert_allclose([float(row[1] or row[2]) for row in rows], 100 * expected, rtol=1e-4, atol=1e-5)
    came = page.locator(".sequence-unit .note").last
    expect(came).to_contain_text(f"What came: {names[int(tokens[5, 0])]} ({100 * expected[tokens[5, 0]]:.1f} %)")


def test_steps_are_gone_through_and_kept_in_the_link(opened: Open) -> None:
    page = opened("notes-toy", seed="1", t="2")
    title = page.locator(".sequence-unit h3").first
    page.get_by_role("button", name="One step forward").click()
    expect(title).to_have_text("Unit 0.0 at step 4")
    inside = page.locator(".sequence-section[tabindex]")
    inside.focus()
    inside.press("ArrowLeft")
    inside.press("ArrowDown")
    expect(title).to_have_text("Unit 0.1 at step 3")
    heat = page.locator(".sequence-heat .chart-plot")
    heat.click(position={"x": 60, "y": 10})
    expect(title).to_have_text("Unit 0.0 at step 1")
    assert numbers(page)["cellBefore"] == 0
    page.get_by_label("Layer", exact=True).select_option("1")
    page.wait_for_url(re.compile("layer=1"))  # the address is written a little later
    kept = {key: value[0] for key, value in parse_qs(urlsplit(page.url).query).items()}
    assert (kept["t"], kept["layer"]) == ("0", "1")


def test_both_passes_of_a_discriminator(opened: Open) -> None:
    page = opened(
        "rgan-signal-toy", seed="5", network="discriminator", quantity="hidden", unit="3", t="6", **{"pass": "1"}
    )
    expect(page.locator(".sequence-heat")).to_have_count(2)
    model, label = toy_model("rgan-signal-toy"), labels([5], CONDITION["shares"])  # type: ignore[arg-type]
    inputs = model.labelled(generate(model, [5], label), label)[0]
    state = (torch.zeros(1, model.discriminator.backward_pass.hidden_size),)
    rows = []
    for x in inputs.flip(0):
        computed = CELLS["gru"].step(x[None], state, weights_of(model.discriminator.backward_pass))
        state = (computed["hidden"],)
        rows.append({name: float(value[0, 3]) for name, value in computed.items()})
    rows.reverse()
    shown = numbers(page)
    assert shown["hidden"] == pytest.approx(rows[6]["hidden"], abs=6e-4)
    assert shown["hiddenBefore"] == pytest.approx(rows[7]["hidden"], abs=6e-4)  # it reads the other way


def test_a_generator_from_the_sample_view(opened: Open) -> None:
    page = opened("rgan-notes-toy", view="sample", seed="20", pick="1")
    page.get_by_role("button", name="Step through its gates").click()
    expect(page.locator(".sequence-stage h2")).to_have_text("Seed 21")
    page.get_by_label("Shown", exact=True).select_option("hidden")
    model = toy_model("rgan-notes-toy")
    quantities = unrolled(model, noise([21], 16, 5)[0])
    step = int(page.locator(".sequence-unit h3").first.inner_text().rpartition(" ")[2]) - 1
    assert numbers(page)["hidden"] == pytest.approx(quantities[step, 0, -1, 0], abs=6e-4)
