"""Streams of a text, steps through them with a carried state, and the settings of both."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.training.language.steps import (
    Carried,
    Streams,
    backward,
    build,
    optimiser,
    stacked,
    train_steps,
    vocabulary,
)
from explorer.training.settings import TrainingError
from tests.training.toy_language import TOY, toy_text


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


def test_another_seed_gives_another_model() -> None:
    one, other = (build(replace(TOY, seed=seed), vocabulary(toy_text().train, 1)) for seed in (0, 1))
    assert not torch.equal(one.output.weight, other.output.weight)  # type: ignore[union-attr]


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
        ({"steps": 0}, "--steps must be from 1 to 1000000"),
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
