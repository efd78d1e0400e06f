"""Pictures that a model makes beside real ones: what ``explorer evaluate`` asks of every model that decodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.errors import ExplorerError
from explorer.traces import Bytes
from explorer.traces.measures import Comparison, Estimate
from explorer.traces.pictures import CategoricalAttribute

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.datasets import Split
    from explorer.families.classifier import Classifier
    from explorer.metrics.generation import Judge

JUDGED = 1000
"""Samples that are judged, as many as along a training: the measures depend on the number."""
NEAREST = 500
"""Of a sample's pictures, so many are looked up among all training images."""
PAIRS = 5000
"""Latents from which a generator and the model that it started from make a picture each, to be compared."""
ABOUT_SAMPLES = ("samples: ", "samples are not judged: ", "classes not covered: ")
"""How the remarks about judged samples begin."""


@dataclass
class Judged:
    """Measures by name, what real data get in place of the model's, and what else is to be said."""

    metrics: dict[str, Estimate] = field(default_factory=dict)
    floors: dict[str, Estimate] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    record: dict[str, Any] | None = None
    """What ``evaluation.json`` holds, where a family has one."""
    curves: dict[str, Estimate] = field(default_factory=dict)
    """What stands beside curves of the timeline that are of fewer samples than the measures."""


def judge_samples(checkpoint: Checkpoint, judge: Judge, train: Split, held_out: Split, seed: int) -> Judged:
    """Samples under each of the model's priors; those under the first, beside the training images too.

    Measures of the first prior go by their own names, those of another as ``<measure>_<prior>``.

    Args:
        checkpoint: of a model that decodes.
        judge: of the data set's held-out pictures.
        train: the images of its training.
        held_out: the images that the judge knows.
        seed: of the first sample; the next ones follow.
    """
    from explorer.probes.samples import samples
    from explorer.sheets import as_bytes

    found = Judged()
    for index, prior in enumerate(checkpoint.config.priors):
        pictures = as_bytes(samples(checkpoint, seed, judge.count, prior).images)
        suffix = f"_{prior}" if index else ""
        add(found, judge.intervals(pictures), judge.floors, suffix)
        if index == 0:
            _memorised(found, pictures, train.images, held_out.images, seed)
            found.remarks += _said(checkpoint, judge, pictures, held_out)
    return found


def add(found: Judged, metrics: Mapping[str, Estimate], floors: Mapping[str, Estimate], suffix: str = "") -> None:
    """Take measures and their floors under names that end in ``suffix``."""
    found.metrics |= {name + suffix: value for name, value in metrics.items()}
    found.floors |= {name + suffix: floors[name] for name in metrics}


def _memorised(found: Judged, pictures: Bytes, train: Bytes, held_out: Bytes, seed: int) -> None:
    from explorer.metrics.neighbours import nearest_is_training

    real = min(NEAREST, len(held_out) // 2)
    others = held_out[real:]
    found.metrics["nearest_training_image"] = nearest(pictures, train)
    found.floors["nearest_training_image"] = nearest(held_out, train)
    found.metrics["nearest_is_training"] = nearest_is_training(pictures[:NEAREST], train, others, seed)
    found.floors["nearest_is_training"] = nearest_is_training(held_out[:real], train, others, seed)


def nearest(pictures: Bytes, references: Bytes) -> Comparison:
    """The mean distance of the first :data:`NEAREST` pictures to their nearest references."""
    from explorer.metrics.likelihood import estimate
    from explorer.metrics.neighbours import nearest_pictures

    found = estimate(nearest_pictures(pictures[:NEAREST], references), "root mean square grey level, unit range")
    return Comparison(**vars(found), reference=len(references))


def compare_with_start(found: Judged, checkpoint: Checkpoint, judge: Judge, count: int, seed: int) -> None:
    """What a generator's training changed, where it started from another model's decoder: pictures of equal latents.

    Args:
        found: is told.
        checkpoint: of the generator.
        judge: of the data set's held-out pictures.
        count: latents.
        seed: of the first.
    """
    from explorer.probes.samples import samples
    from explorer.sheets import as_bytes

    name = checkpoint.config.training.get("settings", {}).get("start")
    if not name:
        return
    try:
        start = _open_beside(checkpoint, name)
    except ExplorerError as error:
        found.remarks.append(f"samples: not compared with those of its start: {error}")
        return
    prior = checkpoint.config.priors[0]
    before, after = (as_bytes(samples(each, seed, count, prior).images) for each in (start, checkpoint))
    found.metrics["frechet_change"] = judge.change(before, after)
    found.remarks.append(f"samples: frechet change is from the pictures that {name} makes of the same latents")


def _said(checkpoint: Checkpoint, judge: Judge, pictures: Bytes, held_out: Split) -> list[str]:
    """Which features judged, and which classes samples lack."""
    from explorer.metrics.generation import COVERED, SPLITS

    shares = zip(classes(held_out).values, judge.shares(pictures), judge.real_shares, strict=True)
    rare = [f"{value} {share:.2%} (real {real:.2%})" for value, share, real in shares if share < COVERED * real]
    rest = len(held_out.images) - judge.count
    return [
        f"samples: {judge.count} of them beside {rest} held-out images for the Fréchet distance, beside {judge.count} "
        f"for what counts neighbours; floors: {judge.count} other held-out images beside as many, median and middle "
        f"95 % of {SPLITS} random splits; in the features of classifier-{checkpoint.config.dataset['name']}: no "
        "published FID",
        f"classes not covered: {', '.join(rare) or 'none'}",
    ]


def classes(split: Split) -> CategoricalAttribute:
    """The first classes that a split has.

    Raises:
        ExplorerError: if it has none.
    """
    found = [each for each in split.attributes.values() if isinstance(each, CategoricalAttribute)]
    if not found:
        raise ExplorerError("samples are judged by the classes of their data set, and this one has none")
    return found[0]


def classifier_of(checkpoint: Checkpoint) -> Classifier:
    """The classifier of the model's data set, from beside the checkpoint or from those that ship.

    Raises:
        ExplorerError: if there is none, or it is of images of another shape.
    """
    name = f"classifier-{checkpoint.config.dataset['name']}"
    classifier: Classifier = _open_beside(checkpoint, name).model
    if classifier.image_shape != checkpoint.model.image_shape:
        raise ExplorerError(f"{name} judges images {classifier.image_shape}, not {checkpoint.model.image_shape}")
    return classifier


def _open_beside(checkpoint: Checkpoint, name: str) -> Checkpoint:
    """Another checkpoint, from beside this one or from those that ship.

    Raises:
        ExplorerError: if there is none, or it is damaged.
    """
    from explorer import catalog

    folders = (checkpoint.folder.parent, catalog.SHIPPED)
    folder = next((each for each in folders if (each / name).is_dir()), None)
    if folder is None:
        raise ExplorerError(f"there is no {name}, neither beside the model nor among those that ship")
    return catalog.open_checkpoint(catalog.find(name, folder))
