"""Small sequence models with all their files, made up so that tests know every number.

``python tests/browser/sequence_toys.py DIR`` writes one folder each to ``DIR`` for ``explorer app --checkpoints DIR``.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from explorer.checkpoints import Config, write_atomically, write_config, write_json, write_tensors
from explorer.families.graphs import write_graph
from explorer.families.notes import NoteModel
from explorer.families.recurrent_gan import RecurrentGAN
from explorer.protocols import capabilities

SIGNAL = {"kind": "signal", "length": 24, "rate": 12.0, "unit": "mV", "offset": 0.5, "scale": 2.0}
NOTES = {
    "kind": "notes",
    "length": 16,
    "pitches": [60, 62, 64, 65, 67, 69, 70, 71, 72],
    "durations": [0.0, 0.25, 0.5, 1.0, 1.5, 2.0],
    "tempo": 120.0,
}
CONDITION = {
    "attribute": "beat",
    "values": ["normal", "early", "wide"],
    "labels": {"en": ["normal", "early", "wide"], "zh": ["正常", "提前", "宽大"]},
    "shares": [0.5, 0.3, 0.2],
}
STEPS = (0, 10, 100, 500, 2000, 8000)

TOYS: dict[str, dict[str, Any]] = {
    "rgan-signal-toy": {"sequence": SIGNAL, "latent": 3, "classes": 3, "cell": "gru", "hidden_size": 10},
    "rgan-notes-toy": {"sequence": NOTES, "latent": 5, "hidden_size": 14, "layers": 2, "discriminator_size": 9},
    "rgan-batch-toy": {"sequence": {**SIGNAL, "unit": ""}, "latent": 2, "hidden_size": 6, "minibatch_features": 3},
    "notes-toy": {"sequence": NOTES, "hidden_size": 13, "layers": 2, "pitch_size": 6, "duration_size": 3},
    "notes-toy-gru": {"sequence": NOTES, "cell": "gru", "hidden_size": 12, "pitch_size": 5, "duration_size": 4},
}
"""Arguments of each toy; not all sizes are multiples of four, as which the page handles them."""


def toy_model(name: str) -> Any:
    """A model with seeded weights, large enough that gates open and close."""
    torch.manual_seed(len(name))
    model: nn.Module = (NoteModel if name.startswith("notes") else RecurrentGAN)(**TOYS[name])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2.5)
    return model.eval().requires_grad_(False)


def examples(name: str) -> dict[str, Tensor]:
    """Tensors of ``examples.safetensors``: sines of rising frequency."""
    t = np.arange(SIGNAL["length"]) / SIGNAL["rate"]  # type: ignore[operator]
    samples = np.stack([0.5 + 1.5 * np.sin(2 * np.pi * (1 + i / 2) * t) for i in range(4)]).astype(np.float32)
    tensors = {"samples": torch.from_numpy(samples)}
    return {**tensors, "label": torch.tensor([0, 1, 2, 0], dtype=torch.int16)} if "classes" in TOYS[name] else tensors


def timeline(name: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata of ``timeline.safetensors``: each sequence differs from moment to moment."""
    generator = np.random.default_rng(0)
    moments, count, length = len(STEPS), 6, TOYS[name]["sequence"]["length"]
    tensors: dict[str, Tensor] = {"step": torch.tensor(STEPS)}
    if TOYS[name]["sequence"]["kind"] == "signal":
        tensors["samples"] = torch.from_numpy(generator.uniform(-1, 2, (moments, count, length)).astype(np.float16))
    else:
        pitch = generator.integers(1, 11, (moments, count, length))
        pitch[:, :, -3:] = 0
        tensors["pitch"] = torch.from_numpy(pitch.astype(np.uint8))
        duration = np.where(pitch == 0, 0, generator.integers(1, 6, pitch.shape))
        tensors["duration"] = torch.from_numpy(duration.astype(np.uint8))
    if "classes" in TOYS[name]:
        tensors["label"] = torch.tensor([0, 1, 2, 0, 1, 2], dtype=torch.int16)
    described: dict[str, Any] = {
        "bits_per_note": {"unit": "bits per note", "count": 64, "floor": None, "best": "low"},
    }
    if not name.startswith("notes"):
        tensors["judgement.fake"] = torch.from_numpy(generator.normal(size=(moments, count, length)).astype(np.float16))
        tensors["judgement.real"] = torch.from_numpy(generator.normal(size=(moments, length)).astype(np.float32))
        tensors["histogram.edges"] = torch.linspace(-2, 2, 9)
        shares = generator.dirichlet(np.ones(8), (2, moments)).astype(np.float32)
        tensors |= {"histogram.real": torch.from_numpy(shares[0]), "histogram.fake": torch.from_numpy(shares[1])}
        described = {
            "mmd2": {"unit": "", "count": 64, "floor": {"value": 0.0, "low": -0.01, "high": 0.01}, "best": "low"}
        }
    (measure,) = described
    tensors[f"measure.{measure}"] = torch.tensor([1.0 / (1 + moment) for moment in range(moments)])
    temperature = 1.0 if name.startswith("notes") else None
    content = {"kind": "sequences", "seeds": count, "temperature": temperature, "measures": described}
    return tensors, {"timeline": json.dumps(content)}


def history(name: str) -> dict[str, Any]:
    """A row at every hundredth step."""
    steps = range(100, STEPS[-1] + 1, 100)
    if name.startswith("notes"):
        columns = ["step", "loss", "gradient_norm", "learning_rate"]
        return {"columns": columns, "rows": [[s, 4 * math.exp(-s / 3000) + 1.5, 0.2 + 50 / s, 0.001] for s in steps]}
    columns = ["step", "discriminator_loss", "generator_loss"]
    return {"columns": columns, "rows": [[s, 1.0 + s / 1e4, 1.0 - s / 1e4] for s in steps]}


def evaluation(name: str) -> dict[str, Any]:
    """``evaluation.json``: one histogram over numbers or one over names."""
    signal = TOYS[name]["sequence"]["kind"] == "signal"
    numeric = {"unit": "Hz", "edges": [1.0, 2.0, 3.0, 5.0], "categories": None}
    named = {"unit": "", "edges": None, "categories": ["C", "D", "E"]}
    shares = {"real": [0.5, 0.25, 0.25], "fake": [0.5, 0.5, 0.0] if name.startswith("notes") else [0.2, 0.2, 0.6]}
    return {
        "format": 1,
        "protocol": {"seed": 0, "images": 0, "draws": 0, "binarisation": None},
        "remarks": [],
        "robustness": {},
        "factors": None,
        "sequences": {
            "real": 400,
            "fake": 500,
            **({"blocks": 3} if signal else {}),
            "seed": 3,
            "kernel": "Gaussian, median bandwidth" if signal else None,
            "histograms": {"frequency" if signal else "pitch_class": {**(numeric if signal else named), **shares}},
        },
    }


def toy_sequences(folder: Path, name: str, evaluated: bool = True) -> Path:
    """Write the complete checkpoint folder ``folder`` of the toy ``name``; the folder's own name is the model's."""
    model = toy_model(name)
    folder.mkdir(parents=True)
    write_graph(folder, model)
    write_tensors(folder / "model.safetensors", dict(model.state_dict()))
    write_json(folder / "history.json", history(name))
    write_tensors(folder / "timeline.safetensors", *timeline(name))
    if TOYS[name]["sequence"]["kind"] == "signal":
        write_tensors(folder / "examples.safetensors", examples(name))
    if evaluated:
        write_json(folder / "evaluation.json", evaluation(name))
    write_atomically(folder / "README.md", b"A toy.\n")
    write_config(folder, config(folder.name, name, model))
    return folder


def config(name: str, toy: str, model: nn.Module) -> Config:
    """The configuration of a toy."""
    notes = toy.startswith("notes")
    return Config(
        name=name,
        title={"en": f"Toy {toy}", "zh": f"玩具 {toy}"},
        family="notes" if notes else "recurrent_gan",
        arguments=TOYS[toy],
        capabilities=capabilities(model),
        image=None,
        latent_size=None if notes else TOYS[toy]["latent"],
        likelihood=None,
        priors=[] if notes else ["standard_normal"],
        condition=CONDITION if "classes" in TOYS[toy] else None,
        dataset={"name": toy_data(toy), "version": "1", "sha256": "0" * 64, "split": "train", "licence": "none"},
        training={
            "seed": 0,
            "steps": STEPS[-1],
            "optimiser": "none",
            "loss": "nats a note" if notes else "non_saturating",
            "seconds": 0.0,
            "device": "1 × cpu",
            "command": "none",
        },
        metrics=metrics(toy),
        versions={"python": "3"},
        licence="MIT",
    )


def toy_data(toy: str) -> str:
    """The name of what a toy pretends to be trained on."""
    return "sines" if TOYS[toy]["sequence"]["kind"] == "signal" else "melodies"


def metrics(toy: str) -> dict[str, Any]:
    """Numbers that were never measured: of melodies, the note model has the nearer intervals, and neither the key."""
    estimates: dict[str, tuple[float, float, float]] = {
        "mmd2": (0.0123, 0.01, 0.02),
        "mmd2_floor": (0.0, -0.001, 0.001),
    }
    if TOYS[toy]["sequence"]["kind"] == "notes":
        distance = (0.1, 0.08, 0.12) if toy.startswith("notes") else (0.3, 0.25, 0.35)
        estimates = {"interval_distance": distance, "interval_distance_floor": (0.05, 0.04, 0.06)}
        estimates |= {"share_in_key": (0.97, 0.95, 0.99), "share_in_key_floor": (0.96, 0.95, 0.97)}
        if toy.startswith("notes"):
            estimates["bits_per_note"] = (2.5, 2.4, 2.6)
    return {
        name: {"value": value, "low": low, "high": high, "count": 400, "unit": "total variation"}
        for name, (value, low, high) in estimates.items()
    }


if __name__ == "__main__":
    for toy in TOYS:
        toy_sequences(Path(sys.argv[1]) / toy, toy)
