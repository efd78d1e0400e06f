"""Following a run while it trains: the page shows what the folder holds, as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect
from test_training import expect_sheet, expected_sheet
from timeline_toys import STEPS, history, measures, sheet_bytes, timeline, toy_run

from explorer.catalog import survey
from explorer.checkpoints import write_tensors
from explorer.ui.files import file_routes
from explorer.ui.runs import Runs, run_routes
from tests.serving import serving
from tests.ui.test_runs import DESCRIPTION

SHELL = """<!doctype html><html lang=en><title>test</title><link rel=icon href='data:,'><body><main></main>
<script type=module>
  import { mountPage } from "/browser/version/page.js";
  mountPage(document.querySelector("main"), { base: "/" });
</script></body></html>"""


class Trainer:
    """Writes a run folder as a training process would, a moment at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "state" / "moments").mkdir(parents=True)
        edges = timeline()[0]["histogram.edges"].tolist()
        described = {**DESCRIPTION, "name": folder.name, "edges": edges, "measures": measures()}
        (folder / "run.json").write_text(json.dumps(described))

    def log(self, text: str) -> None:
        with (self.folder / "history.jsonl").open("a") as file:
            file.write(text)

    def row(self, index: int) -> str:
        content = history()
        return json.dumps(dict(zip(content["columns"], content["rows"][index], strict=True))) + "\n"

    def record(self, moment: int) -> None:
        tensors = timeline()[0]
        names = [name for name in tensors if name.startswith(("histogram.r", "histogram.f", "measure."))]
        parts = {name: tensors[name][moment].clone() for name in names}
        path = self.folder / "state" / "moments" / f"{STEPS[moment]:08d}.safetensors"
        write_tensors(path, {"samples": sheet_bytes(moment), **parts})


@pytest.fixture
def trainer(tmp_path: Path) -> Trainer:
    return Trainer(tmp_path / "runs" / "gan")


@pytest.fixture
def address(tmp_path: Path, trainer: Trainer) -> Iterator[str]:
    """A server of the page, one checkpoint, and the trainer's run."""
    toy_run(tmp_path / "checkpoints" / "toy")
    followed = Runs(tmp_path / "runs")
    app = FastAPI()
    app.include_router(file_routes(survey(tmp_path / "checkpoints"), "version", followed))
    app.include_router(run_routes(followed))
    app.add_api_route("/", lambda: HTMLResponse(SHELL))
    with serving(app) as port:
        yield f"http://127.0.0.1:{port}/?model=runs/gan&lang=en"


def visit(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".training-tile").first).to_be_attached(timeout=60_000)


def test_rows_and_moments_are_shown_as_they_come(page: Page, address: str, trainer: Trainer) -> None:
    trainer.record(0)
    visit(page, address)
    expect(page.locator(".training-place")).to_contain_text("Recorded at step 0; training is at step 0 of 100")
    trainer.log(trainer.row(0))
    trainer.log(trainer.row(1)[:20])
    trainer.record(1)
    expect(page.locator(".training-place")).to_contain_text("Recorded at step 1; training is at step 5 of 100")
    expect(page.locator(".training-charts .chart")).to_have_count(6)
    trainer.log(trainer.row(1)[20:])
    expect(page.locator(".training-place")).to_contain_text("training is at step 10 of 100")
    expect_sheet(page, expected_sheet(1))


def test_who_looks_back_stays_there_and_a_follower_sees_the_end(page: Page, address: str, trainer: Trainer) -> None:
    for moment in range(3):
        trainer.record(moment)
    trainer.log(trainer.row(0))
    visit(page, address)
    page.get_by_role("button", name="Seed 2").click()
    page.locator(".player-slider").press("Home")
    trainer.record(3)
    expect(page.locator(".training-cell")).to_have_count(4)
    expect_sheet(page, expected_sheet(0))
    page.locator(".player-slider").press("End")
    trainer.record(4)
    expect(page.locator(".training-place")).to_contain_text("Recorded at step 40")
    (trainer.folder / "config.json").write_text("{}")
    expect(page.locator(".training-place")).to_have_text("Recorded at step 40")


def test_a_broken_row_is_said_and_what_was_there_stays(page: Page, address: str, trainer: Trainer) -> None:
    trainer.record(0)
    trainer.log(trainer.row(0))
    visit(page, address)
    trainer.record(1)
    (trainer.folder / "state" / "moments" / "00000003.safetensors").write_bytes(b"cut")
    expect(page.locator(".view-body .messages .message")).to_contain_text("00000003.safetensors")
    expect(page.locator(".training-place")).to_contain_text("Recorded at step")
    trainer.record(2)
    expect(page.locator(".training-place")).to_contain_text("Recorded at step 3")
    expect(page.locator(".view-body .messages .message")).to_have_count(0)
