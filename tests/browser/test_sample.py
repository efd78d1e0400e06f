"""The Sample view: the same pictures as Python, seed space, what is said about each sample, what can be taken away."""

from __future__ import annotations

import numpy as np
import pytest
from links import query
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from sample_page import DRAW, Open, expect_stage, pictures_of, settle, stage, tile

from explorer.catalog import SHIPPED, Checkpoint, open_checkpoint, survey
from explorer.probes.samples import latent, pictures, samples
from explorer.sheets import as_bytes

LARGEST = 9_007_199_254_740_000


def drag(page: Page, picture: Locator, dx: float, dy: float, steps: int = 8) -> None:
    box = picture.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=steps)
    page.mouse.up()


@pytest.mark.parametrize("name", [config.name for config in survey().configs if "Decodes" in config.capabilities])
def test_same_seed_gives_the_same_pixels_as_python(runtime: Page, name: str) -> None:
    """The sheet alone; that the view hands it the link's settings is the next test's."""
    assert runtime.evaluate(DRAW, [name, 7, 64])
    expected = as_bytes(samples(open_checkpoint(SHIPPED / name), seed=7, count=64).images)
    assert off_by(runtime, expected) <= 1


def test_the_view_shows_the_sheet_of_the_link(open_sample: Open, sample_checkpoint: Checkpoint) -> None:
    page = open_sample(seed="7", count="64")
    assert off_by(page, as_bytes(samples(sample_checkpoint, seed=7, count=64).images)) <= 1


def off_by(page: Page, expected: NDArray[np.uint8]) -> int:
    """Levels that the sheet is off; a value on the border of two levels may fall on either side."""
    shown = pictures_of(page.locator(".sheet .tile canvas"))[:, : expected.shape[1]]
    assert shown.shape == expected.shape
    return int(np.abs(shown - expected).max())


def test_a_link_restores_the_same_picture_and_the_scale_is_the_priors(
    open_sample: Open, sample_checkpoint: Checkpoint
) -> None:
    page = open_sample(seed="7", scale="0.5", pick="3", x="10.25", y="0.5")
    corners = {10: 0.375, 11: 0.125, 110: 0.375, 111: 0.125}
    z = sum(weight * latent(seed, 2, None, 0.5) for seed, weight in corners.items())
    expected = as_bytes(pictures(sample_checkpoint.model, np.asarray(z, np.float32)[None]))[0, 0].astype(int)
    assert np.abs(stage(page) - expected).max() <= 1
    assert np.abs(tile(page, 3) - expected).max() <= 1
    expect(page.locator(".corner-seed")).to_have_text(["10", "11", "110", "111"])
    expect(page.locator(".corner-weight")).to_have_text(["37.5 %", "12.5 %", "37.5 %", "12.5 %"])


@pytest.mark.parametrize("where", ["stage", "tile"])
def test_dragging_blends_and_asks_for_nothing(open_sample: Open, sample_checkpoint: Checkpoint, where: str) -> None:
    page = open_sample(seed="500", pick="4", count="16")
    before = tile(page, 4)
    page.evaluate("performance.clearMeasures()")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    picture = page.locator(".stage-picture") if where == "stage" else page.locator(".tile").nth(4)
    drag(page, picture, 80, 40)
    expect(page.locator(".stage-name")).to_contain_text("504.50")
    settle(page)
    state = query(page)
    assert requests == []
    assert (float(state["x"]), float(state["y"])) == (504.5, 0.25)
    corners = {504: 0.375, 505: 0.375, 604: 0.125, 605: 0.125}
    z = sum(weight * latent(seed, 2) for seed, weight in corners.items())
    expected = as_bytes(pictures(sample_checkpoint.model, np.asarray(z, np.float32)[None]))[0, 0].astype(int)
    assert np.abs(stage(page) - expected).max() <= 1
    assert np.abs(tile(page, 4) - expected).max() <= 1
    assert np.abs(before - expected).max() > 20
    measures = page.evaluate(
        "performance.getEntriesByName('explorer:sample').map(({ detail, duration }) => [detail, duration])"
    )
    assert measures
    assert all(detail == "drag" and duration > 0 for detail, duration in measures)


def test_snap_goes_to_the_nearest_seed_and_reset_goes_home(open_sample: Open) -> None:
    page = open_sample(seed="500", pick="4", count="16")
    home = stage(page)
    snap, reset = page.locator(".snap"), page.locator(".reset")
    expect(snap).to_be_disabled()
    expect(reset).to_be_disabled()
    drag(page, page.locator(".stage-picture"), 110, 0)  # 0.69 seeds
    snap.click()
    expect(page.locator(".stage-name")).to_have_text("Seed 505")
    expect_stage(page, tile(page, 5))
    expect(snap).to_be_disabled()
    reset.click()
    expect(page.locator(".stage-name")).to_have_text("Seed 504")
    expect_stage(page, home)
    expect(reset).to_be_disabled()
    assert "x" not in query(page)


def test_arrow_keys_move_the_sample_and_shift_moves_it_less(open_sample: Open) -> None:
    page = open_sample(seed="500")
    page.locator(".stage-picture").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowLeft")
    state = query(page)
    assert (float(state["x"]), float(state["y"])) == (500.09, 0.1)


def test_seed_space_ends_at_seed_zero(open_sample: Open) -> None:
    page = open_sample(seed="0")
    page.locator(".stage-picture").focus()
    for key in ("ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator(".stage-name")).to_have_text("Seed 0")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stage-name")).to_contain_text("0.10")


def test_picking_another_sample_sends_the_moved_one_home(open_sample: Open) -> None:
    page = open_sample(seed="500", count="16")
    home = tile(page, 0)
    drag(page, page.locator(".stage-picture"), 90, 90)
    expect(page.locator(".stage-name")).to_contain_text("500.56")
    assert np.abs(tile(page, 0) - home).max() > 0
    page.locator(".sheet .tile").nth(2).focus()
    page.locator(".stage-picture").focus()
    page.locator(".sheet .tile").nth(2).click()
    expect(page.locator(".stage-name")).to_have_text("Seed 502")
    settle(page)
    expect_stage(page, tile(page, 2))
    np.testing.assert_array_equal(tile(page, 0), home)


def test_arrow_keys_walk_the_sheet(open_sample: Open) -> None:
    page = open_sample(seed="500", count="16")
    page.locator(".sheet .tile").first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".sheet .tile").nth(3)).to_be_focused()
    assert query(page)["pick"] == "3"  # right, down two rows of four, up one, left two


def test_a_bad_seed_is_one_message_and_changes_nothing(open_sample: Open) -> None:
    page = open_sample(seed="7", count="16")
    before = stage(page)
    field = page.get_by_label("Seed", exact=True)
    complaint = page.locator(".controls > .complaint")
    for typed in ("", "-1", "1.5", "1e3", "seven", "９", str(LARGEST + 1), "9" * 400, "<img src=x onerror=alert(1)>"):
        field.fill(typed)
        expect(complaint).to_contain_text(f"whole number from 0 to {LARGEST}")
        expect(field).to_have_attribute("aria-invalid", "true")
        np.testing.assert_array_equal(stage(page), before, err_msg=typed)
    assert query(page)["seed"] == "7"
    field.fill("8")
    expect(complaint).to_be_hidden()
    expect(page.locator(".stage-name")).to_have_text("Seed 8")


def test_seed_keys_buttons_and_die(open_sample: Open) -> None:
    page = open_sample(seed="7", count="16")
    field = page.get_by_label("Seed", exact=True)
    field.press("ArrowUp")
    field.press("PageUp")
    page.get_by_role("button", name="Previous seed").click()
    expect(field).to_have_value("107")
    page.get_by_role("button", name="Roll").click()
    expect(field).not_to_have_value("107")
    rolled = field.input_value()
    assert 0 <= int(rolled) < 1_000_000
    expect(page.locator(".stage-name")).to_have_text(f"Seed {rolled}")
    assert query(page)["seed"] == rolled


def test_the_largest_seed_still_draws(open_sample: Open, sample_checkpoint: Checkpoint) -> None:
    page = open_sample(seed=str(LARGEST), count="16")
    expected = as_bytes(samples(sample_checkpoint, seed=LARGEST, count=16).images)[15, 0].astype(int)
    assert np.abs(tile(page, 15) - expected).max() <= 1


BAD_ENTRIES = [
    {"seed": "-3", "count": "17", "scale": "NaN", "prior": "__proto__", "pick": "36", "x": "-1", "compare": "<b>"},
    {"seed": "<img src=x onerror=alert(1)>", "scale": "2.1", "pick": "-1", "x": "Infinity", "y": "1e300"},
]


@pytest.mark.parametrize("entries", BAD_ENTRIES)
def test_bad_entries_in_the_link_are_refused_by_name(open_sample: Open, entries: dict[str, str]) -> None:
    page = open_sample(**entries)
    expect(page.locator(".view-body .messages .message")).to_have_count(len(entries))
    messages = page.locator(".view-body .messages .message").all_inner_texts()
    for name, value in entries.items():
        assert any(f"{name}={value}" in message for message in messages)
    assert page.locator(".explorer :is(img, b)").count() == 0
    expect(page.locator(".stage-name")).to_have_text("Seed 1000")


def test_scale_zero_shows_the_centre_everywhere(open_sample: Open, sample_checkpoint: Checkpoint) -> None:
    page = open_sample(seed="7", count="16")
    page.get_by_label("σ scale").fill("0")
    expect(page.locator(".prior-distance")).to_contain_text("‖z‖ = 0.00")
    settle(page)
    expected = as_bytes(pictures(sample_checkpoint.model, np.zeros((1, 2), np.float32)))[0, 0].astype(int)
    assert all(np.abs(tile(page, index) - expected).max() <= 1 for index in (0, 15))
    assert query(page)["scale"] == "0"


def test_touch_moves_the_sample(open_sample: Open) -> None:
    page = open_sample(seed="500", count="16")
    box = page.locator(".stage-picture").bounding_box()
    assert box is not None
    x, y = box["x"] + 100, box["y"] + 100
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        point = {"x": x + 10 * step, "y": y}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".stage-name")).not_to_have_text("Seed 500")
    settle(page)
    assert float(query(page)["x"]) == pytest.approx(500.5, abs=0.1)
