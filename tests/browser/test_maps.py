"""The maps' menus: the picture as it is seen, the table of places and attribute, and the large figure of both."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gates_panel import PATIENCE as READING
from gates_panel import open_panel, serve_toys
from latent_page import DIGITS, open_latent
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, Request, expect
from recurrent_toys import PAGE, quantities, toy_model
from safetensors.numpy import load_file
from site_server import Site
from training_page import browse_set, open_training, places, scrub, stored

from explorer.ui.files import plotly_js

THUMBS = "vae-thumbs-b1"
LARGE = """() => {
  const { data, layout } = document.querySelector("dialog .js-plotly-plot");
  const each = ({ name, x, y, marker: { color, colorscale, cmin, cmax } }) =>
    ({ name, x: [...x], y: [...y], colour: color, scale: colorscale, ends: [cmin, cmax] });
  return { traces: data.map(each), x: layout.xaxis.title.text, y: layout.yaxis.title.text };
}"""


@pytest.fixture(scope="module", autouse=True)
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    toys = tmp_path_factory.mktemp("toys")
    serve_toys(site, toys, "lstm-toy")
    return toys


def choose(menu: Locator, name: str) -> None:
    menu.locator("summary").click()
    menu.get_by_role("button", name=name).click()


def table(page: Page, menu: Locator) -> tuple[list[str], list[list[str]]]:
    """What the menu's CSV says: its head, and its rows."""
    with page.expect_download() as download:
        choose(menu, "Numbers (CSV)")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    return head, rows


def numbers(rows: list[list[str]], *columns: int) -> NDArray[np.float32]:
    return np.float32([[row[column] for column in columns] for row in rows])


def large(page: Page, menu: Locator) -> Any:
    """The large figure's points; plotly.js is asked for now, and was not before."""
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    page.on("request", note)
    page.route(
        "**/plotly.min.js", lambda route: route.fulfill(body=plotly_js().read_bytes(), content_type="text/javascript")
    )
    menu.locator("summary").click()
    loaded = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('plotly')).length"
    assert page.evaluate(f"[globalThis.Plotly === undefined, {loaded}]") == [True, 0]
    menu.get_by_role("button", name="Open large").click()
    expect(page.locator("dialog .main-svg").first).to_be_visible()
    assert len([url for url in requests if url.endswith("/plotly.min.js")]) == 1
    found = page.evaluate(LARGE)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)
    page.unroute("**/plotly.min.js")
    page.remove_listener("request", note)
    return found


def by_name(found: Any) -> dict[str, NDArray[np.float32]]:
    """The places of each trace."""
    return {trace["name"]: np.float32([trace["x"], trace["y"]]).T for trace in found["traces"]}


def test_the_latent_map_s_table_and_figure_are_the_browse_set(page: Page) -> None:
    open_latent(page, DIGITS)
    menu = page.locator(".latent-controls .chart-menu")
    tensors, attributes = browse_set(DIGITS)
    names = attributes["class"]["labels"]["en"]
    classes = [names[code] for code in tensors["attribute.class"]]
    head, rows = table(page, menu)
    assert head == ["", "z₁", "z₂", "class"]
    assert [row[0] for row in rows] == [str(number) for number in tensors["dataset_index"]]
    np.testing.assert_array_equal(numbers(rows, 1, 2), tensors["mean"])
    assert [row[3] for row in rows] == classes
    found = large(page, menu)
    assert (found["x"], found["y"]) == ("z₁", "z₂")
    assert list(by_name(found)) == names
    for name, points in by_name(found).items():
        np.testing.assert_array_equal(points, tensors["mean"][[each == name for each in classes]])
    assert len({trace["colour"] for trace in found["traces"]}) == len(names)


def test_a_number_colours_the_figure_on_one_scale_and_stands_in_the_table(page: Page) -> None:
    open_latent(page, THUMBS, layout="umap", colour="shape_x")
    menu = page.locator(".latent-controls .chart-menu")
    tensors, _ = browse_set(THUMBS)
    head, rows = table(page, menu)
    assert head[1:3] == ["UMAP 1", "UMAP 2"]
    np.testing.assert_array_equal(numbers(rows, 1, 2), tensors["layout.umap"])
    np.testing.assert_array_equal(numbers(rows, 3)[:, 0], tensors["attribute.shape_x"])
    (trace,) = large(page, menu)["traces"]
    assert trace["name"] == head[3]
    np.testing.assert_array_equal(np.float32(trace["colour"]), tensors["attribute.shape_x"])
    values = tensors["attribute.shape_x"]
    assert trace["ends"] == pytest.approx([values.min(), values.max()])
    assert trace["scale"][0][1].startswith("rgb(")  # what plotly.js can read


def test_the_picture_is_the_map_as_it_is_seen(page: Page) -> None:
    open_latent(page, DIGITS)
    with page.expect_download() as download:
        choose(page.locator(".latent-controls .chart-menu"), "Picture (PNG)")
    assert download.value.suggested_filename == "Latent-space.png"
    picture = np.asarray(Image.open(download.value.path()).convert("RGB")).astype(int)
    box = page.locator(".latent-map-canvas").bounding_box()
    assert box is not None
    assert picture.shape[1] == 2 * (round(box["width"]) + 48)
    x, y = page.evaluate("(({ toX, toY }) => [toX(view.state.z[0]), toY(view.state.z[1])])(view.plot.canvas.viewport)")
    z = page.evaluate("getComputedStyle(document.querySelector('.explorer')).getPropertyValue('--z').trim()")
    ring = picture[round(2 * (y + 80)) - 24 :, round(2 * (x + 24)) - 24 :][:48, :48].reshape(-1, 3)
    assert (np.abs(ring - [int(z[at : at + 2], 16) for at in (1, 3, 5)]).max(1) <= 8).sum() > 50
    first = page.locator(".legend-swatch").first.evaluate("(node) => getComputedStyle(node).backgroundColor")
    colour = [int(part) for part in first.removeprefix("rgb(").removesuffix(")").split(",")]
    legend = picture[2 * (80 + round(box["height"])) :].reshape(-1, 3)
    assert (np.abs(legend - colour).max(1) <= 3).sum() >= 100


def test_the_training_map_s_table_and_figure_are_the_moment(page: Page) -> None:
    open_training(page, DIGITS)
    moment = 3
    scrub(page, moment)
    menu = page.locator(".training-map .chart-menu")
    expected = places(DIGITS, "raw")[moment]
    names = browse_set(DIGITS)[1]["class"]["labels"]["en"]
    classes = [names[code] for code in stored(DIGITS)["attribute"]]
    head, rows = table(page, menu)
    assert head == ["", "z₁", "z₂", "class"]
    np.testing.assert_array_equal(numbers(rows, 1, 2), expected)
    assert [row[3] for row in rows] == classes
    for name, points in by_name(large(page, menu)).items():
        np.testing.assert_array_equal(points, expected[[each == name for each in classes]])


def test_the_states_map_s_table_and_figure_are_places_and_activity(page: Page, folder: Path) -> None:
    unit = {"layer": 0, "index": 5}
    open_panel(page, "states-map", "lstm-toy", unit=unit, quantity="cell", state={"colour": "unit", "layout": "pca"})
    page.wait_for_selector(".states-controls .chart-menu", timeout=READING)
    menu = page.locator(".states-controls .chart-menu")
    stored_map = load_file(folder / "lstm-toy" / "map.safetensors")
    model = toy_model("lstm-toy")
    cell = quantities(model, PAGE)[1:, 0, model.quantities.index("cell")][stored_map["position"], 5]
    head, rows = table(page, menu)
    assert head[1:3] == ["PCA 1", "PCA 2"]
    assert [int(row[0]) for row in rows] == (stored_map["position"] + 1).tolist()
    np.testing.assert_array_equal(numbers(rows, 1, 2), stored_map["layout.pca"])
    np.testing.assert_allclose(numbers(rows, 3)[:, 0], cell, atol=1e-5)
    (trace,) = large(page, menu)["traces"]
    np.testing.assert_array_equal(np.float32([trace["x"], trace["y"]]).T, stored_map["layout.pca"])
    np.testing.assert_allclose(trace["colour"], cell, atol=1e-5)
    page.get_by_label("Colour", exact=True).select_option("character")
    head, rows = table(page, menu)
    assert head[3] == "Kind of character"
    ends = [row[3] == "line end" for row in rows]
    assert ends == [PAGE[position] == "\n" for position in stored_map["position"]]


def test_points_without_a_number_stand_beside_the_scale(runtime: Page) -> None:
    script = """async () => {
      const { attributeTraces } = await import("/browser/charts/plotly-attribute.js");
      const all = { x: [1, 2, 3], y: [4, 5, 6], customdata: ["a", "b", "c"], hovertemplate: "%{y}<extra></extra>" };
      const numbers = [7, NaN, 9];
      return attributeTraces(all, {
        label: "Depth", colour: () => "#123456", number: (row) => numbers[row], value: () => "none",
        entries: [{ label: "none", colour: "#123456" }], scale: { low: 0, high: 9, colours: ["#000000", "#ffffff"] },
      });
    }"""
    none, depth = runtime.evaluate(script)
    assert (none["name"], none["x"], none["y"], none["customdata"]) == ("none", [2], [5], ["b"])
    assert none["marker"]["color"] == "#123456"
    assert (depth["x"], depth["marker"]["color"]) == ([1, 3], [7, 9])
    assert depth["marker"]["colorscale"] == [[0, "#000000"], [1, "#ffffff"]]
    assert depth["hovertemplate"] == "%{y}<br>Depth: %{marker.color}<extra></extra>"
