"""The Training view of VAEs: map, KL per dimension and evidence as the timeline holds them; two on one clock."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from canvases import grey
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect
from safetensors import safe_open
from safetensors.numpy import save_file
from site_server import Site
from training_page import browse_set, expect_told, history, open_training, places, scrub, stored, without_measures
from waiting import wait_until

from explorer.catalog import SHIPPED

RAW, PLAIN = "vae-digits-2d", "vae-digits-2d-b0"
THUMBS, COLLAPSED, OTHER_BETA = "vae-thumbs-b1", "vae-thumbs-b10", "vae-thumbs-b100"
WIDE = "vae-avatars-32d"

LATENTS = """async ([url, names]) => {
  const [{ openModel }, { openLatents }] = await Promise.all(
    ["runtime/model.js", "views/training/latents.js"].map((file) => import(`/browser/${file}`)));
  const model = await openModel(url);
  const latents = await openLatents(model, await model.loadTimeline());
  return {
    axes: latents.axes,
    codes: Array.from(latents.followed.codes),
    attribute: latents.attribute?.name,
    deviation: latents.deviation(3, 5) && Array.from(latents.deviation(3, 5)),
    points: Object.fromEntries(names.map((name) => [name, latents.places(name).points.map((row) => Array.from(row))])),
    covariance: latents.places(names[0]).covariance(Array.from({ length: latents.size }, (_, i) => 0.1 * (i + 1))),
  };
}"""


@pytest.mark.parametrize(("name", "axes"), [(RAW, ["raw"]), (COLLAPSED, ["pca", "pair"]), (WIDE, ["pca", "pair"])])
def test_the_map_holds_the_recorded_means_on_true_axes(runtime: Page, site: Site, name: str, axes: list[str]) -> None:
    found = runtime.evaluate(LATENTS, [f"{site.url}/checkpoints/{name}/", axes])
    tensors = stored(name)
    assert found["axes"] == axes
    assert found["codes"] == tensors["attribute"].tolist()
    assert found["attribute"] == next(iter(browse_set(name)[1]))
    for each in axes:
        expected = places(name, each)
        np.testing.assert_allclose(np.float32(found["points"][each]).reshape(expected.shape), expected, atol=2e-5)
    if "log_variance" in tensors:
        np.testing.assert_allclose(found["deviation"], np.exp(tensors["log_variance"][5, 3].astype(float) / 2), 1e-5)
    else:
        assert found["deviation"] is None
    if axes[0] == "pca":
        first, second = browse_set(name)[0]["pca.components"][:2]
        variance = (0.1 * np.arange(1, len(first) + 1)) ** 2
        expected = {"xx": variance @ first**2, "xy": variance @ (first * second), "yy": variance @ second**2}
        assert found["covariance"] == pytest.approx(expected, rel=1e-4)


ALPHA = """([run, places]) => {
  const { viewport, moving } = view.runs[run].map.canvas;
  const density = moving.width / viewport.width;
  const { data, width, height } = moving.getContext("2d").getImageData(0, 0, moving.width, moving.height);
  const near = new Uint8Array(width * height);
  const at = places.map(([x, y]) => [viewport.toX(x) * density, viewport.toY(y) * density]);
  const around = Array.from({ length: 121 }, (_, i) => [(i % 11) - 5, Math.floor(i / 11) - 5]);
  for (const [px, py] of at) for (const [dx, dy] of around) near[Math.round(py + dy) * width + Math.round(px + dx)] = 1;
  const inked = at.map(([px, py]) => data[4 * (Math.floor(py) * width + Math.floor(px)) + 3] > 0);
  let elsewhere = 0;
  for (let i = 0; i < near.length; i++) elsewhere += near[i] === 0 && data[4 * i + 3] > 0;
  return { inked, elsewhere };
}"""


@pytest.mark.parametrize(("name", "axes"), [(RAW, "raw"), (COLLAPSED, "pair")])
def test_dots_stand_at_their_places_at_every_moment_and_no_request_is_made(
    page: Page, site: Site, name: str, axes: str
) -> None:
    open_training(page, name, axes="pair")
    site.requests.clear()
    expected = places(name, axes)
    last = len(expected) - 1
    for moment in (last, 0, last // 3, last // 2):
        scrub(page, moment)
        drawn = page.evaluate(ALPHA, [0, expected[moment].tolist()])
        assert all(drawn["inked"])
        assert drawn["elsewhere"] == 0
    assert site.requests == []


def grouped(step: int) -> str:
    return f"{step:,}".replace(",", "\u202f")


def isolated(points: np.ndarray, first: int = 0) -> int:
    """The image that is farthest from its nearest neighbour, among those from ``first`` on."""
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1) + 1e9 * np.eye(len(points))
    return first + int(distances.min(1)[first:].argmax())


def test_a_dot_tells_its_class_and_leaves_its_way(page: Page) -> None:
    open_training(page, RAW)
    labels = browse_set(RAW)[1]["class"]["labels"]["en"]
    codes = stored(RAW)["attribute"]
    points = places(RAW, "raw")[-1]
    for image in (isolated(points), isolated(points[:18])):
        x, y = page.evaluate(
            "([x, y]) => { const { viewport } = view.runs[0].map.canvas; return [viewport.toX(x), viewport.toY(y)]; }",
            points[image].tolist(),
        )
        page.locator(".training-map-canvas").hover(position={"x": x, "y": y})
        said = f"Held-out image {image + 1}: {labels[codes[image]]}"
        expect(page.locator(".training-map-pointed")).to_have_text(said)
        page.locator(".training-map-canvas").click(position={"x": x, "y": y})
        wait_until(page, "(image) => told.image === image", arg=str(image))
    page.keyboard.press("ArrowLeft")  # from the map, which was clicked
    expect(page.locator(".training-place")).to_have_text(f"Recorded at step {grouped(stored(RAW)['step'][-2])}")
    page.keyboard.press("ArrowRight")
    assert image < 18  # so that its reconstruction was recorded, and is followed with it
    expect_told(page, image=image, sheet="reconstructions", pick=2 * image + 1)  # and no step: at the end
    way = places(RAW, "raw")[:, image]
    assert all(page.evaluate(ALPHA, [0, way.tolist()])["inked"])
    expect(page.locator(".training-follow h3")).to_have_text(f"Reconstruction {image + 1} through all of training")


def test_those_beyond_the_frame_are_counted_and_stand_on_its_edge(page: Page) -> None:
    open_training(page, THUMBS, frame="end")
    points = places(THUMBS, "pca")
    extent = page.evaluate("() => view.runs[0].map.canvas.viewport.extent")
    low, high = [extent["left"], extent["bottom"]], [extent["right"], extent["top"]]
    beyond = ((points < low) | (points > high)).any(-1).sum(1)
    assert beyond[-1] == 0
    moment = int(beyond.argmax())
    assert beyond[moment] > 5
    scrub(page, moment)
    expect(page.locator(".training-map-count")).to_contain_text(f"Beyond the frame: {beyond[moment]}, hollow dots")
    drawn = page.evaluate(ALPHA, [0, np.clip(points[moment], low, high).tolist()])
    assert all(drawn["inked"])
    page.locator("[data-value=run]").click()
    expect(page.locator(".training-map-count")).not_to_contain_text("Beyond")
    assert all(page.evaluate(ALPHA, [0, points[moment].tolist()])["inked"])


BARS = """(run) => {
  const { labels, columns, range } = view.runs[run].dimensions.chart;
  const bars = labels.map((name, i) => {
    const collapsed = Number.isNaN(columns.kl[i]);
    return { name, kl: (collapsed ? columns.collapsed : columns.kl)[i], collapsed };
  });
  return { bars, range };
}"""


def test_kl_bars_are_those_of_the_moment_and_two_runs_share_their_scale(page: Page) -> None:
    names = (COLLAPSED, OTHER_BETA)
    open_training(page, *names, other=OTHER_BETA)
    rows = [stored(name)["measure.kl_per_dimension"] for name in names]
    most = max(row.max() for row in rows)
    last = len(rows[0]) - 1
    for moment in (last, 0, last // 2):
        scrub(page, moment)
        for run, row in enumerate(rows):
            order = np.argsort(-row[-1], kind="stable")
            bars, scale = page.evaluate(BARS, run).values()
            assert scale == [0, pytest.approx(most)]
            assert [bar["name"] for bar in bars] == [f"z{subscript(i + 1)}" for i in order]
            np.testing.assert_allclose([bar["kl"] for bar in bars], row[moment][order], atol=1e-6)
            low = row[moment] < 0.01
            assert [bar["collapsed"] for bar in bars] == low[order].tolist()
            said = page.locator(".training-kl-said").nth(run)
            if low.all():
                expect(said).to_contain_text(f"All {len(low)} dimensions are below 0.01 nats")
            elif low.any():
                named = ", ".join(f"z{subscript(i + 1)}" for i in np.flatnonzero(low))
                expect(said).to_contain_text(f"collapsed: {named} ({low.sum()} of {len(low)})")


def subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


CURVES = """(run) => {
  const plain = (values) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return view.runs[run].charts.charts.map(({ curves }) => ({
    title: curves.node.querySelector("h3").textContent,
    x: plain(curves.x),
    columns: Object.fromEntries(Object.entries(curves.columns).map(([name, values]) => [name, plain(values)])),
    cursor: curves.cursor,
  }));
}"""


def test_evidence_and_losses_are_those_of_the_files(page: Page) -> None:
    open_training(page, THUMBS)
    tensors, (columns, rows) = stored(THUMBS), history(SHIPPED / THUMBS)
    assert columns == ["step", "loss", "reconstruction", "kl"]
    logged = np.array(rows)
    charts = {chart["title"]: chart for chart in page.evaluate(CURVES, 0)}
    assert list(charts) == ["Evidence lower bound (ELBO)", "Reconstruction, E[ln p(x|z)]", "KL to the prior", "Loss"]
    steps = tensors["step"]
    last = np.searchsorted(logged[:, 0], steps, side="right") - 1
    values = {"elbo": logged[:, 2] - logged[:, 3], "reconstruction": logged[:, 2], "kl": logged[:, 3]}
    for chart, (name, training) in zip(charts.values(), values.items(), strict=False):
        assert chart["x"] == steps.tolist()
        np.testing.assert_array_equal(np.float32(chart["columns"]["held_out"]), tensors[f"measure.{name}"])
        expected = [None if row < 0 else training[row] for row in last]
        assert chart["columns"]["training"] == pytest.approx(expected)
    assert charts["Loss"]["x"] == logged[:, 0].tolist()
    assert charts["Loss"]["columns"]["loss"] == logged[:, 1].tolist()
    assert charts["Loss"]["cursor"] == steps[-1]
    expect(page.locator(".chart", has_text="KL times β = 1")).to_have_count(1)


def test_a_run_without_measures_says_so_and_shows_what_was_logged(page: Page, site: Site, tmp_path: Path) -> None:
    without_measures(WIDE, tmp_path / "model")
    site.mount("unmeasured", tmp_path)
    open_training(page, "/unmeasured/model")
    columns, rows = history(SHIPPED / WIDE)
    logged = dict(zip(columns, np.array(rows).T, strict=True))
    expected = [logged["reconstruction"] - logged["kl"], logged["reconstruction"], logged["kl"], logged["loss"]]
    for chart, values in zip(page.evaluate(CURVES, 0), expected, strict=True):
        assert chart["x"] == logged["step"].tolist()
        assert list(chart["columns"].values()) == [pytest.approx(values)]
    expect(page.locator(".chart", has_text="Training batches alone")).to_have_count(3)
    expect(page.locator(".training-kl")).to_have_count(0)
    expect(page.locator(".training-left")).to_contain_text("KL per dimension was not recorded along this run")
    expect(page.locator(".chart", has_text="β grows from 0 to 0.3 over the first 20 %")).to_have_count(1)


def test_curves_of_the_same_data_share_their_axes(page: Page) -> None:
    open_training(page, COLLAPSED, OTHER_BETA, RAW)
    extent = "(run) => view.runs[run].charts.charts.slice(0, 3).map(({ curves }) => curves.range)"
    readable = "(run) => view.runs[run].charts.charts.slice(0, 3).map(({ curves }) => curves.readable)"
    for other, shared in ((OTHER_BETA, True), (RAW, False), ("", False)):
        page.get_by_label("Beside it").select_option(other)
        expect(page.locator(".training-run")).to_have_count(2 if other else 1)
        expect(page.locator(f"{'.two' if other else '.training-columns:not(.two)'} .chart-plot")).not_to_have_count(0)
        wait_until(page, "([other]) => (view.runs[1]?.model.name ?? '') === other", arg=[other])
        wait_until(page, "() => !view.columns.hasAttribute('aria-busy')")
        ranges = page.evaluate(extent, 0)
        assert not other or ranges == page.evaluate(extent, 1)
        assert (ranges[0] is not None) == shared
        if not shared:
            continue
        own = [page.evaluate(readable, run) for run in (0, 1)]
        for name, (low, high), *each in zip(("elbo", "reconstruction", "kl"), ranges, *own, strict=True):
            assert (low, high) == (min(lowest for lowest, _ in each), max(highest for _, highest in each))
            assert all(low <= stored(model)[f"measure.{name}"][-1] <= high for model in (COLLAPSED, OTHER_BETA))


def test_samples_and_reconstructions_stand_side_by_side(page: Page) -> None:
    open_training(page, PLAIN)
    tensors = stored(PLAIN)
    scrub(page, 20)
    for kind in ("samples", "reconstructions"):
        start, end = tensors[f"sheet.{kind}.offsets"][20:22]
        picture = Image.open(io.BytesIO(tensors[f"sheet.{kind}.bytes"][start:end].tobytes())).convert("L")
        shown = grey(page.locator(f"[data-sheet={kind}] canvas"))
        assert np.abs(shown - np.asarray(picture, int)).max() <= 1  # lossy pictures are decoded twice
        expect(page.locator(f"[data-sheet={kind}] .training-tile")).to_have_count(36)


def earlier(steps: NDArray[Any]) -> NDArray[Any]:
    """The last step half-way to the one before."""
    return np.append(steps[:-1], (steps[-2] + steps[-1]) // 2)


@pytest.fixture
def shorter(tmp_path: Path, site: Site) -> str:
    """Where a run is served that ended earlier: the plain autoencoder's, with its last moment at an earlier step."""
    folder = tmp_path / "runs" / PLAIN
    shutil.copytree(SHIPPED / PLAIN, folder)
    path = folder / "timeline.safetensors"
    with safe_open(path, "np") as file:
        metadata = file.metadata()
    tensors = stored(PLAIN)
    save_file(tensors | {"step": earlier(tensors["step"])}, path, metadata)
    columns, rows = history(folder)
    rows = [row for row in rows if row[0] <= earlier(tensors["step"])[-1]]
    (folder / "history.json").write_text(json.dumps({"columns": columns, "rows": rows}))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["training"]["settings"]["epochs"] //= 2
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    site.mount("shorter", tmp_path / "runs")
    return f"/shorter/{PLAIN}"


def test_two_runs_on_one_clock_and_the_shorter_one_stands_at_its_end(page: Page, shorter: str) -> None:
    open_training(page, RAW, shorter, other=PLAIN)
    steps = [stored(RAW)["step"], earlier(stored(PLAIN)["step"])]
    clock = sorted({*steps[0].tolist(), *steps[1].tolist()})
    expect(page.locator(".training-place").nth(1)).to_contain_text(f"This run ended at step {grouped(steps[1][-1])}")
    for place in (0, 7, len(clock) // 2, len(clock) - 1):
        scrub(page, place)
        for run, (name, own) in enumerate(zip((RAW, PLAIN), steps, strict=True)):
            moment = int((own <= clock[place]).sum()) - 1
            assert all(page.evaluate(ALPHA, [run, places(name, "raw")[moment].tolist()])["inked"])
            assert page.evaluate(CURVES, run)[0]["cursor"] == min(clock[place], own[-1])


@pytest.mark.parametrize(
    ("names", "words", "warning"),
    [
        ((THUMBS, COLLAPSED), "differ in β alone: 1 here, 10 beside it", False),
        ((RAW, PLAIN), "differ in β alone: 1 here, 0 beside it", False),
        ((THUMBS, RAW), "different data (thumbs here, digits beside it)", True),
    ],
)
def test_what_a_comparison_is_worth_is_said(page: Page, names: tuple[str, str], words: str, warning: bool) -> None:
    open_training(page, *names)
    expect(page.locator(".training-remark")).to_be_hidden()
    page.get_by_label("Beside it").select_option(names[1])
    expect(page.locator(".training-run")).to_have_count(2)
    expect(page.locator(".training-remark")).to_contain_text(words)
    expect(page.locator(".training-remark.warning")).to_have_count(int(warning))


def test_more_than_beta_that_differs_is_named(page: Page, shorter: str) -> None:
    open_training(page, RAW, shorter, other=PLAIN)
    expect(page.locator(".training-remark.warning")).to_contain_text(
        "β is 1 here and 0 beside it, but the two differ also in epochs"
    )


def test_a_link_restores_axes_frame_and_image(page: Page) -> None:
    open_training(page, THUMBS, COLLAPSED, other=COLLAPSED, axes="pair", frame="end", image="100", step="30")
    tensors = stored(COLLAPSED)
    labels = browse_set(COLLAPSED)[1]["shape_colour"]["labels"]["en"]
    said = f"Held-out image 101: {labels[tensors['attribute'][100]]}. The line is the way of its posterior mean"
    for run in (0, 1):
        expect(page.locator(".training-map-pointed").nth(run)).to_contain_text(said)
    for run, name in enumerate((THUMBS, COLLAPSED)):
        moment = int((stored(name)["step"] <= 30).sum()) - 1
        assert page.evaluate(ALPHA, [run, places(name, "pair")[moment].tolist()])["inked"][100]
    kept = {"other": COLLAPSED, "axes": "pair", "frame": "end", "image": 100}
    step = int(stored(COLLAPSED)["step"][moment])
    expect_told(page, **kept, step=step)
    page.get_by_role("group", name="Axes").locator("[data-value=pca]").click()
    del kept["axes"]  # which is the first
    expect_told(page, **kept, step=step)


def test_what_a_link_asks_of_the_map_in_vain_is_said(page: Page) -> None:
    open_training(page, RAW, axes="umap", frame="<i>", image="-2")
    expect(page.locator(".view-body .messages .message")).to_have_count(3)
    expect(page.get_by_role("group", name="Frame holds")).to_be_visible()
    expect(page.get_by_role("group", name="Axes")).to_have_count(0)  # two dimensions leave no choice of axes


SECOND = """async ([folder, width]) => {
  const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
    ["runtime/model.js", "views/training.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { id: "second" });
  root.style.width = `${width}px`;
  document.querySelector(".explorer").append(root);
  const [model, t] = await Promise.all([openModel(folder), loadTranslator("en")]);
  const host = { emit() {}, onUpdate() {}, viewsFor: () => ["training"], checkpoints: [], open: openModel };
  window.second = await mount(root, { model, t, state: {} }, host);
}"""


def test_two_views_stand_on_one_page(page: Page) -> None:
    open_training(page, RAW)
    page.evaluate(SECOND, [f"/checkpoints/{RAW}", 390])
    last, before = (f"step {grouped(step)}" for step in stored(RAW)["step"][[-1, -2]])
    labels = [page.locator(f"{root} .player-label") for root in (".explorer > .view-body:not(#second)", "#second")]
    for label in labels:
        expect(label).to_have_text(last)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))
    columns = "(node) => getComputedStyle(node).gridTemplateColumns.split(' ').length"
    assert [run.evaluate(columns) for run in page.locator(".training-run").all()] == [2, 1]  # each has its own width
    page.locator("#second .training-map-canvas").focus()
    page.keyboard.press("ArrowLeft")
    expect(labels[1]).to_have_text(before)
    expect(labels[0]).to_have_text(last)
    page.evaluate("() => { second.destroy(); document.querySelector('#second').remove(); }")


def test_the_map_follows_the_theme(page: Page) -> None:
    open_training(page, RAW)
    swatch = page.locator(".legend-swatch").first
    light = swatch.evaluate("(node) => getComputedStyle(node).backgroundColor")
    page.evaluate("() => (document.querySelector('.explorer').dataset.theme = 'dark')")
    expect(page.locator(".legend-swatch").first).not_to_have_css("background-color", light)
    assert all(page.evaluate(ALPHA, [0, places(RAW, "raw")[-1].tolist()])["inked"])
