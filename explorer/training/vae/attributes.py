"""``attributes.safetensors``: how far attribute arithmetic works in a model's latent space, measured and written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from explorer.catalog import Checkpoint, find, open_checkpoint
from explorer.checkpoints import CheckpointError, Config, read_tensors, write_config, write_tensors
from explorer.datasets import Split, load
from explorer.datasets.drawings import DRAWINGS
from explorer.datasets.pairs import open_redrawer
from explorer.families.classifier import Classifier
from explorer.families.latent_gaussian import LatentGaussian
from explorer.probes.attribute_arithmetic import FACES, STRENGTHS, FindPairs, Pool, attribute_effect
from explorer.probes.browse import posteriors
from explorer.traces import Floats, Integers
from explorer.training.classifier.labels import class_attributes
from explorer.training.settings import TrainingError

FILE = "attributes.safetensors"
SEED = 0
MOST = 10_000
"""Images that are encoded at most to find enough that lack a value."""


def find_classifier(data: str, checkpoints: Path) -> Checkpoint:
    """The checkpoint of a classifier of the data set ``data``.

    Raises:
        TrainingError: if there is none.
    """
    try:
        return open_checkpoint(find(f"classifier-{data}", checkpoints))
    except CheckpointError as error:
        raise TrainingError(f"attributes of {data} cannot be measured: {error}") from error


def analyse_attributes(folder: Path, checkpoints: Path) -> Config:
    """Measure every attribute with classes of a finished model's data set, and write ``attributes.safetensors``.

    Args:
        folder: the checkpoint of a model with an encoder and a decoder.
        checkpoints: where the classifier of its data set is.

    Raises:
        TrainingError: if the model has no latent space with an encoder, or no classifier knows its data set.
        CheckpointError: if a folder does not keep the contract.
        DatasetError: if the data set is not on this machine, or its drawings cannot be drawn again.
    """
    checkpoint = open_checkpoint(folder)
    config, model = checkpoint.config, checkpoint.model
    if not isinstance(model, LatentGaussian):
        raise TrainingError(f"{folder.name} has no encoder: there are no latents to average")
    judge = find_classifier(config.dataset["name"], checkpoints)
    assert isinstance(judge.model, Classifier)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # convolutions are a third faster so
    test, train = load(config.dataset["name"], "test"), load(config.dataset["name"], "train")
    placed = read_tensors(folder / "map.safetensors")
    index = placed["dataset_index"].numpy()
    pool = make_pool(model, test, train, index)
    tensors = {"strength": np.asarray(STRENGTHS, np.float32)}
    described = {}
    with finding_pairs(config.dataset["name"], test) as find_pairs:
        for name in pool.attributes:
            browse = (placed["mean"].numpy(), class_attributes(test)[name].take(index))
            effect = attribute_effect(model, judge.model, name, browse, pool, find_pairs, SEED)
            tensors |= effect.tensors(name)
            accuracy = judge.config.metrics["accuracy" if name == next(iter(pool.attributes)) else f"accuracy_{name}"]
            described[name] = {"values": effect.values, "others": effect.others, "accuracy": accuracy}
            if effect.pairs:
                described[name]["paired"] = effect.pairs.values
    metadata = {"classifier": judge.config.name, "seed": SEED, "attributes": described}
    arrays = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in tensors.items()}
    write_tensors(folder / FILE, arrays, {"attributes": json.dumps(metadata, ensure_ascii=False, allow_nan=False)})
    return write_config(folder, replace(config, files={}))


@contextmanager
def finding_pairs(data: str, test: Split) -> Iterator[FindPairs | None]:
    """What gives exact pairs of the data set's test split; None where the data set is no drawing."""
    if data not in DRAWINGS:
        yield None
        return
    with open_redrawer(data, test) as redrawer:
        yield redrawer.pairs


def make_pool(model: LatentGaussian, test: Split, train: Split, browse: Integers) -> Pool:
    """Held-out images, and as many training images as are needed for :data:`FACES` that lack each value."""
    held_out, learnt = class_attributes(test), class_attributes(train)
    extra = 0
    for name, attribute in held_out.items():
        for code in range(len(attribute.values)):
            missing = FACES - int((attribute.codes != code).sum())
            lacking = np.flatnonzero(learnt[name].codes != code)[: max(missing, 0)]
            extra = max(extra, int(lacking[-1]) + 1 if len(lacking) else 0)
    extra = min(extra, max(0, MOST - len(test.images)))
    attributes = {
        name: replace(each, codes=np.concatenate([each.codes, learnt[name].codes[:extra]]))
        for name, each in held_out.items()
    }
    origin = np.concatenate([np.zeros(len(test.images), np.int64), np.full(extra, 2)])
    origin[browse] = 1
    return Pool(_means(model, test, train, extra), attributes, origin)


def _means(model: LatentGaussian, test: Split, train: Split, extra: int) -> Floats:
    parts = [posteriors(model, test.images)[0]]
    if extra:
        parts.append(posteriors(model, train.images[:extra])[0])
    means: Floats = np.concatenate(parts)
    return means
