"""The map of states: positions, colours and contexts against NumPy, torch and the page of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gates_panel import open_panel, serve_toys
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from recurrent_toys import PAGE, quantities, toy_model
from safetensors.numpy import load_file
from site_server import Site
from waiting import wait_until

STATES = "/browser/views/gates/states"
CURSOR = 200


@pytest.fixture(scope="module", autouse=True)
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    toys = tmp_path_factory.mktemp("toys")
    serve_toys(site, toys, "lstm-toy", "gru-toy")
    return toys


def by_neighbours(
    state: NDArray[np.float64], states: NDArray[np.float64], places: NDArray[np.float64]
) -> NDArray[np.float64]:
    """docs/format.md: the mean of the 5 nearest neighbours' places, weighted by 1/distance."""
    distances = np.linalg.norm(states - state, axis=1)
    nearest = distances.argsort(kind="stable")[:5]
    return np.asarray(np.average(places[nearest], axis=0, weights=1 / distances[nearest]))


def test_a_new_state_is_placed_by_its_five_neighbours(runtime: Page) -> None:
    generator = np.random.default_rng(0)
    states = generator.normal(size=(300, 7)).astype(np.float32)
    places = generator.normal(size=(300, 2)).astype(np.float32)
    asked = generator.normal(size=(20, 7)).astype(np.float32)
    script = f"""async ([asked, states, places]) => {{
      const {{ placeByNeighbours }} = await import("{STATES}/placement.js");
      [states, places] = [states, places].map((values) => Float32Array.from(values));
      return asked.map((state) => {{
        const {{ x, y }} = placeByNeighbours(Float32Array.from(state), states, places);
        return [x, y];
      }});
    }}"""
    found = runtime.evaluate(script, [asked.tolist(), states.ravel().tolist(), places.ravel().tolist()])
    expected = [by_neighbours(state, states.astype(float), places.astype(float)) for state in asked]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    known = runtime.evaluate(script, [states[7:8].tolist(), states.ravel().tolist(), places.ravel().tolist()])
    np.testing.assert_array_equal(np.float32(known[0]), places[7])


def test_principal_components_are_projected_exactly(runtime: Page) -> None:
    generator = np.random.default_rng(1)
    components = np.linalg.qr(generator.normal(size=(6, 6)))[0][:3]
    center, state = generator.normal(size=(2, 6))
    script = f"""async ([state, center, components]) => {{
      const {{ x, y }} = (await import("{STATES}/placement.js")).project(state, {{ center, components }});
      return [x, y];
    }}"""
    found = runtime.evaluate(script, [state.tolist(), center.tolist(), components.ravel().tolist()])
    np.testing.assert_allclose(found, components[:2] @ (state - center))


def test_kinds_of_characters(runtime: Page) -> None:
    script = f"""async (characters) => {{
      const {{ CLASSES, classOf }} = await import("{STATES}/classes.js");
      return [...characters].map((character) => CLASSES[classOf(character)]);
    }}"""
    found = runtime.evaluate(script, "ebÉE月3 \t\n,(+é\u0301")
    assert found == [
        *["vowel", "consonant", "capital", "capital", "han", "digit", "space", "space", "line_end"],
        *["punctuation", "punctuation", "punctuation", "consonant", "other"],
    ]


def plane(runtime: Page, expression: str) -> Any:
    whole = "{ left: -2, right: 2, bottom: -1, top: 1 }"
    script = (
        f"async () => {{ const m = await import('{STATES}/plane.js'); const whole = {whole}; return {expression}; }}"
    )
    return runtime.evaluate(script)


def test_zooming_keeps_the_place_under_the_pointer(runtime: Page) -> None:
    found = plane(runtime, "m.zoom(whole, whole, 4, { x: 1, y: -0.5 })")
    assert found["right"] - found["left"] == pytest.approx(1)
    assert (1 - found["left"]) / 1 == pytest.approx(3 / 4)  # as far along as before
    assert (-0.5 - found["bottom"]) / 0.5 == pytest.approx(1 / 4)


def test_the_map_cannot_be_lost(runtime: Page) -> None:
    assert plane(runtime, "m.zoom(whole, whole, 0.1, { x: 1, y: 0 })") == {
        "left": -2,
        "right": 2,
        "bottom": -1,
        "top": 1,
    }
    inside = plane(runtime, "m.pan(m.zoom(whole, whole, 2, { x: 0, y: 0 }), whole, 9, -9)")
    assert inside == {"left": 0, "right": 2, "bottom": -1, "top": 0}
    deep = plane(runtime, "m.zoom(whole, whole, 1e9, { x: 0, y: 0 })")
    assert deep["right"] - deep["left"] == pytest.approx(4 / 40)


def test_a_passage_starts_with_a_line_where_there_is_one(runtime: Page) -> None:
    script = f"""async ([text, position]) => {{
      const {{ excerpt }} = await import("{STATES}/context.js");
      return excerpt([...text], position);
    }}"""
    page = "x" * 300 + "\n" + "y" * 300
    for position in (0, 150, 350, 600):
        passage = runtime.evaluate(script, [page, position])
        assert passage["text"][passage["step"]] == page[position]
        assert passage["text"] in page
    assert runtime.evaluate(script, [page, 350])["step"] == 49


def open_map(page: Page, model: str = "lstm-toy", **options: Any) -> None:
    """With the whole path placed."""
    open_panel(page, "states-map", model, **{"cursor": CURSOR, **options})
    wait_until(page, "panel.opened?.path.upTo(reading.cursor).length === 60")


def states_of(name: str, text: str = PAGE) -> NDArray[np.float64]:
    """The top layer's hidden states (T, H)."""
    return quantities(toy_model(name), text)[1:, -1, -1]


@pytest.mark.parametrize("layout", ["umap", "pca"])
def test_the_path_lies_where_the_rule_puts_it(page: Page, folder: Path, layout: str) -> None:
    text = PAGE[77:300]
    open_map(page, text=text, state={"layout": layout})
    stored = load_file(folder / "lstm-toy" / "map.safetensors")
    known, new = states_of("lstm-toy")[stored["position"]], states_of("lstm-toy", text)
    expected = []
    for state in new[CURSOR - 59 : CURSOR + 1]:
        if layout == "pca":
            expected.append(stored["pca.components"][:2] @ (state - stored["pca.center"]))
        else:
            expected.append(by_neighbours(state, known, stored["layout.umap"].astype(float)))
    found = page.evaluate("panel.opened.path.upTo(reading.cursor).map(({ x, y, step }) => [x, y, step])")
    assert [step for *_, step in found] == list(range(CURSOR - 59, CURSOR + 1))
    np.testing.assert_allclose([place[:2] for place in found], expected, atol=2e-3)
    note = page.locator(".states-aside .note").nth(1)
    expect(note).to_contain_text("exactly" if layout == "pca" else "5 nearest neighbours")


def test_another_text_has_another_path(page: Page) -> None:
    open_map(page)
    before = page.evaluate("panel.opened.path.upTo(reading.cursor).map(({ x }) => x)")
    page.evaluate("(text) => reading.set({ text, cursor: 200 })", PAGE[300:600])
    wait_until(page, "panel.opened.path.upTo(reading.cursor).length === 60")
    assert page.evaluate("panel.opened.path.upTo(reading.cursor).map(({ x }) => x)") != before


def at(page: Page, index: int) -> tuple[float, float]:
    """Where on the page a point of the map is."""
    box = page.locator(".states-canvas").bounding_box()
    assert box is not None
    script = """(i) => { const { points, stage: { viewport } } = panel.opened.scatter;
      return [viewport.toX(points[2 * i]), viewport.toY(points[2 * i + 1])]; }"""
    x, y = page.evaluate(script, index)
    return box["x"] + 1 + x, box["y"] + 1 + y


def lonely(folder: Path) -> int:
    """A point far from all others."""
    places = load_file(folder / "lstm-toy" / "map.safetensors")["layout.umap"]
    distances = np.linalg.norm(places[:, None] - places, axis=2) + 9 * np.eye(len(places))
    return int(distances.min(axis=1).argmax())


def test_a_point_is_drawn_where_it_lies_and_tells_its_context(page: Page, folder: Path) -> None:
    open_map(page)
    index = lonely(folder)
    position = int(load_file(folder / "lstm-toy" / "map.safetensors")["position"][index])
    x, y = at(page, index)
    script = """(i) => { const { points, colour, stage: { viewport, still } } = panel.opened.scatter;
      const ratio = devicePixelRatio;
      const at = [viewport.toX(points[2 * i]) * ratio, viewport.toY(points[2 * i + 1]) * ratio].map(Math.round);
      return [[...still.getImageData(...at, 1, 1).data], colour(i)]; }"""
    (red, green, blue, alpha), colour = page.evaluate(script, index)
    assert alpha == 255
    assert f"#{red:02x}{green:02x}{blue:02x}" == colour
    page.mouse.move(x + 3, y + 2)
    shown = page.locator(".states-line")
    visible = PAGE[max(0, position - 20) : position + 21].replace(" ", "␣").replace("\n", "↵")
    expect(shown).to_have_text(visible)
    expect(shown.locator("mark")).to_have_text(PAGE[position].replace(" ", "␣").replace("\n", "↵"))
    expect(page.get_by_role("button", name="Read this passage")).to_be_disabled()


def test_a_clicked_points_passage_can_be_read(page: Page, folder: Path) -> None:
    open_map(page)
    index = lonely(folder)
    position = int(load_file(folder / "lstm-toy" / "map.safetensors")["position"][index])
    page.mouse.click(*at(page, index))
    page.get_by_role("button", name="Read this passage").click()
    wait_until(page, "(before) => reading.text !== before", arg=PAGE[:300])
    text, cursor = page.evaluate("[reading.text, reading.cursor]")
    assert text in PAGE
    assert text[cursor] == PAGE[position]
    assert text[:cursor] == PAGE[max(0, position - cursor) : position]


def test_colours_by_unit_are_its_activity_on_the_page(page: Page, folder: Path) -> None:
    open_map(page, unit={"layer": 0, "index": 5}, quantity="cell", state={"colour": "unit"})
    positions = load_file(folder / "lstm-toy" / "map.safetensors")["position"]
    model = toy_model("lstm-toy")
    cell = quantities(model, PAGE)[1:, 0, model.quantities.index("cell")]
    told = """(() => { const { map, colours } = panel.opened;
      return Array.from({ length: map.count }, (_, i) => Number(colours.value(i).replace('−', '-'))); })()"""
    np.testing.assert_allclose(page.evaluate(told), cell[positions, 5], atol=1e-3)
    page.evaluate("reading.set({ unit: { layer: 0, index: 6 } })")
    np.testing.assert_allclose(page.evaluate(told), cell[positions, 6], atol=1e-3)
    limit = float(np.abs(cell[positions, 6]).max())
    ends = [float(text.replace("−", "-")) for text in page.locator(".states-legend .number").all_inner_texts()]
    assert ends == pytest.approx([-limit, limit], rel=0.01)


def test_colours_by_mark_and_by_character(page: Page, folder: Path) -> None:
    open_map(page)
    positions = load_file(folder / "lstm-toy" / "map.safetensors")["position"]
    marks = load_file(folder / "lstm-toy" / "marks.safetensors")
    legend = "Object.fromEntries(panel.opened.colours.entries.map(({ label, count }) => [label, count]))"
    found = page.evaluate(legend)
    characters = [PAGE[position] for position in positions]
    assert found["line end"] == characters.count("\n")
    assert found["vowel"] == sum(character in "aeiou" for character in characters)
    assert sum(found.values()) == len(positions)
    page.get_by_label("Colour", exact=True).select_option("mark:space")
    wait_until(page, "states.at(-1)?.colour === 'mark:space'")
    yes = int((marks["mark.space"][positions] == 1).sum())
    assert page.evaluate(legend) == {"no": len(positions) - yes, "yes": yes}
    page.get_by_label("Colour", exact=True).select_option("mark:line_position")
    wait_until(page, "states.at(-1).colour === 'mark:line_position'")
    values = marks["mark.line_position"][positions]
    told = page.evaluate("Array.from({ length: panel.opened.map.count }, (_, i) => panel.opened.colours.value(i))")
    assert told == ["does not apply" if value < 0 else str(value) for value in values]


def test_the_wheel_zooms_and_a_drag_pans(page: Page) -> None:
    open_map(page)
    width = "panel.opened.scatter.stage.viewport.extent.right - panel.opened.scatter.stage.viewport.extent.left"
    whole = page.evaluate(width)
    box = page.locator(".states-canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.wheel(0, -400)
    wait_until(page, f"{width} < {whole} * 0.7")
    left = page.evaluate("panel.opened.scatter.stage.viewport.extent.left")
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 200, steps=3)
    page.mouse.up()
    script = """(left) => { const { extent, scale } = panel.opened.scatter.stage.viewport;
      return Math.abs((extent.left - left) * scale - 50) < 1; }"""
    wait_until(page, script, arg=left)
    assert page.evaluate("panel.opened.chosen") == -1  # a drag is no click
    page.get_by_role("button", name="Show all of the map").click()
    wait_until(page, f"Math.abs({width} - {whole}) < 1e-6 * {whole}")


def test_a_model_without_a_map_says_so(page: Page, site: Site, folder: Path) -> None:
    script = """() => { panel.destroy(); }"""
    open_panel(page, "states-map", "gru-toy", without=["loadStates"])
    expect(page.locator(".gates-states-map")).to_contain_text("no map of states")
    page.evaluate(script)
