"""The Latent space view's pure functions against hand-computed values."""

from __future__ import annotations

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from explorer.philox import normals


def call(page: Page, module: str, expression: str) -> Any:
    """Evaluate an expression over a module ``m`` of the page."""
    return page.evaluate(f"async () => {{ const m = await import('/browser/{module}'); return {expression}; }}")


def test_prior_contours_hold_their_mass(runtime: Page) -> None:
    radii = call(runtime, "runtime/gaussian.js", "m.CONTOUR_MASSES.map(m.priorRadius)")
    # The length of a 2-D standard normal is Rayleigh distributed: r = sqrt(-2 ln(1 - p)).
    assert radii == pytest.approx([1.1774100226, 2.1459660263, 3.0348542587], rel=1e-9)


def test_ellipse_has_the_covariance_s_axes(runtime: Page) -> None:
    straight = call(runtime, "runtime/gaussian.js", "m.covarianceEllipse({x: 1, y: 2}, {xx: 0.09, xy: 0, yy: 0.25}, 2)")
    assert (straight["major"], straight["minor"]) == pytest.approx((1.0, 0.6))
    assert straight["angle"] == pytest.approx(math.pi / 2)
    # [[2, 1], [1, 2]] has eigenvalues 3 along the diagonal and 1 across it.
    tilted = call(runtime, "runtime/gaussian.js", "m.covarianceEllipse({x: 0, y: 0}, {xx: 2, xy: 1, yy: 2}, 1)")
    assert (tilted["major"], tilted["minor"], tilted["angle"]) == pytest.approx((math.sqrt(3), 1, math.pi / 4))


def test_ticks_are_round_numbers_inside_the_range(runtime: Page) -> None:
    assert call(runtime, "charts/geometry.js", "m.ticks(-0.23, 0.61, 5)") == [-0.2, 0, 0.2, 0.4, 0.6]
    assert call(runtime, "charts/geometry.js", "m.ticks(-3.2, 3.3, 6)") == [-2, 0, 2]
    assert call(runtime, "charts/geometry.js", "m.ticks(0, 1, 5)") == [0, 0.2, 0.4, 0.6, 0.8, 1]


def test_fitted_extent_keeps_units_square_and_holds_everything(runtime: Page) -> None:
    extent = call(runtime, "charts/geometry.js", "m.fitExtent([-1, 0, 5, 1], [{x: 0, y: 0, radius: 3}], 1.5)")
    assert (extent["right"] - extent["left"]) / (extent["top"] - extent["bottom"]) == pytest.approx(1.5)
    assert max(extent["left"], extent["bottom"]) <= -3
    assert extent["right"] >= 5
    assert extent["top"] >= 3


def test_inverse_distance_blend_by_hand(runtime: Page) -> None:
    rows = "Float32Array.of(0, 0, 3, 6)"
    mixed = call(
        runtime,
        "runtime/layouts.js",
        f"[...m.blend([{{index: 0, distance: 1}}, {{index: 1, distance: 2}}], {rows}, 2)]",
    )
    assert mixed == pytest.approx([0.6, 1.2])  # weights 1 and 1/4: shares 0.8 and 0.2
    exact = call(
        runtime,
        "runtime/layouts.js",
        f"[...m.blend([{{index: 1, distance: 0}}, {{index: 0, distance: 2}}], {rows}, 2)]",
    )
    assert exact == [3, 6]


def test_drawing_is_centred_and_scaled_like_mnist(runtime: Page) -> None:
    # A square of ink, 40 pixels wide, its middle at (70, 210): 20 of 28 target pixels, so 2 source pixels a pixel.
    window = call(
        runtime,
        "views/latent/resample.js",
        """(() => { const ink = new Float32Array(280 * 280);
        for (let y = 190; y < 230; y++) for (let x = 50; x < 90; x++) ink[y * 280 + x] = 1;
        return m.centringWindow(ink, {width: 280, height: 280}, 28); })()""",
    )
    assert window == pytest.approx({"x": 70 - 28, "y": 210 - 28, "scale": 2})


def test_resampling_is_the_mean_of_the_covered_area(runtime: Page) -> None:
    # A 3×3 ramp onto 2×2: each target pixel covers 1.5 source pixels a side.
    source = np.arange(9, dtype=np.float64).reshape(3, 3) / 8
    cover = np.array([[1, 0.5, 0], [0, 0.5, 1]]) / 1.5
    expected = cover @ source @ cover.T
    result = call(
        runtime,
        "views/latent/resample.js",
        f"[...m.resampleArea(Float32Array.from({json.dumps(source.ravel().tolist())}), {{width: 3, height: 3}}, "
        "{x: 0, y: 0, scale: 1.5}, {width: 2, height: 2})]",
    )
    assert result == pytest.approx(expected.ravel().tolist(), abs=1e-7)


def test_latents_survive_the_address(runtime: Page) -> None:
    values = np.random.default_rng(0).normal(size=64).astype(np.float32)
    values[:3] = 0, 0.1, -1e-7
    text = call(runtime, "views/latent/address.js", f"m.formatLatent(Float32Array.from({json.dumps(values.tolist())}))")
    assert np.array_equal(np.array(text.split(","), dtype=np.float32), values)
    assert text.startswith("0,0.1,-1e-7,")


def test_traversal_resets_the_other_dimensions(runtime: Page) -> None:
    rows = call(runtime, "views/latent/dimensions.js", "m.traverse(Float32Array.of(0.5, -1, 2), 1).map((z) => [...z])")
    assert [row[1] for row in rows] == [-3, -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25, 3]
    assert all((row[0], row[2]) == (0.5, 2) for row in rows)


def test_posterior_sample_is_mean_plus_deviation_times_noise(runtime: Page) -> None:
    sample = call(
        runtime,
        "views/latent/posterior.js",
        "Object.fromEntries(Object.entries(m.reparameterise({mean: [1, -2, 0], "
        "logVariance: [0, Math.log(0.25), -40]}, 11)).map(([name, values]) => [name, [...values]]))",
    )
    epsilon = normals(11, 2, 3)
    assert sample["epsilon"] == pytest.approx(epsilon.tolist())
    assert sample["deviation"] == pytest.approx([1, 0.5, math.exp(-20)])
    assert sample["sample"] == pytest.approx(
        [1 + epsilon[0], -2 + 0.5 * epsilon[1], math.exp(-20) * epsilon[2]], abs=1e-6
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480), ("png", 640, 480)),
        (b"GIF89a" + struct.pack("<HH", 320, 200) + bytes(8), ("gif", 320, 200)),
        (
            b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (1023).to_bytes(3, "little") + (767).to_bytes(3, "little"),
            ("webp", 1024, 768),
        ),
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(4) + b"\x2f" + (799 | 599 << 14).to_bytes(4, "little"), ("webp", 800, 600)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 550, 368), ("webp", 550, 368)),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + struct.pack(">HH", 30, 40) + bytes(9), ("jpeg", 40, 30)),
        (b"\xff\xd8\xff\xe0\xff\xff", None),
        (b"GIF89a\x01", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
    ],
)
def test_headers_tell_type_and_size(runtime: Page, content: bytes, expected: tuple[str, int, int] | None) -> None:
    found = call(runtime, "files/image-header.js", f"m.readImageHeader(Uint8Array.from({list(content)}))")
    assert (found and (found["type"], found["width"], found["height"])) == expected
