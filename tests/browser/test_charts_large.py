"""A chart taken away and opened large: the same numbers in the picture's legend, the table and the Plotly figure."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chart_page import inside, mount, rows, seen
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Route, expect
from site_server import Site, serve
from waiting import wait_until

from explorer.catalog import SHIPPED
from explorer.cli.export import write_site
from explorer.ui.files import plotly_js

FIGURE = """async () => {
  const { plotlyFigure } = await import("/browser/charts/plotly.js");
  const style = getComputedStyle(document.body);
  return plotlyFigure(chart.describe(), (name) => style.getPropertyValue(name).trim());
}"""
PAIR = [
    {"key": "a", "label": "First", "colour": "--real", "low": "low", "high": "high"},
    {"key": "b", "label": "Second", "colour": "--fake", "line": "dashed"},
]
NUMBERS: dict[str, list[float | str]] = {
    "a": [1.5, 1 / 3, "NaN", 4e-7],
    "b": [10, "Infinity", 30, 40],
    "low": [1, 0.25, "NaN", 1e-7],
    "high": [2, 0.5, "NaN", 8e-7],
}


def table(page: Page) -> list[list[str]]:
    """What the menu's CSV says."""
    page.locator(".chart-menu > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Numbers (CSV)").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def figure(page: Page) -> Any:
    return json.loads(json.dumps(page.evaluate(FIGURE)))


def test_the_table_holds_the_numbers_in_full(page: Page) -> None:
    mount(page, title='Loss, "bits"', series=PAIR)
    rows(page, [0, 10, 20, 30], **NUMBERS)
    head, *body = table(page)
    assert head == ["iteration", "First (nats)", "First (nats), lower end", "First (nats), upper end", "Second (nats)"]
    assert body == [
        ["0", "1.5", "1", "2", "10"],
        ["10", str(1 / 3), "0.25", "0.5", ""],
        ["20", "", "", "", "30"],
        ["30", "4e-7", "1e-7", "8e-7", "40"],
    ]


def test_a_table_of_bins_has_their_edges_and_one_of_names_the_names(page: Page) -> None:
    mount(page, unit="%", series=[{"key": "a", "label": "Share", "colour": "--real", "kind": "steps"}])
    rows(page, [0, 1, 3], a=[25, 75])
    assert table(page) == [
        ["iteration, lower end", "iteration, upper end", "Share (%)"],
        ["0", "1", "25"],
        ["1", "3", "75"],
    ]
    rows(page, [0, 1, 2], labels=['C, "low"', "D\nE"], a=[25, 75])
    assert table(page) == [["iteration", "Share (%)"], ['C, "low"', "25"], ["D\nE", "75"]]


def test_the_picture_has_the_chart_in_the_colours_of_the_theme(page: Page) -> None:
    mount(page, theme="dark")
    rows(page, [0, 1], a=[0, 1], b=[1, 0])
    page.locator(".chart-menu > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    assert download.value.suggested_filename == "Loss.png"
    picture = np.asarray(Image.open(download.value.path()).convert("RGB")).reshape(-1, 3)
    for colour in ("#12151b", "#8096ff", "#ff8438"):  # page, real, fake
        wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert (np.abs(picture.astype(int) - wanted).max(1) <= 3).sum() > 500


def test_lines_and_their_bands_are_the_numbers(page: Page) -> None:
    mount(page, series=PAIR, floor={"value": 5, "low": 4, "high": 6, "label": "Chance"})
    rows(page, [0, 10, 20, 30], **NUMBERS)
    found = figure(page)
    high, low, first, second, floor = found["data"]
    assert first["x"] == [0, 10, 20, 30]
    assert first["y"] == [1.5, 1 / 3, None, 4e-7]
    assert second["y"] == [10, None, 30, 40]
    assert (first["line"]["dash"], second["line"]["dash"]) == ("solid", "dash")
    assert (high["y"], low["y"]) == ([2, 0.5, None, 8e-7], [1, 0.25, None, 1e-7])
    assert low["fill"] == "tonexty"
    assert first["name"] == "First"
    assert (floor["name"], floor["x"], floor["y"]) == ("Chance (4 … 6)", [0, 30], [5, 5])
    (band,) = found["layout"]["shapes"]
    assert (band["y0"], band["y1"]) == (4, 6)
    assert found["layout"]["title"]["text"] == "Loss"
    assert found["layout"]["yaxis"]["title"]["text"] == "nats"
    assert found["layout"]["xaxis"]["title"]["text"] == "iteration"


@pytest.mark.parametrize(
    ("theme", "page_colour", "line"), [("light", "#ffffff", "#1947e0"), ("dark", "#12151b", "#8096ff")]
)
def test_the_figure_has_the_colours_of_the_theme(page: Page, theme: str, page_colour: str, line: str) -> None:
    mount(page, theme=theme)
    rows(page, [0, 1], a=[0, 1], b=[1, 0])
    found = figure(page)
    assert found["layout"]["paper_bgcolor"] == found["layout"]["plot_bgcolor"] == page_colour
    assert found["data"][0]["line"]["color"] == line


def test_logarithmic_axes_are_so_in_the_figure_and_it_begins_with_what_is_seen(page: Page) -> None:
    mount(page, y={"log": True})
    rows(page, [0, 50, 100], a=[1, 10, 100], b=[1, 1, 1])
    assert figure(page)["layout"]["yaxis"]["type"] == "log"
    assert figure(page)["layout"]["yaxis"]["range"] == pytest.approx(list(seen(page, "y")))
    page.get_by_role("button", name="log").click()
    wait_until(page, "chart.describe().y.log === false")
    page.locator(".chart-plot").focus()
    page.keyboard.press("+")
    wait_until(page, "chart.describe().seen.x.low > 0")
    layout = figure(page)["layout"]
    assert layout["yaxis"]["type"] == "linear"
    assert layout["xaxis"]["range"] == pytest.approx(list(seen(page)))


def test_bins_bars_and_points_are_the_numbers(page: Page) -> None:
    mount(page, series=[{"key": "a", "label": "Share", "colour": "--real", "kind": "steps"}])
    rows(page, [0, 1, 3], a=[25, 75])
    (bins,) = figure(page)["data"]
    assert (bins["x"], bins["width"], bins["y"]) == ([0.5, 2], [1, 2], [25, 75])
    page.evaluate("chart.destroy()")
    mount(page, series=[{"key": "a", "label": "KL", "colour": "--real", "kind": "bars"}])
    rows(page, [0, 1], labels=["z₂", "z₁"], a=[3, 2])
    found = figure(page)
    assert found["data"][0]["y"] == [3, 2]
    assert found["layout"]["xaxis"]["ticktext"] == ["z₂", "z₁"]
    assert found["layout"]["xaxis"]["tickvals"] == [0, 1]
    page.evaluate("chart.destroy()")
    ends = {"low": "low", "high": "high", "xLow": "left", "xHigh": "right"}
    mount(page, series=[{"key": "a", "label": "Models", "colour": "--real", "kind": "points", **ends}], x={"log": True})
    rows(page, [1, 10], ["p", "q"], a=[5, 6], low=[4, 5.5], high=[7, 6.5], left=[0.5, 9], right=[2, 12])
    (points,) = figure(page)["data"]
    assert (points["x"], points["y"], points["text"]) == ([1, 10], [5, 6], ["p", "q"])
    assert (points["error_y"]["array"], points["error_y"]["arrayminus"]) == ([2, 0.5], [1, 0.5])
    assert (points["error_x"]["array"], points["error_x"]["arrayminus"]) == ([1, 2], [0.5, 1])


def test_cells_are_the_numbers(page: Page) -> None:
    heat = {"lines": 2, "low": -1, "high": 1}
    series = [{"key": "a", "label": "State", "colour": "--heat-positive", "kind": "heat", "heat": heat}]
    mount(page, series=series, x={"label": "step"}, y={"label": "unit"})
    rows(page, [0, 1, 3], ["1", "2"], a=[0.1, 0.2, "NaN", -0.5])
    (cells,) = figure(page)["data"]
    assert (cells["x"], cells["y"], cells["z"]) == ([0, 1, 3], ["0", "1"], [[0.1, 0.2], [None, -0.5]])
    assert (cells["zmin"], cells["zmax"]) == (-1, 1)
    assert [place for place, _ in cells["colorscale"]] == [0, 0.5, 1]
    assert figure(page)["layout"]["yaxis"]["autorange"] == "reversed"
    assert table(page) == [["unit", "step 1", "step 2"], ["0", "0.1", "0.2"], ["1", "", "-0.5"]]


def test_what_is_written_in_words_is_so_in_the_figure(page: Page) -> None:
    mount(page)
    page.evaluate(
        """async () => {
          const { Chart } = await import("/browser/charts/chart.js");
          const { loadTranslator } = await import("/browser/i18n.js");
          chart.destroy();
          const x = { label: "K", words: (place) => String(2 ** place) };
          const series = [{ key: "a", label: "First", colour: "--real" }];
          window.chart = new Chart(document.body, { t: await loadTranslator("en"), title: "Bound", x, series });
        }"""
    )
    rows(page, [0, 1, 2, 3], a=[1, 2, 3, 4])
    axis = figure(page)["layout"]["xaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True))[3] == "8"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A static site of one model, behind a plain file server."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "vae-digits-2d").symlink_to(SHIPPED / "vae-digits-2d")
    write_site(folder / "site", folder / "checkpoints")
    with serve() as running:
        running.mount("site", folder / "site")
        yield running


@pytest.mark.parametrize(
    ("language", "large", "close", "theme"),
    [("en", "Open large", "Close", "light"), ("zh", "放大查看", "关闭", "dark")],
)
def test_an_exported_site_opens_a_chart_large_and_asks_for_plotly_only_then(
    page: Page, exported: Site, language: str, large: str, close: str, theme: str
) -> None:
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.on("request", note)
    page.goto(f"{exported.url}/site/index.html?view=training&model=vae-digits-2d&lang={language}")
    chart = page.locator(".training-charts .chart").first
    chart.locator(".chart-menu > summary").click()
    assert not [url for url in requests if "plotly" in url]
    chart.get_by_role("button", name=large).click()
    expect(page.locator("dialog .main-svg").first).to_be_visible()
    assert len([url for url in requests if url.endswith("/plotly.min.js")]) == 1
    drawn = page.evaluate(
        """() => {
          const { data, layout } = document.querySelector("dialog .js-plotly-plot");
          return { held: Array.from(data[0].y), ground: layout.paper_bgcolor };
        }"""
    )
    history = json.loads((SHIPPED / "vae-digits-2d" / "history.json").read_text())
    assert len(drawn["held"]) > 20
    assert max(drawn["held"]) > -max(row[1] for row in history["rows"])
    assert drawn["ground"] == ("#12151b" if theme == "dark" else "#ffffff")
    page.get_by_role("button", name=close).click()
    expect(page.locator("dialog")).to_have_count(0)
    page.remove_listener("request", note)


def test_without_plotly_the_dialog_says_so_and_a_later_try_may_find_it(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/blank")
    found = plotly_js().read_bytes()
    tries: list[str] = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.fulfill(status=404)
        else:
            route.fulfill(body=found, content_type="text/javascript")

    page.route("**/plotly.min.js", answer)
    mount(page)
    rows(page, [0, 1], a=[0, 1], b=[1, 0])
    for _ in range(2):
        page.locator(".chart-menu > summary").click()
        page.get_by_role("button", name="Open large").click()
        expect(page.locator("dialog :is([role=alert], .main-svg)").first).to_be_visible()
        if len(tries) == 1:
            expect(page.locator("dialog [role=alert]")).to_contain_text("could not be loaded")
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_have_count(0)
    assert len(tries) == 2
    context.close()


def test_a_change_of_theme_repaints(page: Page) -> None:
    mount(page)
    rows(page, [0, 1], a=[0, 0], b=[1, 1])
    pixel = "chart.canvas.getContext('2d').getImageData({x}, {y}, 1, 1).data.slice(0, 3).join()"
    box = page.locator(".chart-plot").bounding_box()
    assert box is not None
    x = inside(page, 0.5)[0] - box["x"]
    y = page.evaluate(
        "(({ y }) => 8 + ((y.high - 1) / (y.high - y.low)) * (chart.plot.clientHeight - 46))(chart.describe().seen)"
    )
    asked = pixel.format(x=round(x), y=round(y))
    light = page.evaluate(asked)
    page.evaluate("document.body.dataset.theme = 'dark'")
    wait_until(page, f"{asked} !== '{light}'")
