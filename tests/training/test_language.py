"""Character models' runs: the same twice and after a stop; measured, analysed and packed."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import open_checkpoint
from explorer.checkpoints import read_config, read_json
from explorer.metrics.characters import log_probabilities
from explorer.metrics.language import bits_per_character, yardsticks
from explorer.probes.gates import trace_gates
from explorer.probes.marks import line_end, line_position
from explorer.probes.states import map_states
from explorer.probes.writing import write
from explorer.traces.measures import Estimate
from explorer.training import saved_run
from explorer.training.language import analysis, launch, recorder
from explorer.training.language.analysis import analyse, tells
from explorer.training.language.launch import train_language_model
from explorer.training.language.recorder import SEED, TEMPERATURE, renew_floor
from explorer.training.language.steps import (
    LanguageStep,
    vocabulary,
)
from explorer.training.language.texts import passage, texts
from explorer.training.settings import TrainingError
from tests.layouts import quick_layouts
from tests.training.toy_language import TOY, toy_text

WRITTEN = 40
"""Characters at each moment, fewer than usual."""


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load_text", lambda data: toy_text())
    monkeypatch.setattr(launch, "analyse", lambda folder: None)
    monkeypatch.setattr(saved_run, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(recorder, "WRITTEN", WRITTEN)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    out = tmp_path_factory.mktemp("whole") / "toy-lstm"
    with pytest.MonkeyPatch.context() as patch:
        for module in (launch, analysis):
            patch.setattr(module, "load_text", lambda data: toy_text())
        patch.setattr(recorder, "WRITTEN", WRITTEN)
        patch.setattr(analysis, "map_states", lambda model, page: map_states(model, page, count=120))
        with quick_layouts():
            train_language_model(TOY, out)
    return out


def same_training(one: Path, other: Path) -> None:
    for name in ("history.json", "timeline.safetensors"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    weights, others = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_a_run_becomes_a_checkpoint_that_opens(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    assert checkpoint.config.capabilities == ["Writes", "Unrolls"]
    assert checkpoint.config.training["command"] == TOY.command(str(finished))
    assert checkpoint.config.dataset["sha256"] == toy_text().sha256()
    assert checkpoint.model.vocabulary == vocabulary(toy_text().train, 1)
    assert set(checkpoint.config.files) == {
        *("model.safetensors", "graph.json", "history.json", "timeline.safetensors", "map.safetensors"),
        *("texts.json", "marks.safetensors", "memory.safetensors", "README.md"),
    }


def test_a_run_learns_and_says_how_well(finished: Path) -> None:
    metrics = open_checkpoint(finished).config.metrics
    assert metrics["bits_per_character"]["value"] < 0.6 * metrics["unigram_bits_per_character"]["value"]
    assert metrics["bits_per_character"]["count"] == 14_000
    assert metrics["perplexity"]["value"] == pytest.approx(2 ** metrics["bits_per_character"]["value"])


def test_the_card_speaks_of_the_weights_that_ship(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    bits = bits_per_character(log_probabilities(checkpoint.model, toy_text().held_out))
    assert checkpoint.config.metrics["bits_per_character"]["value"] == pytest.approx(bits.value, rel=1e-9)


def test_its_yardstick_is_the_best_n_gram_on_card_and_timeline(finished: Path) -> None:
    model, text = open_checkpoint(finished).model, toy_text()
    tokens = [model.encode_text(part).numpy() for part in (text.train, text.held_out)]
    each = -yardsticks(*tokens, len(model.vocabulary)).mean(1) / math.log(2)
    metrics = read_config(finished).metrics
    assert metrics["best_ngram_order"]["value"] == 1 + each.argmin()
    assert metrics["best_ngram_bits_per_character"]["value"] == pytest.approx(each.min())
    assert f"need {', '.join(f'{value:.3f}' for value in each)} bits" in (finished / "README.md").read_text()
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        measure = json.loads(file.metadata()["timeline"])["measures"]["bits_per_character"]
    assert measure["floor"]["value"] == pytest.approx(each.min())  # both of all 14,000 characters
    assert measure["floor"]["low"] < each.min() < measure["floor"]["high"]


def test_a_card_says_what_the_forget_gates_started_at(finished: Path) -> None:
    assert "started at a bias of 1: open by 0.73" in (finished / "README.md").read_text(encoding="utf-8")


def test_another_floor_leaves_a_timelines_tensors_as_they_are(finished: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(finished / "timeline.safetensors", tmp_path))
    renew_floor(path, Estimate(1.5, 1.25, 1.75, 14_000, "bits per character"))
    before, after = load_file(finished / "timeline.safetensors"), load_file(path)
    assert before.keys() == after.keys()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    with safe_open(path, "pt") as file, safe_open(finished / "timeline.safetensors", "pt") as old:
        story, told = (json.loads(each.metadata()["timeline"]) for each in (file, old))
    told["measures"]["bits_per_character"]["floor"] = {"value": 1.5, "low": 1.25, "high": 1.75}
    assert story == told


def test_the_timeline_s_last_text_is_what_the_shipped_model_writes(finished: Path) -> None:
    tensors = load_file(finished / "timeline.safetensors")
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        story = json.loads(file.metadata()["timeline"])
    offsets = tensors["text.offsets"].tolist()
    last = bytes(tensors["text.bytes"][offsets[-2] :].tolist()).decode()
    model = open_checkpoint(finished).model
    assert last == write(model, story["prompt"], WRITTEN, SEED, TEMPERATURE).text
    assert (story["kind"], story["seed"], story["temperature"]) == ("texts", SEED, TEMPERATURE)
    assert len(tensors["step"]) == len(offsets) - 1 >= 40
    assert tensors["step"][0] == 0
    assert tensors["step"][-1] == TOY.steps
    first, end = tensors["measure.bits_per_character"][[0, -1]].tolist()
    assert first == pytest.approx(math.log2(len(model.vocabulary)), rel=0.15)
    assert end < 0.6 * first
    assert (tensors["measure.gradient_norm"] > 0).all()


def test_units_are_scored_over_the_held_out_text(finished: Path) -> None:
    tensors = load_file(finished / "marks.safetensors")
    with safe_open(finished / "marks.safetensors", "pt") as file:
        marks = json.loads(file.metadata()["marks"])
    page = read_json(finished / "texts.json")["page"]
    assert marks["quantity"] == "cell"
    assert set(marks["marks"]) == {"line_position", "line_end", "vowel"}
    np.testing.assert_array_equal(tensors["mark.line_position"], line_position(page).values)
    read = toy_text().held_out
    cells = trace_gates(open_checkpoint(finished).model, read).quantity["cell"][:, 0]
    ends = line_end(read).values[:-1]
    for unit in range(TOY.hidden_size):
        before, other = cells[:-1, unit][ends == 1], cells[:-1, unit][ends == 0]
        area = np.mean([(before > value).mean() + (before == value).mean() / 2 for value in other[::7]])
        assert tensors["score.line_end"][0, unit] == pytest.approx(area, abs=0.02)
    assert marks["marks"]["line_end"]["count"] == len(read) - 1
    assert marks["marks"]["line_end"]["positives"] == read.count("\n", 1)


def test_memory_begins_with_the_weights_that_training_began_with(finished: Path) -> None:
    with safe_open(finished / "memory.safetensors", "pt") as file:
        variants = json.loads(file.metadata()["memory"])["variants"]
        initial, opened = (file.get_tensor(f"state.{name}") for name in ("initial", "forget_bias_1"))
    assert variants["initial"]["forget_bias"] == 1
    assert set(variants) == {"trained", "initial", *(f"forget_bias_{bias}" for bias in (-2, 0, 1, 3))}
    torch.testing.assert_close(initial, opened)  # training starts with a forget bias of 1


def test_the_map_shows_characters_of_the_page(finished: Path) -> None:
    position = load_file(finished / "map.safetensors")["position"]
    assert len(position) == 120
    assert position.max() < len(read_json(finished / "texts.json")["page"])


def test_an_analysis_needs_the_text_that_was_trained_on(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "load_text", lambda data: replace(toy_text(), held_out="another\n"))
    with pytest.raises(TrainingError, match="is not the one of toy-lstm"):
        analyse(finished)


def test_a_mark_that_is_hardly_ever_there_is_left_out() -> None:
    assert tells(line_end("a\nb\n"))
    assert not tells(line_end("a" * 200 + "\n" + "b"))
    assert not tells(line_end("a"))


def test_the_history_has_a_row_for_every_few_steps(finished: Path) -> None:
    history = read_json(finished / "history.json")
    assert history["columns"] == ["step", "bits_per_character", "gradient_norm", "learning_rate"]
    assert [row[0] for row in history["rows"]] == list(range(50, TOY.steps + 1, 50))


def test_the_same_settings_give_the_same_run(finished: Path, tmp_path: Path) -> None:
    train_language_model(TOY, tmp_path / "toy-lstm")
    same_training(finished, tmp_path / "toy-lstm")


def test_a_run_stopped_anywhere_resumes_bit_for_bit(finished: Path, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    for stop in (7, 90, 155):

        def interrupt(step: LanguageStep, total: int, stop: int = stop) -> None:
            if step.number == stop:
                raise StoppedError

        with pytest.raises(StoppedError):
            train_language_model(TOY, tmp_path / "toy-lstm", progress=interrupt)
    train_language_model(TOY, tmp_path / "toy-lstm")
    same_training(finished, tmp_path / "toy-lstm")


def test_a_folder_with_a_finished_model_is_refused(finished: Path) -> None:
    with pytest.raises(TrainingError, match="holds a checkpoint"):
        train_language_model(replace(TOY, seed=1), finished)


def test_a_supplement_is_trained_on_where_it_is_asked_for(tmp_path: Path) -> None:
    train_language_model(replace(TOY, supplement=True, steps=20), tmp_path / "more")
    assert "p" in open_checkpoint(tmp_path / "more").model.vocabulary
    assert "--supplement" in open_checkpoint(tmp_path / "more").config.training["command"]


def test_passages_are_whole_lines_of_the_held_out_text() -> None:
    assert passage("one\ntwo\nthree\n", "tw", 8) == "two\n"
    assert passage("one\ntwo", "tw", 8) == "two"
    with pytest.raises(TrainingError, match="four"):
        passage("one\ntwo", "four", 8)
    assert texts("names", "one\ntwo\n") == {"page": "one\ntwo\n", "prompt": "\n", "examples": []}
