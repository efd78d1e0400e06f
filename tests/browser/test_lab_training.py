"""Training in the lab: live runs and forks, settings and their refusals, drawn data."""

from __future__ import annotations

import pytest
from lab_page import (
    ITERATIONS,
    PENALTY,
    RUN,
    Open,
    counted,
    expect_iteration,
    expect_picture,
    iteration,
    picture,
    press,
    setting,
    slider,
    wait_for_iteration,
)
from links import query
from playwright.sync_api import Page, expect
from waiting import wait_until


def moments(page: Page) -> int:
    return 1 + int(slider(page).get_attribute("max") or "")


def early_pictures(page: Page) -> dict[int, str]:
    """The pictures of moments 1, 2, 4, 8, … by iteration. Long runs keep every second, fourth, … of their moments."""
    found = {}
    for exponent in range((moments(page) - 1).bit_length()):
        slider(page).fill(str(2**exponent))
        # Both at once: what the worker sent last before it paused may still come.
        counters, pixels = page.evaluate(
            """() => [document.querySelector(".lab-counters").textContent,
              document.querySelector(".lab-plot-canvas-scene").toDataURL()]"""
        )
        found[counted(counters)] = pixels
    return found


def train(page: Page, least: int = 50) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_iteration(page, least)
    page.get_by_role("button", name="Pause training").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()


def draw_stroke(page: Page) -> None:
    canvas = page.locator(".lab-plot-canvas-over")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y - 60, steps=12)
    page.mouse.up()


def test_training_in_the_page_is_scrubbable_and_the_same_twice(open_lab: Open) -> None:
    # Without arrows: their scale depends on which moments were looked at before.
    page = open_lab(layers="real,fake,heat,decision,manifold")
    page.get_by_role("button", name="Start anew").click()
    expect_iteration(page, 0)
    train(page)
    first = early_pictures(page)
    assert list(first) == sorted(first)
    assert len(set(first.values())) == len(first) >= 6
    page.get_by_role("button", name="Start anew").click()
    expect_iteration(page, 0)
    train(page)
    second = early_pictures(page)
    shared = first.keys() & second.keys()
    assert shared
    assert [number for number in sorted(shared) if first[number] != second[number]] == []


def test_while_it_trains_the_player_follows_unless_the_visitor_went_back(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_iteration(page, 50)
    slider(page).focus()
    page.keyboard.press("Home")
    expect_iteration(page, 0)
    before = moments(page)
    wait_until(page, "(n) => Number(document.querySelector('.player-slider').max) + 1 !== n", arg=before)
    assert iteration(page) == 0
    page.keyboard.press("End")
    wait_for_iteration(page, 1)
    wait_for_iteration(page, iteration(page) + 20)


def test_a_fork_keeps_what_came_before_and_the_original(open_lab: Open) -> None:
    page = open_lab(layers="real,fake,heat,decision,manifold")  # the arrows' scale belongs to a run
    slider(page).focus()
    press(page, "Home", 0)
    for place in range(1, 5):
        press(page, "ArrowRight", place)
    here, pixels = iteration(page), picture(page)
    page.get_by_role("button", name="Train on from here").click()
    wait_for_iteration(page, here + 50)
    page.get_by_role("button", name="Pause training").click()
    runs = page.locator(".lab-runs button")
    expect(runs).to_have_text(["Recorded", f"Live 1, from iteration {here} of Recorded"])
    slider(page).focus()
    press(page, "Home", 0)
    for place in range(1, 5):
        press(page, "ArrowRight", place)
    expect_iteration(page, here)
    expect_picture(page, pixels)
    page.get_by_role("button", name="Fork from here").click()
    wait_for_iteration(page, here + 10)
    expect(runs).to_have_count(3)
    runs.first.click()
    expect_iteration(page, here)
    expect_picture(page, pixels)


@pytest.mark.parametrize(("which", "updates"), [("D", (0, 1, 0)), ("G", (0, 0, 1)), ("Both", (1, 1, 1))])
def test_single_steps(open_lab: Open, which: str, updates: tuple[int, int, int]) -> None:
    page = open_lab()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name=which, exact=True).click()
    number, discriminator, generator = updates
    counters = (
        f"iteration {number} · {discriminator} {'update' if discriminator == 1 else 'updates'} of D · {generator} of G"
    )
    expect(page.locator(".lab-counters")).to_have_text(counters)
    assert moments(page) == 2


def test_rates_act_on_the_run_and_other_settings_begin_a_new_one(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_role("button", name="Start anew").click()
    train(page)
    reached = iteration(page)
    setting(page, "optimisers.generator.learning_rate").fill("0.02")
    page.wait_for_url("**optimisers.generator.learning_rate=0.02*")
    assert iteration(page) == reached
    setting(page, "loss").select_option("hinge")
    expect_iteration(page, 0)
    expect(page.locator(".lab-runs button")).to_have_count(3)
    expect(setting(page, "optimisers.generator.learning_rate")).to_have_value("0.02")
    page.get_by_role("button", name="Moons").click()  # an untrained run gives way
    expect(page.locator(".lab-runs button")).to_have_count(3)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("generator.widths", "16, 500", "128"),
        ("generator.widths", "1 2 3 4 5 6", "5"),
        ("optimisers.discriminator.learning_rate", "-1", "0"),
        ("optimisers.discriminator.learning_rate", "", "10"),
        ("batch", "1e9", "1024"),
        ("seed", "<img src=x>", "NaN"),
        ("discriminator_steps", "11", "10"),
    ],
)
def test_absurd_settings_are_refused_beside_the_field_and_nothing_is_lost(
    open_lab: Open, field: str, text: str, said: str
) -> None:
    page = open_lab()
    before = picture(page)
    entry = setting(page, field)
    entry.fill(text)
    complaint = page.locator(f"[data-setting='{field}'] .complaint")
    expect(complaint).to_contain_text(said)
    expect(entry).to_have_attribute("aria-invalid", "true")
    assert picture(page) == before
    expect(page.locator(".lab-runs button")).to_have_count(1 if page.locator(".lab-runs").is_hidden() else 2)
    entry.fill({"batch": "32", "seed": "7", "generator.widths": "4"}.get(field, "1"))
    expect(complaint).to_be_hidden()


def test_the_gradient_penalty_is_offered_as_recorded_runs(open_lab: Open) -> None:
    page = open_lab()
    before = picture(page)
    setting(page, "loss").select_option("wasserstein_penalty")
    expect(page.locator(".lab-untrainable")).to_be_visible()
    expect(setting(page, "penalty")).to_be_visible()
    assert picture(page) == before


def test_drawn_data_are_trained_on_and_fit_into_a_link(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_role("button", name="Draw …").click()
    expect(page.get_by_role("button", name="Use these points")).to_be_disabled()
    draw_stroke(page)
    page.get_by_role("button", name="Use these points").click()
    expect(page.get_by_role("button", name="Draw …")).to_have_attribute("aria-pressed", "true")
    expect_iteration(page, 0)
    drawn = picture(page)
    page.wait_for_url("**data=drawn*")
    state = query(page)
    again = open_lab(**{key: state[key] for key in ("data", "points")})
    expect_iteration(again, 0)
    expect_picture(again, drawn)
    train(again, 20)


def test_drawing_can_be_called_off(open_lab: Open) -> None:
    page = open_lab()
    before = picture(page)
    page.get_by_role("button", name="Draw …").click()
    draw_stroke(page)
    page.get_by_role("button", name="Cancel").click()
    expect_picture(page, before)
    expect_iteration(page, ITERATIONS[RUN])


def test_leaving_the_lab_stops_its_threads(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_iteration(page, 20)
    assert len(page.workers) >= 1
    page.get_by_text("Recorded runs, good and bad (3)").click()
    page.locator(f".lab-card[data-run={PENALTY}]").click()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")
    expect_iteration(page, ITERATIONS[PENALTY])
    assert len(page.workers) <= 1  # the new run's own, for its measures
