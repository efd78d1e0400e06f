"""What a moment of a recurrent GAN holds while its melodies are not yet any."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from explorer.datasets import sequences
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import END, Notes, described
from explorer.training.sequences.data import windows
from explorer.training.sequences.evaluation import measure
from explorer.training.sequences.recorder import GANRecorder
from tests.training.toy_sequences import MELODY, toy_sets


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    toy_sets(monkeypatch)
    yield
    sequences._formula.cache_clear()


def test_melodies_that_end_at_once_have_no_intervals_and_stop_no_run(tmp_path: Path) -> None:
    held_out, trained = (windows("melodies", split, 8, False) for split in ("test", "train"))
    assert isinstance(held_out.kind, Notes)
    model = RecurrentGAN(**MELODY.model_arguments(described(held_out.kind), 0)).eval()
    kept = GANRecorder(tmp_path, 10, "non_saturating", held_out, trained, None)
    assert math.isfinite(kept.look(model)["measure.interval_distance"].item())
    with torch.no_grad():
        model.generator.output.bias[END] = 100.0
    seen = kept.look(model)
    assert math.isnan(seen["measure.interval_distance"].item())
    assert not seen["pitch"].any()
    assert not seen["duration"].any()


def test_melodies_are_measured_as_far_as_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    from explorer.training.sequences import evaluation

    monkeypatch.setattr(evaluation, "STRETCH", 6)
    monkeypatch.setattr(evaluation, "MELODIES", 12)
    kind = windows("melodies", "test", 8, False).kind
    torch.manual_seed(0)
    model = RecurrentGAN(**MELODY.model_arguments(described(kind), 0)).eval()
    with torch.no_grad():
        model.generator.output.weight *= 20.0
        model.generator.output.bias[END] = 1.0
    drawn = evaluation.generate(model, range(evaluation.FIRST_SEED, evaluation.FIRST_SEED + 12))
    whole = [each for each in kind.melodies(drawn) if len(each) >= 6]
    assert 0 < len(whole) < 12
    assert measure(model, "melodies").metrics["share_in_key"].count == len(whole)
