"""The page's colours: readable as text, and told apart by colour-blind eyes."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

STYLE = (Path(__file__).parents[1] / "explorer" / "browser" / "style.css").read_text(encoding="utf-8")
SELECTORS = {"light": ".explorer {", "dark": '.explorer[data-theme="dark"] {'}
MEETING = [
    ["mu", "sigma", "epsilon", "z"],
    ["real", "fake", "discriminator", "generator", "gradient"],
    ["gate-input", "gate-forget", "gate-output", "candidate", "cell", "hidden"],
    ["gate-reset", "gate-update", "candidate", "hidden"],
    [f"pin-{slot}" for slot in range(1, 7)],
    ["model-rnn", "model-gru", "model-lstm"],
    ["encoder", "decoder"],
]
"""Colours that appear in one picture."""

TEXT = ["text", "text-soft", "accent", "warning", *itertools.chain(*MEETING)]
GROUNDS = ["page", "panel", "raised"]

# Machado, Oliveira & Fernandes 2009, table 1, severity 1, for linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
CLEARLY_DIFFERENT = 10.0  # CIE 1976 ΔE; about 2.3 is just noticeable


def colours(theme: str) -> dict[str, str]:
    start = STYLE.index(SELECTORS[theme])
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", STYLE[start : STYLE.index("}", start)]))


def linear(colour: str) -> NDArray[np.float64]:
    encoded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ rgb.clip(0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_lab_of_white_is_100_0_0() -> None:
    np.testing.assert_allclose(lab(np.ones(3)), [100, 0, 0], atol=0.05)


@pytest.mark.parametrize("theme", SELECTORS)
def test_every_colour_is_readable_as_text(theme: str) -> None:
    palette = colours(theme)
    weak = {
        (name, ground): round(contrast(palette[name], palette[ground]), 2)
        for name in TEXT
        for ground in GROUNDS
        if contrast(palette[name], palette[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", SELECTORS)
def test_marked_controls_are_readable(theme: str) -> None:
    palette = colours(theme)
    assert contrast(palette["accent"], palette["accent-soft"]) >= 4.5
    assert contrast(palette["warning"], palette["warning-soft"]) >= 4.5
    assert min(contrast(palette["line-strong"], palette[ground]) for ground in GROUNDS) >= 3


@pytest.mark.parametrize("theme", SELECTORS)
@pytest.mark.parametrize("vision", VISION)
def test_colours_that_meet_are_told_apart(theme: str, vision: str) -> None:
    palette = colours(theme)
    close = {}
    for group in MEETING:
        for first, second in itertools.combinations(group, 2):
            seen = [lab(VISION[vision] @ linear(palette[name])) for name in (first, second)]
            if (difference := float(np.linalg.norm(seen[0] - seen[1]))) < CLEARLY_DIFFERENT:
                close[first, second] = round(difference, 1)
    assert close == {}


def test_no_type_is_smaller_than_13_pixels() -> None:
    sizes = {name: float(size) * 16 for name, size in re.findall(r"--(size-\w+): ([\d.]+)rem", STYLE)}
    assert min(sizes.values()) >= 13
    sheets = sorted((Path(__file__).parents[1] / "explorer" / "browser").rglob("*.css"))
    raw = {
        (sheet.name, value)
        for sheet in sheets
        for value in re.findall(r"font(?:-size)?:[^;]*?\b([\d.]+(?:px|rem|em))", sheet.read_text(encoding="utf-8"))
    }
    assert raw == set(), "sizes of type come from the scale in style.css"
