"""What ``explorer evaluate`` computes for each kind of model: measures, and what real data get in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from explorer.cli.judging import JUDGED, PAIRS, Judged, classes, classifier_of, compare_with_start, judge_samples
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint


def evaluate(
    checkpoint: Checkpoint, count: int | None, draws: int | None, seed: int, samples_only: bool = False
) -> Judged:
    """Measure a checkpoint of any kind afresh.

    Args:
        checkpoint: opened.
        count: images, pictures or points; by default as many as is usual for the kind.
        draws: K of the importance-weighted bound, for models with a likelihood.
        seed: of what is drawn.
        samples_only: judge pictures that the model makes, and take the rest from the folder as it is.

    Raises:
        ExplorerError: if the graph is not the model, the data set or its classifier is not on this machine, or the
            count is out of range.
    """
    from explorer.cli.latent_evaluation import evaluate_latent, evaluate_samples
    from explorer.families.graphs import check_graph
    from explorer.families.registry import FAMILIES

    check_graph(checkpoint.folder, checkpoint.model)
    kind = FAMILIES[checkpoint.config.family].evaluation
    if samples_only and (draws is not None or kind not in ("likelihood", "generation")):
        raise ExplorerError(
            "--samples-only judges pictures that a model makes: it takes no --draws, and no other model"
        )
    if kind == "likelihood" and samples_only:
        return evaluate_samples(checkpoint, count, seed)
    if kind == "likelihood":
        return evaluate_latent(checkpoint, count, draws, seed)
    if draws is not None:
        raise ExplorerError(f"{checkpoint.config.name} has no likelihood: there is no bound to make --draws for")
    return EVALUATIONS[kind](checkpoint, count, seed)


def _generation(checkpoint: Checkpoint, count: int | None, seed: int) -> Judged:
    from explorer import datasets
    from explorer.metrics.generation import Judge

    name = checkpoint.config.dataset["name"]
    train, held_out = datasets.load(name, "train"), datasets.load(name, "test")
    size = count or min(JUDGED, len(held_out.images) // 2)
    judge = Judge(classifier_of(checkpoint), held_out.images, classes(held_out).codes, size, seed)
    found = judge_samples(checkpoint, judge, train, held_out, seed)
    compare_with_start(found, checkpoint, judge, count or PAIRS, seed)
    return found


def _classification(checkpoint: Checkpoint, count: int | None, _: int) -> Judged:
    from explorer import datasets
    from explorer.training.classifier.finish import accuracies

    held_out = datasets.load(checkpoint.config.dataset["name"], "test")
    index = np.arange(len(held_out.images))[:count]
    attributes = {name: each.take(index) for name, each in held_out.attributes.items()}
    return Judged(accuracies(checkpoint.model, datasets.Split(held_out.images[index], attributes)))


def _text(checkpoint: Checkpoint, count: int | None, _: int) -> Judged:
    from explorer import datasets
    from explorer.training.language.evaluation import measure

    if count is not None:
        raise ExplorerError("character models are measured on the whole held-out text; there is no count to choose")
    text = datasets.load_text(checkpoint.config.dataset["name"])
    other = [] if text.sha256() == checkpoint.config.dataset["sha256"] else ["This is not the text of its training."]
    report = measure(checkpoint.model, text, checkpoint.config.training["settings"]["supplement"])
    return Judged(report.metrics, remarks=[*report.protocol, *other], curves={"bits_per_character": report.floor})


def _sequences(checkpoint: Checkpoint, count: int | None, _: int) -> Judged:
    from explorer.training.sequences.evaluation import measure
    from explorer.training.sequences.finish import evaluation

    if count is not None:
        raise ExplorerError(
            "models of sequences are measured on as many as their card says; there is no count to choose"
        )
    classes = checkpoint.config.condition
    report = measure(checkpoint.model, checkpoint.config.dataset["name"], classes["shares"] if classes else None)
    return Judged(report.metrics, report.floors, record=evaluation(report))


def _points(checkpoint: Checkpoint, count: int | None, _: int) -> Judged:
    from explorer.training.planar.finish import PROTOCOL, planar_metrics

    if count is not None:
        raise ExplorerError("planar models are measured on the points that the page shows; there is no count to choose")
    return Judged(planar_metrics(checkpoint.model), remarks=list(PROTOCOL))


EVALUATIONS: dict[str, Callable[[Checkpoint, int | None, int], Judged]] = {
    "generation": _generation,
    "classification": _classification,
    "text": _text,
    "sequences": _sequences,
    "points": _points,
}
"""By a family's entry ``evaluation``, but for "likelihood", which :mod:`explorer.cli.latent_evaluation` measures."""
