"""The lab: recorded runs that are scrubbed and measured, slow motion, layers, links, the gallery."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from boxes import overlaps
from lab_page import (
    DIVERGED,
    ITERATION,
    ITERATIONS,
    PENALTY,
    RUN,
    SENTENCES,
    SETTINGS,
    Open,
    chart,
    expect_iteration,
    expect_picture,
    iteration,
    picture,
    press,
    setting,
    slider,
)
from links import query
from playwright.sync_api import expect
from safetensors.torch import load_file
from waiting import wait_until

from explorer.families.planar_gan import PlanarGAN, load_flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import floors, measure

NUMBER = re.compile(r"\d")
"""What an output reads once its value is there."""


def test_a_recorded_run_opens_at_its_end_with_its_two_sentences(open_lab: Open) -> None:
    page = open_lab()
    assert iteration(page) == ITERATIONS[RUN]
    expect(page.locator(".lab-description")).to_have_text(SENTENCES["en"])
    expect(page.get_by_role("tab", selected=True)).to_have_text("Lab")


def test_scrubbing_both_ways_gives_the_same_pictures_and_asks_for_nothing(open_lab: Open) -> None:
    page = open_lab()
    expect(chart(page, "Energy distance").locator(".chart-floor")).to_be_visible()  # everything has been loaded
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    end, last = picture(page), int(slider(page).input_value())
    slider(page).focus()
    press(page, "Home", 0)
    expect_iteration(page, 0)
    seen = [picture(page)]
    for moment in range(1, 6):
        press(page, "ArrowRight", moment)
        seen.append(picture(page))
    assert len(set(seen)) == len(seen)
    for moment in range(4, -1, -1):
        press(page, "ArrowLeft", moment)
        seen.append(picture(page))
    assert seen == seen[:6] + seen[4::-1]
    press(page, "End", last)
    expect_picture(page, end)
    assert (iteration(page), requests) == (ITERATIONS[RUN], [])


def test_keys_work_on_the_picture_too(open_lab: Open) -> None:
    page = open_lab()
    page.locator(".lab-picture").focus()
    page.keyboard.press("Home")
    expect_iteration(page, 0)


def test_every_redraw_is_measured_from_its_input(open_lab: Open) -> None:
    page = open_lab()
    slider(page).focus()
    page.evaluate("performance.clearMeasures()")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    wait_until(page, "performance.getEntriesByName('explorer:lab').length === 2")
    durations = page.evaluate("performance.getEntriesByName('explorer:lab').map(({ duration }) => duration)")
    assert min(durations) > 0


def test_the_curves_show_the_numbers_of_python(open_lab: Open, lab_checkpoints: Path) -> None:
    page = open_lab()
    settings = PlanarSettings.from_json(SETTINGS[RUN])
    model = PlanarGAN(**settings.as_json())
    timeline = load_file(lab_checkpoints / RUN / "timeline.safetensors")
    for network in ("generator", "discriminator"):
        load_flat_state(getattr(model, network), timeline[network][-1])
    expected = measure(model.eval())
    floor = floors(settings)
    energy = chart(page, "Energy distance")
    expect(energy.locator(".chart-floor .number")).to_contain_text(f"{floor.energy.mean:.3g}")
    for title, value in (
        ("Energy distance", expected.energy),
        ("Sliced Wasserstein", expected.sliced_wasserstein),
        ("High-quality share", expected.high_quality),
        ("Modes covered", expected.modes_covered),
        ("Accuracy of D", expected.accuracy),
    ):
        shown = chart(page, title).locator("output").first
        expect(shown).to_have_text(NUMBER)
        assert float(shown.inner_text()) == pytest.approx(value, rel=6e-3), title
    history = json.loads((lab_checkpoints / RUN / "history.json").read_text(encoding="utf-8"))
    loss = history["rows"][-1][history["columns"].index("generator_loss")]
    drawn = chart(page, "Losses").locator("output").nth(1)
    expect(drawn).to_have_text(NUMBER)
    assert float(drawn.inner_text()) == pytest.approx(loss, rel=6e-3)


@pytest.mark.parametrize(
    ("language", "node", "series"),
    [
        ("en", "Loss of {}, last batch", "Loss of {}, mean over batches"),
        ("zh", "{} 的损失（最后一批）", "{} 的损失（批次平均）"),
    ],
)
def test_each_loss_says_of_what_it_is(
    open_lab: Open, lab_checkpoints: Path, language: str, node: str, series: str
) -> None:
    """The graph has the last batch's, the curve a mean; their names say so, in the file as well."""
    page = open_lab(lang=language)
    last = load_file(lab_checkpoints / RUN / "timeline.safetensors")["losses"][-1].tolist()
    history = json.loads((lab_checkpoints / RUN / "history.json").read_text(encoding="utf-8"))
    means = history["rows"][-1][1:3]
    losses = page.locator(".lab-charts .chart").first
    for index, network in enumerate(("D", "G")):
        kind = ("discriminator", "generator")[index]
        box = page.locator(f".lab-node-{kind}-loss")
        expect(box).to_contain_text(node.format(network))
        expect(box.locator(".number")).to_have_text(NUMBER)
        assert float(box.locator(".number").inner_text()) == pytest.approx(last[index], rel=6e-3)
        expect(losses.locator(".chart-legend")).to_contain_text(series.format(network))
        assert float(losses.locator("output").nth(index).inner_text()) == pytest.approx(means[index], rel=6e-3)
    losses.locator(".chart-menu > summary").click()
    with page.expect_download() as caught:
        losses.get_by_role("button", name="CSV").click()
    head = Path(caught.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
    assert all(series.format(network) in head for network in ("D", "G"))


def test_a_click_on_a_curve_goes_there(open_lab: Open) -> None:
    page = open_lab()
    chart(page, "Losses").locator(".chart-plot").click(position={"x": 56, "y": 40})
    wait_until(page, f"(most) => {ITERATION} < most", arg=ITERATIONS[RUN] / 10)


def test_a_wasserstein_critic_has_no_accuracy_and_cannot_be_trained_here(open_lab: Open) -> None:
    page = open_lab(PENALTY)
    assert page.get_by_role("heading", name="Accuracy of D").count() == 0
    expect(page.get_by_role("button", name="Train on from here")).to_be_disabled()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")


def test_a_diverged_run_says_where_and_stays_scrubbable(open_lab: Open, lab_checkpoints: Path) -> None:
    page = open_lab(DIVERGED)
    text = page.locator(".lab-training-note")
    expect(text).to_contain_text("broke off at iteration")
    slider(page).focus()
    page.keyboard.press("Home")
    expect_iteration(page, 0)
    expect(text).to_be_visible()


def test_slow_motion_goes_by_key_and_puts_everything_back(open_lab: Open) -> None:
    page = open_lab()
    slider(page).focus()
    press(page, "ArrowLeft", int(slider(page).input_value()) - 1)
    before = picture(page)
    page.get_by_role("button", name="Slow motion").click()
    words, steps = page.locator(".lab-step-words"), page.locator(".lab-step")
    expect(words).to_contain_text("Step 1 of 12")
    expect(steps).to_have_count(12)
    frozen = page.locator(".lab-frozen")
    expect(frozen).to_have_class("lab-node lab-node-generator lab-frozen")
    for key in ("ArrowRight", "Enter", "ArrowRight"):
        page.keyboard.press(key)
    expect(words).to_contain_text("Step 4 of 12")
    expect(page.locator(".lab-step-numbers")).to_contain_text("loss of D, this batch")
    expect(page.locator(".lab-node-discriminator-loss")).to_have_class("lab-node lab-node-discriminator-loss lab-lit")
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("Step 3 of 12")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 7 of 12")
    expect(page.locator(".lab-frozen")).to_have_class("lab-node lab-node-discriminator lab-frozen")
    expect_picture(page, before, same=False)
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    expect(page.locator(".lab-lit")).to_have_count(0)
    expect_picture(page, before)


def test_slow_motion_tells_what_the_next_iteration_does(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name="Slow motion").click()
    losses = []
    for number in range(1, 13):
        expect(page.locator(".lab-step-words")).to_contain_text(f"Step {number} of 12")
        if number in (4, 10):
            losses.append(page.locator(".lab-step-numbers dd").last.inner_text())
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Both", exact=True).click()
    expect(page.locator(".lab-counters")).to_contain_text("iteration 1 ")
    values = page.locator(":is(.lab-node-discriminator-loss, .lab-node-generator-loss) .number")
    expect(values.last).to_have_text(losses[0])
    expect(values.first).to_have_text(losses[1])


@pytest.mark.parametrize("place", ["graph", "caption"])
def test_layers_have_the_same_switch_in_graph_and_caption(open_lab: Open, place: str) -> None:
    page = open_lab()
    node = page.locator(".lab-graph [data-layer=heat]")
    word = page.locator(".lab-word-heat")
    before = picture(page)
    (node if place == "graph" else word).click()
    for each in (node, word):
        expect(each).to_have_attribute("aria-pressed", "false")
    expect_picture(page, before, same=False)
    assert query(page)["layers"] == "real,fake,decision,arrows"
    again = open_lab(layers="real,fake,decision,arrows", arrows="discriminator")
    expect(again.locator(".lab-word-heat")).to_have_attribute("aria-pressed", "false")
    expect(again.locator("[data-value=discriminator]")).to_have_attribute("aria-pressed", "true")


def test_pointing_at_the_generator_morphs_and_leaving_puts_everything_back(open_lab: Open) -> None:
    page = open_lab()
    before = picture(page)
    page.locator(".lab-node-generator").hover()
    expect_picture(page, before, same=False)
    page.mouse.move(5, 5)
    expect_picture(page, before)


def test_a_link_restores_run_settings_and_place(open_lab: Open) -> None:
    page = open_lab(iteration="40")
    assert 20 < iteration(page) < 60
    page = open_lab(loss="hinge", **{"generator.widths": "4,4", "optimisers.generator.kind": "sgd"})
    expect_iteration(page, 0)
    expect(setting(page, "loss")).to_have_value("hinge")
    expect(setting(page, "generator.widths")).to_have_value("4, 4")
    state = query(page)
    assert (state["loss"], state["generator.widths"]) == ("hinge", "4,4")
    assert "batch" not in state


@pytest.mark.parametrize(
    "state", [{"batch": "0"}, {"loss": "nothing"}, {"data": "drawn", "points": "%%%"}, {"generator.widths": "a"}]
)
def test_impossible_links_are_refused_in_words(open_lab: Open, state: dict[str, str]) -> None:
    page = open_lab(**state)
    expect(page.locator(".view-body .messages .message").first).to_be_visible()
    assert iteration(page) == ITERATIONS[RUN]


def test_the_gallery_offers_every_recorded_run(open_lab: Open) -> None:
    page = open_lab()
    page.get_by_text("Recorded runs, good and bad (3)").click()
    cards = page.locator(".lab-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text(SENTENCES["en"])
    assert page.locator(".lab-card b").count() == 0
    page.locator(f".lab-card[data-run={PENALTY}]").click()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")
    assert query(page)["model"] == PENALTY


def test_chinese_and_dark(open_lab: Open) -> None:
    page = open_lab(lang="zh", __theme="dark")
    expect(page.locator(".lab-description")).to_have_text(SENTENCES["zh"])
    expect(page.get_by_role("button", name="慢动作")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_page(open_lab: Open, width: int) -> None:
    page = open_lab()
    page.set_viewport_size({"width": width, "height": 900})
    wait_until(page, "(width) => innerWidth === width && document.documentElement.scrollWidth <= width", arg=width)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_the_graph_keep_clear_of_each_other_on_a_phone(open_lab: Open, language: str) -> None:
    page = open_lab(lang=language)
    page.set_viewport_size({"width": 360, "height": 800})
    wait_until(page, "document.querySelector('.lab-graph').clientWidth < 360")
    boxes = page.locator(".lab-node-name, .lab-node-generator-loss, .lab-node-discriminator-loss").evaluate_all(
        """(nodes) => nodes.filter((node) => !node.parentElement.matches("[class*=-loss]"))
          .map((node) => node.getBoundingClientRect().toJSON())"""
    )
    assert len(boxes) == 7
    assert overlaps(boxes) == []
