"""Encoding in the Latent space view: browse set and drawing; the posterior's numbers."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from latent_page import DIGITS, PROJECTED, open_latent, z_of
from playwright.sync_api import Page, expect
from safetensors.numpy import load_file
from waiting import wait_until

from explorer.catalog import SHIPPED, open_checkpoint
from explorer.philox import normals
from explorer.probes.samples import EPSILON


def test_die_rolls_epsilon_and_leaves_mean_and_deviation(page: Page) -> None:
    open_latent(page, image="3")
    columns = {name: page.locator(f"td.latent-{name}") for name in ("mu", "sigma", "epsilon", "sample")}
    before = {name: cells.all_inner_texts() for name, cells in columns.items()}
    page.locator(".latent-seed").fill("7")
    page.locator(".latent-seed").press("Enter")
    expect(columns["epsilon"]).not_to_have_text(before["epsilon"])
    wait_until(page, "() => view.state.z.every((value, i) => value === view.posterior.sample[i])")
    after = {name: cells.all_inner_texts() for name, cells in columns.items()}
    assert (after["mu"], after["sigma"]) == (before["mu"], before["sigma"])
    assert after["epsilon"] != before["epsilon"]
    assert after["sample"] != before["sample"]
    assert page.evaluate("() => [...view.posterior.epsilon]") == pytest.approx(normals(7, 2, 2).tolist())
    assert z_of(page) == page.evaluate("() => [...view.posterior.sample]")
    page.locator(".latent-die").click()
    expect(columns["epsilon"]).not_to_have_text(after["epsilon"])
    assert columns["mu"].all_inner_texts() == before["mu"]


def test_ellipse_is_drawn_in_data_units(page: Page) -> None:
    open_latent(page, image="5")
    drawn = page.evaluate(
        """() => { const calls = [], { moving, viewport } = view.plot.canvas;
        const context = moving.getContext("2d"), real = context.ellipse;
        context.ellipse = (...values) => { calls.push(values); real.apply(context, values); };
        view.redraw(null); context.ellipse = real;
        const [x, y] = view.map.logVariance.subarray(10, 12).map((value) => Math.exp(value / 2));
        const ruler = [viewport.toX(1) - viewport.toX(0), viewport.toY(0) - viewport.toY(1)];
        return { ellipse: calls.at(-1).slice(2, 5), expected: [x * ruler[0], y * ruler[1]] }; }"""
    )
    major, minor, angle = drawn["ellipse"]
    reach = [
        math.hypot(major * math.cos(angle), minor * math.sin(angle)),
        math.hypot(major * math.sin(angle), minor * math.cos(angle)),
    ]
    assert reach == pytest.approx(drawn["expected"], rel=1e-5)


def test_evidence_terms_add_up_on_the_page(page: Page) -> None:
    open_latent(page, image="2")
    expect(page.locator(".latent-one-elbo")).not_to_have_text("…")
    expect(page.locator(".latent-terms thead")).to_contain_text("nats")
    texts = [page.locator(f".latent-one-{name}").inner_text() for name in ("reconstruction", "kl", "elbo")]
    reconstruction, kl, elbo = (float(text.replace("−", "-")) for text in texts)
    assert elbo == pytest.approx(reconstruction - kl, abs=0.011)
    mean, log_variance = page.evaluate("() => [[...view.posterior.mean], [...view.posterior.logVariance]]")
    assert kl == pytest.approx(
        sum(0.5 * (m * m + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance, strict=True)), abs=0.006
    )


AVERAGED = "() => document.querySelector('.latent-mean-elbo').textContent !== '…'"


@pytest.mark.parametrize("model", [DIGITS, PROJECTED])
def test_the_bound_is_shown_as_torch_s_mean_over_draws_beside_the_one_draw(page: Page, model: str) -> None:
    open_latent(page, model, image="4", epsilon="3")
    wait_until(page, AVERAGED)
    network = open_checkpoint(SHIPPED / model).model
    x = torch.tensor(page.evaluate("() => [...view.input]")).reshape(1, *network.image_shape)
    noise = np.stack([normals(0, EPSILON, network.latent_size, draw) for draw in range(256)]).astype(np.float32)
    with torch.no_grad():
        terms = [network.double().evidence(x.double(), torch.from_numpy(draw[None]).double()) for draw in noise]
    for name in ("elbo", "reconstruction"):
        draws = np.array([getattr(each, name).item() for each in terms])
        mean, error = numbers(page, f".latent-mean-{name}")
        assert mean == pytest.approx(draws.mean(), abs=0.02), name
        assert error == pytest.approx(draws.std(ddof=1) / 16, abs=0.006), name
        assert numbers(page, f".latent-range-{name}") == pytest.approx(np.quantile(draws, [0.05, 0.95]), abs=0.07), name
    one = network.evidence(x.double(), torch.tensor(normals(3, EPSILON, network.latent_size)[None])).elbo.item()
    assert numbers(page, ".latent-one-elbo") == pytest.approx([one], abs=0.02)
    assert numbers(page, ".latent-mean-kl") == numbers(page, ".latent-one-kl")


def test_a_roll_moves_the_one_draw_and_leaves_the_mean(page: Page) -> None:
    open_latent(page)
    wait_until(page, AVERAGED)
    mean, one = numbers(page, ".latent-mean-elbo"), page.inner_text(".latent-one-elbo")
    page.evaluate("view.reroll(7)")
    expect(page.locator(".latent-one-elbo")).not_to_have_text(one)
    assert numbers(page, ".latent-mean-elbo") == mean
    page.evaluate("view.pick(4)")
    wait_until(page, AVERAGED)
    assert numbers(page, ".latent-mean-elbo") != mean


def test_the_image_to_begin_with_is_the_one_that_a_roll_moves_farthest(page: Page) -> None:
    open_latent(page)
    stored = load_file(SHIPPED / DIGITS / "map.safetensors")
    deviation = np.exp(stored["log_variance"] / 2).mean(1)
    usual = int(deviation.argmax())
    assert page.evaluate("() => view.state.image") == usual
    assert deviation[usual] > 3 * np.median(deviation)
    page.evaluate("view.tell()")
    wait_until(page, "() => states.length > 0")
    assert page.evaluate("() => states.at(-1).image") == str(usual)  # a link names it
    page.evaluate("view.destroy()")
    open_latent(page, image="0")
    assert page.evaluate("() => view.state.image") == 0


def numbers(page: Page, cell: str) -> list[float]:
    """The numbers in a cell, with a true minus sign."""
    return [float(each) for each in re.findall(r"-?\d+\.\d+", page.inner_text(cell).replace("−", "-"))]


def test_drawing_is_encoded(page: Page) -> None:
    open_latent(page)
    page.get_by_role("button", name="Draw", exact=True).click()
    page.locator(".latent-drawing").scroll_into_view_if_needed()
    box = page.locator(".latent-drawing").bounding_box()
    assert box is not None
    before = z_of(page)
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 62, box["y"] + 150, steps=5)
    page.mouse.up()
    wait_until(page, "() => view.state.image === null")
    expect(page.locator(".latent-input")).to_contain_text("Your drawing")
    # A stroke of any length fills 20 of the 28 pixels, once it has come to its end.
    wait_until(
        page,
        """() => { const inked = (row) => view.input.subarray(28 * row, 28 * row + 28).reduce((a, b) => a + b) > 0.5;
        const rows = Array.from({ length: 28 }, (_, row) => row).filter(inked);
        return Math.abs(rows.at(-1) - rows[0] + 1 - 20) <= 1; }""",
    )
    assert z_of(page) != before
    encoded, mean = page.evaluate("() => [[...view.model.encode(view.input).mean], [...view.posterior.mean]]")
    assert encoded == mean
