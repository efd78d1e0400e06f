"""The Latent space view on a plain file server: what it shows and does under pointer and keys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from latent_page import (
    AVATARS,
    DIGITS,
    FRAMES,
    PIXELS,
    PROJECTED,
    at,
    open_latent,
    wait_for_other_picture,
    wait_for_picture,
    wait_for_z,
    z_of,
)
from playwright.sync_api import Page, expect
from site_server import Site
from waiting import wait_until

# Layouts against the shipped maps


def test_pca_layout_inverts_its_projection(page: Page) -> None:
    open_latent(page, PROJECTED)
    place = page.evaluate("() => view.plot.layout.project(view.plot.layout.invert({ x: 1.25, y: -0.5 }))")
    assert place == pytest.approx({"x": 1.25, "y": -0.5}, abs=1e-5)
    z, origin = page.evaluate("() => [[...view.plot.layout.invert({ x: 0, y: 0 })], [...view.map.pca.center]]")
    assert z == pytest.approx(origin)
    # The origin of latent space, where the prior's contours must be centred, is not the data's centre.
    contour, projected = page.evaluate(
        "() => [view.plot.layout.contours[0], view.plot.layout.project(new Float32Array(16))]"
    )
    assert (contour["x"], contour["y"]) == pytest.approx((projected["x"], projected["y"]))


def test_umap_places_on_data_are_exact(page: Page) -> None:
    open_latent(page, PROJECTED, layout="umap")
    found, mean = page.evaluate(
        """() => { const i = 7, [x, y] = view.plot.layout.points.subarray(2 * i, 2 * i + 2);
        return [[...view.plot.layout.invert({ x, y })], [...view.map.mean.subarray(16 * i, 16 * i + 16)]]; }"""
    )
    assert found == mean
    assert page.evaluate("() => view.plot.layout.contours.length") == 0
    assert "no inverse" in page.locator(".latent-after").inner_text()


# What is drawn

CIRCLES = """() => {
  const { canvas, layout } = view.plot, { viewport } = canvas, still = document.querySelector(".latent-layer-still");
  const read = () => still.getContext("2d").getImageData(0, 0, still.width, still.height).data;
  const drawn = () => (view.plot.theme(), read());
  const [before] = [drawn(), layout.contours.splice(0)], after = drawn();
  const middle = layout.project(new Float32Array(view.model.latentSize));
  const found = [];
  for (let y = 0; y < still.height; y++) for (let x = 0; x < still.width; x++) {
    const at = 4 * (y * still.width + x);
    const [right, down] = [x + 0.5 - viewport.toX(middle.x), y + 0.5 - viewport.toY(middle.y)];
    const labelled = right > 0 && down < 0;
    if (!labelled && [0, 1, 2].some((i) => before[at + i] !== after[at + i])) found.push(Math.hypot(right, down));
  }
  return { found, unit: viewport.toX(1) - viewport.toX(0) };
}"""
"""Distances (pixels) from the prior's mean of all pixels that its circles change, away from their labels."""


@pytest.mark.parametrize("model", [DIGITS, PROJECTED])
def test_circles_are_as_large_as_the_prior_s_mass_asks(page: Page, model: str) -> None:
    open_latent(page, model)
    drawn = page.evaluate(CIRCLES)
    # The length of a 2-D standard normal is Rayleigh distributed: r = sqrt(-2 ln(1 - p)).
    radii = drawn["unit"] * np.sqrt(-2 * np.log1p(-np.array([0.5, 0.9, 0.99])))
    off = np.abs(np.array(drawn["found"])[:, None] - radii)
    assert off.min(axis=1).max() <= 3, "a line with its halo is four pixels wide"
    assert ((off <= 1).sum(axis=0) > radii).all(), "half of a dashed line, around three quarters of the circle"


# Moving


def test_dragging_moves_z_without_a_request(page: Page, site: Site) -> None:
    open_latent(page)
    page.mouse.move(*at(page, 0, 0))
    before, asked = page.evaluate(PIXELS), len(site.requests)
    page.evaluate("performance.clearMeasures()")
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(*at(page, 0.15 * step, 0.1 * step))
    unit = page.evaluate("() => 1 / view.plot.canvas.viewport.scale")
    wait_for_z(page, [1.5, 1.0], unit)
    wait_for_other_picture(page, before)
    page.mouse.up()
    page.mouse.move(2, 2)
    wait_until(page, "states.length > 0")
    assert z_of(page) == pytest.approx([1.5, 1.0], abs=unit)
    assert len(site.requests) == asked
    assert page.evaluate("performance.getEntriesByName('explorer:latent').length") >= 10


def test_hover_previews_and_leaving_restores(page: Page) -> None:
    open_latent(page)
    z, picture = z_of(page), page.evaluate(PIXELS)
    page.mouse.move(*at(page, -1.5, 1.5))
    wait_for_other_picture(page, picture)
    assert z_of(page) == z
    page.mouse.move(2, 2)
    wait_for_picture(page, picture)
    assert z_of(page) == z
    page.get_by_label("Hover preview").uncheck()
    page.mouse.move(*at(page, -1.5, 1.5))
    page.evaluate(FRAMES)
    assert page.evaluate(PIXELS) == picture


def test_clicking_a_dot_encodes_its_image(page: Page) -> None:
    open_latent(page)
    index = page.evaluate(
        """() => { const p = view.plot.layout.points; let far = 0;
        const length = (i) => Math.hypot(p[2 * i], p[2 * i + 1]);
        for (let i = 0; i < p.length / 2; i++) if (length(i) > length(far)) far = i;
        return far; }"""
    )
    x, y = page.evaluate("(i) => [...view.map.mean.subarray(2 * i, 2 * i + 2)]", index)
    page.mouse.click(*at(page, x, y))
    wait_until(page, "(index) => view.state.image === index", arg=index)
    number = page.evaluate("(index) => view.map.datasetIndex[index]", index)
    assert number != index
    expect(page.locator(".latent-input")).to_contain_text(f"Test image {number}: ")
    expect(page.get_by_label("Number of the test image, 1 to 9990")).to_have_value(str(number))
    assert page.evaluate("() => [...view.posterior.mean]") == [x, y]


def test_images_are_picked_by_their_numbers_in_the_data_set(page: Page) -> None:
    """A number that does not ship leads to the next in the direction that was taken, so that arrows go on, too."""
    open_latent(page)
    numbers = page.evaluate("() => [...view.map.datasetIndex]")
    assert numbers[:3] == [1, 4, 15]
    field = page.get_by_label(f"Number of the test image, 1 to {numbers[-1]}")
    for typed, number in (("15", 15), ("14", 4), ("5", 15), ("1", 1), ("2", 4)):
        field.fill(typed)
        field.press("Enter")
        wait_until(page, "(index) => view.state.image === index", arg=numbers.index(number))
        expect(field).to_have_value(str(number))
        expect(page.locator(".latent-caption").first).to_contain_text(f"Test image {number}: ")
    field.press("ArrowUp")
    expect(field).to_have_value("15")
    field.fill("0")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")


def test_arrow_keys_move_and_shift_is_finer(page: Page) -> None:
    open_latent(page, z="0.5,0.5")
    page.locator(".latent-layer-moving").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    wait_for_z(page, [0.59, 0.6])


def test_arrow_keys_on_pca_keep_the_other_components(page: Page) -> None:
    open_latent(page, PROJECTED)
    before = np.array(z_of(page))
    page.locator(".latent-layer-moving").focus()
    page.keyboard.press("ArrowRight")
    first = np.array(page.evaluate("() => [...view.map.pca.components.subarray(0, 16)]"))
    wait_for_z(page, (before + 0.1 * first).tolist(), 1e-5)


# Dimensions


def test_sliders_are_ordered_by_kl_and_set_one_dimension(page: Page) -> None:
    open_latent(page, PROJECTED)
    kl = page.evaluate("() => [...view.map.klPerDimension]")
    shown = page.eval_on_selector_all(
        ".latent-dimension", "(nodes) => nodes.map((node) => Number(node.dataset.dimension))"
    )
    assert shown == sorted(range(16), key=lambda i: -kl[i])
    before = z_of(page)
    slider = page.locator(f".latent-dimension[data-dimension='{shown[2]}'] input")
    slider.evaluate("(node) => { node.value = '1.5'; node.dispatchEvent(new Event('input', { bubbles: true })); }")
    expected = [1.5 if i == shown[2] else value for i, value in enumerate(before)]
    wait_for_z(page, expected, 0)


def test_strip_pictures_are_the_decoder_s(page: Page) -> None:
    open_latent(page, z="0.25,-1")
    strip = page.locator(".latent-dimension[data-dimension='0'] .latent-strip")
    strip.scroll_into_view_if_needed()
    wait_until(
        page,
        """() => { const c = document.querySelector(".latent-dimension[data-dimension='0'] .latent-strip");
        return c.getContext("2d").getImageData(8 * 28 + 14, 0, 1, 28).data.some((v, i) => i % 4 === 0 && v > 0); }""",
    )
    drawn, decoded = page.evaluate(
        """() => { const c = document.querySelector(".latent-dimension[data-dimension='0'] .latent-strip");
        const tile = c.getContext("2d").getImageData(2 * 28, 0, 28, 28).data.filter((_, i) => i % 4 === 0);
        return [[...tile], [...view.model.decode(Float32Array.of(-1.5, -1))].map((v) => 255 * v)]; }"""
    )
    assert np.abs(np.array(drawn) - np.array(decoded)).max() <= 0.51
    strip.click(position={"x": 3, "y": 3})
    wait_for_z(page, [-3, -1], 0)


# State


@pytest.mark.parametrize("model", [DIGITS, PROJECTED, AVATARS])
def test_address_restores_the_same_pixels(page: Page, model: str) -> None:
    open_latent(page, model)
    page.mouse.move(*at(page, 0, 0))
    page.mouse.down()
    page.mouse.move(*at(page, 0.7, -0.4), steps=3)
    page.mouse.up()
    page.mouse.move(2, 2)
    page.get_by_role("button", name="Images").click()
    wait_until(page, "() => states.at(-1)?.marks === 'thumbnails'")
    picture, state = page.evaluate(PIXELS), page.evaluate("() => states.at(-1)")
    entries = {name: value for name, value in state.items() if value is not None}
    page.evaluate("view.destroy()")
    open_latent(page, model, **entries)
    wait_for_picture(page, picture)
    assert page.evaluate("() => view.state.thumbnails")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"z": "1,2,3"}, "z=1,2,3, where z₁,z₂ is expected"),
        ({"z": "1,NaN"}, "z=1,NaN, where z₁,z₂ is expected"),
        ({"image": "2000"}, "image=2000, where 0 … 1999 is expected"),
        ({"layout": "<img onerror=alert(1)>"}, "layout=<img onerror=alert(1)>, where raw is expected"),
        ({"epsilon": "-1"}, "epsilon=-1, where 0 … "),
    ],
)
def test_bad_addresses_are_told_and_survived(page: Page, entry: dict[str, str], words: str) -> None:
    open_latent(page, **entry)
    assert words in page.locator(".latent-refused[role=alert]:visible").inner_text()
    assert len(z_of(page)) == 2


# Legend, spacing, languages


def test_legend_counts_and_picks_out(page: Page) -> None:
    open_latent(page)
    counts = [int(text) for text in page.locator(".legend-count").all_inner_texts()]
    assert sum(counts) == page.evaluate("() => view.map.count")
    page.locator(".legend-chip").nth(3).click()
    wait_until(
        page,
        """() => [...view.map.attributes.get("class").data]
        .every((code, i) => view.plot.legend.chosen(i) === (code === 3))""",
    )


def test_distances_from_prior_and_data(page: Page) -> None:
    open_latent(page, z="3,4")
    wait_until(page, "() => document.querySelector('.latent-data-distance').textContent.includes('farther than that')")
    prior = page.locator(".latent-prior-distance")
    expect(prior).to_contain_text("‖z‖ = 5.00")
    expect(prior).to_contain_text("< 0.1 %")  # exp(-25/2) is 0.0004 %
    page.evaluate("view.setLatent(Float32Array.of(1, 1))")
    expect(prior).to_contain_text(f"{100 * math.exp(-1):.1f} %")
    page.evaluate("view.setLatent(Float32Array.of(3, 4))")
    expect(prior).to_contain_text("‖z‖ = 5.00")
    distance, share = page.evaluate(
        """() => { const p = view.map.mean, n = view.map.count, far = (x, y, skip) => { let least = Infinity;
        for (let i = 0; i < n; i++) if (i !== skip) least = Math.min(least, Math.hypot(p[2*i] - x, p[2*i+1] - y));
        return least; };
        const d = far(3, 4, -1); let more = 0; for (let i = 0; i < n; i++) if (far(p[2*i], p[2*i+1], i) > d) more++;
        return [d, more / n]; }"""
    )
    text = page.locator(".latent-data-distance").inner_text()
    assert f"{distance:.3f} away" in text
    assert f"{100 * share:.1f} %" in text or (0 < share < 0.001 and "< 0.1 %" in text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("model", [DIGITS, PROJECTED, AVATARS])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_screen(page: Page, language: str, model: str, width: int) -> None:
    open_latent(page, model, language)
    page.set_viewport_size({"width": width, "height": 844})
    wait_until(page, "(width) => document.documentElement.scrollWidth === width", arg=width)
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".view-body *")]
        .filter((node) => node.firstChild?.nodeType === 3)
        .map((node) => parseFloat(getComputedStyle(node).fontSize)))"""
    )
    assert smallest >= 13


SECOND = """async (name) => {
  const { openModel } = await import("/browser/runtime/model.js");
  const { mount } = await import("/browser/views/latent.js");
  const root = document.createElement("div");
  root.style.width = "380px";
  document.querySelector(".explorer").append(root);
  const options = { model: await openModel(`/checkpoints/${name}`), t: view.t, state: { z: "1,1" } };
  window.second = await mount(root, options, { emit() {}, onUpdate() {}, link: () => "", checkpoints: [] });
}"""


def test_two_views_stand_on_one_page(page: Page) -> None:
    open_latent(page, z="0.5,0.5")
    page.evaluate(SECOND, DIGITS)
    ids = page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids)) > 0
    columns = "(row) => getComputedStyle(row).gridTemplateColumns.split(' ').length"
    assert [row.evaluate(columns) for row in page.locator(".latent-row").all()] == [5, 1], "widths are each view's own"
    page.locator(".latent-layer-moving").nth(1).focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, "() => Math.abs(second.state.z[0] - 1.1) < 1e-6")
    assert z_of(page) == [0.5, 0.5]
    page.evaluate("() => { second.destroy(); second.root.remove(); }")
