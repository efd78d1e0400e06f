"""From a finished GAN run to a complete checkpoint folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.catalog import Mixture
from explorer.checkpoints import (
    Config,
    compact,
    read_header,
    read_tensors,
    rounded,
    write_atomically,
    write_config,
    write_tensors,
)
from explorer.datasets import DATASETS, Split
from explorer.families.gan import GAN
from explorer.families.graphs import write_graph
from explorer.probes.browse import real_images
from explorer.probes.samples import label, latent
from explorer.protocols import capabilities
from explorer.sheets import as_bytes
from explorer.traces import Bytes
from explorer.traces.measures import Comparison, Estimate
from explorer.training.browse import write_map
from explorer.training.card import card
from explorer.training.entries import trained_on, versions
from explorer.training.gan.moments import write_moments
from explorer.training.gan.recorder import GANRecorder, sizes_and_floor
from explorer.training.gan.run import COLUMNS, GANRun
from explorer.training.gan.settings import GANSettings
from explorer.training.history import write_history


def finish(
    run: GANRun, held_out: Split, prior: Mixture | None, described: dict[str, Any], out: Path, device: str
) -> Config:
    """Round the averaged generator to what is stored, measure it, and write every file of the contract to ``out``."""
    settings, recorder = run.settings, run.recorder
    model = run.networks.average.cpu().eval().requires_grad_(False)
    model.load_state_dict(rounded(model.state_dict()))
    classifier = None if recorder.judge is None else f"classifier-{settings.data}"
    pack_timeline(recorder, out, classifier)
    write_moments(out / "moments.safetensors", recorder.stable, recorder.weights())
    rows = [[row[name] for name in COLUMNS] for row in run.history()]
    write_history(out / "history.json", COLUMNS, rows)
    index = np.random.default_rng(0).permutation(len(held_out.images))[: settings.browse]
    write_map(out, real_images(held_out.images, held_out.attributes, np.sort(index)))
    write_graph(out, model)
    config = _config(run, model, prior, described, out.name, device)
    tensors = {} if prior is None else {f"prior.{name}": value for name, value in vars(prior).items()}
    header = {"config": json.dumps(asdict(config), ensure_ascii=False)}
    write_tensors(out / "model.safetensors", compact({**model.state_dict(), **tensors}), header)
    write_atomically(out / "README.md", card(config, DATASETS[settings.data], remarks(config)).encode())
    return write_config(out, config)


def remarks(config: Config) -> str:
    """What the card says of a generator whose pictures leave out most of the data; nothing of any other."""
    metrics = config.metrics
    if "recall" not in metrics or metrics["recall"]["value"] >= metrics["recall_floor"]["value"] / 2:
        return ""
    recall, floor = (_told(metrics[name]) for name in ("recall", "recall_floor"))
    classes, all_classes = (metrics[name]["value"] for name in ("classes", "classes_floor"))
    return (
        f"Collapsed: {recall} of real pictures lie among its own (real ones: {floor}), and they show {classes:.0f} of "
        f"{all_classes:.0f} classes. It ships to be looked at while it fails."
    )


def _told(share: dict[str, Any]) -> str:
    return f"{share['value']:.2f} [{share['low']:.2f}, {share['high']:.2f}]"


def title(settings: GANSettings, conditional: bool) -> dict[str, str]:
    """What a run's model is called, by language: family, data and size, and what the settings say sets it apart."""
    source = DATASETS[settings.data].title
    english, chinese = ("Conditional GAN", "条件 GAN") if conditional else ("GAN", "GAN")
    named = {
        "en": f"{english} · {source['en']} · {settings.latent} dimensions",
        "zh": f"{chinese} · {source['zh']} · {settings.latent} 维",
    }
    apart = {"en": settings.title_en, "zh": settings.title_zh}
    return {language: " · ".join(filter(None, [text, apart[language]])) for language, text in named.items()}


@torch.no_grad()
def draw(model: GAN, prior: Mixture | None, shares: list[float] | None, count: int, first: int = 0) -> Bytes:
    """Pictures uint8 (count, C, H, W) of the seeds ``first``, ``first`` + 1, …: drawn as the page does."""
    pictures = []
    for seeds in np.array_split(np.arange(first, first + count), max(1, count // 250)):
        z = torch.from_numpy(np.stack([latent(int(seed), model.latent_size, prior) for seed in seeds]))
        labels = None if shares is None else torch.from_numpy(np.stack([label(int(seed), shares) for seed in seeds]))
        pictures.append(as_bytes(model.decode(z, labels).numpy()))
    return np.concatenate(pictures)


def pack_timeline(recorder: GANRecorder, out: Path, classifier: str | None) -> None:
    """Write ``timeline.safetensors`` from the recorded moments."""
    parts = [read_tensors(recorder.folder / f"{step:08d}.safetensors") for step in recorder.moments]
    names = [name for name in parts[0] if name.startswith(("histogram.", "measure."))]
    lengths = torch.tensor([0, *(len(part["samples"]) for part in parts)])
    tensors: dict[str, Tensor] = {
        "step": torch.tensor(recorder.moments),
        "sheet.samples.bytes": torch.cat([part["samples"] for part in parts]),
        "sheet.samples.offsets": lengths.cumsum(0),
        "histogram.edges": torch.from_numpy(recorder.edges.astype(np.float32)),
        **{name: torch.stack([part[name] for part in parts]) for name in names},
    }
    if recorder.tile_codes is not None:
        tensors["label"] = torch.from_numpy(recorder.tile_codes)
    described = json.dumps(recorder.description(classifier), ensure_ascii=False)
    write_tensors(out / "timeline.safetensors", tensors, {"timeline": described})


def renew_floors(path: Path, floors: Mapping[str, Estimate]) -> None:
    """Put floors into the header of a timeline whose measures are of the same sizes; its tensors stay as they are.

    Args:
        path: of ``timeline.safetensors``.
        floors: by measure; those of another number of pictures are left out.
    """
    metadata = read_header(path)[1]
    described = json.loads(metadata["timeline"])
    for name, measure in described["measures"].items():
        floor = floors.get(name)
        if isinstance(floor, Comparison) and floor.count == measure["count"]:
            measure |= sizes_and_floor(floor)
    write_tensors(path, read_tensors(path), {**metadata, "timeline": json.dumps(described, ensure_ascii=False)})


def _config(
    run: GANRun, model: GAN, prior: Mixture | None, described: dict[str, Any], name: str, device: str
) -> Config:
    settings, source = run.settings, DATASETS[run.settings.data]
    judge = run.recorder.judge
    shares = described["condition"]["shares"] if described["condition"] else None
    metrics = {} if judge is None else judge.intervals(draw(model, prior, shares, judge.count))
    floors = {} if judge is None else judge.floors
    metrics |= {f"{metric}_floor": floor for metric, floor in floors.items()}
    return Config(
        name=name,
        arguments=settings.model_arguments(model.image_shape, getattr(model, "classes", 0)),
        capabilities=capabilities(model),
        likelihood=None,
        priors=["standard_normal"] if prior is None else ["mixture", "standard_normal"],
        dataset=trained_on(source, source.sha256),
        training={
            "seed": settings.seed,
            "steps": settings.steps,
            "optimiser": f"{settings.discriminator_optimiser} (D), {settings.generator_optimiser} (G)",
            "loss": settings.loss,
            "seconds": round(run.seconds, 1),
            "device": device,
            "command": settings.command(f"runs/{name}"),
            "settings": settings.as_json(),
        },
        metrics={metric: asdict(value) for metric, value in metrics.items()},
        versions=versions(),
        licence="MIT",
        **described,
    )
