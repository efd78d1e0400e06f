"""The panel β: which models may be compared, their pictures against torch, and correlations against SciPy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import beta_toys
import numpy as np
import pytest
import torch
from canvases import grey
from latent_page import DIGITS, open_latent
from playwright.sync_api import Page, expect
from scipy.stats import rankdata, spearmanr
from site_server import Site
from waiting import wait_until

from explorer.catalog import open_checkpoint
from explorer.metrics.disentanglement import Factor, dependence
from explorer.philox import normals, uniforms
from explorer.probes.samples import EPSILON, latent

MOUNT = """async ([name, state, entries, language]) => {
  const style = (file) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `/browser/${file}` });
    document.head.append(link);
  };
  ["style.css", "charts/chart.css", "charts/legend.css", "views/latent.css"].forEach(style);
  const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
    ["runtime/model.js", "views/latent.js", "i18n.js"].map((file) => import(`/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { className: "explorer" });
  root.append(Object.assign(document.createElement("div"), { className: "view-body" }));
  document.body.replaceChildren(root);
  window.states = [];
  const open = (each) => openModel(`/toys/${each}`);
  const host = { emit: (kind, changes) => states.push(changes), onUpdate() {}, checkpoints: entries, open };
  const options = { model: await open(name), t: await loadTranslator(language), state: { panel: "beta", ...state } };
  window.view = await mount(document.querySelector(".view-body"), options, host);
  await view.arrival;
}"""


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return beta_toys.write_siblings(tmp_path_factory.mktemp("beta"))


@pytest.fixture
def served(site: Site, toys: Path) -> Iterator[Path]:
    site.mount("toys", toys)
    yield toys
    del site.folders["toys"]


def open_beta(page: Page, folder: Path, name: str = "toy-b4", language: str = "en", **state: str) -> None:
    page.evaluate(MOUNT, [name, {"image": "5", **state}, beta_toys.entries(folder), language])
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    page.wait_for_selector(".beta:not([aria-busy]) .beta-sentence:not(:empty)", state="attached")


def module(page: Page, file: str, expression: str) -> Any:
    path = f"/browser/{file}"
    return page.evaluate(f"async () => {{ const m = await import('{path}'); return {expression}; }}")


def move(page: Page, index: int) -> None:
    page.locator(".beta-range input").fill(str(index))
    expect(page.locator(".beta-table tbody tr").nth(index)).to_have_class("chosen")
    wait_until_drawn(page)


def eta(column: np.ndarray, codes: np.ndarray) -> float:
    ranked = rankdata(column)
    between = sum((codes == code).sum() * (ranked[codes == code].mean() - ranked.mean()) ** 2 for code in set(codes))
    return float(np.sqrt(between / ((ranked - ranked.mean()) ** 2).sum()))


def test_ranks_share_ties(runtime: Page) -> None:
    values = [3, 1, 1, 5, 3, 3]
    assert module(runtime, "views/latent/beta/factors.js", f"[...m.ranks({values})]") == rankdata(values).tolist()


def test_correlations_are_scipy_s_and_their_floor_is_that_of_the_shuffles(runtime: Page) -> None:
    generator = np.random.default_rng(6)
    turned, codes = generator.normal(size=60).round(1), generator.integers(0, 3, 60)
    mean = np.stack([turned**3 + generator.normal(size=60), generator.normal(size=60), codes * 1.0], 1)
    factors = [
        {"name": "turned", "kind": "continuous", "data": turned.tolist()},
        {"name": "class", "kind": "categorical", "data": codes.tolist()},
    ]
    given = f"m.correlate({mean.ravel().tolist()}, 3, {json.dumps(factors)}, 40)"
    first, second = module(
        runtime, "views/latent/beta/factors.js", f"{given}.map((each) => ({{ ...each, each: [...each.each] }}))"
    )
    assert first["each"] == pytest.approx([spearmanr(column, turned).statistic for column in mean.T], rel=1e-9)
    assert second["each"] == pytest.approx([eta(column, codes) for column in mean.T], rel=1e-9)
    orders = [np.argsort(uniforms(seed, 0, 60), kind="stable") for seed in range(40)]
    chance = sorted(max(abs(spearmanr(column, turned[order]).statistic) for column in mean.T) for order in orders)
    assert first["floor"] == pytest.approx(chance[37], rel=1e-9)  # 38 of 40 are 95 %
    chance = sorted(max(eta(column, codes[order]) for column in mean.T) for order in orders)
    assert second["floor"] == pytest.approx(chance[37], rel=1e-9)
    assert second["each"][2] == pytest.approx(1)


def test_a_dimension_that_never_changes_correlates_with_nothing(runtime: Page) -> None:
    factors = [{"name": "x", "kind": "continuous", "data": [1, 2, 3, 4]}]
    given = f"m.correlate([0, 1, 0, 2, 0, 3, 0, 4], 2, {json.dumps(factors)}, 5)"
    assert module(runtime, "views/latent/beta/factors.js", f"[...{given}[0].each]") == pytest.approx([0, 1])


def test_dependent_factors_are_python_s_with_the_same_shuffles(runtime: Page) -> None:
    generator = np.random.default_rng(7)
    number, colour = generator.normal(size=300), generator.integers(0, 5, 300)
    values = {"number": number, "colour": colour, "other": (colour + 1 + generator.integers(0, 4, 300)) % 5}
    kinds = {name: "continuous" if name == "number" else "categorical" for name in values}
    factors = [{"name": name, "kind": kinds[name], "data": each.tolist()} for name, each in values.items()]
    page = module(runtime, "views/latent/beta/dependence.js", f"m.dependence({json.dumps(factors)}, 40)")
    named = {name: Factor(each, kinds[name] == "categorical") for name, each in values.items()}
    pairs, floor = dependence(named, 40)
    assert [tuple(each["names"]) for each in page["pairs"]] == list(pairs) == [("colour", "other")]
    assert [each["nats"] for each in page["pairs"]] == pytest.approx(list(pairs.values()), rel=1e-9)
    assert page["floor"] == pytest.approx(floor, rel=1e-9)


def test_settings_that_are_missing_are_as_good_as_off(runtime: Page) -> None:
    a = {"epochs": 3, "average": 0.0, "binarise": False, "widths": [4, 5], "beta": 1}
    b = {"epochs": 4, "widths": [4, 5], "beta": 2, "shift": None}
    assert module(
        runtime, "runtime/siblings.js", f"m.differing({json.dumps(a)}, {json.dumps(b)})".replace("None", "null")
    ) == [
        "beta",
        "epochs",
    ]


def test_models_are_found_by_what_they_were_trained_on(page: Page, served: Path) -> None:
    open_beta(page, served)
    assert page.locator(".beta-marks span").all_inner_texts() == ["0", "0.5", "4"]
    refused = page.locator(".beta-refused").all_inner_texts()
    assert [text.split(":")[0].removeprefix("Not compared, ") for text in refused] == [
        "toy-broken",
        "toy-other-data",
        "toy-other-networks",
    ]
    assert "cannot be opened" in refused[0]
    assert "other data (fashion; this model from digits)" in refused[1]
    assert "networks differ (widths)" in refused[2]
    trained = page.locator(".beta-table tbody tr").all_inner_texts()
    assert "differs also in: epochs" in trained[0]
    assert "differs also in epochs" in page.locator(".beta-confounds").inner_text()
    assert not any("differs also" in text for text in trained[1:])


def test_no_other_beta_is_said_in_words(page: Page, served: Path) -> None:
    others = [entry for entry in beta_toys.entries(served) if "other" in entry["name"]]
    page.evaluate(MOUNT, ["toy-b4", {"image": "5"}, others, "en"])
    assert "nothing to compare" in page.locator(".beta .latent-refused").inner_text()
    assert len(page.locator(".beta-refused").all()) == 2


def test_the_tab_needs_another_model_of_the_kind(page: Page) -> None:
    open_latent(page, DIGITS)
    assert page.locator("[data-tab=beta]").count() == 0


@pytest.mark.parametrize(("index", "name"), [(0, "toy-b0"), (1, "toy-b0.5"), (2, "toy-b4")])
def test_every_model_s_pictures_are_torch_s_with_the_same_seeds(
    page: Page, served: Path, index: int, name: str
) -> None:
    open_beta(page, served, epsilon="3", beta_dimension="2")
    move(page, index)
    model = open_checkpoint(served / name).model
    x = torch.tensor(page.evaluate("() => [...view.input]")).reshape(1, *model.image_shape)
    with torch.no_grad():
        mean, log_variance = model.encode(x)
        epsilon = torch.from_numpy(normals(3, EPSILON, 2).astype(np.float32))
        z = mean + torch.exp(0.5 * log_variance) * epsilon
        sample = torch.from_numpy(latent(4, 2))[None]
        moved = mean.clone()
        moved[0, 1] = -2.25
        wanted = {
            ".beta-reconstruction": z,
            ".beta-samples canvas:nth-child(5)": sample,
            ".beta-traversal canvas:nth-child(2)": moved,
        }
        pictures = {selector: model.picture(model.decode(each)).flatten() for selector, each in wanted.items()}
    for selector, picture in pictures.items():
        shown = grey(page.locator(selector)).ravel()
        assert np.abs(shown - 255 * picture.numpy()).max() <= 0.5 + 255e-5, selector
    assert np.abs(grey(page.locator(".beta-input")).ravel() - 255 * x.flatten().numpy()).max() <= 0.51


def kl_bars(page: Page) -> dict[str, int]:
    """How many dimensions the chart of the KL has, and how many bars of each kind."""
    found: dict[str, int] = page.evaluate(
        """() => {
          const { rows, columns: { kl, collapsed } } = view.tabs.current().opened.bars.chart.describe();
          const count = (values) => values.filter(Number.isFinite).length;
          return { rows: rows.length, kl: count(kl), collapsed: count(collapsed) };
        }"""
    )
    return found


def test_a_bar_chooses_its_dimension_by_pointer_and_by_keys(page: Page, served: Path) -> None:
    open_beta(page, served, beta_dimension="2")
    at = page.locator(".beta-kl .chart-at")
    expect(at).to_contain_text("z₂")
    kl = open_map(served / "toy-b4")["kl_per_dimension"]
    held = page.evaluate("view.tabs.current().opened.bars.chart.describe().columns")
    np.testing.assert_array_equal(np.fmax(np.float32(held["kl"]), np.float32(held["collapsed"])), kl)
    plot = page.locator(".beta-kl .chart-plot")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": 56 + 0.2 * (box["width"] - 68), "y": 40})
    expect(page.locator(".beta-sentence")).to_have_text(re.compile("^z₁"))
    plot.press("ArrowRight")
    plot.press("Enter")
    expect(page.locator(".beta-sentence")).to_have_text(re.compile("^z₂"))
    wait_until(page, "() => states.at(-1)?.beta_dimension === '2'")


def test_collapse_is_named_where_it_is(page: Page, served: Path) -> None:
    open_beta(page, served)
    assert "Collapsed: z₁ (" in page.locator(".beta-kl").inner_text()
    assert kl_bars(page) == {"rows": 2, "kl": 1, "collapsed": 1}
    move(page, 1)
    assert "No dimension has collapsed" in page.locator(".beta-kl").inner_text()
    assert kl_bars(page) == {"rows": 2, "kl": 2, "collapsed": 0}


@pytest.mark.parametrize(
    ("kl", "words"), [([0.5, 0.011], "No dimension"), ([0.0099, 1], "Collapsed: z₁ ("), ([0, 0.001], "Every dimension")]
)
def test_words_of_collapse(runtime: Page, kl: list[float], words: str) -> None:
    found = runtime.evaluate(
        """async (kl) => {
          const { loadTranslator } = await import("/browser/i18n.js");
          const { collapseWords } = await import("/browser/views/latent/beta/dimensions.js");
          return collapseWords(kl, await loadTranslator("en"));
        }""",
        kl,
    )
    assert found.startswith(words)


@pytest.mark.parametrize(
    ("low", "high", "value", "words"),
    [(-1494.6, -1470.8, -1482.71, "−1483"), (17.96, 18.31, 18.1346, "18.13"), (0.0062, 0.0068, 0.006496, "0.00650")],
)
def test_numbers_have_the_digits_that_their_interval_deserves(
    runtime: Page, low: float, high: float, value: float, words: str
) -> None:
    assert module(runtime, "views/latent/beta/table.js", f"m.writer({{low: {low}, high: {high}}})({value})") == words


CHART = """() => {
  const { rows, columns, labels, x } = view.tabs.current().opened.plane.chart.describe();
  return { rows, columns, labels, log: x.log };
}"""


def test_points_lie_at_the_measured_rate_and_distortion(page: Page, served: Path) -> None:
    open_beta(page, served, beta_model="toy-b0.5")
    found = page.evaluate(CHART)
    metrics = [
        json.loads((served / name / "config.json").read_text())["metrics"] for name in ("toy-b0", "toy-b0.5", "toy-b4")
    ]
    assert found["labels"] == ["β = 0", "β = 0.5", "β = 4"]
    held = [0.01 if found["log"] else -np.inf] * 3
    ends = {"rateLow": "low", "rateHigh": "high"}
    for name, rates in {"rows": found["rows"], **found["columns"]}.items():
        if name in ("rows", *ends):
            assert rates == np.maximum([each["kl"][ends.get(name, "value")] for each in metrics], held).tolist()
    # Distortion is what the reconstruction term lacks.
    lacking = {"distortion": "value", "low": "high", "high": "low"}
    for name, end in lacking.items():
        assert found["columns"][name] == [-each["reconstruction"][end] for each in metrics]
    assert np.isnan(found["columns"]["chosen"]).tolist() == [True, False, True]
    assert found["columns"]["chosen"][1] == found["columns"]["distortion"][1]


@pytest.mark.parametrize(
    ("rates", "log", "rows"), [([1, 2, 3], False, [1, 2, 3]), ([0, 2], True, [0.01, 2]), ([0.2, 7], True, [0.2, 7])]
)
def test_a_wide_range_of_rates_is_logarithmic_and_has_no_zero(
    runtime: Page, rates: list[float], log: bool, rows: list[float]
) -> None:
    places = [
        {
            "rate": dict.fromkeys(("value", "low", "high"), rate),
            "distortion": dict.fromkeys(("value", "low", "high"), 1),
        }
        for rate in rates
    ]
    found = module(runtime, "views/latent/beta/plane.js", f"m.rowsOf({json.dumps(places)})")
    assert (found["log"], found["rows"]) == (log, rows)
    assert found["columns"]["rateLow"] == found["columns"]["rateHigh"] == rows


def test_a_point_chooses_its_model_by_keys(page: Page, served: Path) -> None:
    open_beta(page, served)
    plot = page.locator(".beta-plane .chart-plot")
    plot.press("Home")
    expect(page.locator(".beta-plane .chart-at")).to_contain_text("β = 0")
    plot.press("Enter")
    expect(page.locator(".beta-name")).to_contain_text("toy-b0")
    wait_until(page, "() => states.at(-1)?.beta_model === 'toy-b0'")


def test_what_a_dimension_goes_with_is_said_with_its_floor(page: Page, served: Path) -> None:
    open_beta(page, served, beta_dimension="2")
    cells = page.evaluate(
        """() => [...document.querySelectorAll(".beta-matrix tbody tr")].map((row) => ({
          name: row.querySelector("th").textContent, floor: Number(row.querySelector(".beta-floor").textContent),
          cells: [...row.querySelectorAll(".beta-cell")].map((cell) => Number(cell.textContent)) }))"""
    )
    tensors = open_map(served / "toy-b4")
    rho = [spearmanr(tensors["mean"][:, i], tensors["attribute.brightness"]).statistic for i in (1,)]
    assert [each["name"] for each in cells] == ["half", "brightness", "tint"]
    assert cells[1]["cells"] == pytest.approx([0, abs(rho[0])], abs=0.0051)
    sentence = page.locator(".beta-sentence").inner_text()
    assert "collapsed" not in sentence
    assert sentence.startswith("z₂ goes with")
    assert f"floor {cells[1]['floor']:.2f}" in sentence or abs(rho[0]) <= cells[1]["floor"]
    page.locator(".beta-matrix .beta-cell").first.click()
    expect(page.locator(".beta-sentence")).to_have_text(re.compile("^z₁ goes with no factor.*collapsed"))
    assert page.locator(".beta-matrix th.collapsed").all_inner_texts() == ["z₁"]


def test_factors_that_hang_together_are_named(page: Page, served: Path) -> None:
    open_beta(page, served)
    tensors = open_map(served / "toy-b4")
    kinds = {"half": True, "brightness": False, "tint": True}
    pairs, floor = dependence({name: Factor(tensors[f"attribute.{name}"], kind) for name, kind in kinds.items()})
    assert list(pairs) == [("half", "tint")]
    nats = pairs["half", "tint"]
    expect(page.locator(".beta-dependent")).to_contain_text(
        f"half and tint (mutual information {nats:.2f} nats, floor {floor:.2f})"
    )


def test_a_link_restores_model_and_dimension_and_refuses_others(page: Page, served: Path) -> None:
    open_beta(page, served, beta_model="toy-b0", beta_dimension="2")
    assert "toy-b0" in page.locator(".beta-name").inner_text()
    expect(page.locator(".beta-kl .chart-at")).to_contain_text("z₂")
    assert page.locator(".beta-range input").input_value() == "0"
    move(page, 1)
    wait_until(page, "() => states.at(-1)?.beta_model === 'toy-b0.5'")
    open_beta(page, served, language="zh", beta_model="toy-other-data", beta_dimension="9")
    texts = page.locator(".beta > [role=alert]").all_inner_texts()
    assert "beta_model=toy-other-data" in texts[0]
    assert "toy-b0, toy-b0.5, toy-b4" in texts[0]
    assert "1 … 2" in texts[1]
    assert "toy-b4" in page.locator(".beta-name").inner_text()


def test_another_model_is_opened_by_the_page(page: Page, served: Path) -> None:
    open_beta(page, served)
    buttons = page.locator(".beta-table td .button")
    assert [button.is_enabled() for button in buttons.all()] == [True, True, False]
    buttons.first.click()
    wait_until(page, "() => states.at(-1)?.model === 'toy-b0'")
    assert page.evaluate("() => states.at(-1)") == {"model": "toy-b0"}


def test_without_an_input_samples_stay(page: Page, served: Path) -> None:
    page.evaluate(MOUNT, ["toy-b4", {"z": "0.5,0.5"}, beta_toys.entries(served), "en"])
    wait_until_drawn(page)
    assert page.locator(".beta-pair").is_hidden()
    assert "No input" in page.locator(".beta-pictures").inner_text()
    assert len(np.unique(grey(page.locator(".beta-samples canvas").first))) > 1


def open_map(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(folder / "map.safetensors")


def test_wide_tables_scroll_in_their_boxes(page: Page, served: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_beta(page, served)
    page.add_style_tag(content=".explorer .beta-cell { min-width: 20rem; }")  # as wide as many dimensions are
    assert page.evaluate("() => document.querySelector('.beta-matrix-box').scrollWidth") > 390
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
