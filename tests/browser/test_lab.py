"""The lab: recorded and live runs in one player, settings and their refusals, slow motion, drawn data, links."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from safetensors.torch import load_file
from site_server import Site

from explorer.cli.export import write_site
from explorer.families.planar_gan import PlanarGAN, load_flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.planar import floors, measure
from explorer.training.planar.command import Wording
from explorer.training.planar.finish import train_planar_gan

RUN = "lab-toy"
PENALTY = "lab-penalty"
DIVERGED = "lab-diverged"
SMALL: dict[str, Any] = {"generator": {"widths": [8]}, "discriminator": {"widths": [8]}, "batch": 64}
FAST = {kind: {"kind": "sgd", "learning_rate": 10.0} for kind in ("generator", "discriminator")}
SETTINGS: dict[str, dict[str, Any]] = {
    RUN: SMALL,
    PENALTY: {**SMALL, "loss": "wasserstein_penalty"},
    DIVERGED: {**SMALL, "loss": "least_squares", "optimisers": FAST},
}
ITERATIONS = {RUN: 200, PENALTY: 20, DIVERGED: 400}
SENTENCES = {"en": "The generator starts small. <b>Look</b> at its grid.", "zh": "生成器从很小开始。请看它的网格。"}
Open = Callable[..., Page]


PATIENCE = 60_000  # milliseconds; the page's worker shares the machine with everything else that is tested


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small recorded runs, of which one breaks off."""
    folder = tmp_path_factory.mktemp("lab") / "checkpoints"
    for name, content in SETTINGS.items():
        wording = Wording({"en": f"Run {name}", "zh": f"训练 {name}"}, SENTENCES)
        train_planar_gan(PlanarSettings.from_json(content), ITERATIONS[name], wording, folder / name)
    return folder


@pytest.fixture(scope="module")
def folder(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lab-site") / "site"
    write_site(out, checkpoints)
    return out


@pytest.fixture
def opened(page: Page, site: Site, folder: Path) -> Open:
    """Open a recorded run in the lab, with a query; returns once every moment of it is measured."""
    address = site.mount("lab", folder)
    page.set_default_timeout(PATIENCE)

    def go(model: str = RUN, **query: str) -> Page:
        page.goto(f"{address}?{urlencode({'model': model, 'view': 'lab', 'lang': 'en', **query})}")
        expect(page.locator(".player")).to_be_visible()
        return page

    return go


def query(page: Page) -> dict[str, str]:
    page.wait_for_timeout(500)  # the address is written at most every 300 ms
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def iteration(page: Page) -> int:
    """The iteration that the training bar counts."""
    return counted(page.locator(".lab-counters").inner_text())


def counted(counters: str) -> int:
    return int(counters.split("·")[0].replace("\u202f", "").split()[-1])


def wait_for_iteration(page: Page, least: int) -> None:
    page.wait_for_function(
        """(least) => Number(document.querySelector(".lab-counters").textContent
          .split("·")[0].replace("\u202f", "").match(/[0-9]+/)[0]) >= least""",
        arg=least,
    )


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Moment")


def picture(page: Page) -> str:
    """The plot's pixels, as a text to compare."""
    return str(page.locator(".lab-plot-canvas-scene").evaluate("(canvas) => canvas.toDataURL()"))


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


def chart(page: Page, title: str) -> Locator:
    return page.locator(".curves").filter(has=page.get_by_role("heading", name=title, exact=True))


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


def test_a_recorded_run_opens_at_its_end_with_its_two_sentences(opened: Open) -> None:
    page = opened()
    assert iteration(page) == ITERATIONS[RUN]
    expect(page.locator(".lab-description")).to_have_text(SENTENCES["en"])
    expect(page.get_by_role("tab", selected=True)).to_have_text("Lab")


def test_scrubbing_both_ways_gives_the_same_pictures_and_asks_for_nothing(opened: Open) -> None:
    page = opened()
    expect(chart(page, "Energy distance").locator(".curves-floor")).to_be_visible()  # everything has been loaded
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    end = picture(page)
    slider(page).focus()
    page.keyboard.press("Home")
    assert iteration(page) == 0
    seen = [picture(page)]
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        seen.append(picture(page))
    assert len(set(seen)) == len(seen)
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        seen.append(picture(page))
    assert seen == seen[:6] + seen[4::-1]
    page.keyboard.press("End")
    assert (picture(page), iteration(page), requests) == (end, ITERATIONS[RUN], [])


def test_keys_work_on_the_picture_too(opened: Open) -> None:
    page = opened()
    page.locator(".lab-picture").focus()
    page.keyboard.press("Home")
    assert iteration(page) == 0


def test_every_redraw_is_measured_from_its_input(opened: Open) -> None:
    page = opened()
    slider(page).focus()
    page.evaluate("performance.clearMeasures()")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    durations = page.evaluate("performance.getEntriesByName('explorer:lab').map(({ duration }) => duration)")
    assert len(durations) == 2
    assert min(durations) > 0


def test_the_curves_show_the_numbers_of_python(opened: Open, checkpoints: Path) -> None:
    page = opened()
    settings = PlanarSettings.from_json(SETTINGS[RUN])
    model = PlanarGAN(**settings.as_json())
    timeline = load_file(checkpoints / RUN / "timeline.safetensors")
    for network in ("generator", "discriminator"):
        load_flat_state(getattr(model, network), timeline[network][-1])
    expected = measure(model.eval())
    floor = floors(settings)
    energy = chart(page, "Energy distance")
    expect(energy.locator(".curves-floor .number")).to_contain_text(f"{floor.energy.mean:.3g}")
    for title, value in (
        ("Energy distance", expected.energy),
        ("Sliced Wasserstein", expected.sliced_wasserstein),
        ("High-quality share", expected.high_quality),
        ("Modes covered", expected.modes_covered),
        ("Accuracy of D", expected.accuracy),
    ):
        shown = chart(page, title).locator("output").first
        expect(shown).not_to_have_text("–")
        assert float(shown.inner_text()) == pytest.approx(value, rel=6e-3), title
    history = json.loads((checkpoints / RUN / "history.json").read_text(encoding="utf-8"))
    loss = history["rows"][-1][history["columns"].index("generator_loss")]
    assert float(chart(page, "Losses").locator("output").nth(1).inner_text()) == pytest.approx(loss, rel=6e-3)


def test_a_click_on_a_curve_goes_there(opened: Open) -> None:
    page = opened()
    box = chart(page, "Losses").locator(".curves-plot").bounding_box()
    assert box is not None
    chart(page, "Losses").locator(".curves-plot").click(position={"x": 56, "y": 40})
    assert iteration(page) < ITERATIONS[RUN] / 10


def test_a_wasserstein_critic_has_no_accuracy_and_cannot_be_trained_here(opened: Open) -> None:
    page = opened(PENALTY)
    assert page.get_by_role("heading", name="Accuracy of D").count() == 0
    expect(page.get_by_role("button", name="Train on from here")).to_be_disabled()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")


def test_a_diverged_run_says_where_and_stays_scrubbable(opened: Open, checkpoints: Path) -> None:
    page = opened(DIVERGED)
    text = page.locator(".lab-training-note")
    expect(text).to_contain_text("broke off at iteration")
    slider(page).focus()
    page.keyboard.press("Home")
    assert iteration(page) == 0
    expect(text).to_be_visible()


def test_training_in_the_page_is_scrubbable_and_the_same_twice(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Start anew").click()
    assert iteration(page) == 0
    train(page)
    first = early_pictures(page)
    assert list(first) == sorted(first)
    assert len(set(first.values())) == len(first) >= 6
    page.get_by_role("button", name="Start anew").click()
    assert iteration(page) == 0
    train(page)
    second = early_pictures(page)
    shared = first.keys() & second.keys()
    assert shared
    assert {number: first[number] for number in shared} == {number: second[number] for number in shared}


def test_while_it_trains_the_player_follows_unless_the_visitor_went_back(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_iteration(page, 50)
    slider(page).focus()
    page.keyboard.press("Home")
    assert iteration(page) == 0
    before = moments(page)
    page.wait_for_function("(n) => Number(document.querySelector('.player-slider').max) + 1 !== n", arg=before)
    assert iteration(page) == 0
    page.keyboard.press("End")
    reached = iteration(page)
    wait_for_iteration(page, reached + 20)


def test_a_fork_keeps_what_came_before_and_the_original(opened: Open) -> None:
    page = opened(layers="real,fake,heat,decision,manifold")  # the arrows' scale belongs to a run
    slider(page).focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    here, pixels, place = iteration(page), picture(page), slider(page).input_value()
    page.get_by_role("button", name="Train on from here").click()
    wait_for_iteration(page, here + 50)
    page.get_by_role("button", name="Pause training").click()
    runs = page.locator(".lab-runs button")
    assert runs.all_inner_texts() == ["Recorded", f"Live 1, from iteration {here} of Recorded"]
    slider(page).focus()
    page.keyboard.press("Home")
    for _ in range(int(place)):
        page.keyboard.press("ArrowRight")
    assert (iteration(page), picture(page)) == (here, pixels)
    page.get_by_role("button", name="Fork from here").click()
    wait_for_iteration(page, here + 10)
    expect(runs).to_have_count(3)
    runs.first.click()
    assert (iteration(page), picture(page)) == (here, pixels)


@pytest.mark.parametrize(("which", "updates"), [("D", (0, 1, 0)), ("G", (0, 0, 1)), ("Both", (1, 1, 1))])
def test_single_steps(opened: Open, which: str, updates: tuple[int, int, int]) -> None:
    page = opened()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name=which, exact=True).click()
    number, discriminator, generator = updates
    counters = f"iteration {number} · {discriminator} updates of D · {generator} of G"
    expect(page.locator(".lab-counters")).to_have_text(counters)
    assert moments(page) == 2


def test_rates_act_on_the_run_and_other_settings_begin_a_new_one(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Start anew").click()
    train(page)
    reached = iteration(page)
    page.locator("#lab-optimisers-generator-learning_rate").fill("0.02")
    page.wait_for_url("**optimisers.generator.learning_rate=0.02*")
    assert iteration(page) == reached
    page.locator("#lab-loss").select_option("hinge")
    assert iteration(page) == 0
    expect(page.locator(".lab-runs button")).to_have_count(3)
    expect(page.locator("#lab-optimisers-generator-learning_rate")).to_have_value("0.02")
    page.get_by_role("button", name="Moons").click()  # an untrained run gives way
    expect(page.locator(".lab-runs button")).to_have_count(3)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("generator-widths", "16, 500", "128"),
        ("generator-widths", "1 2 3 4 5 6", "5"),
        ("optimisers-discriminator-learning_rate", "-1", "0"),
        ("optimisers-discriminator-learning_rate", "", "10"),
        ("batch", "1e9", "1024"),
        ("seed", "<img src=x>", "NaN"),
        ("discriminator_steps", "11", "10"),
    ],
)
def test_absurd_settings_are_refused_beside_the_field_and_nothing_is_lost(
    opened: Open, field: str, text: str, said: str
) -> None:
    page = opened()
    before = picture(page)
    entry = page.locator(f"#lab-{field}")
    entry.fill(text)
    complaint = page.locator(".lab-field").filter(has=entry).locator(".complaint")
    expect(complaint).to_contain_text(said)
    expect(entry).to_have_attribute("aria-invalid", "true")
    assert picture(page) == before
    expect(page.locator(".lab-runs button")).to_have_count(1 if page.locator(".lab-runs").is_hidden() else 2)
    entry.fill({"batch": "32", "seed": "7", "generator-widths": "4"}.get(field, "1"))
    expect(complaint).to_be_hidden()


def test_the_gradient_penalty_is_offered_as_recorded_runs(opened: Open) -> None:
    page = opened()
    before = picture(page)
    page.locator("#lab-loss").select_option("wasserstein_penalty")
    expect(page.locator(".lab-untrainable")).to_be_visible()
    expect(page.locator("#lab-penalty")).to_be_visible()
    assert picture(page) == before


def test_drawn_data_are_trained_on_and_fit_into_a_link(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Draw …").click()
    expect(page.get_by_role("button", name="Use these points")).to_be_disabled()
    draw_stroke(page)
    page.get_by_role("button", name="Use these points").click()
    expect(page.get_by_role("button", name="Draw …")).to_have_attribute("aria-pressed", "true")
    assert iteration(page) == 0
    drawn = picture(page)
    state = query(page)
    assert state["data"] == "drawn"
    again = opened(**{key: state[key] for key in ("data", "points")})
    assert iteration(again) == 0
    assert picture(again) == drawn
    train(again, 20)


def test_drawing_can_be_called_off(opened: Open) -> None:
    page = opened()
    before = picture(page)
    page.get_by_role("button", name="Draw …").click()
    draw_stroke(page)
    page.get_by_role("button", name="Cancel").click()
    assert picture(page) == before
    assert iteration(page) == ITERATIONS[RUN]


def test_slow_motion_goes_by_key_and_puts_everything_back(opened: Open) -> None:
    page = opened()
    slider(page).focus()
    page.keyboard.press("ArrowLeft")
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
    expect(page.locator(".lab-step-numbers")).to_contain_text("Loss of D")
    expect(page.locator(".lab-node-discriminator-loss")).to_have_class("lab-node lab-node-discriminator-loss lab-lit")
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("Step 3 of 12")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("Step 7 of 12")
    expect(page.locator(".lab-frozen")).to_have_class("lab-node lab-node-discriminator lab-frozen")
    assert picture(page) != before
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    expect(page.locator(".lab-lit")).to_have_count(0)
    assert picture(page) == before


def test_slow_motion_tells_what_the_next_iteration_does(opened: Open) -> None:
    page = opened()
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
def test_layers_have_the_same_switch_in_graph_and_caption(opened: Open, place: str) -> None:
    page = opened()
    node = page.locator(".lab-graph [data-layer=heat]")
    word = page.locator(".lab-word-heat")
    before = picture(page)
    (node if place == "graph" else word).click()
    for each in (node, word):
        expect(each).to_have_attribute("aria-pressed", "false")
    assert picture(page) != before
    assert query(page)["layers"] == "real,fake,decision,arrows"
    again = opened(layers="real,fake,decision,arrows", arrows="discriminator")
    expect(again.locator(".lab-word-heat")).to_have_attribute("aria-pressed", "false")
    expect(again.locator("[data-value=discriminator]")).to_have_attribute("aria-pressed", "true")


def test_pointing_at_the_generator_morphs_and_leaving_puts_everything_back(opened: Open) -> None:
    page = opened()
    before = picture(page)
    page.locator(".lab-node-generator").hover()
    page.wait_for_timeout(150)
    assert picture(page) != before
    page.mouse.move(5, 5)
    assert picture(page) == before


def test_a_link_restores_run_settings_and_place(opened: Open) -> None:
    page = opened(iteration="40")
    assert 20 < iteration(page) < 60
    page = opened(loss="hinge", **{"generator.widths": "4,4", "optimisers.generator.kind": "sgd"})
    assert iteration(page) == 0
    expect(page.locator("#lab-loss")).to_have_value("hinge")
    expect(page.locator("#lab-generator-widths")).to_have_value("4, 4")
    state = query(page)
    assert (state["loss"], state["generator.widths"]) == ("hinge", "4,4")
    assert "batch" not in state


@pytest.mark.parametrize(
    "state", [{"batch": "0"}, {"loss": "nothing"}, {"data": "drawn", "points": "%%%"}, {"generator.widths": "a"}]
)
def test_impossible_links_are_refused_in_words(opened: Open, state: dict[str, str]) -> None:
    page = opened(**state)
    expect(page.locator(".lab-messages .message")).to_be_visible()
    assert iteration(page) == ITERATIONS[RUN]


def test_the_gallery_offers_every_recorded_run(opened: Open) -> None:
    page = opened()
    page.get_by_text("Recorded runs, good and bad (3)").click()
    cards = page.locator(".lab-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text(SENTENCES["en"])
    assert page.locator(".lab-card b").count() == 0
    page.locator(f".lab-card[data-run={PENALTY}]").click()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")
    assert query(page)["model"] == PENALTY


def test_chinese_and_dark(opened: Open) -> None:
    page = opened(lang="zh", __theme="dark")
    expect(page.locator(".lab-description")).to_have_text(SENTENCES["zh"])
    expect(page.get_by_role("button", name="慢动作")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_page(opened: Open, width: int) -> None:
    page = opened()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_leaving_the_lab_stops_its_threads(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_iteration(page, 20)
    assert len(page.workers) >= 1
    page.get_by_text("Recorded runs, good and bad (3)").click()
    page.locator(f".lab-card[data-run={PENALTY}]").click()
    expect(page.locator(".lab-training-note")).to_contain_text("second derivatives")
    page.wait_for_function("document.querySelector('.lab-counters').textContent.includes('20 ·')")
    assert len(page.workers) <= 1  # the new run's own, for its measures
