"""Every setting says what it means and what it may be, and refuses the rest by the same words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

import pytest

from explorer.errors import ExplorerError
from explorer.families.planar_settings import NetworkSettings, Noise, OptimiserSettings, PlanarSettings
from explorer.options import Option, Range, options
from explorer.training.classifier.settings import ClassifierSettings
from explorer.training.gan.settings import GANSettings
from explorer.training.language.settings import LanguageSettings
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import RunSettings
from explorer.training.vae.settings import VAESettings

RUNS: list[type[RunSettings]] = [
    VAESettings,
    GANSettings,
    ClassifierSettings,
    LanguageSettings,
    RecurrentGANSettings,
    NoteSettings,
]
PLANAR: list[type] = [PlanarSettings, Noise, NetworkSettings, OptimiserSettings]
ALL = [(settings, each) for settings in [*RUNS, *PLANAR] for each in options(settings)]


def name(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else value.name if isinstance(value, Option) else f"{value!r:.30}"


def outside(each: Option) -> Iterator[float]:
    """The nearest numbers that are not in its range."""
    assert each.values is not None
    for end, left_out, away in ((each.values.low, each.values.above, -1), (each.values.high, each.values.below, 1)):
        if left_out:
            yield end
        elif math.isfinite(end):
            yield end + away if each.kind is int else math.nextafter(end, away * math.inf)
    if each.kind is float:
        yield from (math.nan, math.inf, -math.inf)


def inside(each: Option) -> Iterator[float]:
    """The outermost numbers of its range."""
    assert each.values is not None
    for end, left_out, back in ((each.values.low, each.values.above, 1), (each.values.high, each.values.below, -1)):
        if math.isfinite(end):
            nearest = end + back if each.kind is int else math.nextafter(end, back * math.inf)
            yield nearest if left_out else each.kind(end)


def needed(settings: type) -> dict[str, str]:
    """What has no default."""
    return {each.name: "toy" for each in options(settings) if each.default is MISSING}


def made(settings: type, each: Option, value: Any) -> Any:
    """Settings with one value of their own."""
    return settings(**needed(settings) | {each.name: (value,) if each.several else value})


NUMBERS = [(settings, each) for settings, each in ALL if each.kind in (int, float)]
CHOICES = [(settings, each) for settings, each in ALL if each.choices]


@pytest.mark.parametrize("settings", RUNS, ids=name)
def test_every_field_is_an_option(settings: type[RunSettings]) -> None:
    assert [entry.name for entry in fields(settings)] == [each.name for each in options(settings)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("settings", "each"), ALL, ids=name)
def test_every_option_has_help(settings: type, each: Option) -> None:
    assert len(each.help) > 4
    assert each.help.endswith(".")
    assert ".." not in each.help


@pytest.mark.parametrize(("settings", "each"), CHOICES, ids=name)
def test_help_tells_the_choices(settings: type, each: Option) -> None:
    assert all(choice in each.help for choice in each.choices)


def test_help_tells_the_range() -> None:
    said = {each.name: each.help for each in options(VAESettings)}
    assert said["latent"] == "Latent dimensions; from 1 to 10000."
    assert said["warm_up"] == "Share of the steps over which β rises from zero; from 0 to 1."
    assert next(each for each in options(LanguageSettings) if each.name == "layers").help == "From 1 to 3."


@pytest.mark.parametrize("settings", [*RUNS, *PLANAR], ids=name)
def test_every_number_has_a_range(settings: type) -> None:
    assert all(each.values is not None for each in options(settings) if each.kind in (int, float))


@pytest.mark.parametrize(("settings", "each"), NUMBERS, ids=name)
def test_just_outside_its_range_a_number_is_refused_in_words(settings: type, each: Option) -> None:
    for value in outside(each):
        with pytest.raises(ExplorerError) as refused:
            made(settings, each, value)
        said = str(refused.value)
        assert (each.flag if settings in RUNS else each.name.removesuffix("s")) in said
        assert (each.expected if settings in RUNS else each.expected_entry) in said
        assert "\n" not in said


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        (VAESettings, {"average": 1.0}),
        (VAESettings, {"warm_up": 1.5}),
        (GANSettings, {"judge": 99}),
        (GANSettings, {"batch": 1}),
        (GANSettings, {"beta1": 1.0}),
        (GANSettings, {"decay": 1.5}),
        (GANSettings, {"clip": 0.0}),
        (RecurrentGANSettings, {"layers": 3}),
        (RecurrentGANSettings, {"chrono": 1}),
        (RecurrentGANSettings, {"chrono": 9, "cell": "gru"}),
        (NoteSettings, {"dropout": 1.0}),
        (LanguageSettings, {"layers": 4}),
        (ClassifierSettings, {"damage": 1.0}),
    ],
    ids=name,
)
def test_these_limits_hold_by_their_numbers(settings: type, given: dict[str, Any]) -> None:
    """Whatever the settings say that they are."""
    with pytest.raises(ExplorerError, match=f"--{next(iter(given))}".replace("_", "-")):
        settings("toy", **given)


@pytest.mark.parametrize(("settings", "each"), NUMBERS, ids=name)
def test_the_ends_of_its_range_are_taken(settings: type, each: Option) -> None:
    for value in inside(each):
        assert getattr(made(settings, each, value), each.name) == ((value,) if each.several else value)


@pytest.mark.parametrize(("settings", "each"), NUMBERS, ids=name)
def test_what_is_no_number_of_the_kind_is_refused(settings: type, each: Option) -> None:
    for value in ("3", True, None, 1.5 if each.kind is int else 1j):
        with pytest.raises(ExplorerError, match=each.name.removesuffix("s").replace("_", "[-_]")):
            made(settings, each, value)


@pytest.mark.parametrize(("settings", "each"), [pair for pair in NUMBERS if pair[1].several], ids=name)
def test_several_numbers_are_refused_where_one_of_them_is_wrong(settings: type, each: Option) -> None:
    with pytest.raises(ExplorerError, match="width"):
        settings(**needed(settings) | {each.name: (1, 0)})


@pytest.mark.parametrize("settings", [VAESettings, GANSettings, ClassifierSettings], ids=name)
def test_a_network_of_convolutions_has_a_width(settings: type) -> None:
    with pytest.raises(ExplorerError, match="--widths must be whole numbers from 1 to 10000 joined by commas, such as"):
        settings("toy", widths=())


@pytest.mark.parametrize(("settings", "each"), CHOICES, ids=name)
def test_what_is_no_choice_is_refused_by_naming_them_all(settings: type, each: Option) -> None:
    with pytest.raises(ExplorerError, match=f"of {', '.join(each.choices)}, got magic|of .*'magic'"):
        made(settings, each, "magic")


@pytest.mark.parametrize(("settings", "each"), [pair for pair in CHOICES if pair[0] in RUNS], ids=name)
def test_every_choice_is_taken(settings: type, each: Option) -> None:
    for choice in each.choices:
        assert choice in getattr(made(settings, each, choice), each.name)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (Range(), "a number"),
        (Range(0), "0 or more"),
        (Range(0, above=True), "positive"),
        (Range(100), "at least 100"),
        (Range(1, 3), "from 1 to 3"),
        (Range(0, 1, below=True), "from 0 to below 1"),
        (Range(0, 10, above=True), "above 0 to 10"),
        (Range(0, 2**53 - 1), "from 0 to 2^53 - 1"),
    ],
)
def test_ranges_are_said_in_words(values: Range, words: str) -> None:
    assert values.words == words


@pytest.mark.parametrize("settings", RUNS, ids=name)
def test_the_command_of_the_defaults_names_only_what_has_none(settings: type[RunSettings]) -> None:
    assert settings("toy").command("runs/x") == f"explorer train {settings.family} --data toy --out runs/x"  # type: ignore[call-arg]
