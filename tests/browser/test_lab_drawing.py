"""Drawing one's own data on the lab's plot, with real mouse, touch and key events."""

from __future__ import annotations

import re

import numpy as np
import pytest
from lab_plot_page import mount, page_position, pixel, settings_of
from playwright.sync_api import Page, expect
from waiting import wait_until

LEGEND = ".lab-plot-legend"
OVER = ".lab-plot-canvas-over"


def test_drawing_with_a_mouse(page: Page) -> None:
    """Two strokes, undo, clear; points 0.03 apart along the way, told after each change."""
    mount(page, settings_of())
    page.evaluate("() => { show({}); window.told = []; plot.startDrawing([], (points) => told.push(points)); }")
    stroke(page, (-1, 0), (0, 0), (0, 0.6))
    stroke(page, (0.5, 0.5), (0.5, 0.5))
    wait_until(page, "told.length === 2")
    first, both = (np.array(points) for points in page.evaluate("told"))
    assert len(both) == len(first) + 1
    assert first[0] == pytest.approx([-1, 0], abs=0.004)
    steps = np.linalg.norm(np.diff(first, axis=0), axis=1)
    np.testing.assert_allclose(steps[steps > 0.0299], 0.03, atol=1e-6)  # shorter only where the way bends
    assert len(first) == pytest.approx(1.6 / 0.03, abs=2)
    expect(page.locator(".lab-plot-drawn")).to_have_text(f"{len(both)} of at most 2000 points")
    assert page.locator(LEGEND).is_hidden()
    assert [len(told) for told in undo_and_clear(page)] == [len(first), 0]
    page.evaluate("plot.stopDrawing()")
    assert page.locator(".lab-plot-drawing").is_hidden()
    assert page.locator(LEGEND).is_visible()
    stroke(page, (-1, 0), (0, 0))
    assert page.evaluate("told.length") == 4


def undo_and_clear(page: Page) -> list[list[list[float]]]:
    told = []
    for count, name in enumerate(("Undo", "Clear"), start=3):
        page.get_by_role("button", name=name).click()
        wait_until(page, "(count) => told.length === count", arg=count)
        told.append(page.evaluate("told.at(-1)"))
    return told


def stroke(page: Page, start: tuple[float, float], *way: tuple[float, float]) -> None:
    """Press, move along the way, release."""
    page.mouse.move(*page_position(page, *start))
    page.mouse.down()
    for place in way:
        page.mouse.move(*page_position(page, *place), steps=7)
    page.mouse.up()


def test_a_drawing_is_painted_and_taken_up_again(page: Page) -> None:
    mount(page, settings_of(data="drawn", points=[[0.5, 0.25], [-0.5, 0.25]]))
    page.evaluate("() => { show({}); plot.startDrawing(settings.points, () => {}); }")
    opaque = """([x, y]) => {
      const { viewport } = plot;
      const context = document.querySelector(".lab-plot-canvas-over").getContext("2d");
      return context.getImageData(viewport.toX(x), viewport.toY(y), 1, 1).data[3] > 0;
    }"""
    assert page.evaluate(opaque, [0.5, 0.25])
    assert not page.evaluate(opaque, [0.5, -0.25])
    assert page.inner_text(".lab-plot-drawn") == "2 of at most 2000 points"
    assert pixel(page, 0, 0)[3] == 0  # a clean sheet


def test_a_drawing_is_never_larger_than_the_settings_take(page: Page) -> None:
    mount(page, settings_of(data="drawn", points=[[0, 0]] * 1995))
    page.evaluate("() => { show({}); plot.startDrawing(settings.points, (points) => (window.told = points)); }")
    stroke(page, (-1, 0), (1, 0))
    wait_until(page, "window.told?.length === 2000")
    expect(page.locator(".lab-plot-drawn")).to_have_text(re.compile("full$"))
    page.evaluate("delete window.told")
    stroke(page, (-1, 0.5), (1, 0.5))
    wait_until(page, "window.told?.length === 2000")


def test_drawing_outside_stays_on_the_edge(page: Page) -> None:
    mount(page, settings_of())
    page.evaluate("() => { show({}); plot.startDrawing([], (points) => (window.told = points)); }")
    x, y = page_position(page, 1, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 300, y, steps=5)
    page.mouse.up()
    wait_until(page, "window.told !== undefined")
    assert np.abs(page.evaluate("told")).max() <= 1.25


def test_drawing_with_keys(page: Page) -> None:
    mount(page, settings_of())
    page.evaluate("() => { show({}); plot.startDrawing([], (points) => (window.told = points)); }")
    page.focus(OVER)
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Space", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    wait_until(page, "window.told?.length === 2")
    assert np.array(page.evaluate("told")) == pytest.approx(np.array([[0.05, 0.1], [0.04, 0.1]]))
    page.keyboard.press("Backspace")
    wait_until(page, "told.length === 1")


def test_a_finger_draws(page: Page) -> None:
    mount(page, settings_of())
    page.evaluate("() => { show({}); plot.startDrawing([], (points) => (window.told = points)); }")
    assert page.eval_on_selector(OVER, "(node) => getComputedStyle(node).touchAction") == "none"
    client = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", (-0.6, 0)), ("touchMove", (0, 0)), ("touchMove", (0.6, 0)), ("touchEnd", None)):
        x, y = page_position(page, *place) if place else (0, 0)
        points = [{"x": x, "y": y}] if place else []
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    wait_until(page, "window.told !== undefined")
    told = np.array(page.evaluate("told"))
    assert (told[0, 0], told[-1, 0]) == pytest.approx((-0.6, 0.6), abs=0.03)
