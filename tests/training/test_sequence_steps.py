"""Steps of the loops over sequences are the gradient steps that their losses ask for, written out by hand."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from explorer.datasets import sequences
from explorer.families.adversarial import (
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    real_gradient_penalty,
)
from explorer.families.choices import Loss
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Notes
from explorer.training.adversarial import optimisers
from explorer.training.seeding import seeded_generator
from explorer.training.sequences import likelihood
from explorer.training.sequences.adversarial import SequenceNetworks, moment_distance, train_steps
from explorer.training.sequences.data import Windows, padded, windows
from explorer.training.sequences.launch import train_recurrent_gan
from explorer.training.sequences.settings import RecurrentGANSettings
from explorer.training.settings import TrainingError
from tests.training.toy_sequences import MELODY, NOTES, SIGNAL, scales, toy_sets

ORDER, NOISE, MIX = 0, 1, 3
"""Purposes of random numbers: a run of long ago must go on as it would have."""
PLAIN: dict[str, Any] = {
    "generator_optimiser": "sgd",
    "discriminator_optimiser": "sgd",
    "generator_rate": 0.05,
    "discriminator_rate": 0.02,
    "discriminator_steps": 2,
    "steps": 20,
    "decay": 0.75,
    "average": 0.5,
    "seed": 3,
}
REMEDIES: dict[str, tuple[RecurrentGANSettings, int]] = {
    "first": (replace(SIGNAL, **PLAIN, conditional=True), 1),
    "decayed": (replace(SIGNAL, **PLAIN, conditional=True), 9),
    "features": (replace(SIGNAL, **PLAIN, loss="least_squares", minibatch_features=3, feature_matching=50.0), 2),
    "moments": (replace(SIGNAL, **PLAIN, moment_matching=0.1), 2),
    "penalty": (replace(SIGNAL, **PLAIN, loss="wasserstein_penalty"), 2),
    "real-penalty": (replace(SIGNAL, **PLAIN, loss="hinge", real_penalty=2.0), 16),
    "no-real-penalty": (replace(SIGNAL, **PLAIN, loss="hinge", real_penalty=2.0), 15),
    "notes": (replace(MELODY, **PLAIN), 2),
    "soft-notes": (replace(MELODY, **PLAIN, straight_through=False), 2),
}
"""Settings, and which step of them is looked at."""


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    torch.set_num_threads(1)
    toy_sets(monkeypatch)
    yield
    sequences._formula.cache_clear()


def drawn(real: Windows, settings: RecurrentGANSettings, number: int, extra: int) -> tuple[Tensor, Any, Tensor]:
    """The real sequences, their labels and the noise of an update: every sequence once an epoch."""
    batches = len(real.stored) // settings.batch
    update = (number - 1) * settings.discriminator_steps + extra
    order = torch.randperm(len(real.stored), generator=seeded_generator(settings.seed, ORDER, update // batches))
    rows = order.split(settings.batch)[update % batches]
    source = seeded_generator(settings.seed, NOISE, number, extra)
    noise = torch.randn(settings.batch, real.kind.length, settings.latent, generator=source)
    return real.numbers(rows), None if real.labels is None else real.labels[rows], noise


def heard(model: RecurrentGAN, settings: RecurrentGANSettings, made: Tensor) -> Tensor:
    """What D is given of the generator's output."""
    kind = model.sequence
    return kind.numbers(kind.tokens(made)) if settings.straight_through and isinstance(kind, Notes) else made.detach()


def descend(network: torch.nn.Module, loss: Tensor, rate: float) -> None:
    weights = list(network.parameters())
    with torch.no_grad():
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight -= rate * gradient


def far(real: Tensor, fake: Tensor) -> Tensor:
    """How far means and spreads over a batch are from each other, in spreads of what is real, squared."""
    spread = real.std(0)
    return (((fake.mean(0) - real.mean(0)) / spread) ** 2 + ((fake.std(0) - spread) / spread) ** 2).mean()


def by_hand(model: RecurrentGAN, real: Windows, settings: RecurrentGANSettings, number: int) -> None:
    """Make the step, by plain gradient descent."""
    falling = min(1.0, (settings.steps - number + 1) / (settings.decay * settings.steps))
    for extra in (1, 0):
        x, label, noise = drawn(real, settings, number, extra)
        fake = heard(model, settings, model.generate_sequences(noise, label))

        def judge(rows: Tensor, label: Any = label) -> Tensor:
            return model.judge_steps(rows, label).mean(1)

        loss = discriminator_loss(settings.loss, model.judge_steps(x, label), model.judge_steps(fake, label))
        if settings.loss == "wasserstein_penalty":
            mix = torch.rand(len(x), generator=seeded_generator(settings.seed, MIX, number, extra))
            loss = loss + settings.penalty * gradient_penalty(judge, x, fake, mix)
        if settings.real_penalty and number == 16:
            loss = loss + 16 * settings.real_penalty * real_gradient_penalty(judge, x)
        descend(model.discriminator, loss, settings.discriminator_rate * falling)
    made = model.generate_sequences(noise, label)
    given = heard(model, settings, made).requires_grad_(True)
    outputs, features = model.discriminator(model.labelled(given, label))
    loss = generator_loss(settings.loss, outputs)
    if settings.feature_matching:
        wanted = model.discriminator(model.labelled(x, label))[1].mean(0).detach()
        loss = loss + settings.feature_matching * ((features.mean(0) - wanted) ** 2).sum() / features.shape[1]
    if settings.moment_matching:
        for a, b in ((x, given), (x[:, 1:] - x[:, :-1], given[:, 1:] - given[:, :-1])):
            loss = loss + settings.moment_matching * far(a, b)
        bent = (each[:, 2:] - 2 * each[:, 1:-1] + each[:, :-2] for each in (x, given))
        loss = loss + settings.moment_matching * far(*bent)
    (slope,) = torch.autograd.grad(loss, given)
    descend(model.generator, (made * slope).sum(), settings.generator_rate * falling)


@pytest.mark.parametrize("name", REMEDIES)
def test_a_step_follows_the_gradients_of_its_losses(name: str) -> None:
    settings, number = REMEDIES[name]
    real = windows(settings.data, "train", settings.length, settings.conditional)
    arguments = {**settings.model_arguments(sequences.SEQUENCES[settings.data].sequence, 2 * settings.conditional)}
    arguments["sequence"] = {**arguments["sequence"], "length": real.kind.length}
    torch.manual_seed(0)
    networks = SequenceNetworks(RecurrentGAN(**arguments), RecurrentGAN(**arguments))
    steps = train_steps(networks, optimisers(networks.model, settings), real, settings)
    for _ in islice(steps, number - 1):
        pass
    before, average = copy.deepcopy(networks.model), copy.deepcopy(networks.average.generator.state_dict())
    expected = copy.deepcopy(before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.backends.mkldnn, "enabled", False)  # whose cells have no second derivative
        by_hand(expected, real, settings, number)
    next(steps)
    rates = {"generator": settings.generator_rate, "discriminator": settings.discriminator_rate}
    for key, value in networks.model.state_dict().items():
        rate, old = rates[key.split(".")[0]], before.state_dict()[key]
        wanted = expected.state_dict()[key] - old
        torch.testing.assert_close((value - old) / rate, wanted / rate, rtol=2e-3, atol=2e-5, msg=key)
    kept = min(settings.average, number / (number + 10))
    for key, value in networks.average.generator.state_dict().items():
        moved = kept * average[key] + (1 - kept) * networks.model.generator.state_dict()[key]
        torch.testing.assert_close(value, moved)
    for key, value in networks.average.discriminator.state_dict().items():
        assert torch.equal(value, networks.model.discriminator.state_dict()[key])


def note_model(dropout: float) -> NoteModel:
    torch.manual_seed(0)
    return NoteModel(**replace(NOTES, dropout=dropout).model_arguments(sequences.SEQUENCES["melodies"].sequence))


def test_a_note_step_is_of_each_melody_s_own_notes_and_end() -> None:
    settings = replace(NOTES, dropout=0.0, batch=6, clip=0.05, seed=2)
    melodies = scales(40, 0)
    model, once = note_model(0.0), note_model(0.0)
    step = next(
        iter(likelihood.train_steps(model, likelihood.optimiser(model, settings), padded(melodies, 40), settings))
    )
    rows = torch.randperm(40, generator=seeded_generator(2, likelihood.BATCH, 1))[:6]
    alone = [once.log_probability(padded([melodies[row]], len(melodies[row])))[0] for row in rows.tolist()]
    assert all(len(each) == len(melodies[row]) + 1 for each, row in zip(alone, rows.tolist(), strict=True))
    loss = -torch.cat(alone).mean()
    assert step.loss == pytest.approx(loss.item(), rel=1e-5)
    gradients = torch.cat([each.flatten() for each in torch.autograd.grad(loss, list(once.parameters()))])
    assert step.gradient_norm == pytest.approx(gradients.norm().item(), rel=1e-4)
    used = torch.cat([each.grad.flatten() for each in model.parameters() if each.grad is not None])
    assert step.gradient_norm > 0.05
    torch.testing.assert_close(used, 0.05 * gradients / gradients.norm(), rtol=1e-3, atol=1e-7)


def test_each_note_step_drops_other_units_and_the_same_ones_again() -> None:
    settings = replace(NOTES, dropout=0.5, batch=40, learning_rate=1e-12, steps=3)
    melodies = padded(scales(1, 0) * 40, 40)  # all the same, so that their order tells nothing

    def losses(dropout: float) -> list[float]:
        model = note_model(dropout)
        return [
            each.loss
            for each in likelihood.train_steps(model, likelihood.optimiser(model, settings), melodies, settings)
        ]

    dropped = losses(0.5)
    assert losses(0.5) == dropped
    assert min(abs(one - other) for one, other in ((dropped[0], dropped[1]), (dropped[1], dropped[2]))) > 1e-4
    whole = losses(0.0)
    assert whole == pytest.approx([whole[0]] * 3, rel=1e-5)


LOSSES: list[tuple[Loss, dict[str, Any]]] = [
    ("wasserstein_penalty", {}),
    ("wasserstein_clip", {}),
    ("hinge", {"real_penalty": 1.0}),
    ("least_squares", {"minibatch_features": 3, "feature_matching": 0.5}),
]


@pytest.mark.parametrize(("loss", "options"), LOSSES)
def test_every_remedy_trains_both_networks(loss: Loss, options: dict[str, Any]) -> None:
    count = 16 if "real_penalty" in options else 3
    settings = replace(SIGNAL, loss=loss, steps=count, cell="gru", conditional=True, **options)
    real = windows("sines", "train", 0, True)
    arguments = settings.model_arguments(sequences.SEQUENCES["sines"].sequence, 2)
    networks = SequenceNetworks(RecurrentGAN(**arguments), RecurrentGAN(**arguments))
    before = {name: value.clone() for name, value in networks.model.state_dict().items()}
    steps = list(train_steps(networks, optimisers(networks.model, settings), real, settings))
    assert len(steps) == count
    assert all(math.isfinite(step.discriminator_loss) and step.generator_gradient > 0 for step in steps)
    after = networks.model.state_dict()
    moved = {name.split(".")[0] for name, value in before.items() if not torch.equal(value, after[name])}
    assert moved == {"generator", "discriminator"}
    assert torch.backends.mkldnn.enabled
    if loss == "wasserstein_clip":
        weights = networks.model.discriminator.state_dict().values()
        assert max(float(each.abs().max()) for each in weights) <= settings.clip


def test_feature_matching_pulls_the_features_together() -> None:
    """Its gradient alone: with the loss's weight taken away, what is left is the squared distance of mean features."""
    settings = replace(SIGNAL, steps=1, discriminator_steps=1)
    real = windows("sines", "train", 0, False)
    arguments = settings.model_arguments(sequences.SEQUENCES["sines"].sequence, 0)
    norms = []
    for weight in (0.0, 1e6):
        torch.manual_seed(0)
        networks = SequenceNetworks(RecurrentGAN(**arguments), RecurrentGAN(**arguments))
        with_weight = replace(settings, feature_matching=weight)
        (step,) = train_steps(networks, optimisers(networks.model, with_weight), real, with_weight)
        norms.append(step.generator_gradient)
    assert norms[1] > 1000 * norms[0]


def test_moments_are_those_of_values_and_of_their_changes() -> None:
    random = torch.Generator().manual_seed(0)
    real = torch.randn(4000, 6, 1, generator=random).cumsum(1)
    assert moment_distance(real, real) == 0
    spread = real.std(0)
    assert moment_distance(real, real + 2).item() == pytest.approx((4 / spread**2).mean().item(), rel=1e-4)
    assert moment_distance(real, 3 * real).item() == pytest.approx(3 * (3 - 1) ** 2, rel=0.01)
    ramp = torch.linspace(-2, 2, len(real))[:, None, None].expand(-1, 6, 1)
    rough = ramp + 0.5 * torch.randn(ramp.shape, generator=random)
    smooth = ramp * rough.std(0) / ramp.std(0)
    assert moment_distance(rough, smooth) > 0.9  # as far spread, but without changes


def test_notes_have_no_moments_to_match() -> None:
    with pytest.raises(TrainingError, match="--moment-matching"):
        train_recurrent_gan(replace(MELODY, moment_matching=1.0), Path("nowhere"))
