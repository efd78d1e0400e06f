"""Gradients back in time: the page's numbers are autograd's, and a logarithmic axis never shows a zero."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from canvases import coloured
from gates_panel import open_panel, serve_toys
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, arguments_of, toy_language, toy_model
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from site_server import Site
from waiting import wait_until

from explorer.families.recurrent import LanguageModel

NORMS = "/browser/views/gates/memory/norms.js"
TOYS = ("rnn-toy", "gru-toy", "lstm-toy")
OTHERS = ["rnn-toy", "gru-toy"]


@pytest.fixture(scope="module", autouse=True)
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    toys = tmp_path_factory.mktemp("toys")
    serve_toys(site, toys, *TOYS, "lstm-toy-chinese")
    return toys


def axis(runtime: Page, columns: list[list[float]], asked: list[float]) -> dict[str, Any] | None:
    script = f"""async ([columns, asked]) => {{
      const axis = (await import("{NORMS}")).logAxis(columns);
      return axis && {{ low: axis.low, high: axis.high, shares: asked.map((value) => axis.share(value)) }};
    }}"""
    found: dict[str, Any] | None = runtime.evaluate(script, [columns, asked])
    return found


def test_a_logarithmic_axis_holds_whole_decades_and_no_zero(runtime: Page) -> None:
    found = axis(runtime, [[0, 3e-4], [20, 0.5]], [0, 1e-4, 0.1, 100, 5e-5, -1, 1e3])
    assert found is not None
    assert (found["low"], found["high"]) == (-4, 2)
    assert found["shares"] == pytest.approx([None, 0, 0.5, 1, None, None, 1])


def test_a_logarithmic_axis_ends_after_twelve_decades(runtime: Page) -> None:
    found = axis(runtime, [[1, 1e-40, 0]], [1e-40, 1e-12])
    assert found == {"low": -12, "high": 0, "shares": [None, 0]}


def test_without_a_positive_number_there_is_no_axis(runtime: Page) -> None:
    assert axis(runtime, [[0, 0], []], [1]) is None


def words(runtime: Page, language: str, lines: dict[str, tuple[int | None, int | None, int | None]]) -> str:
    """What is said of reaches: low end, value and high end."""
    script = """async ([language, lines]) => {
      const { reachInWords } = await import("/browser/views/gates/memory/measured.js");
      const t = await (await import("/browser/i18n.js")).loadTranslator(language);
      const each = Object.entries(lines).map(([label, [low, value, high]]) => ({ label, reach: { low, value, high } }));
      return reachInWords({ lags: [1, 50, 100], share: 0.01 }, each, t);
    }"""
    said: str = runtime.evaluate(script, [language, lines])
    return said


def test_the_sentence_follows_from_the_intervals(runtime: Page) -> None:
    cells = {"RNN": (13, 14, 16), "GRU": (90, None, None), "LSTM": (60, 70, 89)}
    told = words(runtime, "en", cells)
    assert "below 1 % " in told
    assert "RNN 14 [13, 16]; GRU >100 [90, >100]; LSTM 70 [60, 89]. " in told
    assert told.endswith("Reach, by intervals that do not overlap: GRU, LSTM > RNN; GRU > LSTM.")
    assert words(runtime, "zh", cells).endswith("按互不重叠的区间，往回距离：GRU、LSTM > RNN；GRU > LSTM。")


def test_intervals_that_meet_tell_nothing_apart(runtime: Page) -> None:
    told = words(runtime, "en", {"RNN": (13, 14, 16), "LSTM": (16, 70, None), "GRU": (15, None, None)})
    assert told.endswith("none is farther than another.")
    assert words(runtime, "en", {"RNN": (13, 14, 16)}).endswith("RNN 14 [13, 16].")


def gradients(name: str, text: str, step: int, lags: int) -> NDArray[np.float64]:
    """‖∂loss/∂x‖ by distance back from a step, by autograd in float64."""
    toy = toy_model(name)
    model = LanguageModel(**arguments_of(toy)).double().eval()
    model.load_state_dict({key: value.double() for key, value in toy.state_dict().items()})
    inputs = model.embed(model.encode_text("\n" + text)).detach().requires_grad_(True)
    logits, _ = model.forward_embedded(inputs[None, : step + 2])
    loss = -logits[0, -1].log_softmax(-1)[model.encode_text(text)[step + 1]]
    (found,) = torch.autograd.grad(loss, inputs)
    return found.norm(dim=1).numpy()[1 : step + 2][::-1][: lags + 1]


def shown(page: Page, step: int, models: int) -> dict[str, list[float]]:
    """Norms by model, once they are those of a step."""
    script = """([step, models]) => panel.here.shown === step && panel.here.readers.length === models
      && panel.here.readers.every(({ norms }) => norms.length)"""
    wait_until(page, script, arg=[step, models])
    script = "Object.fromEntries(panel.here.readers.map(({ compared, norms }) => [compared.cell, [...norms]]))"
    found: dict[str, list[float]] = page.evaluate(script)
    return found


def test_the_norms_here_are_autograds_for_every_model(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS, cursor=150)
    found = shown(page, 150, 3)
    assert list(found) == ["rnn", "gru", "lstm"]
    for name in TOYS:
        np.testing.assert_allclose(found[name.removesuffix("-toy")], gradients(name, PAGE, 150, 100), rtol=2e-3)
    page.evaluate("reading.set({ cursor: 20 })")
    found = shown(page, 20, 3)
    for name in TOYS:
        np.testing.assert_allclose(found[name.removesuffix("-toy")], gradients(name, PAGE, 20, 100), rtol=2e-3)


def test_an_edited_text_is_followed_by_every_model(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS, cursor=40)
    shown(page, 40, 3)
    text = PAGE[300:360]
    page.evaluate("(text) => reading.set({ text, cursor: 30 })", text)
    found = shown(page, 30, 3)
    for name in TOYS:
        np.testing.assert_allclose(found[name.removesuffix("-toy")], gradients(name, text, 30, 100), rtol=2e-3)


def test_the_last_character_has_no_loss_so_that_the_one_before_is_shown(page: Page) -> None:
    open_panel(page, "memory", "rnn-toy", text=PAGE[:50])
    assert page.evaluate("reading.cursor") == 49
    np.testing.assert_allclose(shown(page, 48, 1)["rnn"], gradients("rnn-toy", PAGE[:50], 48, 100), rtol=2e-3)
    expect(page.locator(".memory-of")).to_contain_text("character 49")


@pytest.mark.parametrize("text", ["", "a"])
def test_too_short_a_text_is_said_to_be(page: Page, text: str) -> None:
    open_panel(page, "memory", "lstm-toy", text=text)
    expect(page.locator(".memory-of")).to_contain_text("At least two characters")
    expect(page.locator(".memory-texts")).to_be_hidden()
    page.evaluate("reading.set({ text: 'The gates', cursor: 3 })")
    assert len(shown(page, 3, 1)["lstm"]) == 4


def test_characters_are_coloured_on_one_scale(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS, cursor=150)
    norms = shown(page, 150, 3)
    high = np.ceil(np.log10(max(max(each) for each in norms.values())))
    for reading, cell in zip(page.locator(".memory-text").all(), norms, strict=True):
        script = """(node) => [...node.querySelectorAll("[data-distance]")].map((span) =>
          [Number(span.dataset.distance), span.textContent, span.style.background])"""
        spans = reading.evaluate(script)
        assert [distance for distance, _, _ in spans] == list(range(100, -1, -1))
        assert "".join(text for _, text, _ in spans).replace("↵\n", "\n") == PAGE[50:151]
        coloured = np.array([bool(colour) for _, _, colour in spans])
        assert np.array_equal(coloured, np.array(norms[cell])[::-1] >= 10 ** (high - 5))
        colours: dict[str, list[float]] = {}
        for distance, _, colour in spans:
            colours.setdefault(colour, []).append(norms[cell][distance])
        assert all(max(same) <= 1.2 * min(same) for colour, same in colours.items() if colour)
    expect(page.locator(".memory-text").first).to_contain_text("…")


CHART = """async ([x, middle]) => {
  const names = ["charts/chart/frame.js", "views/gates/memory/norm-chart.js", "views/gates/memory/norms.js"];
  const [{ createFrame }, { createNormChart, showNorms }, { logAxis }] = await Promise.all(
    names.map((name) => import(`/browser/${name}`)));
  const t = await (await import("/browser/i18n.js")).loadTranslator("en");
  document.body.className = "explorer";
  for (const name of ["style.css", "charts/chart.css", "views/gates/memory.css"]) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${name}` });
    await new Promise((resolve) => { link.onload = resolve; document.head.append(link); });
  }
  const axis = logAxis([middle]);
  window.chart = createNormChart(document.body, { t, title: "Norms", axis: () => axis, onRead() {} });
  showNorms(chart, x, [{ label: "RNN", colour: "--model-rnn", line: "solid", middle }], axis);
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const { seen } = chart.describe();
  const size = { width: chart.plot.clientWidth, height: chart.plot.clientHeight };
  window.frame = createFrame(size, { span: seen.x, log: false }, { span: seen.y, log: true }, seen.strip);
}"""


def test_zeros_stand_below_the_axis_and_are_called_below(page: Page) -> None:
    page.evaluate(CHART, [[0, 1, 2, 3, 4], [1, 1e-2, 1e-4, 0, 0]])
    pixels = coloured(page.locator("canvas"), "--model-rnn")
    at = [page.evaluate("(x) => frame.toPixel(x)", x) for x in range(5)]
    bottom = page.evaluate("frame.bottom")
    for x in (3, 4):
        column = pixels[np.abs(pixels[:, 0] - at[x]) <= 2, 1]
        assert len(column) > 0
        assert column.min() > bottom  # under the axis
    assert pixels[pixels[:, 0] < at[2] + 1, 1].max() <= bottom + 2
    page.evaluate("chart.setReading(3)")
    expect(page.locator(".chart-legend output")).to_have_text("below 10⁻⁴")
    page.evaluate("chart.setReading(1)")
    expect(page.locator(".chart-legend output")).to_have_text("0.01")


def test_equal_factors_are_equal_heights(page: Page) -> None:
    page.evaluate(CHART, [[1, 2, 3], [1, 1e-3, 1e-6]])
    pixels = coloured(page.locator("canvas"), "--model-rnn")
    heights = []
    for x in (1.25, 2, 2.75):  # within the line: its ends are cut aslant
        left = page.evaluate("(x) => frame.toPixel(x)", x)
        heights.append(pixels[np.abs(pixels[:, 0] - left) <= 2, 1].mean())
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1], abs=1.5)


def test_what_was_measured_is_drawn_as_stored(page: Page, folder: Path) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS)
    wait_until(page, "panel.measured.drawn.length === 3 && panel.measured.drawn[0].series.length === 3")
    stored = load_file(folder / "lstm-toy" / "memory.safetensors")
    charts = page.evaluate(
        """panel.measured.drawn.map(({ series, columns }) => series.map(({ label, low, key, high }) =>
          [label, [low, key, high].map((name) => name && [...columns[name]])]))"""
    )
    trained, initial, biases = charts
    assert [label for label, _ in trained] == ["RNN", "GRU", "LSTM"]
    np.testing.assert_allclose(np.array(trained[2][1]).T, stored["state.trained"])
    np.testing.assert_allclose(np.array(initial[2][1]).T, stored["state.initial"])
    assert [label for label, _ in biases] == ["bias 0", "bias 1", "bias 3"]
    np.testing.assert_allclose(biases[1][1][1], stored["state.forget_bias_1"][:, 1])
    wait_until(page, "panel.measured.drawn.every((chart) => chart.describe().seen)")
    seen = page.evaluate("panel.measured.drawn.map((chart) => chart.describe().seen.y)")
    assert seen == [seen[0]] * 3  # one axis for all
    expect(page.locator(".memory-charts figcaption").first).to_contain_text("LSTM 20 [18, 23]")
    expect(page.locator(".memory-charts figcaption").first).to_contain_text("none is farther than another")
    for button, kind in (("h alone", "hidden"), ("Loss on input", "gradient")):
        page.get_by_role("button", name=re.compile(button)).click()
        wait_until(page, f"states.at(-1)?.norm === '{kind}'")
        drawn = page.evaluate("[...panel.measured.drawn[0].columns[panel.measured.drawn[0].series[2].key]]")
        np.testing.assert_allclose(drawn, stored[f"{kind}.trained"][:, 1])
    assert page.locator(".memory-charts").get_by_text("a change keeps its size").count() == 0


def test_the_forget_bias_that_an_lstm_started_from_is_said(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS)
    expect(page.locator(".memory-measured > .note")).to_contain_text(
        "forget bias of −1, with forget gates open to 0.269"
    )
    open_panel(page, "memory", "gru-toy")
    expect(page.locator(".memory-measured > .note")).to_contain_text("8 random directions")
    expect(page.locator(".memory-measured > .note")).not_to_contain_text("forget bias")


def test_an_underflow_in_the_file_is_no_zero_on_the_page(page: Page, folder: Path) -> None:
    file = toy_language(folder / "underflow", "rnn-toy") / "memory.safetensors"
    tensors = load_file(file)
    with safe_open(file, "np") as opened:
        metadata = opened.metadata()
    tensors["state.trained"][60:] = 0
    save_file(tensors, file, metadata)
    open_panel(page, "memory", "underflow")
    wait_until(page, "panel.measured.drawn.length === 2")
    page.evaluate("panel.measured.drawn[0].setReading(80)")
    expect(page.locator(".memory-charts output").first).to_have_text(re.compile("^below 10⁻"))
    wait_until(page, "panel.measured.drawn[0].describe().seen?.strip")


def test_the_other_models_can_be_left_out(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS, cursor=30)
    shown(page, 30, 3)
    page.locator(".gates-memory input[type=checkbox]").uncheck()
    assert list(shown(page, 30, 1)) == ["lstm"]
    wait_until(page, "states.at(-1)?.alone === '1'")
    expect(page.locator(".memory-text")).to_have_count(1)


def test_models_of_the_same_text_are_found_by_data_set(runtime: Page) -> None:
    script = """async () => {
      const { findCompared } = await import("/browser/views/gates/memory/compared.js");
      const model = (name, cell, data) => ({ name, config: { arguments: { cell }, dataset: { name: data } } });
      const all = [model("a", "lstm", "tang"), model("b", "gru", "austen"), model("c", "gru", "tang"),
        model("d", "lstm", "tang"), model("e", "rnn", "tang"), { name: "picture" }];
      const checkpoints = all.map(({ name }) => ({ name, family: name === "picture" ? "vae" : "recurrent" }));
      const open = async (name) => {
        if (name === "e") throw new Error("broken");
        return all.find((each) => each.name === name);
      };
      const found = await findCompared(all[0], { checkpoints, open });
      return found.map(({ label, own, model }) => [label, own, model.name]);
    }"""
    assert runtime.evaluate(script) == [["GRU", False, "c"], ["LSTM", True, "a"]]


def test_pointing_links_text_and_chart(page: Page) -> None:
    open_panel(page, "memory", "lstm-toy", others=OTHERS, cursor=60)
    norms = shown(page, 60, 3)
    page.locator('.memory-text [data-distance="7"]').first.hover()
    wait_until(page, "reading.hover.time === 53")
    expect(page.locator(".memory-pointed")).to_have_count(3)
    outputs = page.locator(".memory-here .chart-legend output").all_inner_texts()
    assert [float(text) for text in outputs] == pytest.approx([norms[cell][7] for cell in norms], rel=0.01)
    page.locator('.memory-text [data-distance="7"]').first.click()
    wait_until(page, "reading.cursor === 53")
