"""Binarisation anew at every step, the weights' average and the held-out evidence of a timeline."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from explorer.catalog import open_checkpoint
from explorer.families.latent_gaussian import Evidence, kl_to_standard_normal
from explorer.families.vae import VAE, beta_loss
from explorer.metrics.likelihood import binarised, evidence_metrics
from explorer.training import saved_run
from explorer.training.average import average_of, early, follow
from explorer.training.settings import TrainingError
from explorer.training.vae import finish, launch, steps
from explorer.training.vae.recorder import Recorder
from explorer.training.vae.settings import VAESettings
from tests.training.test_runs import same_training
from tests.training.toy_run import toy_split

TOY = VAESettings(
    "digits",
    epochs=20,
    batch=16,
    widths=(12,),
    decoder_widths=(12,),
    batch_norm=True,
    optimiser="adamw",
    warm_up=0.5,
    shift=1,
    average=0.95,
    binarise=True,
)
ARGUMENTS = TOY.model_arguments((1, 8, 8))


class StoppedError(Exception):
    """Stands for whatever stops a run."""


@pytest.fixture(scope="module", autouse=True)
def _toy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "load", lambda data, split: toy_split())
        patch.setattr(saved_run, "SAVE_SECONDS", 0.0)
        yield


@pytest.fixture(scope="module")
def finished(_toy: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unbroken run."""
    out = tmp_path_factory.mktemp("whole") / "toy"
    launch.train_vae(TOY, out, accelerator="cpu")
    return out


def seen(settings: VAESettings, images: Tensor) -> list[Tensor]:
    """What the model is given in every step of a run on such images."""
    batches: list[Tensor] = []
    model = VAE(**ARGUMENTS)
    model.register_forward_pre_hook(lambda module, inputs: batches.append(inputs[0].clone()))
    fabric = Fabric(accelerator="cpu", devices=1)
    wrapped = fabric.setup(model, steps.optimiser(model, settings))
    list(steps.train_steps(fabric, *wrapped, images, settings))
    return batches


def test_binarised_batches_are_black_and_white_and_their_mean_is_the_grey_level() -> None:
    levels = torch.linspace(0, 255, 64).round().to(torch.uint8).view(1, 1, 8, 8)
    settings = dataclasses.replace(TOY, shift=0, epochs=60)
    batches = torch.stack(seen(settings, levels.expand(16, 1, 8, 8)))
    assert set(batches.unique().tolist()) == {0.0, 1.0}
    draws = batches.flatten(0, 1)
    grey = levels[0].float() / 255
    error = (draws.mean(0) - grey).abs()
    assert (error <= 5 * (grey * (1 - grey) / len(draws)).sqrt() + 1e-7).all()
    assert not torch.equal(batches[0], batches[1]), "every step draws anew"


def test_the_same_seed_draws_the_same_pixels_and_another_seed_others() -> None:
    images = torch.from_numpy(toy_split().images)
    short = dataclasses.replace(TOY, epochs=1)
    one, again = seen(short, images), seen(short, images)
    assert all(torch.equal(each, other) for each, other in zip(one, again, strict=True))
    assert not torch.equal(one[0], seen(dataclasses.replace(short, seed=1), images)[0])


def test_a_stopped_run_with_every_option_goes_on_as_if_it_had_not_stopped(finished: Path, tmp_path: Path) -> None:
    def stop(step: steps.Step, total: int) -> None:
        if step.number == 77:
            raise StoppedError

    with pytest.raises(StoppedError):
        launch.train_vae(TOY, tmp_path / "toy", accelerator="cpu", progress=stop)
    launch.train_vae(TOY, tmp_path / "toy", accelerator="cpu")
    same_training(finished, tmp_path / "toy")


def test_the_average_is_what_the_formula_gives() -> None:
    model = nn.BatchNorm1d(1)
    average = average_of(model)
    expected = 1.0
    for number, value in enumerate((3.0, -1.0, 5.0), 1):
        with torch.no_grad():
            model.weight.fill_(value)
        assert model.num_batches_tracked is not None
        model.num_batches_tracked += 1
        kept = min(0.2, number / (number + 10))
        assert early(0.2, number) == kept
        follow(average, model, kept)
        expected = kept * expected + (1 - kept) * value
    assert average.weight.item() == pytest.approx(expected, rel=1e-6)
    assert average.num_batches_tracked == 3
    assert not average.weight.requires_grad


def test_the_average_ships_and_is_what_the_timeline_shows(finished: Path) -> None:
    state = load_file(finished / "state" / "state.safetensors")
    shipped = open_checkpoint(finished).model.state_dict()
    half = state["model.average.decoder.0.weight"].half().float()
    assert torch.equal(shipped["decoder.0.weight"], half)
    assert not torch.equal(shipped["decoder.0.weight"], state["model.model.decoder.0.weight"].half().float())
    mean, _ = open_checkpoint(finished).model.encode(torch.from_numpy(toy_split().images).float() / 255)
    timeline = load_file(finished / "timeline.safetensors")
    np.testing.assert_allclose(timeline["mean"][-1].numpy(), mean.numpy(), rtol=2e-3, atol=2e-3)


def test_the_evidence_of_a_moment_is_that_of_the_binarised_followed_images(tmp_path: Path) -> None:
    torch.manual_seed(3)
    model, images = VAE(**ARGUMENTS).train(), toy_split().images
    moment = Recorder(tmp_path, images, binarise=True).observe(0, model)
    assert model.training, "the model is left as it was"
    model.eval()
    x = torch.from_numpy(binarised(images)).float() / 255
    mean, log_variance = (part.detach() for part in model.encode(x))
    kl = kl_to_standard_normal(mean, log_variance).mean(0)
    np.testing.assert_allclose(moment.kl_per_dimension, kl.numpy(), rtol=1e-5, atol=1e-7)
    epsilon = torch.randn(96, 2, generator=torch.Generator().manual_seed(0))
    logits = model.decode(mean + torch.exp(log_variance / 2) * epsilon).detach()
    expected = (x * logits - nn.functional.softplus(logits)).flatten(1).sum(1).mean()
    assert moment.reconstruction == pytest.approx(expected.item(), rel=1e-5)


def test_the_timeline_describes_its_measures_and_they_add_up(finished: Path) -> None:
    with safe_open(finished / "timeline.safetensors", "pt") as file:
        described = json.loads(file.metadata()["timeline"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
    assert described["kind"] == "latents"
    assert described["tile"] == {"height": 8, "width": 8, "columns": 6, "count": 36}
    assert {f"measure.{name}" for name in described["measures"]} == {each for each in tensors if "measure" in each}
    assert {each["count"] for each in described["measures"].values()} == {96}
    torch.testing.assert_close(tensors["measure.kl_per_dimension"].sum(1), tensors["measure.kl"])
    torch.testing.assert_close(tensors["measure.elbo"], tensors["measure.reconstruction"] - tensors["measure.kl"])
    assert tensors["log_variance"].shape == tensors["mean"].shape


def test_the_card_s_evidence_is_of_binarised_images(finished: Path) -> None:
    checkpoint = open_checkpoint(finished)
    found = evidence_metrics(checkpoint.model, binarised(toy_split().images), 0, 50)
    assert checkpoint.config.metrics["elbo"]["value"] == pytest.approx(found["elbo"].value, rel=1e-6)
    assert "drawn anew" in (finished / "README.md").read_text()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"average": 1.0}, "--average"), ({"average": float("nan")}, "--average"), ({"likelihood": "gaussian"}, "bern")],
)
def test_options_that_mean_nothing_are_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        dataclasses.replace(TOY, **change)


@pytest.mark.parametrize("deviation", [0.5, 2.0])
def test_the_sampling_prior_is_fitted_to_draws_of_the_posteriors(
    deviation: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two heaps of means, 10 apart: each component has the posteriors' own spread."""
    mean = np.repeat(np.array([[-5.0, 0], [5.0, 0]], np.float32), (1000, 3000), 0)
    spread = np.full(mean.shape, 2 * np.log(deviation), np.float32)
    monkeypatch.setattr(finish, "posteriors", lambda model, images: (mean, spread))
    mixture = finish.fit_mixture(VAE(**ARGUMENTS), toy_split().images, 2, 0)
    order = mixture.weights.argsort()
    torch.testing.assert_close(mixture.weights[order], torch.tensor([0.25, 0.75]), rtol=0, atol=0.02)
    torch.testing.assert_close(mixture.means[order], torch.tensor([[-5.0, 0], [5, 0]]), rtol=0, atol=0.15 * deviation)
    for factor in mixture.cholesky:
        torch.testing.assert_close(factor, deviation * torch.eye(2), rtol=0, atol=0.1 * deviation)


def test_the_weight_of_the_kl_rises_over_its_share_of_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(TOY, epochs=4, beta=3.0, warm_up=0.5)
    weights: list[float] = []

    def noted(terms: Evidence, beta: float) -> Tensor:
        weights.append(beta)
        return beta_loss(terms, beta)

    monkeypatch.setattr(steps, "beta_loss", noted)
    assert len(seen(settings, torch.from_numpy(toy_split().images))) == 4 * 6
    assert weights == pytest.approx([3 * min(1, number / 12) for number in range(1, 25)])
