"""Character models' runs: streams, steps, the same twice and after a stop; measured by known probabilities; packed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from explorer.catalog import open_checkpoint
from explorer.checkpoints import FILES, read_json
from explorer.datasets import Text
from explorer.families.recurrent import LanguageModel
from explorer.metrics.characters import log_probabilities, parallel_bits
from explorer.metrics.language import LanguageError, bits_per_character
from explorer.probes.gates import trace_gates
from explorer.probes.marks import line_end, line_position
from explorer.probes.states import map_states
from explorer.probes.writing import write
from explorer.training.language import analysis, launch, recorder, run
from explorer.training.language.analysis import analyse, tells
from explorer.training.language.launch import train_language_model
from explorer.training.language.recorder import SEED, TEMPERATURE
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import (
    Carried,
    LanguageStep,
    Streams,
    backward,
    build,
    optimiser,
    stacked,
    train_steps,
    vocabulary,
)
from explorer.training.language.texts import passage, texts
from explorer.training.settings import TrainingError

WRITTEN = 40
"""Characters at each moment, fewer than usual."""
TOY = LanguageSettings(
    "names", hidden_size=8, embedding_size=4, batch=4, length=10, steps=200, learning_rate=0.02, dropout=0.2, clip=0.5
)


def toy_text() -> Text:
    """Words of two letters in a fixed order, so that there is something to learn."""
    words = ["to be", "or not", "to me"]
    choice = np.random.default_rng(3).integers(3, size=4000)
    text = "".join(f"{words[i]}\n" for i in choice)
    return Text(train=text[:6000], held_out=text[6000:20_000], supplement="a supplement\n" * 5)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "load_text", lambda data: toy_text())
    monkeypatch.setattr(launch, "analyse", lambda folder: None)
    monkeypatch.setattr(run, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(recorder, "WRITTEN", WRITTEN)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As the command line's default: with more threads, sums come in an order that differs from run to run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def finished(_one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "toy-lstm"
    with pytest.MonkeyPatch.context() as patch:
        for module in (launch, analysis):
            patch.setattr(module, "load_text", lambda data: toy_text())
        patch.setattr(recorder, "WRITTEN", WRITTEN)
        patch.setattr(analysis, "map_states", lambda model, page: map_states(model, page, count=120))
        train_language_model(TOY, out)
    return out


def same_training(one: Path, other: Path) -> None:
    for name in ("history.json", "timeline.safetensors"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    weights, others = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_a_vocabulary_is_the_characters_that_are_there_often_enough() -> None:
    assert vocabulary("aab\nb\ufffdc", 1) == "\ufffd\nabc"
    assert vocabulary("aab\nb\ufffdc", 2) == "\ufffd\nab"
    assert vocabulary("aa", 1) == "\ufffd\na"


def test_streams_read_the_whole_text_side_by_side() -> None:
    streams = Streams(torch.arange(103), replace(TOY, batch=2, length=10), 103)
    assert streams.steps == 5
    first, targets, restart = streams.batch(1)
    second, _, again = streams.batch(2)
    assert restart.all()
    assert not again.any()
    assert torch.equal(targets[:, :-1], first[:, 1:])
    assert torch.equal(second[:, 0], targets[:, -1])
    assert int(first[1, 0] - first[0, 0]) % 103 == 51


def test_each_pass_starts_the_streams_elsewhere() -> None:
    streams = Streams(torch.arange(103), replace(TOY, batch=2, length=10), 103)
    first, after = streams.batch(1)[0], streams.batch(6)
    assert after[2].all()
    assert not torch.equal(first, after[0])
    assert torch.equal(streams.batch(1)[0], first)


def test_a_stream_starts_afresh_where_an_empty_line_begins_its_step() -> None:
    settings = replace(TOY, batch=2, length=10)
    tokens = torch.arange(2, 105)
    start = int(Streams(tokens, settings, 1).batch(2)[0][1, 0]) - 2
    tokens[start] = 1
    assert Streams(tokens, settings, 1).batch(2)[2].tolist() == [False, False]
    tokens[start - 1] = 1
    assert Streams(tokens, settings, 1).batch(2)[2].tolist() == [False, True]


def test_only_streams_that_start_afresh_forget_their_state() -> None:
    model = build(replace(TOY, dropout=0.0), "\ufffd\nab")
    carried = Carried(model, 2)
    carried.state.fill_(0.5)
    carried(torch.tensor([[2], [2]]), torch.tensor([[3], [3]]), torch.tensor([False, True]))
    expected, zero = (model(torch.tensor([[2]]), state)[1] for state in (((torch.full((1, 8), 0.5),) * 2,), None))
    torch.testing.assert_close(carried.state[0, :, 0], torch.cat(expected[0]))
    torch.testing.assert_close(carried.state[0, :, 1], torch.cat(zero[0]))


def test_a_text_shorter_than_a_step_is_refused() -> None:
    with pytest.raises(TrainingError, match="need 44 characters, the text has 43"):
        Streams(torch.arange(43), TOY, 0)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_carried_state_makes_steps_one_long_pass(cell: str) -> None:
    settings = replace(TOY, cell=cell, dropout=0.0)  # type: ignore[arg-type]
    text = toy_text().train
    model = build(settings, vocabulary(text, 1))
    carried, streams = Carried(model, settings.batch), Streams(model.encode_text(text), settings, 1)
    losses = [carried(*streams.batch(number)).item() for number in (1, 2, 3)]
    inputs = torch.cat([streams.batch(number)[0] for number in (1, 2, 3)], 1)
    logits, state = model(inputs)
    targets = torch.cat([streams.batch(number)[1] for number in (1, 2, 3)], 1)
    whole = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    assert np.mean(losses) == pytest.approx(whole.item(), rel=1e-5)
    torch.testing.assert_close(carried.state, stacked(state))


def test_gradients_stop_at_the_step_s_own_first_character() -> None:
    text = toy_text().train
    model = build(replace(TOY, dropout=0.0), vocabulary(text, 1))
    carried, streams = Carried(model, TOY.batch), Streams(model.encode_text(text), replace(TOY, dropout=0.0), 1)
    carried(*streams.batch(1))
    assert not carried.state.requires_grad


def test_a_long_gradient_is_cut_to_its_norm_and_a_short_one_left() -> None:
    text = toy_text().train
    for clip, length in ((0.01, 0.01), (1e6, None)):
        settings = replace(TOY, clip=clip)
        model = build(settings, vocabulary(text, 1))
        carried, streams = Carried(model, settings.batch), Streams(model.encode_text(text), settings, 1)
        _, norm = backward(carried, streams, 1)
        left = math.sqrt(sum(float(each.grad.square().sum()) for each in model.parameters() if each.grad is not None))
        assert left == pytest.approx(length or norm, rel=1e-4)
        assert norm > 0.01


def test_the_rate_rises_then_falls_along_a_cosine() -> None:
    settings = replace(TOY, steps=1000, warm_up=10, learning_rate=1.0)
    assert settings.rate(5) == pytest.approx(0.5, rel=1e-3)
    assert settings.rate(501) == pytest.approx(0.5)
    assert 0 < settings.rate(1000) < 1e-5


def test_a_run_becomes_a_checkpoint_that_opens(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    assert checkpoint.config.capabilities == ["Writes", "Unrolls"]
    assert checkpoint.config.training["command"] == TOY.command(str(finished))
    assert checkpoint.config.dataset["sha256"] == toy_text().sha256()
    assert checkpoint.model.vocabulary == vocabulary(toy_text().train, 1)
    assert set(checkpoint.config.files) == set(FILES) - {"config.json", "moments.safetensors", "thumbnails.webp"}


def test_a_run_learns_and_says_how_well(finished: Path) -> None:
    metrics = open_checkpoint(finished).config.metrics
    assert metrics["bits_per_character"]["value"] < 0.6 * metrics["unigram_bits_per_character"]["value"]
    assert metrics["bits_per_character"]["count"] == 14_000
    assert metrics["perplexity"]["value"] == pytest.approx(2 ** metrics["bits_per_character"]["value"])


def test_the_card_speaks_of_the_weights_that_ship(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    bits = bits_per_character(log_probabilities(checkpoint.model, toy_text().held_out))
    assert checkpoint.config.metrics["bits_per_character"]["value"] == pytest.approx(bits.value, rel=1e-9)


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
        initial, opened = (file.get_tensor(f"jacobian.{name}") for name in ("initial", "forget_bias_1"))
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


def test_a_folder_with_another_run_is_refused(finished: Path) -> None:
    with pytest.raises(TrainingError, match="seed"):
        train_language_model(replace(TOY, seed=1), finished)


def test_another_seed_gives_another_model() -> None:
    one, other = (build(replace(TOY, seed=seed), vocabulary(toy_text().train, 1)) for seed in (0, 1))
    assert not torch.equal(one.output.weight, other.output.weight)  # type: ignore[union-attr]


def test_a_supplement_is_trained_on_where_it_is_asked_for(tmp_path: Path) -> None:
    train_language_model(replace(TOY, supplement=True, steps=20), tmp_path / "more")
    assert "p" in open_checkpoint(tmp_path / "more").model.vocabulary
    assert "--supplement" in open_checkpoint(tmp_path / "more").config.training["command"]


def test_a_loss_that_is_not_finite_stops_the_run() -> None:
    text = toy_text().train
    model = build(TOY, vocabulary(text, 1))
    with torch.no_grad():
        model.output.weight.fill_(torch.inf)  # type: ignore[union-attr]
    steps = train_steps(Carried(model, TOY.batch), optimiser(model, TOY), model.encode_text(text), TOY)
    with pytest.raises(TrainingError, match="at step 1"):
        next(steps)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell": "transformer"}, "--cell must be one of rnn, gru, lstm"),
        ({"steps": 0}, "--steps must be at least 1"),
        ({"layers": 4}, "--layers must be from 1 to 3"),
        ({"dropout": 1.0}, "--dropout must be from 0 to below 1"),
        ({"learning_rate": math.nan}, "--learning-rate must be positive"),
        ({"clip": 0.0}, "--clip must be positive"),
        ({"forget_bias": math.inf}, "--forget-bias must be a number"),
        ({"tied": True, "embedding_size": 0}, "--embedding-size must be at least 1"),
        ({"seed": 2**53}, "--seed must be from 0"),
    ],
)
def test_impossible_settings_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        replace(TOY, **change)  # type: ignore[arg-type]


def known(probabilities: dict[str, float]) -> LanguageModel:
    """A model that gives every character the same probability everywhere."""
    characters = "\ufffd\n" + "".join(sorted(set(probabilities) - {"\ufffd", "\n"}))
    model = LanguageModel(characters, "lstm", 3, 1, 2)
    assert model.output is not None
    with torch.no_grad():
        model.output.weight.zero_()
        model.output.bias.copy_(torch.tensor([math.log(probabilities[character]) for character in characters]))
    return model


def test_a_model_with_known_probabilities_gets_its_bits_exactly() -> None:
    model = known({"\ufffd": 0.125, "\n": 0.125, "a": 0.5, "b": 0.25})
    bits = -log_probabilities(model, "ab\nax") / math.log(2)
    np.testing.assert_allclose(bits, [1, 2, 3, 1, 3], rtol=1e-6)
    assert parallel_bits(model, "ab\nax", 1) == pytest.approx(2, rel=1e-6)
    assert model.training


def test_long_texts_are_read_in_chunks_that_carry_the_state() -> None:
    torch.manual_seed(0)
    model = LanguageModel("\ufffd\nab", "lstm", 4, 1, 3, dropout=0.5)
    text = "".join("ab\n"[i] for i in torch.randint(3, (9000,)).tolist())
    logits, _ = model.eval()(model.encode_text("\n" + text)[None])
    expected = logits[0, :-1].double().log_softmax(1)[torch.arange(9000), model.encode_text(text)].detach().numpy()
    np.testing.assert_allclose(log_probabilities(model.train(), text), expected, atol=1e-5)


def test_parts_side_by_side_are_each_read_after_a_line_feed() -> None:
    torch.manual_seed(0)
    model = LanguageModel("\ufffd\nab", "gru", 4, 1, 3)
    parts = [log_probabilities(model, part) for part in ("abba", "a\nab")]
    assert parallel_bits(model, "abbaa\nab", 2) == pytest.approx(-np.mean(parts) / math.log(2), rel=1e-6)
    with pytest.raises(LanguageError, match="2 parts"):
        parallel_bits(model, "a", 2)


def test_passages_are_whole_lines_of_the_held_out_text() -> None:
    assert passage("one\ntwo\nthree\n", "tw", 8) == "two\n"
    assert passage("one\ntwo", "tw", 8) == "two"
    with pytest.raises(TrainingError, match="four"):
        passage("one\ntwo", "four", 8)
    assert texts("names", "one\ntwo\n") == {"page": "one\ntwo\n", "prompt": "\n", "examples": []}
