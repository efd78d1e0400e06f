"""Values, characters and classes in words."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page


def call(page: Page, module: str, name: str, *arguments: Any) -> Any:
    script = "async ([module, name, given]) => (await import(`/browser/parts/${module}.js`))[name](...given)"
    return page.evaluate(script, [module, name, list(arguments)])


@pytest.mark.parametrize(("value", "text"), [(-0.0001, "0.000"), (0, "0.000"), (-0.25, "−0.250"), (12.3456, "12.346")])
def test_no_zero_has_a_sign(runtime: Page, value: float, text: str) -> None:
    assert call(runtime, "symbols", "decimals", value) == text


def test_a_character_counts_once_wherever_it_is_in_unicode(runtime: Page) -> None:
    assert [call(runtime, "characters", "codePointsBefore", "a𝄞你b", offset) for offset in (0, 1, 3, 4, 5)] == [
        *(0, 1, 2, 3, 4)
    ]


def test_the_largest_share_of_a_blend_is_named_first(runtime: Page) -> None:
    script = """async (label) => {
      const { nameLabel } = await import("/browser/parts/subject-names.js");
      const { loadTranslator } = await import("/browser/i18n.js");
      const condition = { labels: { en: ["3", "5", "8"], zh: ["三", "五", "八"] } };
      return Promise.all(["en", "zh"].map(async (name) => nameLabel(label, condition, await loadTranslator(name))));
    }"""
    for label, words in (
        ([0.4, 0, 0.6], ["8 (60 %) + 3 (40 %)", "八（60%） + 三（40%）"]),
        ([0.75, 0.25, 0], ["3 (75 %) + 5 (25 %)", "三（75%） + 五（25%）"]),
        ([0, 1, 0], ["5", "五"]),
        (None, ["", ""]),
    ):
        assert runtime.evaluate(script, label) == words


def test_a_second_class_means_something_beside_a_first_alone(runtime: Page) -> None:
    script = """async ([entries]) => {
      const { AddressCodec } = await import("/browser/parts/address.js");
      const { CLASS_FIELDS } = await import("/browser/parts/class-fields.js");
      const { values, refused } = new AddressCodec(CLASS_FIELDS).read(entries, { condition: { values: ["a", "b"] } });
      return [values, refused.map(({ name }) => name)];
    }"""
    both = {"class": "a", "class2": "b"}
    assert runtime.evaluate(script, [both]) == [{"first": 0, "second": 1, "blend": 0.5}, []]
    assert runtime.evaluate(script, [{"class2": "b"}]) == [{"first": None, "second": None, "blend": 0}, ["class2"]]
    assert runtime.evaluate(script, [{**both, "blend": "0.25"}])[0]["blend"] == 0.25
    assert runtime.evaluate(script, [{"class": "a", "blend": "0.25"}])[1] == ["blend"]
