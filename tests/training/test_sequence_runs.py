"""Runs over sequences: the same twice and after a stop, measured and packed as docs/format.md says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import open_checkpoint, survey
from explorer.checkpoints import read_json, read_tensors
from explorer.datasets import sequences
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import END, Notes, Signal
from explorer.graph.network import graph_json
from explorer.metrics.record import read_record
from explorer.metrics.sequences.melodies import intervals, n_gram_bits, shares, total_variation
from explorer.probes.sequences import SequenceError, generate, write_melodies
from explorer.training import saved_run
from explorer.training.sequences import evaluation, recorder
from explorer.training.sequences.data import padded, windows
from explorer.training.sequences.evaluation import measure
from explorer.training.sequences.launch import train_note_model, train_recurrent_gan
from explorer.training.sequences.likelihood import note_bits
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings
from explorer.training.settings import TrainingError
from tests.training.toy_sequences import MELODY, NOTES, SIGNAL, toy_sizes

RUNS: dict[str, RecurrentGANSettings | NoteSettings] = {
    "rgan-signal": replace(SIGNAL, conditional=True),
    "rgan-melody": MELODY,
    "note-model": NOTES,
}


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    toy_sizes(monkeypatch)
    yield
    sequences._formula.cache_clear()


def train(settings: RecurrentGANSettings | NoteSettings, out: Path, **options: Any) -> None:
    if isinstance(settings, NoteSettings):
        train_note_model(settings, out, **options)
    else:
        train_recurrent_gan(settings, out, **options)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        toy_sizes(patch)
        for name, settings in RUNS.items():
            train(settings, folder / name)
    return {name: folder / name for name in RUNS}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_was_killed_ends_as_if_it_had_not_been(
    name: str, runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_run, "SAVE_SECONDS", 0.0)

    def stop(step: Any, total: int) -> None:
        if step.number == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(RUNS[name], tmp_path / name, progress=stop)
    with pytest.raises(TrainingError, match="other settings"):
        train(replace(RUNS[name], seed=1), tmp_path / name)
    train(RUNS[name], tmp_path / name)
    for file in ("model.safetensors", "timeline.safetensors"):
        whole, resumed = load_file(runs[name] / file), load_file(tmp_path / name / file)
        assert set(whole) == set(resumed)
        assert all(torch.equal(value, resumed[key]) for key, value in whole.items())
    for file in ("history.json", "evaluation.json", "graph.json"):
        assert (tmp_path / name / file).read_text() == (runs[name] / file).read_text()


@pytest.mark.parametrize("name", RUNS)
def test_the_folder_is_a_checkpoint_that_can_be_listed(name: str, runs: dict[str, Path]) -> None:
    listed = survey(runs[name].parent)
    assert listed.problems == {}
    (config,) = [each for each in listed.configs if each.name == name]
    assert config.family == ("notes" if name == "note-model" else "recurrent_gan")
    assert config.image is None
    model = open_checkpoint(runs[name]).model
    assert read_json(runs[name] / "graph.json") == graph_json(model)
    assert read_record(runs[name]).robustness == {}
    assert config.title["en"] in (runs[name] / "README.md").read_text()
    assert config.training["command"].startswith("explorer train ")


def described(path: Path) -> dict[str, Any]:
    import json

    with safe_open(path, "pt") as file:
        content: dict[str, Any] = json.loads(file.metadata()["timeline"])
    return content


def test_the_last_moment_is_what_the_shipped_generator_makes(runs: dict[str, Path]) -> None:
    folder = runs["rgan-signal"]
    checkpoint, timeline = open_checkpoint(folder), load_file(folder / "timeline.safetensors")
    model, count = checkpoint.model, recorder.SHOWN
    assert isinstance(model.sequence, Signal)
    label = torch.eye(2)[timeline["label"].long()]
    made = generate(model, range(count), label)
    torch.testing.assert_close(timeline["samples"][-1].float(), model.sequence.values(made), atol=1e-3, rtol=1e-3)
    judged = model.judge_steps(made, label)
    torch.testing.assert_close(timeline["judgement.fake"][-1].float(), judged, atol=1e-3, rtol=1e-3)
    assert timeline["judgement.real"].shape == (len(timeline["step"]), 30)
    assert timeline["histogram.fake"].sum(1).tolist() == pytest.approx([1] * len(timeline["step"]))
    assert described(folder / "timeline.safetensors")["kind"] == "sequences"
    assert set(described(folder / "timeline.safetensors")["measures"]) == {"mmd2"}
    assert timeline["step"].tolist()[:: len(timeline["step"]) - 1] == [0, SIGNAL.steps]


def test_the_last_moment_of_melodies_is_what_ships(runs: dict[str, Path]) -> None:
    for name in ("rgan-melody", "note-model"):
        model, timeline = open_checkpoint(runs[name]).model, load_file(runs[name] / "timeline.safetensors")
        pitch, duration = timeline["pitch"][-1].long(), timeline["duration"][-1].long()
        if isinstance(model, NoteModel):
            for row, written in enumerate(write_melodies(model, range(recorder.SHOWN), 1.0, recorder.KEPT)):
                size = len(written.tokens)
                np.testing.assert_array_equal(torch.stack([pitch, duration], -1)[row, :size], written.tokens)
                assert (pitch[row, size:] == END).all()
        else:
            assert isinstance(model.sequence, Notes)
            tokens = model.sequence.tokens(generate(model, range(recorder.SHOWN)))
            assert torch.equal(torch.stack([pitch, duration], -1), tokens)
        assert ((pitch == END) == (duration == 0)).all()


def test_a_moment_is_measured_beside_as_many_real_sequences(runs: dict[str, Path]) -> None:
    """On seeds from 0 on, and on a seeded choice of held-out sequences; the floor is of sequences trained on."""
    folder, size = runs["rgan-melody"], recorder.MEASURED
    model, timeline = open_checkpoint(folder).model, load_file(folder / "timeline.safetensors")
    kind = model.sequence
    real, trained = (windows("melodies", split, kind.length, False) for split in ("test", "train"))
    rows = torch.from_numpy(np.random.default_rng(0).permutation(len(real.stored))[:size])
    wanted = shares(intervals(real.melodies(rows), kind))
    made = generate(model, range(size))
    value = total_variation(shares(intervals(kind.melodies(made), kind)), wanted)
    assert timeline["measure.interval_distance"][-1].item() == pytest.approx(value)
    floor = described(folder / "timeline.safetensors")["measures"]["interval_distance"]["floor"]
    random = np.random.default_rng(1)
    draws = [torch.from_numpy(random.permutation(len(trained.stored))[:size]) for _ in range(recorder.DRAWS)]
    values = [total_variation(shares(intervals(trained.melodies(draw), kind)), wanted) for draw in draws]
    assert floor["value"] == pytest.approx(np.mean(values))
    assert min(values) <= floor["low"] < floor["value"] < floor["high"] <= max(values)
    edges = timeline["histogram.edges"].numpy()
    heard = {"real": real.numbers(rows), "fake": kind.numbers(kind.tokens(made))}
    for name, numbers in heard.items():
        outputs = model.judge_steps(numbers)
        stood = np.histogram(outputs.mean(1).numpy(), edges)[0] / size
        np.testing.assert_allclose(timeline[f"histogram.{name}"][-1], stood, atol=1.01 / size)
    expected = model.judge_steps(heard["real"]).mean(0)
    torch.testing.assert_close(timeline["judgement.real"][-1].float(), expected, atol=1e-3, rtol=1e-3)
    assert load_file(runs["rgan-signal"] / "timeline.safetensors")["label"].tolist() == [0, 1] * (recorder.SHOWN // 2)


def test_history_has_what_the_page_charts(runs: dict[str, Path]) -> None:
    history = read_json(runs["rgan-signal"] / "history.json")
    assert history["columns"][:5] == [
        "step",
        "discriminator_loss",
        "generator_loss",
        "discriminator_gradient",
        "generator_gradient",
    ]
    assert [row[0] for row in history["rows"]] == [20, 40, 60]
    assert read_json(runs["note-model"] / "history.json")["columns"] == [
        "step",
        "loss",
        "gradient_norm",
        "learning_rate",
    ]


def test_only_what_may_be_passed_on_is(runs: dict[str, Path]) -> None:
    held_out = windows("sines", "test", 0, True)
    shown = load_file(runs["rgan-signal"] / "examples.safetensors")
    assert len(shown["samples"]) == recorder.SHOWN * 2 == len(shown["label"])
    known = {row.numpy().tobytes() for row in held_out.stored[..., 0]}
    assert all(row.numpy().tobytes() in known for row in shown["samples"])
    assert not (runs["rgan-melody"] / "examples.safetensors").exists()
    assert not (runs["note-model"] / "examples.safetensors").exists()


def test_metrics_are_measured_again_the_same(runs: dict[str, Path]) -> None:
    for name in RUNS:
        checkpoint = open_checkpoint(runs[name])
        shares = checkpoint.config.condition and checkpoint.config.condition["shares"]
        report = measure(checkpoint.model, checkpoint.config.dataset["name"], shares)
        for metric, value in report.all_metrics().items():
            assert checkpoint.config.metrics[metric]["value"] == pytest.approx(value.value), metric
    assert "train_synthetic_test_real" in open_checkpoint(runs["rgan-signal"]).config.metrics
    assert "longest_copied_run" in open_checkpoint(runs["rgan-melody"]).config.metrics


def test_none_of_what_a_page_shows_first_is_measured(runs: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def generated(model: RecurrentGAN, seeds: Any, label: Any) -> torch.Tensor:
        seen.extend(seeds)
        return generate(model, seeds, label)

    monkeypatch.setattr(evaluation, "generate", generated)
    measure(open_checkpoint(runs["rgan-melody"]).model, "melodies")
    assert seen == list(range(1000, 1000 + evaluation.MELODIES))


def test_beside_a_note_model_s_bits_stand_those_of_n_grams_of_the_same_notes(runs: dict[str, Path]) -> None:
    checkpoint = open_checkpoint(runs["note-model"])
    held_out, trained = (sequences.load_sequences("melodies", split) for split in ("test", "train"))
    assert isinstance(held_out, sequences.MelodySplit)
    assert isinstance(trained, sequences.MelodySplit)
    for name, order in (("unigram", 1), ("trigram", 3)):
        bits, counts = n_gram_bits(trained.melodies, held_out.melodies, checkpoint.model.sequence, order)
        stated = checkpoint.config.metrics[f"{name}_bits_per_note"]
        assert stated["value"] == pytest.approx(bits.sum() / counts.sum())
        assert stated["low"] < stated["value"] < stated["high"]
        assert stated["count"] == checkpoint.config.metrics["bits_per_note"]["count"] == counts.sum()


def test_a_note_model_s_bits_are_the_probabilities_of_each_note_and_end(runs: dict[str, Path]) -> None:
    model = open_checkpoint(runs["note-model"]).model
    held_out = sequences.load_sequences("melodies", "test")
    assert isinstance(held_out, sequences.MelodySplit)
    bits = note_bits(model, padded(held_out.melodies, 32))
    for melody, found in zip(held_out.melodies[:3], bits, strict=False):
        alone = -model.log_probability(padded([melody], len(melody)))[0] / math.log(2)
        torch.testing.assert_close(found, alone)
        assert len(found) == len(melody) + 1
    total = sum(float(each.sum()) for each in bits) / sum(len(each) for each in bits)
    assert open_checkpoint(runs["note-model"]).config.metrics["bits_per_note"]["value"] == pytest.approx(total)


def test_likelihood_falls_while_a_note_model_trains(runs: dict[str, Path]) -> None:
    rows = read_json(runs["note-model"] / "history.json")["rows"]
    assert rows[-1][1] < rows[0][1] - 0.5
    bits = load_file(runs["note-model"] / "timeline.safetensors")["measure.bits_per_note"]
    assert bits[-1] < bits[0] - 1


def test_the_surprise_of_what_is_written_is_what_the_model_gives_it(runs: dict[str, Path]) -> None:
    model = open_checkpoint(runs["note-model"]).model
    written = [melody for melody in write_melodies(model, range(8), 1.5) if len(melody.tokens)]
    assert len(written) > 2
    for melody in written:
        notes = torch.from_numpy(melody.tokens)[None]
        expected = -model.log_probability(notes)[0] / math.log(2)
        np.testing.assert_allclose(melody.surprise, expected.numpy(), rtol=1e-4, atol=1e-4)


def test_writing_side_by_side_is_writing_alone(runs: dict[str, Path]) -> None:
    model = open_checkpoint(runs["note-model"]).model
    together = write_melodies(model, [3, 8, 2**40], 0.8)
    for seed, melody in zip([3, 8, 2**40], together, strict=True):
        np.testing.assert_array_equal(write_melodies(model, [seed], 0.8)[0].tokens, melody.tokens)
    first, second = write_melodies(model, [1, 2], 0)
    np.testing.assert_array_equal(first.tokens, second.tokens)  # temperature 0 draws nothing
    with pytest.raises(SequenceError, match="temperature"):
        write_melodies(model, [1], math.nan)


def test_a_run_starts_with_the_memories_that_are_asked_for(tmp_path: Path) -> None:
    settings = replace(SIGNAL, cell="lstm", chrono=40, steps=1, generator_rate=1e-30)
    train(settings, tmp_path / "run")
    biases = read_tensors(tmp_path / "run" / "model.safetensors")["generator.recurrent.0.bias_ih_l0"]
    gates = biases.float().chunk(4)
    torch.testing.assert_close(gates[0], -gates[1])
    assert 1 < gates[1].exp().max() <= 39.1
