"""Controls on an empty page: what is typed stays as typed, steps end at the ends, and tabs go round."""

from __future__ import annotations

from playwright.sync_api import Page, expect

MOUNT = """async () => {
  const load = (name) => import(`/browser/parts/${name}.js`);
  const [{ SeedField }, { createNumber }, { createTabBar }] = await Promise.all(["seed", "fields", "tabs"].map(load));
  const { LARGEST_SEED } = await import("/browser/runtime/seed-space.js");
  const { loadTranslator } = await import("/browser/i18n.js");
  window.told = [];
  window.largest = LARGEST_SEED;
  window.seed = new SeedField(await loadTranslator("en"), ({ seed }) => told.push(seed));
  window.number = createNumber({ label: "Rate", onInput: (value) => { told.push(value); number.show(value); } });
  const tabs = ["a", "b", "c"].map((id) => ({ id, title: id, name: `tab-${id}`, panel: `panel-${id}` }));
  window.bar = createTabBar({ label: "Tabs", tabs, chosen: "a", onChoose: (id) => told.push(id) });
  document.body.append(seed.node, seed.complaint, number.node, bar.node);
}"""


def test_seeds_are_stepped_from_nought_to_the_largest(page: Page) -> None:
    page.evaluate(MOUNT)
    page.evaluate("seed.show(largest - 1)")
    field = page.get_by_role("textbox", name="Seed")
    for key in ("ArrowUp", "ArrowUp", "PageUp", "ArrowDown", "PageDown"):
        field.press(key)
    assert page.evaluate("told.map((seed) => seed - largest)") == [0, -1, -101]
    page.evaluate("seed.show(1)")
    for key in ("ArrowDown", "ArrowDown", "PageDown"):
        field.press(key)
    assert page.evaluate("told.at(-1)") == 0
    expect(field).to_have_value("0")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_a_number_stays_as_typed_while_it_means_the_same(page: Page) -> None:
    page.evaluate(MOUNT)
    field = page.get_by_role("textbox", name="Rate")
    field.press_sequentially("0.50")
    expect(field).to_have_value("0.50")
    assert page.evaluate("told") == [0, 0, 0.5, 0.5]
    page.evaluate("number.show(0.25)")
    expect(field).to_have_value("0.25")


def test_arrow_keys_go_round_the_tabs(page: Page) -> None:
    page.evaluate(MOUNT)
    page.get_by_role("tab", name="a").focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("told") == ["c", "b", "c", "a", "b"]
    expect(page.get_by_role("tab", name="b")).to_be_focused()
    expect(page.get_by_role("tab", selected=True)).to_have_text("b")
