"""Encoding in the Latent space view: browse set and drawing; the posterior's numbers."""

from __future__ import annotations

import math

import pytest
from latent_page import open_latent, z_of
from playwright.sync_api import Page, expect
from waiting import wait_until

from explorer.philox import normals


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
    expect(page.locator(".latent-term-elbo")).to_contain_text("nats")
    texts = [page.locator(f".latent-term-{name}").inner_text() for name in ("reconstruction", "kl", "elbo")]
    reconstruction, kl, elbo = (float(text.split()[0].replace("−", "-")) for text in texts)
    assert elbo == pytest.approx(reconstruction - kl, abs=0.011)
    mean, log_variance = page.evaluate("() => [[...view.posterior.mean], [...view.posterior.logVariance]]")
    assert kl == pytest.approx(
        sum(0.5 * (m * m + math.exp(v) - 1 - v) for m, v in zip(mean, log_variance, strict=True)), abs=0.006
    )


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
