"""The Training view of sequence models: every moment shows what the timeline holds, and damage is told."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from sequence_toys import NOTES, STEPS, timeline, toy_sequences
from site_server import Site
from waiting import wait_until

from explorer.checkpoints import write_tensors
from explorer.cli.export import write_site

Open = Callable[..., Page]

READ = """async (url) => {
  const { openModel } = await import("/browser/runtime/model.js");
  try {
    const timeline = await (await openModel(url)).loadTimeline();
    const indices = [...Array(timeline.count).keys()];
    const all = (at) => timeline.steps.map((_, moment) => indices.map((i) => at(moment, i)));
    const list = (view) => Array.from(view);
    const { form } = timeline;
    return {
      steps: timeline.steps,
      values: form.kind === "signal" ? all((moment, i) => list(timeline.sequence(moment, i).values)) : null,
      notes: form.kind === "notes" ? all((moment, i) => timeline.sequence(moment, i).notes) : null,
      fake: timeline.judged ? all((moment, i) => list(timeline.judged.fake(moment, i))) : null,
      real: timeline.judged ? timeline.steps.map((_, moment) => list(timeline.judged.real(moment))) : null,
      labels: timeline.labels ? list(timeline.labels) : null,
    };
  } catch (error) {
    return { key: error.key, values: error.values };
  }
}"""


@pytest.fixture
def opened(page: Page, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Open:
    """Open the Training view of a model with a query."""
    if "sequence-training" not in site.folders:
        root = tmp_path_factory.mktemp("training")
        for name in ("notes-toy", "rgan-notes-toy", "rgan-signal-toy"):
            toy_sequences(root / "checkpoints" / name, name)
        write_site(root / "site", root / "checkpoints")
        site.mount("sequence-training", root / "site")

    def go(model: str, **query: str) -> Page:
        entries = {"view": "training", "model": model, "lang": "en", **query}
        page.goto(f"{site.url}/sequence-training/?{urlencode(entries)}")
        expect(page.locator(".training-place").first).not_to_be_empty()
        return page

    return go


def read(page: Page, site: Site, folder: Path) -> Any:
    return page.evaluate(READ, site.mount(f"timeline-{folder.parent.name}-{folder.name}", folder))


def test_a_timeline_is_what_its_file_holds(runtime: Page, site: Site, tmp_path: Path) -> None:
    found = read(runtime, site, toy_sequences(tmp_path / "toy", "rgan-signal-toy"))
    tensors, _ = timeline("rgan-signal-toy")
    assert found["steps"] == list(STEPS)
    np.testing.assert_array_equal(found["values"], tensors["samples"].float())
    np.testing.assert_array_equal(found["fake"], tensors["judgement.fake"].float())
    np.testing.assert_array_equal(np.float32(found["real"]), tensors["judgement.real"])
    assert found["labels"] == tensors["label"].tolist()


def note(pitch: int, duration: int) -> dict[str, float | None]:
    """What the page makes of a note's tokens."""
    return {"pitch": None if pitch == 1 else NOTES["pitches"][pitch - 2], "quarters": NOTES["durations"][duration]}  # type: ignore[index]


def test_melodies_stop_at_their_end(runtime: Page, site: Site, tmp_path: Path) -> None:
    found = read(runtime, site, toy_sequences(tmp_path / "toy", "notes-toy"))
    tensors, _ = timeline("notes-toy")
    for moment, row in enumerate(found["notes"]):
        for index, notes in enumerate(row):
            both = zip(tensors["pitch"][moment, index], tensors["duration"][moment, index], strict=True)
            assert notes == [note(int(pitch), int(duration)) for pitch, duration in islice(both, 13)]  # ends follow
    assert found["fake"] is None


@pytest.mark.parametrize(
    ("name", "change", "key"),
    [
        ("rgan-signal-toy", {"samples": torch.zeros(6, 6, 23)}, "runtime.tensorShape"),
        ("rgan-signal-toy", {"samples": torch.full((6, 6, 24), math.nan)}, "runtime.notFinite"),
        ("rgan-signal-toy", {"judgement.real": None}, "runtime.missingTensor"),
        ("notes-toy", {"pitch": torch.full((6, 6, 16), 99, dtype=torch.uint8)}, "runtime.tokens"),
        ("notes-toy", {"duration": torch.zeros(5, 6, 16, dtype=torch.uint8)}, "runtime.tensorShape"),
        ("notes-toy", {"step": torch.tensor([0, 10, 10, 20, 30, 40])}, "runtime.ascending"),
    ],
)
def test_damage_is_told(runtime: Page, site: Site, tmp_path: Path, name: str, change: dict[str, Any], key: str) -> None:
    folder = toy_sequences(tmp_path / "toy", name)
    tensors, metadata = timeline(name)
    kept = {entry: value for entry, value in {**tensors, **change}.items() if value is not None}
    write_tensors(folder / "timeline.safetensors", kept, metadata)
    assert read(runtime, site, folder)["key"] == key


def numbers(page: Page, chart: str) -> list[float]:
    """The legend's values of a chart, by its title, once the cursor has some."""
    figure = page.locator("figure.chart").filter(has=page.get_by_role("heading", name=chart, exact=True))
    values = figure.locator(".chart-legend output")
    expect(values.first).not_to_be_empty()
    return [float(text.replace("−", "-")) for text in values.all_inner_texts()]


def test_a_moment_shows_its_sequence_and_d_along_it(opened: Open) -> None:
    page = opened("rgan-signal-toy", step="100", pick="4")
    tensors, _ = timeline("rgan-signal-toy")
    expect(page.locator(".training-place")).to_have_text("Recorded at step 100")
    expect(page.locator(".sequence-tile[aria-pressed=true]")).to_have_text("early")
    plot = page.locator(".sequence-charts .chart-plot").first
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": 56 + (box["width"] - 68) * 7 / 23, "y": 40})  # sample 7 of 0 to 23
    value = tensors["samples"][2, 4, 7].item()
    assert numbers(page, "Signal")[0] == pytest.approx(value, rel=0.01)
    judged = [tensors["judgement.fake"][2, 4, 7], tensors["judgement.real"][2, 7]]
    assert numbers(page, "What D says at each step") == pytest.approx(
        [1 / (1 + math.exp(-float(each))) for each in judged], rel=0.01
    )
    page.locator(".sequence-tile").nth(1).click()
    expect(page.locator(".sequence-head h3")).to_have_text("Seed 1")


def test_melodies_of_a_moment_are_heard(opened: Open) -> None:
    page = opened("notes-toy", step="0")
    play = page.locator(".sequence-play")
    play.click()
    expect(page.locator(".sequence-roll .chart-cursor")).to_be_visible()
    play.click()
    expect(play).to_have_text("▶ Play")
    others = page.get_by_label("Beside it").locator("option")
    expect(others).to_have_count(3)  # none, and the two other models of sequences
    page.get_by_label("Beside it").select_option("rgan-notes-toy")
    expect(page.locator(".training-run")).to_have_count(2)
    expect(page.locator(".training-run").nth(1).locator(".training-place")).to_have_text("Recorded at step 0")


def test_it_fits_a_phone(opened: Open) -> None:
    page = opened("rgan-notes-toy", lang="zh")
    page.set_viewport_size({"width": 390, "height": 844})
    wait_until(page, "document.documentElement.scrollWidth === 390")
