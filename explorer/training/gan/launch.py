"""One GAN's run from settings to a checkpoint folder."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.catalog import SHIPPED, Checkpoint, find, open_checkpoint
from explorer.checkpoints import CheckpointError
from explorer.datasets import Split, load
from explorer.families.discriminator import Discriminator
from explorer.families.gan import GAN
from explorer.metrics.generation import Judge
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.adversarial import GANStep, optimisers
from explorer.training.entries import condition
from explorer.training.fits import check_accelerator, check_batch, check_parameters, check_weights
from explorer.training.folder import claimed
from explorer.training.gan.finish import finish, title
from explorer.training.gan.recorder import STABLE, GANRecorder
from explorer.training.gan.run import GANRun
from explorer.training.gan.settings import GANSettings
from explorer.training.gan.steps import Batches, Networks, train_steps
from explorer.training.settings import TrainingError


def train_gan(
    settings: GANSettings,
    out: Path,
    *,
    accelerator: str = "cpu",
    replace: bool = False,
    progress: Callable[[GANStep, int], None] = lambda step, total: None,
) -> None:
    """Train, or go on with, the run in ``out`` and turn it into a checkpoint folder.

    Args:
        settings: the run.
        out: its folder.
        accelerator: ``cpu`` or ``cuda``.
        replace: remove what an earlier training wrote to ``out``.
        progress: called after every step with the step and the total.

    Raises:
        TrainingError: on settings that cannot be trained with, another run or a finished model in ``out``, or a loss
            that is not finite.
    """
    check_accelerator(accelerator)
    train, held_out = load(settings.data, "train"), load(settings.data, "test")
    attribute = _attribute(train, settings.condition)
    start = open_checkpoint(find(settings.start, SHIPPED)) if settings.start else None
    check_batch(settings.batch, len(train.images), "images")
    shape = train.images.shape[1:]
    check_parameters(lambda: build(settings, shape, attribute, None))
    classes = 0 if attribute is None else len(attribute.values)
    check_weights(lambda: GAN(**settings.model_arguments(shape, classes)), copies=STABLE + 1)
    networks = build(settings, shape, attribute, start).to(accelerator)
    networks.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing from torch's overloads
    origin = copy.deepcopy(networks.average) if settings.anchor else None
    updates = optimisers(networks, settings)
    prior = None if start is None else start.mixture
    shares = None if attribute is None else np.bincount(attribute.codes, minlength=len(attribute.values))
    with claimed(out, replace):
        recorder = GANRecorder(
            out / "state" / "moments",
            settings.steps,
            settings.loss,
            held_out.images,
            None if attribute is None else one_hot(_attribute(held_out, settings.condition)),
            None if shares is None else shares / shares.sum(),
            prior,
            settings.latent,
            _judge(settings, held_out),
        )
        run = GANRun(settings, out, networks, updates, recorder)
        described = {
            "title": title(settings, attribute is not None),
            "family": "gan",
            "image": dict(zip(("channels", "height", "width"), networks.generator.image_shape, strict=True)),
            "latent_size": settings.latent,
            "condition": condition(settings.condition, attribute),
        }
        run.begin(described)
        batches = Batches(torch.from_numpy(train.images), one_hot(attribute), prior, origin)
        for step in train_steps(networks, updates, batches, settings, run.step):
            run.follow(step)
            progress(step, settings.steps)
        device = "1 × cpu" if accelerator == "cpu" else torch.cuda.get_device_name(accelerator)
        finish(run, held_out, prior, described, out, device)


def build(
    settings: GANSettings, image: tuple[int, ...], attribute: CategoricalAttribute | None, start: Checkpoint | None
) -> Networks:
    """The networks of a run, with seeded initial weights, or the generator's from a VAE's decoder.

    Raises:
        TrainingError: if the starting checkpoint has another decoder.
    """
    torch.manual_seed(settings.seed)
    classes = 0 if attribute is None else len(attribute.values)
    arguments = settings.model_arguments(image, classes)
    discriminator = Discriminator(
        image,
        classes,
        settings.discriminator_widths,
        settings.discriminator_norm,
        settings.conditioning,
        settings.auxiliary,
        settings.batch_deviation,
        settings.residual_blocks,
        settings.attention,
    )
    generator = GAN(**arguments)
    if start is not None:
        _start_from(generator, start)
    return Networks(generator, discriminator, GAN(**arguments))


def one_hot(attribute: CategoricalAttribute | None) -> Tensor | None:
    """Labels (N, K) float32."""
    if attribute is None:
        return None
    return F.one_hot(torch.from_numpy(attribute.codes.astype(np.int64)), len(attribute.values)).float()


def _start_from(generator: GAN, start: Checkpoint) -> None:
    """Take over a decoder; the layer onto the first feature map, most of its weights, then stays as it is."""
    weights = {name: value for name, value in start.model.state_dict().items() if name.startswith("decoder.")}
    expected = generator.state_dict()
    if start.config.likelihood != {"kind": "bernoulli"} or {key: value.shape for key, value in weights.items()} != {
        key: value.shape for key, value in expected.items()
    }:
        raise TrainingError(f"--start {start.config.name}: its decoder is not the generator that the settings describe")
    generator.load_state_dict({name: value.clone() for name, value in weights.items()})
    linear = [layer for layer in generator.decoder if isinstance(layer, torch.nn.Linear)]
    linear[-1].requires_grad_(False)


def _attribute(split: Split, name: str) -> CategoricalAttribute | None:
    if not name:
        return None
    attribute = split.attributes.get(name)
    if not isinstance(attribute, CategoricalAttribute):
        known = [key for key, each in split.attributes.items() if isinstance(each, CategoricalAttribute)]
        raise TrainingError(f"--condition must be one of {', '.join(known)}, got {name!r}")
    return attribute


def _judge(settings: GANSettings, held_out: Split) -> Judge | None:
    """The data set's classifier as a judge of samples; None where no classifier of it ships."""
    try:
        classifier = open_checkpoint(find(classifier_name(settings.data), SHIPPED)).model
    except CheckpointError:
        return None
    first = next(each for each in held_out.attributes.values() if isinstance(each, CategoricalAttribute))
    return Judge(classifier, held_out.images, first.codes, min(settings.judge, len(held_out.images) // 2))


def classifier_name(data: str) -> str:
    """The checkpoint whose features samples of a data set are judged in."""
    return f"classifier-{data}"
