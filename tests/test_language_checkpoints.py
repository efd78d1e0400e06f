"""What every shipped character model keeps, beside what every checkpoint does."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

from explorer.catalog import SHIPPED, Checkpoint, checkpoints, open_checkpoint
from explorer.checkpoints import read_json
from explorer.datasets import TEXTS
from explorer.graph.network import graph_json
from explorer.metrics.characters import log_probabilities
from explorer.metrics.language import ORDERS, bits_per_character
from explorer.probes.marks import MARKS
from explorer.probes.writing import write
from explorer.traces.language import Written
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.texts import PAGE, words_of

NAMES = [config.name for config in checkpoints() if config.family == "recurrent"]
MOMENTS = 40
LARGEST = 1_200_000
LARGEST_CHINESE = 2_500_000
"""Bytes of ``model.safetensors``."""
COMPARED = ("lstm-shakespeare", "gru-shakespeare", "rnn-shakespeare")


@pytest.fixture(params=NAMES, scope="module")
def checkpoint(request: pytest.FixtureRequest) -> Checkpoint:
    return open_checkpoint(SHIPPED / request.param)


def contents(path: Path, key: str) -> tuple[dict[str, torch.Tensor], Any]:
    """The tensors of a file, and what its metadata say under a key."""
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, json.loads(file.metadata()[key])  # noqa: SIM118


def sample(checkpoint: Checkpoint, story: dict[str, Any], count: int) -> Written:
    return write(checkpoint.model, story["prompt"], count, story["seed"], story["temperature"])


def test_gated_cells_beat_the_best_n_gram_and_the_simple_rnn_does_not(checkpoint: Checkpoint) -> None:
    """Of the same training text and on the same characters."""
    metrics = checkpoint.config.metrics
    bits, best = metrics["bits_per_character"], metrics["best_ngram_bits_per_character"]
    assert bits["high"] < metrics["unigram_bits_per_character"]["low"]
    assert (bits["value"] < best["value"]) == (checkpoint.model.cell != "rnn")
    assert bits["count"] == best["count"] == metrics["unigram_bits_per_character"]["count"]
    assert 2 <= metrics["best_ngram_order"]["value"] <= ORDERS


def test_its_card_says_which_n_grams_it_beats(checkpoint: Checkpoint) -> None:
    """By intervals of differences on the same characters, which are narrower than those of either."""
    card = (checkpoint.folder / "README.md").read_text(encoding="utf-8")
    metrics = checkpoint.config.metrics
    (said,) = re.findall(r"Kneser-Ney\) need ([\d., ]+) bits", card)
    listed = [float(each) for each in said.split(", ")]
    assert len(listed) == ORDERS
    order = int(metrics["best_ngram_order"]["value"])
    assert min(listed) == listed[order - 1] == round(metrics["best_ngram_bits_per_character"]["value"], 3)
    told = {words: re.findall(rf"{words} those of order ([\d, ]+)", card) for words in ("better than", "worse than")}
    better, worse = ([int(n) for orders in found for n in orders.split(", ")] for found in told.values())
    bits = metrics["bits_per_character"]["value"]
    assert all(bits < listed[n - 1] for n in better)
    assert all(bits > listed[n - 1] for n in worse)
    assert (order in better, order in worse) == ((False, True) if checkpoint.model.cell == "rnn" else (True, False))


def test_its_timeline_shows_how_writing_came_about(checkpoint: Checkpoint) -> None:
    tensors, story = contents(checkpoint.folder / "timeline.safetensors", "timeline")
    steps, offsets = tensors["step"], tensors["text.offsets"].tolist()
    assert len(steps) >= MOMENTS
    assert (steps.diff() > 0).all()
    assert (int(steps[0]), int(steps[-1])) == (0, checkpoint.config.training["steps"])
    assert (offsets[0], offsets[-1]) == (0, len(tensors["text.bytes"]))
    texts = [bytes(tensors["text.bytes"][a:b].tolist()).decode() for a, b in itertools.pairwise(offsets)]
    assert len(set(texts)) > MOMENTS / 2
    assert story["kind"] == "texts"
    bits = tensors["measure.bits_per_character"]
    floor = story["measures"]["bits_per_character"]["floor"]
    assert max(bits[-1], floor["value"]) < bits[0]
    assert floor["low"] < checkpoint.config.metrics["best_ngram_bits_per_character"]["value"] + 0.2
    assert all(len(tensors[f"measure.{name}"]) == len(steps) for name in story["measures"])


def test_it_writes_what_its_timeline_ends_with(checkpoint: Checkpoint) -> None:
    tensors, story = contents(checkpoint.folder / "timeline.safetensors", "timeline")
    start = int(tensors["text.offsets"][-2])
    last = bytes(tensors["text.bytes"][start:].tolist()).decode()
    assert sample(checkpoint, story, 100).text == last[:100]


def test_its_texts_are_there_to_read(checkpoint: Checkpoint) -> None:
    texts = read_json(checkpoint.folder / "texts.json")
    assert set(texts) == {"page", "prompt", "examples"}
    assert 0.9 * PAGE <= len(texts["page"]) <= PAGE
    assert 4 <= len(texts["examples"]) <= 6
    for example in texts["examples"]:
        assert set(example["title"]) == {"en", "zh"}
        assert 20 <= len(example["text"]) <= 1000
    unknown = [character for character in texts["page"] if character not in checkpoint.model.tokens]
    assert len(unknown) < 0.02 * len(texts["page"])


def test_its_page_is_of_the_text_that_was_held_out(checkpoint: Checkpoint) -> None:
    """As what ships can tell: it begins where it should, and is no more familiar than all that was held out."""
    data, bits = checkpoint.config.dataset, checkpoint.config.metrics["bits_per_character"]
    assert TEXTS[data["name"]].sha256 in (None, data["sha256"])  # None: this Python's own modules
    texts, words = read_json(checkpoint.folder / "texts.json"), words_of(data["name"])
    for text, beginning in [
        (texts["page"], words.page),
        *((told["text"], example.text) for told, example in zip(texts["examples"], words.examples, strict=True)),
    ]:
        assert text.startswith(beginning)
        assert text.endswith("\n")
    here = bits_per_character(log_probabilities(checkpoint.model, texts["page"]), block=100)
    assert here.high > bits["low"]  # training text costs all but the Chinese model 0.14 bits less or more


def test_its_graph_is_what_its_model_exports(checkpoint: Checkpoint) -> None:
    assert read_json(checkpoint.folder / "graph.json") == graph_json(checkpoint.model)


def test_its_weights_stay_light(checkpoint: Checkpoint) -> None:
    allowed = LARGEST_CHINESE if checkpoint.config.dataset["name"].startswith("tang") else LARGEST
    assert (checkpoint.folder / "model.safetensors").stat().st_size <= allowed


def test_its_command_repeats_its_settings(checkpoint: Checkpoint) -> None:
    training = checkpoint.config.training
    settings = LanguageSettings(**training["settings"])
    assert training["command"] == settings.command(f"checkpoints/{checkpoint.config.name}")
    assert training["command"] in (checkpoint.folder / "README.md").read_text(encoding="utf-8")


def test_its_marks_are_those_of_its_page(checkpoint: Checkpoint) -> None:
    tensors, found = contents(checkpoint.folder / "marks.safetensors", "marks")
    page = read_json(checkpoint.folder / "texts.json")["page"]
    model = checkpoint.model
    assert found["quantity"] == ("cell" if model.cell == "lstm" else "hidden")
    assert set(tensors) == {f"{part}.{name}" for name in found["marks"] for part in ("mark", "score")}
    assert {"line_position", "line_end"} <= set(found["marks"])
    for name, mark in found["marks"].items():
        np.testing.assert_array_equal(tensors[f"mark.{name}"].numpy(), MARKS[name](page).values)
        scores = tensors[f"score.{name}"]
        assert scores.shape == (model.layers, model.hidden_size)
        assert (scores.abs() <= 1).all()
        assert mark["count"] > len(page) / 2
        assert 0 < mark["chance"] < 1


def test_some_unit_follows_the_position_in_the_line(checkpoint: Checkpoint) -> None:
    tensors, found = contents(checkpoint.folder / "marks.safetensors", "marks")
    assert tensors["score.line_position"].abs().max() > found["marks"]["line_position"]["chance"]


def test_its_memory_is_measured_with_weights_before_and_after_training(checkpoint: Checkpoint) -> None:
    tensors, found = contents(checkpoint.folder / "memory.safetensors", "memory")
    gated = checkpoint.model.cell == "lstm"
    assert {"trained", "initial"} <= set(found["variants"])
    assert ("forget_bias_1" in found["variants"]) == gated
    began = checkpoint.config.training["settings"]["forget_bias"] if gated else None
    assert found["variants"]["initial"]["forget_bias"] == began
    assert found["positions"] >= 256
    lags = tensors["lag"].tolist()
    for name, variant in found["variants"].items():
        for kind in ("state", "hidden", "gradient"):
            values = tensors[f"{kind}.{name}"]
            assert values.shape == (len(lags), 3)
            assert (values.diff(dim=1) >= 0).all()  # quantiles rise
            assert (values >= 0).all()
            below = (values[:, 1] < found["share"] * values[0, 1]).nonzero()
            reach = variant["reach"][kind]
            assert reach["value"] == (lags[int(below[0])] if len(below) else None)
            ends = [lags[-1] + 1 if reach[end] is None else reach[end] for end in ("low", "value", "high")]
            assert ends == sorted(ends)


def test_its_map_is_of_characters_of_its_page(checkpoint: Checkpoint) -> None:
    tensors, found = contents(checkpoint.folder / "map.safetensors", "map")
    position = tensors["position"]
    assert len(position) == found["count"] >= 1000
    assert (position.diff() > 0).all()
    assert position[-1] < len(read_json(checkpoint.folder / "texts.json")["page"])
    assert tensors["layout.umap"].shape == tensors["layout.pca"].shape == (len(position), 2)


def test_the_three_cells_are_compared_on_one_text_size_and_budget() -> None:
    opened = [open_checkpoint(SHIPPED / name) for name in COMPARED]
    settings = [each.config.training["settings"] for each in opened]
    for name in ("data", "steps", "batch", "length", "layers", "embedding_size", "seed", "clip"):
        assert len({each[name] for each in settings}) == 1, name
    assert [each["cell"] for each in settings] == ["lstm", "gru", "rnn"]
    counts = [sum(value.numel() for value in each.model.parameters()) for each in opened]
    assert max(counts) <= 1.02 * min(counts)


def test_a_tang_model_writes_lines_of_seven_characters() -> None:
    """From nothing but the empty line before a poem, at temperature 0.7: 20 poems, 80 lines."""
    checkpoint = open_checkpoint(SHIPPED / "lstm-tang")
    lines = whole = 0
    for seed in range(20):
        text = write(checkpoint.model, "\n", 34, seed, 0.7).text
        halves = text.replace("，", "\n").replace("。", "\n").split("\n")
        lines += len([half for half in halves if half])
        whole += len([half for half in halves if len(half) == 7])
    assert whole >= 0.95 * lines
    assert lines >= 76
