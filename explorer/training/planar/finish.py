"""From a recorded run to a complete checkpoint folder."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.checkpoints import Config, write_atomically, write_config, write_tensors
from explorer.datasets.planar import support
from explorer.families.graphs import write_graph
from explorer.families.planar_gan import PlanarGAN, load_flat_state
from explorer.families.planar_settings import PlanarSettings
from explorer.metrics.likelihood import estimate
from explorer.metrics.planar import (
    COVERED,
    FLOOR_PAIRS,
    SHOWN,
    WITHIN,
    estimate_modes,
    floor_pairs,
    generated,
    measure,
    shown_real,
)
from explorer.metrics.proportions import proportion
from explorer.protocols import capabilities
from explorer.traces.measures import Estimate
from explorer.training.card import card
from explorer.training.entries import versions
from explorer.training.folder import claimed
from explorer.training.history import write_history
from explorer.training.planar.command import Wording, command
from explorer.training.planar.recording import COLUMNS, Recording, record, timeline_tensors

PRIORS = {"uniform": "uniform", "gaussian": "standard_normal"}
PROTOCOL = (
    f"Shares are of all points of {FLOOR_PAIRS} draws, distances are means over them, each draw of {SHOWN} generated "
    f"points beside {SHOWN} real ones. Floors are means over {FLOOR_PAIRS} pairs of {SHOWN} real points.",
    f"A mode is covered where at least {100 * COVERED:.0f} % of its even share of the points lie within {WITHIN:.0f}σ "
    "of it. The interval counts the modes whose share is surely so much (Wilson, 95 %) and those whose share may be.",
)
"""How it was measured, for the card."""


def train_planar_gan(
    settings: PlanarSettings,
    iterations: int,
    wording: Wording,
    out: Path,
    progress: Callable[[int], None] | None = None,
    replace: bool = False,
) -> Recording:
    """Train and write a checkpoint folder; a run that diverges is kept up to there.

    Args:
        settings: the run.
        iterations: 1 or more.
        wording: what a visitor reads of it.
        out: the folder.
        progress: told of every completed iteration.
        replace: remove what an earlier training wrote to ``out``.

    Raises:
        ExplorerError: if nothing can be trained with these settings, not even the first iteration is finite, or ``out``
            holds a finished model that is not to be replaced.
    """
    started = time.monotonic()
    with claimed(out, replace):
        recording = record(settings, iterations, progress=progress)
        finish(recording, iterations, wording, out, time.monotonic() - started)
    return recording


def finish(recording: Recording, iterations: int, wording: Wording, out: Path, seconds: float) -> None:
    """Measure the last moment of a run that was to have ``iterations``, and write every file of its folder."""
    settings, last = recording.settings, recording.states[-1]
    model = PlanarGAN(**settings.as_json())
    load_flat_state(model.generator, last.generator)
    load_flat_state(model.discriminator, last.discriminator)
    model.eval().requires_grad_(False)
    training = {
        "seed": settings.seed,
        "steps": last.iteration,
        "iterations": iterations,
        "stopped": recording.stopped,
        "optimiser": f"{settings.optimisers.generator.kind} (G), {settings.optimisers.discriminator.kind} (D)",
        "loss": settings.loss,
        "seconds": round(seconds, 1),
        "device": "1 × cpu",
        "command": command(settings, iterations, wording, str(out)),
    }
    _write_folder(out, model, recording, wording, training)


def _write_folder(
    out: Path, model: PlanarGAN, recording: Recording, wording: Wording, training: dict[str, Any]
) -> None:
    config = _describe(out.name, model, wording, training)
    stopped = None if recording.stopped is None else {"iteration": recording.stopped, "reason": "nan"}
    story = {
        "kind": "planar",
        "settings": model.settings.as_json(),
        "description": wording.description,
        "stopped": stopped,
    }
    write_graph(out, model)
    write_tensors(out / "timeline.safetensors", timeline_tensors(recording), {"timeline": _compact(story)})
    write_tensors(out / "model.safetensors", model.state_dict(), {"config": _compact(asdict(config))})
    write_history(out / "history.json", COLUMNS, recording.rows)
    write_atomically(out / "README.md", card(config, None, wording.description["en"], PROTOCOL).encode())
    write_config(out, config)


def _describe(name: str, model: PlanarGAN, wording: Wording, training: dict[str, Any]) -> Config:
    settings = model.settings
    return Config(
        name=name,
        title=wording.title,
        family="planar_gan",
        arguments=settings.as_json(),
        capabilities=capabilities(model),
        image=None,
        latent_size=model.latent_size,
        likelihood=None,
        priors=[PRIORS[settings.noise.kind]],
        condition=None,
        dataset={
            "name": f"planar-{settings.data}",
            "version": "1",
            "sha256": hashlib.sha256(shown_real(settings).astype("<f4").tobytes()).hexdigest(),
            "split": "train",
            "licence": "MIT",
        },
        training=training,
        metrics={metric: asdict(value) for metric, value in planar_metrics(model).items()},
        versions=versions(),
        licence="MIT",
    )


def planar_metrics(model: PlanarGAN) -> dict[str, Estimate]:
    """Of eight independent draws of 512 generated and 512 real points, as :data:`PROTOCOL` says; with floors."""
    draws = [measure(model, index=index) for index in range(FLOOR_PAIRS)]
    pairs = floor_pairs(model.settings)
    metrics = {"high_quality_share": _share([draw.high_quality for draw in draws], "share of the points", SHOWN)}
    points = np.concatenate([generated(model, index=index) for index in range(FLOOR_PAIRS)])
    covered = estimate_modes(points, support(model.settings.data, model.settings.points))
    if covered is not None:
        metrics["modes_covered"] = covered
    for name, distance, unit in (
        ("energy", "energy_distance", "energy distance"),
        ("sliced_wasserstein", "sliced_wasserstein_distance", "units of the plane"),
    ):
        metrics[distance] = _mean([getattr(draw, name) for draw in draws], unit)
        metrics[f"{distance}_floor"] = _mean([getattr(pair, name) for pair in pairs], unit)
    accuracies = [draw.accuracy for draw in draws if draw.accuracy is not None]
    if accuracies:
        metrics["discriminator_accuracy"] = _share(accuracies, "share of the decisions", 2 * SHOWN)
    return metrics


def _mean(values: list[float], unit: str) -> Estimate:
    return replace(estimate(torch.tensor(values, dtype=torch.float64), unit), count=len(values) * SHOWN)


def _share(shares: list[float], unit: str, trials: int) -> Estimate:
    return proportion(round(sum(shares) * trials), len(shares) * trials, unit)


def _compact(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False)
