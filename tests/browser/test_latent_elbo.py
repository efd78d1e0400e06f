"""The panel ELBO: its terms against torch, the oracle's tight bound, draws that stop with the panel."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from latent_page import DIGITS, FRAMES, PROJECTED, open_latent
from playwright.sync_api import Page, expect
from waiting import wait_until

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.families.latent_gaussian import kl_to_standard_normal
from explorer.families.oracle import Oracle

PATIENCE = 120_000  # milliseconds, for a busy machine

SUMMARISE = """async ({ name, image, seed, planned }) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { drawWeights } = await import("/browser/views/latent/elbo/draws.js");
  const model = await openModel(`/checkpoints/${name}`);
  const [map] = await Promise.all([model.loadMap(), model.loadDecoder(), model.loadEncoder()]);
  const input = map.image(image);
  const told = [];
  const point = { input, posterior: model.encode(input), epsilon: seed };
  for (const _ of drawWeights(model, point, (each) => told.push(each), planned));
  return { input: [...input], told };
}"""
TERMS = """() => Object.fromEntries([...document.querySelectorAll(".elbo-terms dd")].map((node) =>
  [node.className.replace("number elbo-", ""), parseFloat(node.textContent.replace("−", "-"))]))"""
DRAWN = "() => document.querySelector('.elbo-bound').textContent !== '…'"


def test_summary_of_the_draws_is_numpy_s(runtime: Page) -> None:
    page = runtime.evaluate(SUMMARISE, {"name": DIGITS, "image": 4, "seed": 3, "planned": 1024})
    assert [each["draws"] for each in page["told"]] == [64, 128, 256, 512, 1024]
    half, last = page["told"][-2:]
    assert [bound["count"] for bound in last["bounds"]] == [2**power for power in range(10)]
    assert last["bounds"][-1]["repeats"] == 2
    assert (half["compared"], last["compared"]) == (512, 512)
    assert last["heaviest"] == half["heaviest"]
    assert 1 / 512 <= last["heaviest"] <= 1
    model = open_checkpoint(SHIPPED / DIGITS).model
    x = torch.tensor(page["input"]).reshape(1, *model.image_shape)
    with torch.no_grad():
        mean, log_variance = model.encode(x)
        kl = kl_to_standard_normal(mean, log_variance).sum().item()
    # The mean of the log weights and the reconstruction less the closed-form KL estimate the same bound.
    assert last["bounds"][0]["mean"] == pytest.approx(last["reconstruction"]["mean"] - kl, abs=0.2)
    assert 0 < last["reconstruction"]["error"] < half["reconstruction"]["error"] * 1.2


def test_mean_and_standard_error_by_hand(runtime: Page) -> None:
    values = np.random.default_rng(2).normal(-100, 4, 50)
    found = runtime.evaluate(
        """async (values) => {
          const { summarise } = await import("/browser/views/latent/elbo/draws.js");
          return summarise(Float64Array.from(values), Float64Array.from(values), 64).reconstruction;
        }""",
        values.tolist(),
    )
    assert found["mean"] == pytest.approx(values.mean(), rel=1e-12)
    assert [found["low"], found["high"]] == pytest.approx(np.quantile(values, [0.05, 0.95]), rel=1e-12)
    assert found["error"] == pytest.approx(values.std(ddof=1) / np.sqrt(50), rel=1e-12)


def test_the_oracle_reaches_its_exact_evidence(page: Page) -> None:
    open_latent(page, PROJECTED, panel="elbo", image="8", epsilon="2")
    wait_until(page, DRAWN)
    terms = page.evaluate(TERMS)
    model = open_checkpoint(SHIPPED / PROJECTED).model
    assert isinstance(model, Oracle)
    x = torch.tensor(page.evaluate("() => [...view.input]"), dtype=torch.float64).reshape(1, *model.image_shape)
    exact = model.double().log_evidence(x).item()
    assert terms["exact"] == pytest.approx(exact, abs=0.006)
    assert terms["bound"] == pytest.approx(exact, abs=0.02)
    assert terms["gain"] == pytest.approx(0, abs=0.011)
    assert terms["heaviest"] == pytest.approx(0.2, abs=0.05)  # one of 512, in per cent
    assert "Exact" in page.locator(".elbo-chart .chart-floor").inner_text()
    assert "the exact posterior" in page.locator(".elbo-chart figcaption").inner_text()


def test_terms_of_a_vae(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo", image="8", epsilon="2")
    wait_until(page, DRAWN)
    terms = page.evaluate(TERMS)
    assert "exact" not in terms
    assert terms["elbo"] == pytest.approx(terms["reconstruction"] - terms["kl"], abs=0.011)
    mean, log_variance = np.array(page.evaluate("() => [[...view.posterior.mean], [...view.posterior.logVariance]]"))
    assert terms["kl"] == pytest.approx(0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(), abs=0.006)
    assert terms["bound"] > terms["elbo"]
    assert terms["gain"] > 0
    low, high = (float(each.replace("−", "-")) for each in page.inner_text(".elbo-range").split(" to "))
    assert low < terms["elbo"] < high
    assert terms["one"] == pytest.approx(page.evaluate(ONE), abs=0.006)


ONE = """async () => {
  const { mean, logVariance, sample } = view.posterior;
  return view.model.evidenceHere(view.input, { mean, logVariance }, sample).elbo;
}"""


def test_a_roll_moves_the_one_draw_while_the_mean_stays_in_sight(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo")
    wait_until(page, DRAWN)
    before = page.inner_text(".elbo-one")
    page.evaluate(
        """() => { window.means = []; const cell = document.querySelector(".elbo-elbo");
        new MutationObserver(() => means.push(cell.textContent)).observe(cell, { childList: true }); }"""
    )
    page.locator(".elbo-die").click()
    expect(page.locator(".elbo-one")).not_to_have_text(before)
    wait_until(page, "() => means.length > 0")
    assert "…" not in page.evaluate("() => means")
    assert page.evaluate(TERMS)["one"] == pytest.approx(page.evaluate(ONE), abs=0.006)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (DIGITS, ["grey levels"]),
        ("vae-digits-50d", ["grey levels", "black-and-white draws of the pixels"]),
        (PROJECTED, ["a density, not a probability"]),
    ],
)
def test_the_panel_says_of_which_x_its_numbers_are(page: Page, model: str, said: list[str]) -> None:
    open_latent(page, model, panel="elbo", z=",".join(["0"] * open_checkpoint(SHIPPED / model).model.latent_size))
    notes = page.locator(".elbo > .note:visible").all_inner_texts()
    assert len(notes) == 2 + len(said)  # the hint, and that there is no input
    for words, note in zip(said, notes[1:], strict=False):
        assert words in note


def test_another_tab_stops_the_draws_and_this_one_goes_on(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo", image="8")
    wait_until(page, "() => document.querySelector('.elbo-progress').textContent !== ''")
    page.click("[data-tab=numbers]")
    expect(page.locator("[data-tab=numbers]")).to_have_attribute("aria-selected", "true")
    before = page.text_content(".elbo-progress")
    page.wait_for_timeout(600)
    assert page.text_content(".elbo-progress") == before
    page.click("[data-tab=elbo]")
    goes_on = "(before) => document.querySelector('.elbo-progress').textContent !== before"
    wait_until(page, goes_on, arg=before)


def test_dragging_asks_for_nothing_and_another_image_begins_anew(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo", image="8")
    wait_until(page, DRAWN)
    kl = page.evaluate(TERMS)["kl"]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => view.setLatent(Float32Array.of(1, -1))")
    page.evaluate(FRAMES)
    assert page.evaluate(TERMS)["kl"] == kl
    page.evaluate("() => view.pick(9)")
    wait_until(page, f"(kl) => ({TERMS})().kl !== kl", arg=kl)
    wait_until(page, DRAWN)
    mean, log_variance = np.array(page.evaluate("() => [[...view.posterior.mean], [...view.posterior.logVariance]]"))
    expected = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum()
    assert page.evaluate(TERMS)["kl"] == pytest.approx(expected, abs=0.006)
    assert asked == []


def test_without_an_input_the_panel_says_so(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo", z="0.5,0.5")
    assert page.locator(".elbo-body").is_hidden()
    assert "No input" in page.locator(".elbo").inner_text()


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (-2344, -2328, ["−2340", "−2335", "−2330"]),
        (100.02, 100.31, ["100.1", "100.2", "100.3"]),
        (-1, 1, ["−1", "−0.5", "0", "0.5", "1"]),
    ],
)
def test_neighbouring_ticks_never_look_alike(runtime: Page, low: float, high: float, texts: list[str]) -> None:
    ticks = runtime.evaluate(
        "async (range) => (await import('/browser/charts/axis.js')).axisTicks(range, 4, false)",
        {"low": low, "high": high},
    )
    assert [each["text"] for each in ticks] == texts


def test_a_single_repeat_has_no_spread_on_the_curve(page: Page) -> None:
    open_latent(page, DIGITS, panel="elbo", image="8")
    found = page.evaluate(
        """async () => {
          const { drawCurve } = await import("/browser/views/latent/elbo/curve.js");
          const rows = [];
          const chart = { setRange() {}, setRows: (x, columns) => rows.push(columns), setCursor() {} };
          const spread = { mean: -5, low: -6, high: -4 };
          const bounds = [[1, 8], [2, 4], [4, 2], [8, 1]].map(([count, repeats]) => ({ count, repeats, ...spread }));
          drawCurve(chart, bounds, null);
          return rows[0].low.map(Number.isNaN);
        }"""
    )
    assert found == [False, False, True, True]
