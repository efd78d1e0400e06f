"""Training of the small classifiers whose features samples are judged in: minutes on one core, in one go."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.checkpoints import Config, compact, rounded, write_atomically, write_config, write_json, write_tensors
from explorer.datasets import DATASETS, Split, load
from explorer.families.classifier import Classifier
from explorer.graph import export_layers
from explorer.metrics.features import in_batches
from explorer.metrics.proportions import proportion
from explorer.protocols import capabilities
from explorer.traces.measures import Estimate
from explorer.traces.pictures import CategoricalAttribute
from explorer.training.card import FAMILY_WORDS, card
from explorer.training.damage import KINDS, damage
from explorer.training.history import write_history
from explorer.training.settings import TrainingError
from explorer.training.steps import augment, seeded_generator

LOG_EVERY = 50
WEIGHT_DECAY = 0.05
WARM_UP = 200
"""Steps over which the learning rate rises."""


@dataclass(frozen=True)
class ClassifierSettings:
    """A run of ``explorer train classifier``; the meaning of each entry is in the command's help."""

    data: str
    seed: int = 0
    epochs: int = 6
    batch: int = 128
    widths: tuple[int, ...] = (16, 32, 64)
    features: int = 80
    learning_rate: float = 3e-3
    shift: int = 2
    damage: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no run can mean.

        Raises:
            TrainingError: naming the setting, its value and the range.
        """
        if min(self.epochs, self.batch, self.features) < 1 or self.shift < 0:
            raise TrainingError("--epochs, --batch and --features must be at least 1, and --shift 0 or more")
        if not 0 <= self.damage < 1:
            raise TrainingError(f"--damage is a share of each batch from 0 to below 1, got {self.damage}")
        if not 0 <= self.seed < 2**53:
            raise TrainingError(f"--seed must be from 0 to 2^53 - 1, got {self.seed}")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise TrainingError(f"--learning-rate must be positive, got {self.learning_rate}")

    def command(self, out: Path) -> str:
        """The shell command that repeats this run."""
        words = ["explorer train classifier"]
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value != entry.default:
                text = ",".join(map(str, value)) if isinstance(value, tuple) else value
                words.append(f"--{entry.name.replace('_', '-')} {text}")
        return " ".join([*words, f"--out {out}"])


@dataclass(frozen=True)
class ClassifierStep:
    """One optimiser update."""

    number: int
    """Counted from 1."""
    total: int
    """Steps of the whole run."""
    loss: float
    """Cross entropy in nats per image, summed over the attributes."""
    accuracy: float
    """Share of the batch whose first attribute was named rightly, before the update."""


def train_classifier(settings: ClassifierSettings, out: Path) -> Iterator[ClassifierStep]:
    """Train on the data set's training images, yielding each step, then measure on its test images and write ``out``.

    Raises:
        DatasetError: if the data set is not on this machine.
        TrainingError: if it has no classes, fewer images than one batch, or the loss is no finite number.
    """
    train, held_out = load(settings.data, "train"), load(settings.data, "test")
    labels = class_labels(train)
    counts = [len(attribute.values) for attribute in class_attributes(train).values()]
    arguments: dict[str, Any] = {
        "image": list(train.images.shape[1:]),
        "classes": counts[0],
        "auxiliary": [*counts[1:], *([1 + len(KINDS)] if settings.damage else [])],
        "widths": list(settings.widths),
        "features": settings.features,
    }
    torch.manual_seed(settings.seed)
    model = Classifier(**arguments)
    started = time.monotonic()
    rows: list[list[float]] = []
    pending: list[ClassifierStep] = []
    for step in train_steps(model, torch.from_numpy(train.images), labels, settings):
        pending.append(step)
        if step.number % LOG_EVERY == 0 or step.number == step.total:
            means = np.mean([[each.loss, each.accuracy] for each in pending], axis=0).tolist()
            rows.append([step.number, *means])
            pending.clear()
        yield step
    training = {
        "seed": settings.seed,
        "steps": step.number,
        "optimiser": "adamw",
        "loss": "cross entropy, summed over the attributes" + " and the damage" * (settings.damage > 0),
        "seconds": round(time.monotonic() - started, 1),
        "device": "1 × cpu",
        "command": settings.command(out),
        "settings": asdict(settings),
    }
    model.load_state_dict(rounded(model.state_dict()))
    model.eval().requires_grad_(False)
    write_classifier(out, model, arguments, settings.data, held_out, training, rows)


def class_attributes(split: Split) -> dict[str, CategoricalAttribute]:
    """The attributes that have classes, by name, the most telling one first.

    Raises:
        TrainingError: if there is none.
    """
    found = {name: each for name, each in split.attributes.items() if isinstance(each, CategoricalAttribute)}
    if not found:
        raise TrainingError("a classifier needs a data set whose images have classes; this one has numbers only")
    return found


def class_labels(split: Split) -> Tensor:
    """(N, A) int64: the class of each image in each of :func:`class_attributes`."""
    return torch.from_numpy(np.stack([each.codes for each in class_attributes(split).values()], 1).astype(np.int64))


def train_steps(
    model: Classifier, images: Tensor, labels: Tensor, settings: ClassifierSettings
) -> Iterator[ClassifierStep]:
    """AdamW (Loshchilov & Hutter 2019) along a warm-up and a cosine; each step is random by (seed, its number) alone.

    Args:
        model: trained in place; in training mode while this runs.
        images: uint8 (N, C, H, W).
        labels: int64 (N, A).
        settings: the run.

    Raises:
        TrainingError: if there are fewer images than one batch, or the loss is no finite number.
    """
    per_epoch = len(images) // settings.batch
    if not per_epoch:
        raise TrainingError(f"--batch {settings.batch} is more than the {len(images)} images of the data set")
    total = per_epoch * settings.epochs
    updates = torch.optim.AdamW(model.parameters(), settings.learning_rate, weight_decay=WEIGHT_DECAY)
    model.train()
    for number in range(1, total + 1):
        epoch, place = divmod(number - 1, per_epoch)
        if place == 0:
            order = torch.randperm(len(images), generator=seeded_generator(settings.seed, 0, epoch))
        rows = order[place * settings.batch : (place + 1) * settings.batch]
        random = seeded_generator(settings.seed, 1, number)
        x = augment(images[rows].float() / 255, settings.shift, random)
        states = spoil(x, settings.damage, random)
        for group in updates.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * (number - 1) / total))
            group["lr"] = settings.learning_rate * cosine * min(1.0, number / WARM_UP)
        logits = model(x.contiguous(memory_format=torch.channels_last))
        loss = summed_cross_entropy(logits, labels[rows], states)
        if not torch.isfinite(loss):
            raise TrainingError(f"the loss is {loss.item()} at step {number}: a smaller --learning-rate may help")
        updates.zero_grad()
        loss.backward()
        updates.step()
        whole = states == 0
        right = (logits[0].argmax(1) == labels[rows, 0])[whole].float().mean().item()
        yield ClassifierStep(number, total, loss.item(), right)


def spoil(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Damage the last ``share`` of a batch in place; returns the state (N,) of each image, 0 for whole."""
    states = torch.zeros(len(x), dtype=torch.int64)
    if count := round(share * len(x)):
        kinds = torch.randint(len(KINDS), (count,), generator=generator)
        x[-count:] = damage(x[-count:], kinds, generator)
        states[-count:] = 1 + kinds
    return states


def summed_cross_entropy(logits: list[Tensor], labels: Tensor, states: Tensor) -> Tensor:
    """Cross entropy in nats per image, summed over the attributes, and over the states where there are logits for them.

    Args:
        logits: for each attribute (N, its classes); one more than there are attributes if states are to be told.
        labels: (N, A) class codes; those of damaged images do not count.
        states: (N,) 0 for whole images, 1 + kind for damaged ones.
    """
    whole = states == 0
    attributes = labels.shape[1]
    terms = [F.cross_entropy(each[whole], labels[whole, i]) for i, each in enumerate(logits[:attributes])]
    terms += [F.cross_entropy(each, states) for each in logits[attributes:]]
    return torch.stack(terms).sum()


def accuracies(model: Classifier, split: Split) -> dict[str, Estimate]:
    """The share of images named rightly, with Wilson's 95 % interval: ``accuracy`` of the first attribute, then others.

    Args:
        model: in evaluation mode.
        split: images that it was not trained on.
    """
    labels = class_labels(split)
    sizes = [model.classes, *model.auxiliary_classes]
    parts = in_batches(lambda x: torch.cat(model(x), 1), split.images).split(sizes, 1)
    result: dict[str, Estimate] = {}
    for column, (name, part) in enumerate(zip(class_attributes(split), parts, strict=False)):
        right = int((part.argmax(1) == labels[:, column]).sum())
        key = "accuracy" if column == 0 else f"accuracy_{name}"
        result[key] = proportion(right, len(labels), f"share of images whose {name.replace('_', ' ')} is named rightly")
    if len(sizes) > labels.shape[1]:
        result["accuracy_damage"] = damage_accuracy(model, split)
    return result


def damage_accuracy(model: Classifier, split: Split) -> Estimate:
    """How often the last attribute tells whole images from damaged ones and the kind of damage; half are damaged."""
    generator = seeded_generator(0, 2)

    def right(x: Tensor) -> Tensor:
        spoilt = x.clone()
        states = spoil(spoilt, 0.5, generator)
        logits: Tensor = model(spoilt)[-1]
        return (logits.argmax(1) == states).float()

    count = int(in_batches(right, split.images).sum())
    return proportion(count, len(split.images), "share of images, half of them damaged, whose state is named rightly")


def write_classifier(
    out: Path,
    model: Classifier,
    arguments: dict[str, Any],
    data: str,
    held_out: Split,
    training: dict[str, Any],
    rows: list[list[float]],
) -> Config:
    """Measure a trained classifier and write its checkpoint folder."""
    source = DATASETS[data]
    label = FAMILY_WORDS["classifier"].title
    config = Config(
        name=out.name,
        title={language: f"{label[language]} · {source.title[language]}" for language in ("en", "zh")},
        family="classifier",
        arguments=arguments,
        capabilities=capabilities(model),
        image=dict(zip(("channels", "height", "width"), model.image_shape, strict=True)),
        latent_size=None,
        likelihood=None,
        priors=[],
        condition=None,
        dataset={
            "name": data,
            "version": source.version,
            "sha256": source.sha256,
            "split": "train",
            "licence": source.licence,
        },
        training=training,
        metrics={name: asdict(value) for name, value in accuracies(model, held_out).items()},
        versions={"python": platform.python_version(), **{name: version(name) for name in ("torch", "numpy")}},
        licence="MIT",
    )
    out.mkdir(parents=True, exist_ok=True)
    layers = [*export_layers(model.body, "body"), *export_layers(model.head, "head")]
    graph = {"input": list(model.image_shape), "output": [model.classes], "layers": layers}
    write_json(out / "graph.json", {"format": 1, "graphs": {"classifier": graph}})
    write_history(out / "history.json", ("step", "loss", "accuracy"), rows)
    write_tensors(out / "model.safetensors", compact(model.state_dict()))
    write_atomically(out / "README.md", card(config, source).encode())
    return write_config(out, config)
