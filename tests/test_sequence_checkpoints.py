"""What the shipped models of sequences are, and that they keep what their cards say."""

from __future__ import annotations

import pytest
import torch

from explorer.catalog import SHIPPED, Checkpoint, checkpoints, open_checkpoint
from explorer.checkpoints import read_json, read_tensors
from explorer.families.sequences import Signal
from explorer.graph.network import graph_json
from explorer.metrics.sequences.sines import nearest_waves
from explorer.probes.sequences import generate, write_melodies

NAMES = [config.name for config in checkpoints() if config.family in ("recurrent_gan", "notes")]


@pytest.fixture(params=NAMES, scope="module")
def shipped(request: pytest.FixtureRequest) -> Checkpoint:
    return open_checkpoint(SHIPPED / request.param)


def test_the_graph_is_what_the_model_exports(shipped: Checkpoint) -> None:
    assert read_json(shipped.folder / "graph.json") == graph_json(shipped.model)


def test_the_last_moment_is_what_ships(shipped: Checkpoint) -> None:
    timeline = read_tensors(shipped.folder / "timeline.safetensors")
    if shipped.config.family == "notes":
        (melody,) = write_melodies(shipped.model, [1], longest=16)
        assert timeline["pitch"][-1, 1, :16].tolist() == melody.tokens[:, 0].tolist()
    elif isinstance(shipped.model.sequence, Signal) and shipped.config.condition is None:
        made = shipped.model.sequence.values(generate(shipped.model, range(12)))
        torch.testing.assert_close(timeline["samples"][-1], made, atol=2e-3, rtol=2e-3)


def test_it_stays_light(shipped: Checkpoint) -> None:
    assert sum(path.stat().st_size for path in shipped.folder.iterdir()) < 1_000_000


def test_melodies_that_may_not_be_passed_on_are_not(shipped: Checkpoint) -> None:
    shared = shipped.config.dataset["name"] != "melodies"
    assert (shipped.folder / "examples.safetensors").exists() == shared


def test_the_sine_experiment_is_reproduced() -> None:
    """Esteban et al. 2017: what is generated are sine waves, and not those trained on."""
    checkpoint = open_checkpoint(SHIPPED / "rgan-sines")
    drawn = checkpoint.model.sequence.values(generate(checkpoint.model, range(5000, 5200))).numpy()
    explained = nearest_waves(drawn).explained.mean()
    stated = checkpoint.config.metrics["explained_share"]
    assert explained > 0.9
    assert explained == pytest.approx(stated["value"], abs=0.02)
    assert checkpoint.config.metrics["memorisation_p_value"]["value"] > 0.05
    assert checkpoint.config.metrics["frequency_distance"]["value"] < 0.15


def test_the_note_model_writes_melodies_of_its_own() -> None:
    metrics = open_checkpoint(SHIPPED / "lstm-melodies").config.metrics
    assert metrics["bits_per_note"]["high"] < metrics["unigram_bits_per_note"]["low"] - 1
    assert metrics["bits_below_trigram"]["low"] > 0
    assert metrics["share_in_key"]["value"] > 0.9
    assert metrics["longest_copied_run"]["value"] < metrics["longest_copied_run_floor"]["high"]
