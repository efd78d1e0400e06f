"""The lab's plot under real pointers and keys: what is painted, said and drawn."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from lab_plot_page import (
    expect_pixel,
    fresh_model,
    mount,
    only,
    page_position,
    pixel,
    scene_of,
    settings_of,
    weights_of,
)
from playwright.sync_api import Browser, Page, expect
from waiting import wait_until

from explorer.families.planar_gan import noise

LEGEND = ".lab-plot-legend"
TOOLTIP = ".lab-plot-tooltip"
OVER = ".lab-plot-canvas-over"
LINEAR = {"widths": []}
NEAR = 2  # levels of 255 that a painted colour may be off by rounding


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def blend(ground: str, colour: str, share: float) -> np.ndarray:
    return rgb(ground) + share * (rgb(colour) - rgb(ground))


THEMES = {"light": ("#ffffff", "#1947e0", "#aa5700"), "dark": ("#12151b", "#8096ff", "#ff8438")}


@pytest.mark.parametrize("theme", THEMES)
def test_colours_of_the_heat_map(page: Page, theme: str) -> None:
    """Half of the real points' colour where D is sure of them, the page's ground at ½, in between in proportion."""
    ground, real, fake = THEMES[theme]
    mount(page, settings_of(discriminator=LINEAR), theme)
    page.evaluate("show({})")
    only(page, "heat")
    quarter = math.log(0.25 / 0.75)
    expected = {0.0: blend(ground, real, 0), 60.0: blend(ground, real, 0.5), -60.0: blend(ground, fake, 0.5)}
    expected[quarter] = blend(ground, fake, 0.25)
    for bias, colour in expected.items():
        page.evaluate("(bias) => show({ discriminator: [0, 0, bias] })", bias)
        for place in ((0, 0), (-1.2, 1.2), (1.24, -1.24)):
            assert np.abs(np.array(pixel(page, *place)[:3]) - colour).max() <= NEAR, (bias, place)


def test_the_upper_right_is_where_both_coordinates_are_large(page: Page) -> None:
    mount(page, settings_of(discriminator=LINEAR))
    page.evaluate("show({ discriminator: [40, 40, 0] })")
    only(page, "heat")
    sure_real, sure_fake = blend("#ffffff", "#1947e0", 0.5), blend("#ffffff", "#aa5700", 0.5)
    assert np.abs(np.array(pixel(page, 0.9, 0.9)[:3]) - sure_real).max() <= NEAR
    assert np.abs(np.array(pixel(page, -0.9, -0.9)[:3]) - sure_fake).max() <= NEAR


def test_layers_are_painted_where_their_numbers_are(page: Page) -> None:
    """Real data at one place, a generator that sends all noise to another, a decision boundary on x₁ = 0."""
    settings = settings_of(data="drawn", points=[[0.75, 0.75]], generator=LINEAR, discriminator=LINEAR)
    mount(page, settings)
    page.evaluate("show({ generator: [0, 0, 0, 0, -0.5, -0.75], discriminator: [9, 0, 0] })")
    places = {"real": (0.75, 0.75), "fake": (-0.5, -0.75), "decision": (0, 0.3)}
    for layer in places:
        only(page, layer)
        assert {name: pixel(page, *place)[3] > 200 for name, place in places.items()} == {
            name: name == layer for name in places
        }
    only(page)
    assert [pixel(page, *place)[3] for place in places.values()] == [0, 0, 0]


def test_arrows_are_as_long_as_the_scale_says(page: Page) -> None:
    """All points at the origin; D = 2 x₁, so that ∇D = (2, 0); 0.35 / 2 allows a scale of 0.1: 0.2 long."""
    mount(page, settings_of(generator=LINEAR, discriminator=LINEAR, loss="hinge"))
    page.evaluate("show({ generator: [0, 0, 0, 0, 0, 0], discriminator: [2, 0, 0] })")
    only(page, "arrows")
    assert "An arrow 0.2 units long is a gradient of 2." in page.inner_text(LEGEND)
    along = np.arange(-0.1, 0.4, 0.01)
    painted = along[[pixel(page, x, 0)[3] > 0 for x in along]]
    assert (painted.min(), painted.max()) == pytest.approx((0, 0.2), abs=0.012)  # a pixel is 0.0046 wide
    page.evaluate("show({ generator: [0, 0, 0, 0, 0, 0], discriminator: [0, -2, 0] })")
    assert pixel(page, 0, -0.1)[3] > 200
    assert pixel(page, 0, 0.1)[3] == 0


def test_arrows_that_shrink_are_gradients_that_vanish(page: Page) -> None:
    mount(page, settings_of(generator=LINEAR, discriminator=LINEAR, loss="hinge"))
    for slope, scale in ((2, 0.1), (0.01, 0.1), (8, 0.02), (2, 0.02)):
        page.evaluate("(slope) => show({ discriminator: [slope, 0, 0] })", slope)
        assert f"An arrow 0.2 units long is a gradient of {0.2 / scale:g}." in page.inner_text(LEGEND), slope
    page.evaluate("show({ discriminator: [0.001, 0, 0] })")
    assert "too short to see at this scale (longest gradient: 0.001)" in page.inner_text(LEGEND)
    page.get_by_role("button", name="Fit arrows").click()
    expect(page.locator(LEGEND)).to_contain_text("is a gradient of 0.001.")
    page.evaluate("show({ discriminator: [0, 0, 0] })")
    page.evaluate("plot.setArrows('discriminator')")
    assert "not of any loss" in page.inner_text(LEGEND)
    assert "zero at every point" in page.inner_text(LEGEND)


def test_points_outside_are_counted(page: Page) -> None:
    mount(page, settings_of(generator=LINEAR))
    page.evaluate("show({ generator: [0, 0, 0, 0, 1.2, 0] })")
    assert "outside" not in page.inner_text(LEGEND)
    page.evaluate("show({ generator: [1, 0, 0, 1, 1, 0] })")
    fake = scene_of(page)["fake"].reshape(-1, 2)
    outside = int((np.abs(fake) > 1.25).any(axis=1).sum())
    assert 0 < outside < 512
    assert f"512 generated points, {outside} of them outside the plot" in page.inner_text(LEGEND)


@pytest.mark.parametrize(
    ("discriminator", "words"),
    [("[0, 0, 3]", "takes the whole plot for real"), ("[0, 0, -3]", "takes the whole plot for generated")],
)
def test_a_decision_boundary_out_of_sight_is_said(page: Page, discriminator: str, words: str) -> None:
    mount(page, settings_of(discriminator=LINEAR))
    page.evaluate(f"show({{ discriminator: {discriminator} }})")
    assert words in page.inner_text(LEGEND)


def test_diverged_networks_are_said_and_left_out(page: Page) -> None:
    mount(page, settings_of(generator=LINEAR, discriminator=LINEAR))
    message = page.locator(".lab-plot-message")
    page.evaluate("show({ generator: [NaN, 0, 0, 0, 0, 0] })")
    assert "The generator no longer gives numbers" in message.inner_text()
    assert page.locator(".lab-plot-item:visible").all_inner_texts() == ["512 real points"]
    page.evaluate("show({ discriminator: [Infinity, 0, 0] })")
    assert "The discriminator no longer gives numbers" in message.inner_text()
    assert "D(x)" not in page.inner_text(LEGEND)
    page.evaluate("show({ generator: [1e30, 0, 0, 1e30, 0, 0] })")
    assert message.is_hidden()
    assert "512 of them outside" in page.inner_text(LEGEND)
    page.evaluate("plot.show({ settings, evaluator, state: null })")
    assert page.locator(".lab-plot-item:visible").all_inner_texts() == ["512 real points"]


def test_hovering_a_generated_point_tells_its_noise_place_and_probability(page: Page) -> None:
    settings = settings_of(seed=3)
    model = fresh_model(settings, seed=2)
    mount(page, settings)
    page.evaluate("(weights) => show(weights)", weights_of(model))
    only(page, "fake")
    x, y = scene_of(page)["fake"].reshape(-1, 2)[17]
    page.mouse.move(*page_position(page, x, y))
    expect(page.locator(TOOLTIP)).to_contain_text("Generated point")
    told = page.evaluate("plot.overlay.hovered")
    place = np.array(told["position"])
    assert told["kind"] == "fake"
    assert np.hypot(*(place - [x, y])) <= 0.01  # points may lie closer together than a pixel
    z = noise(model.settings.noise, 3, 16, 512)[told["index"]]
    assert told["noise"] == z.tolist()
    raw = model.discriminate(torch.from_numpy(place[None]).double()).item()
    assert told["output"] == pytest.approx(raw, abs=1e-5)
    assert told["probability"] == pytest.approx(1 / (1 + math.exp(-raw)), abs=1e-5)
    lines = page.inner_text(TOOLTIP).splitlines()
    assert lines[0] == "Generated point"
    assert lines[1].replace("−", "-").startswith(f"z = ({z[0]:.3g}")
    assert lines[3] == f"D(x) = {told['probability']:.3g}"
    page.mouse.move(5, 5)
    expect(page.locator(TOOLTIP)).to_be_hidden()
    assert page.evaluate("plot.overlay.hovered") is None


def test_hovering_the_plane_and_real_points(page: Page) -> None:
    settings = settings_of(data="drawn", points=[[0.5, 0.5]], loss="hinge", generator=LINEAR, discriminator=LINEAR)
    mount(page, settings)
    page.evaluate("show({ generator: [0, 0, 0, 0, -1, -1], discriminator: [2, 0, 0.5] })")
    page.mouse.move(*page_position(page, 0.5, 0.5))
    tooltip = page.locator(TOOLTIP)
    expect(tooltip).to_contain_text("Real point")
    page.mouse.move(*page_position(page, -0.5, 0.5))
    expect(tooltip).to_contain_text("A place in the plane")
    words = page.inner_text(TOOLTIP).replace("−", "-").splitlines()
    position = json.loads(words[1].removeprefix("x = ").replace("(", "[").replace(")", "]"))
    assert position == pytest.approx([-0.5, 0.5], abs=0.005)
    assert float(words[2].removeprefix("D’s output: ")) == pytest.approx(2 * position[0] + 0.5, abs=0.01)
    page.evaluate("plot.setLayers({ real: false })")
    page.mouse.move(*page_position(page, 0.5, 0.5))
    expect(tooltip).to_contain_text("A place")
    page.mouse.move(*page_position(page, 0.5, 0.45))
    expect(tooltip).to_contain_text("A place")


def test_the_canvas_says_what_it_shows(page: Page) -> None:
    mount(page, settings_of(discriminator=LINEAR))
    page.evaluate("show({ discriminator: [0, 0, 0] })")
    page.wait_for_selector(f"{OVER}[aria-label*='Mean output of D: 0.5 on the real points, 0.5 on the generated ones']")
    label = page.get_attribute(OVER, "aria-label")
    assert label is not None
    assert "512 real points. 512 generated points" in label


def test_it_follows_size_and_theme(page: Page) -> None:
    mount(page, settings_of(discriminator=LINEAR))
    page.evaluate("show({ discriminator: [0, 0, 0] })")
    only(page, "heat")
    for width in (600, 340):
        page.evaluate("(width) => (root.style.width = `${width}px`)", width)
        wait_until(page, "plot.viewport.width === root.querySelector('.lab-plot-box').clientWidth")
        plot = page.evaluate("plot.viewport.plot")
        assert plot["width"] == plot["height"]
        assert pixel(page, 1.2, -1.2) == (255, 255, 255, 255)
    page.evaluate("root.dataset.theme = 'dark'")
    expect_pixel(page, 0, 0, (0x12, 0x15, 0x1B, 255))


def test_sharp_on_dense_screens(browser: Browser, page: Page) -> None:
    context = browser.new_context(device_scale_factor=2, base_url=page.url)
    dense = context.new_page()
    dense.goto(page.url)
    mount(dense, settings_of())
    dense.evaluate("show({})")
    sizes = dense.eval_on_selector(".lab-plot-canvas-scene", "({ width, clientWidth }) => [width, clientWidth]")
    context.close()
    assert sizes[0] == 2 * sizes[1]


def test_without_motion_there_is_nothing_between(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    mount(page, settings_of())
    seen = page.evaluate(
        """async () => {
          show({});
          plot.playMorph();
          const message = root.querySelector(".lab-plot-message");
          const seen = new Set();
          while (!message.hidden) {
            seen.add(message.textContent);
            await new Promise(requestAnimationFrame);
          }
          return [...seen];
        }"""
    )
    assert seen == ["z → G(z): 0 %"]


def test_slow_motion_shows_each_step(page: Page) -> None:
    mount(page, settings_of(batch=32))
    page.evaluate("show({})")
    words = page.evaluate(
        """() => {
          const steps = evaluator.explain(state);
          return steps.map((step, i) => {
            const before = steps.slice(0, i).findLast((each) => each.state)?.state ?? state;
            plot.show({ settings, evaluator, state: before, explain: step });
            return [step.network, step.kind, document.querySelector(".lab-plot-legend").innerText];
          });
        }"""
    )
    said = {(network, kind): text for network, kind, text in words}
    assert "32 noise vectors z" in said["discriminator", "noise"]
    assert "from noise z" in said["generator", "generate"]
    assert "Rings" in said["discriminator", "discriminate"]
    assert "before the update" in said["discriminator", "update"]
    assert "Minus the gradient of the generator’s loss" in said["generator", "gradients"]
    assert "Minus the gradient" not in said["discriminator", "gradients"]
    assert "where each point was before" in said["generator", "update"]
    assert all("512" not in text for text in said.values())


def test_nothing_is_left_behind(page: Page) -> None:
    mount(page, settings_of())
    page.evaluate("() => { show({}); plot.playMorph(); plot.destroy(); }")
    assert page.evaluate("root.childElementCount") == 0
