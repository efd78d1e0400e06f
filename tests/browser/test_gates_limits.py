"""The gates view at its limits: links, refusals in words, unknown characters, motion and narrow screens."""

from __future__ import annotations

import pytest
from gates_page import ROUNDING, TEXT, Open, complaint, drawn, expect_position, field, places, shown_rows
from links import query
from playwright.sync_api import expect
from recurrent_toys import quantities, toy_model
from waiting import wait_until

from explorer.probes.writing import write


def test_a_link_restores_the_reading(open_gates: Open) -> None:
    page = open_gates("lstm-toy-layers", text=TEXT)
    page.locator(".gates-text").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Pin", exact=True).first.click()
    page.get_by_role("button", name="Cluster").click()
    page.get_by_label("Seed").fill("42")
    page.get_by_role("tab", name="Find units").click()
    page.locator(".gates-text").focus()
    page.keyboard.press("Shift+ArrowRight")
    state = query(page)
    expected = {
        **{"text": TEXT, "t": "2", "pins": "1.1", "unit": "1.1", "span": "1-2", "order": "cluster", "seed": "42"},
        **{"model": "lstm-toy-layers", "view": "gates", "lang": "en", "section": "find"},
    }
    assert state == expected  # what is as it is at first needs no entry
    again = open_gates(**state)
    expect_position(again, 3)
    expect(field(again)).to_have_value(TEXT)
    expect(again.locator(".find-query-answer")).to_contain_text("(characters 2–3)")
    expect(again.locator(".gates-unit")).to_have_text("Unit 1.1")
    expect(again.locator(".gates-rows").get_by_role("button", name="Unpin")).to_be_visible()
    expect(again.get_by_role("button", name="Cluster")).to_have_attribute("aria-pressed", "true")
    expect(again.get_by_label("Seed")).to_have_value("42")
    expect(again.get_by_role("tab", name="Find units")).to_have_attribute("aria-selected", "true")


def test_impossible_links_are_refused_in_words(open_gates: Open) -> None:
    refused = {
        **{"example": "99", "t": "-3", "unit": "7.1", "quantity": "forgetfulness", "pins": "0.1,0.99", "span": "b-3"},
        **{"seed": "0.5", "temperature": "NaN", "topk": "-1", "topp": "0", "section": "all", "order": "age"},
        **{"mark": "<b>", "clamps": "0.hidden.99.0", "alone": "no", "norm": "l1", "layout": "tsne", "colour": "red"},
    }
    page = open_gates(**refused)
    expect(complaint(page)).to_have_count(len(refused))
    for name, value in refused.items():
        expect(complaint(page).filter(has_text=f"The link says {name}={value}, where ")).to_be_visible()
    expect(complaint(page).filter(has_text="unit=7.1")).to_contain_text("0.0 … 0.23")
    page = open_gates(text="x" * 20_001)
    expect(complaint(page)).to_contain_text("20000")
    expect(field(page)).not_to_have_value("")


def test_impossible_settings_are_refused_and_extreme_ones_write(open_gates: Open) -> None:
    page = open_gates(text="One ", t="3", seed="3")
    model = toy_model("lstm-toy")

    def writes(temperature: float) -> None:
        page.get_by_role("button", name="Let it write on").click()
        expect(field(page)).to_have_value("One " + write(model, "One ", 100, 3, temperature).text)
        page.get_by_role("button", name="Undo").click()
        expect(field(page)).to_have_value("One ")

    for name, value in (("Temperature", "-1"), ("Top-p", "2"), ("Seed", "0.5"), ("Top-k", "x")):
        page.get_by_label(name).fill(value)
        expect(page.locator(".gates-editor .complaint").filter(has_text=name)).to_be_visible()
    writes(0.7)
    for temperature in (0, 1e9):
        page.get_by_label("Temperature").fill(str(temperature))
        page.locator(".gates-text").focus()
        page.keyboard.press("End")
        writes(temperature)


def test_too_much_text_is_refused_and_nothing_is_lost(open_gates: Open) -> None:
    page = open_gates(text=TEXT)
    prevented = field(page).evaluate(
        """(area) => {
          const data = new DataTransfer();
          data.setData("text/plain", "x".repeat(5_000_000));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          return !area.dispatchEvent(event);
        }"""
    )
    assert prevented
    expect(complaint(page)).to_contain_text("20000")
    field(page).fill("y" * 20_001)
    expect(complaint(page)).to_contain_text("20001")
    expect(field(page)).to_have_value(TEXT)
    field(page).fill("fine")
    expect(complaint(page)).to_have_count(0)


def test_unknown_characters_and_no_text_are_shown_as_what_they_are(open_gates: Open) -> None:
    text = "a 😀 שלום \x01 b"
    page = open_gates(text=text, t=str(len(text) - 1))
    model = toy_model("lstm-toy")
    expect(page.locator(".gates-line").first).to_have_text("a␣�␣����␣�␣b")
    for words in ("6 characters", "😀", "U+0001"):
        expect(page.locator(".gates-unknown")).to_contain_text(words)
    assert shown_rows(page) == pytest.approx(quantities(model, text)[-1, 0].reshape(6, -1)[:, 0], abs=ROUNDING)
    field(page).fill("")
    expect(page.locator(".gates-stepper > .note").first).to_be_visible()
    assert shown_rows(page) == pytest.approx(quantities(model, "")[0, 0].reshape(6, -1)[:, 0], abs=ROUNDING)
    assert places(page)["cellBefore"] == 0
    page.locator(".gates-text").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Let it write on").click()
    expect(field(page)).to_have_value(write(model, "", 100, 0, temperature=0.7).text)


def test_values_flow_on_a_step_unless_motion_is_unwanted(open_gates: Open) -> None:
    page = open_gates(text=TEXT, t="3")
    page.locator(".gates-text").focus()
    page.evaluate(
        """() => {
          window.flows = [];
          const { animate } = Element.prototype;
          Element.prototype.animate = function (...given) {
            flows.push(animate.apply(this, given));
            return flows.at(-1);
          };
        }"""
    )
    page.keyboard.press("ArrowRight")
    wait_until(page, "() => flows.length > 10 && flows.every(({ playState }) => playState === 'finished')")
    page.emulate_media(reduced_motion="reduce")
    before = page.evaluate("flows.length")
    page.keyboard.press("ArrowRight")
    expect_position(page, 6)
    assert page.evaluate("flows.length") == before


@pytest.mark.parametrize(
    ("name", "width", "language", "theme"),
    [
        ("lstm-toy-layers", 390, "zh", "dark"),
        ("lstm-toy-chinese", 390, "en", "light"),
        ("rnn-toy-layers", 768, "zh", "light"),
    ],
)
def test_a_walk_fits_the_screen(open_gates: Open, name: str, width: int, language: str, theme: str) -> None:
    page = open_gates(name, lang=language, __theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".gates-text").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".gates-guess:enabled").nth(1).click()
    for tab in page.locator(".gates-tabs [role=tab]").all():
        tab.click()
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


SECOND = """async () => {
  const files = ["runtime/model.js", "views/gates.js", "i18n.js"];
  const [{ openModel }, { mount }, { loadTranslator }] = await Promise.all(
    files.map((file) => import(`/gates/browser/${file}`)));
  const root = Object.assign(document.createElement("div"), { id: "second" });
  root.style.width = "380px";
  document.querySelector(".explorer").append(root);
  const [model, t] = await Promise.all([openModel("/gates/checkpoints/gru-toy-one-hot"), loadTranslator("en")]);
  const host = { emit() {}, onUpdate() {}, checkpoints: [], open: openModel };
  window.second = await mount(root, { model, t, state: { text: "The gates decide.", t: "2" } }, host);
}"""


def test_two_views_stand_on_one_page(open_gates: Open) -> None:
    page = open_gates(text=TEXT, t="3")
    page.evaluate(SECOND)
    first, second = (page.locator(f"{root} .gates-stepper .player-label") for root in (".view", "#second"))
    expect(second).to_have_text("3 of 17")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))
    columns = "(node) => getComputedStyle(node).gridTemplateColumns.split(' ').length"
    assert [node.evaluate(columns) for node in page.locator(".gates-first").all()] == [2, 1]  # each has its own width
    page.locator("#second .gates-unit").click()
    page.keyboard.press("ArrowRight")
    expect(second).to_have_text("4 of 17")
    page.locator(".view .gates-unit").click()
    page.keyboard.press("ArrowLeft")
    expect(first).to_have_text(f"3 of {len(TEXT)}")
    expect(second).to_have_text("4 of 17")
    page.evaluate("() => { second.destroy(); document.querySelector('#second').remove(); }")
