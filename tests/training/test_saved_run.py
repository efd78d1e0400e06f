"""What every run keeps while it trains: means since the row before, all of its seconds, and its last state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from explorer.training import saved_run
from explorer.training.saved_run import SAVE_SECONDS, SavedRun
from explorer.training.settings import TrainingError
from explorer.training.vae.settings import VAESettings

TOTAL = 5


@dataclass(frozen=True)
class Step:
    """One of a run that does nothing."""

    number: int
    loss: float


def begin(folder: Path) -> tuple[SavedRun, nn.Module]:
    """A run of five steps, or what is left of it, with a row of the log for every two."""
    model = nn.Linear(2, 1)
    updates = {"model": torch.optim.Adam(model.parameters())}
    return SavedRun(VAESettings("toy"), TOTAL, folder, model, updates, (), 2, ("loss",)), model


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stands at ``now`` seconds."""
    watch = SimpleNamespace(now=100.0)
    monkeypatch.setattr(saved_run, "time", SimpleNamespace(monotonic=lambda: watch.now))
    return watch


def test_a_row_has_the_means_since_the_row_before(tmp_path: Path) -> None:
    run, _ = begin(tmp_path)
    for number in range(1, TOTAL + 1):
        run.follow(Step(number, 10.0**number))
    assert run.rows == [(2, 55), (4, 5500), (5, 100_000)]


def test_a_run_that_goes_on_knows_its_rows_and_seconds_and_saves_its_last_step_at_once(
    tmp_path: Path, clock: SimpleNamespace
) -> None:
    first, _ = begin(tmp_path)
    for number in (1, 2):
        clock.now += SAVE_SECONDS / 2
        first.follow(Step(number, 1.0))
    clock.now += 0.5 * SAVE_SECONDS
    for number in (3, 4):  # too early to be saved again
        first.follow(Step(number, 2.0))
    clock.now = 1000.0
    second, _ = begin(tmp_path)
    assert (second.step, second.seconds, second.rows) == (2, SAVE_SECONDS, [(2, 1.0)])
    clock.now += 7
    for number in (3, 4, 5):
        second.follow(Step(number, 3.0))
    third, _ = begin(tmp_path)
    assert (third.step, third.seconds, third.rows) == (5, SAVE_SECONDS + 7, [(2, 1.0), (4, 3.0), (5, 3.0)])


def test_one_weight_that_is_no_number_leaves_the_state_before(tmp_path: Path, clock: SimpleNamespace) -> None:
    run, model = begin(tmp_path)
    clock.now += SAVE_SECONDS
    for number in (1, 2):
        run.follow(Step(number, 1.0))
    run.follow(Step(3, 1.0))
    with torch.no_grad():
        model.get_parameter("weight")[0, 1] = torch.nan
    clock.now += SAVE_SECONDS
    with pytest.raises(TrainingError, match=r"model\.weight is not finite after step 4"):
        run.follow(Step(4, 1.0))
    assert begin(tmp_path)[0].step == 2
