"""The page's settings of planar GANs: the same are taken and refused as in Python, in words."""

from __future__ import annotations

from typing import Any

import pytest
from planar_page import in_page
from playwright.sync_api import Page

from explorer.families.planar_settings import (
    NetworkSettings,
    Noise,
    OptimiserSettings,
    PlanarSettings,
    PlanarSettingsError,
)
from explorer.options import options
from tests.test_translations import CATALOGUES

CHECK = """const { checkSettings } = await load("settings");
  return argument.map((settings) => {
    try {
      return { settings: checkSettings(settings) };
    } catch (error) {
      return { key: error.key, values: error.values };
    }
  });"""

SOUND: list[dict[str, Any]] = [
    {},
    {"data": "drawn", "points": [[0, 0.5]]},
    {"generator": {"widths": []}, "discriminator": {"widths": [1, 128, 1, 1, 1], "normalisation": "spectral"}},
    {"loss": "wasserstein_penalty", "penalty": 0, "discriminator_steps": 10, "batch": 1024},
    {"optimisers": {"generator": {"kind": "sgd", "learning_rate": 10, "beta1": 0}}},
    {"seed": 2**53 - 1, "discriminator_steps": 0, "batch": 2, "noise": {"dimensions": 1}},
]

ABSURD: list[tuple[str, Any]] = [
    ("data", {"data": "swiss_roll"}),
    ("data", {"data": None}),
    ("points", {"points": [[0, 0]]}),
    ("points", {"data": "drawn"}),
    ("points", {"data": "drawn", "points": []}),
    ("points", {"data": "drawn", "points": [[0, 0]] * 2001}),
    ("points", {"data": "drawn", "points": [[0, 1.3]]}),
    ("points", {"data": "drawn", "points": [[0]]}),
    ("points", {"data": "drawn", "points": [[0, "0"]]}),
    ("noise.kind", {"noise": {"kind": "cauchy"}}),
    ("noise.dimensions", {"noise": {"dimensions": 3}}),
    ("noise", {"noise": 3}),
    ("generator.widths", {"generator": {"widths": [16] * 6}}),
    ("generator.widths", {"generator": {"widths": [0]}}),
    ("generator.widths", {"generator": {"widths": [129]}}),
    ("generator.widths", {"generator": {"widths": [1.5]}}),
    ("generator.widths", {"generator": {"widths": "16"}}),
    ("generator.normalisation", {"generator": {"normalisation": "spectral"}}),
    ("discriminator.activation", {"discriminator": {"activation": "gelu"}}),
    ("discriminator.normalisation", {"discriminator": {"normalisation": "batch"}, "loss": "wasserstein_penalty"}),
    ("loss", {"loss": "kl"}),
    ("clip", {"clip": 0}),
    ("clip", {"clip": -0.01}),
    ("penalty", {"penalty": -1}),
    ("penalty", {"penalty": 1e9}),
    ("optimisers.generator.kind", {"optimisers": {"generator": {"kind": "lion"}}}),
    ("optimisers.discriminator.learning_rate", {"optimisers": {"discriminator": {"learning_rate": 0}}}),
    ("optimisers.discriminator.learning_rate", {"optimisers": {"discriminator": {"learning_rate": "0.1"}}}),
    ("optimisers.discriminator.learning_rate", {"optimisers": {"discriminator": {"learning_rate": 11}}}),
    ("optimisers.generator.beta2", {"optimisers": {"generator": {"beta2": 1}}}),
    ("discriminator_steps", {"discriminator_steps": 11}),
    ("discriminator_steps", {"discriminator_steps": 0, "generator_steps": 0}),
    ("batch", {"batch": 1}),
    ("batch", {"batch": 1e9}),
    ("batch", {"batch": True}),
    ("seed", {"seed": -1}),
    ("seed", {"seed": 2**53}),
    ("momentum", {"momentum": 0.5}),
    ("generator.depth", {"generator": {"depth": 2}}),
]

PLACES: dict[str, tuple[type, str]] = {
    "data": (PlanarSettings, "data"),
    "noise": (Noise, "kind"),
    "dimensions": (Noise, "dimensions"),
    "activation": (NetworkSettings, "activation"),
    "width": (NetworkSettings, "widths"),
    "loss": (PlanarSettings, "loss"),
    "optimiser": (OptimiserSettings, "kind"),
    "learning_rate": (OptimiserSettings, "learning_rate"),
    "beta": (OptimiserSettings, "beta1"),
    "clip": (PlanarSettings, "clip"),
    "penalty": (PlanarSettings, "penalty"),
    "steps": (PlanarSettings, "generator_steps"),
    "batch": (PlanarSettings, "batch"),
    "seed": (PlanarSettings, "seed"),
}
"""What the page calls it, and whose setting it is in Python."""


def test_sound_settings_are_completed_as_in_python(runtime: Page) -> None:
    found = in_page(runtime, CHECK, SOUND)
    assert [each["settings"] for each in found] == [PlanarSettings.from_json(each).as_json() for each in SOUND]


def test_the_page_offers_what_python_takes(runtime: Page) -> None:
    offered = in_page(runtime, 'const { OPTIONS } = await load("settings"); return OPTIONS;')
    for place, (settings, name) in PLACES.items():
        (each,) = (each for each in options(settings) if each.name == name)
        if each.values is None:
            assert offered[place] == list(each.choices), place
        else:
            low, high = "above" if each.values.above else "least", "below" if each.values.below else "most"
            assert offered[place] == {low: each.values.low, high: each.values.high}, place


def test_absurd_settings_are_refused_at_their_place_in_words(runtime: Page) -> None:
    """Python refuses them too; every placeholder of the sentence has a value."""
    found = in_page(runtime, CHECK, [settings for _, settings in ABSURD])
    sentences = CATALOGUES["en"]
    for (place, settings), refusal in zip(ABSURD, found, strict=True):
        assert "key" in refusal, settings
        assert refusal["values"]["setting"] == place, settings
        assert "{" not in sentences[refusal["key"]].format_map(refusal["values"])
        with pytest.raises(PlanarSettingsError):
            PlanarSettings.from_json(settings)


@pytest.mark.parametrize("hostile", ["NaN", "Infinity", "-0.5", "[]", "{}", "null", "'16'", "() => 1"])
def test_no_number_is_taken_that_is_none(runtime: Page, hostile: str) -> None:
    keys = in_page(
        runtime,
        f"""const {{ checkSettings }} = await load("settings");
        const value = {hostile};
        const attempts = [{{ batch: value }}, {{ seed: value }}, {{ clip: value }}, {{ discriminator_steps: value }},
          {{ generator: {{ widths: [value] }} }}, {{ optimisers: {{ generator: {{ learning_rate: value }} }} }}];
        return attempts.map((settings) => {{
          try {{
            checkSettings(settings);
          }} catch (error) {{
            return error.key;
          }}
        }});""",
    )
    assert all(isinstance(key, str) and key.startswith("lab.error_") for key in keys), keys


def test_the_settings_that_come_back_are_a_copy(runtime: Page) -> None:
    kept = in_page(
        runtime,
        """const { DEFAULTS, checkSettings } = await load("settings");
        const settings = checkSettings({});
        settings.generator.widths.push(3);
        return DEFAULTS.generator.widths;""",
    )
    assert kept == [16, 16]


def test_the_gradient_penalty_is_not_trained_in_the_page(runtime: Page) -> None:
    key = in_page(
        runtime,
        """const { startLive } = await load("live");
        try {
          startLive({ loss: "wasserstein_penalty" });
        } catch (error) {
          return error.key;
        }""",
    )
    assert key == "lab.error_loss_recorded"
