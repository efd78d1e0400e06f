"""From a finished run over sequences to a complete checkpoint folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.catalog import SHIPPED, checkpoints
from explorer.checkpoints import (
    Config,
    compact,
    rounded,
    write_config,
    write_json,
    write_tensors,
)
from explorer.datasets.sequences import SEQUENCES, sequences_sha256
from explorer.families.graphs import write_graph
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.families.sequences import Signal
from explorer.metrics.sequences.report import Report
from explorer.protocols import capabilities
from explorer.training.entries import condition, trained_on, versions
from explorer.training.history import write_history
from explorer.training.sequences.card import write_card
from explorer.training.sequences.data import Windows
from explorer.training.sequences.evaluation import SEED, measure
from explorer.training.sequences.run import SequenceRun
from explorer.training.sequences.settings import NoteSettings, RecurrentGANSettings

EXAMPLES = 24
"""Held-out sequences that ship to compare with, where they may."""


@dataclass(frozen=True)
class Described:
    """What the card and the configuration say of a kind of model."""

    family: str
    title: dict[str, str]
    loss: str
    optimiser: str


def describe(settings: RecurrentGANSettings | NoteSettings) -> Described:
    """Family, title, loss and optimiser of a run."""
    source = SEQUENCES[settings.data].title
    if isinstance(settings, NoteSettings):
        kind = {"lstm": "LSTM", "gru": "GRU"}[settings.cell]
        title = {
            "en": f"{kind} · {source['en']} · {settings.hidden_size} units",
            "zh": f"{kind} · {source['zh']} · {settings.hidden_size} 个单元",
        }
        return Described("notes", title, "-ln p(next note)", "adamw" if settings.weight_decay else "adam")
    english, chinese = (
        ("Conditional recurrent GAN", "条件循环 GAN") if settings.conditional else ("Recurrent GAN", "循环 GAN")
    )
    title = {"en": f"{english} · {source['en']}", "zh": f"{chinese} · {source['zh']}"}
    optimisers = f"{settings.discriminator_optimiser} (D), {settings.generator_optimiser} (G)"
    return Described("recurrent_gan", title, settings.loss, optimisers)


def finish(
    run: SequenceRun,
    model: RecurrentGAN | NoteModel,
    arguments: dict[str, Any],
    real: Windows | None,
    held_out: Windows | None,
    out: Path,
) -> Config:
    """Round the weights to what is stored, measure them, and write every file of the contract to ``out``.

    Args:
        run: finished.
        model: what ships.
        arguments: that it was built from.
        real: what a recurrent GAN was trained on.
        held_out: what it was not trained on.
        out: the folder.
    """
    settings = run.settings
    assert isinstance(settings, RecurrentGANSettings | NoteSettings)
    model.eval().requires_grad_(False)
    model.load_state_dict(rounded(model.state_dict()))
    run.recorder.record(run.total, model)  # so that the last moment is what ships
    run.recorder.pack(out / "timeline.safetensors")
    write_history(out / "history.json", ("step", *run.columns), run.history())
    write_graph(out, model)
    attribute = None if real is None else real.attribute
    shares = None if attribute is None else condition(*attribute)
    report = measure(model, settings.data, None if shares is None else shares["shares"])
    record = evaluation(report)
    write_json(out / "evaluation.json", record)
    if held_out is not None and SEQUENCES[settings.data].shareable:
        write_examples(out / "examples.safetensors", held_out)
    config = _config(run, model, arguments, shares, report, out)
    header = {"config": json.dumps(asdict(config), ensure_ascii=False)}
    write_tensors(out / "model.safetensors", compact(model.state_dict()), header)
    write_card(out, config, record["sequences"], checkpoints(SHIPPED) if SHIPPED.is_dir() else [])
    return write_config(out, config)


def evaluation(report: Report) -> dict[str, Any]:
    """``evaluation.json``: histograms, and how they were made."""
    protocol = {"seed": SEED, "images": 0, "draws": 0, "binarisation": None}
    sequences = {
        "real": report.real,
        "fake": report.fake,
        "blocks": report.blocks,
        "seed": SEED,
        "kernel": report.kernel,
        "histograms": report.histograms,
    }
    return {
        "format": 1,
        "protocol": protocol,
        "remarks": [],
        "robustness": {},
        "factors": None,
        "sequences": sequences,
    }


def write_examples(path: Path, held_out: Windows) -> None:
    """Write ``examples.safetensors``: the first held-out signals in seeded order, and their classes."""
    assert isinstance(held_out.kind, Signal)
    rows = torch.from_numpy(np.random.default_rng(SEED).permutation(len(held_out.stored))[:EXAMPLES])
    tensors = {"samples": held_out.kind.values(held_out.stored[rows])}
    if held_out.attribute is not None:
        tensors["label"] = torch.from_numpy(held_out.attribute[1].codes.astype(np.int16))[rows]
    write_tensors(path, tensors)


def _config(
    run: SequenceRun,
    model: RecurrentGAN | NoteModel,
    arguments: dict[str, Any],
    classes: dict[str, Any] | None,
    report: Report,
    out: Path,
) -> Config:
    settings = run.settings
    assert isinstance(settings, RecurrentGANSettings | NoteSettings)
    source, about = SEQUENCES[settings.data], describe(settings)
    return Config(
        name=out.name,
        title=about.title,
        family=about.family,
        arguments=arguments,
        capabilities=capabilities(model),
        image=None,
        latent_size=getattr(model, "latent_size", None),
        likelihood=None,
        priors=["standard_normal"] if isinstance(model, RecurrentGAN) else [],
        condition=classes,
        dataset=trained_on(source, sequences_sha256(source.name)),
        training={
            "seed": settings.seed,
            "steps": settings.steps,
            "optimiser": about.optimiser,
            "loss": about.loss,
            "seconds": round(run.seconds, 1),
            "device": "1 × cpu",
            "command": settings.command(f"runs/{out.name}"),
            "settings": settings.as_json(),
        },
        metrics={name: asdict(value) for name, value in report.all_metrics().items()},
        versions=versions(),
        licence="MIT",
    )
