"""What a finished character model's folder says beside its training: marks and units, memory, and a map of states.

It follows from the weights and the held-out text alone, so that it can be written again at any time.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.catalog import open_checkpoint
from explorer.checkpoints import Config, read_json, write_config, write_tensors
from explorer.datasets import load_text
from explorer.families.recurrent import LanguageModel
from explorer.probes.gates import all_quantities
from explorer.probes.marks import MARKS, UNLABELLED, Mark
from explorer.probes.memory import measure_memory
from explorer.probes.reading import start_and
from explorer.probes.states import map_states
from explorer.probes.units import UnitScores, score_units
from explorer.traces import Floats
from explorer.training.language.settings import LanguageSettings
from explorer.training.language.steps import build
from explorer.training.settings import TrainingError

READ = 30_000
"""Held-out characters, from the page's first one on, that units are scored over and gradients are measured in."""
COMMONEST = 0.985
"""A mark that says the same of more than this share of the characters is left out: the text has too little of it."""
TITLES = {
    "inside_quotes": {"en": "Inside quotation marks", "zh": "引号之内"},
    "inside_brackets": {"en": "Inside brackets", "zh": "括号之内"},
    "indentation": {"en": "Depth of indentation", "zh": "缩进深度"},
    "line_position": {"en": "Characters since the line break", "zh": "换行之后的字符数"},
    "line_end": {"en": "Before a line break", "zh": "换行符之前"},
    "vowel": {"en": "Vowel", "zh": "元音字母"},
    "couplet_position": {"en": "Place in the couplet, 1 to 14", "zh": "在联中的位置（1 至 14）"},
    "verse_position": {"en": "Place in the line of verse, 1 to 7", "zh": "在句中的位置（1 至 7）"},
    "second_verse": {"en": "Second line of the couplet", "zh": "对句（一联的第二句）"},
    "rhyme_place": {"en": "Rhyme place: last of the couplet's characters", "zh": "韵脚处（一联的最后一字）"},
    "oblique_tone": {"en": "Oblique tone, by the rhymes of 平水韵", "zh": "仄声（依平水韵）"},
    "speaker_line": {"en": "Name of a speaker", "zh": "说话人的名字"},
}


def analyse(folder: Path) -> Config:
    """Write ``marks.safetensors``, ``memory.safetensors`` and ``map.safetensors`` of a finished run, over any before.

    Args:
        folder: a character model's checkpoint that ``explorer train language-model`` made.

    Raises:
        TrainingError: if it is none, or the text on this machine is not the one that it was trained on.
        CheckpointError: if the folder does not keep the contract.
        DatasetError: if the text is not on this machine.
    """
    checkpoint = open_checkpoint(folder)
    config, model = checkpoint.config, checkpoint.model
    if not isinstance(model, LanguageModel) or "settings" not in config.training:
        raise TrainingError(f"{folder.name} is no character model that explorer train language-model made")
    text = load_text(config.dataset["name"])
    if text.sha256() != config.dataset["sha256"]:
        raise TrainingError(f"the text {config.dataset['name']} on this machine is not the one of {folder.name}")
    page = read_json(folder / "texts.json")["page"]
    read = text.held_out[text.held_out.index(page) :][:READ]
    write_marks(folder / "marks.safetensors", model, page, read)
    write_memory(folder / "memory.safetensors", model, LanguageSettings(**config.training["settings"]), read)
    states = map_states(model, page)
    _write(folder / "map.safetensors", states.tensors(), "map", states.metadata())
    return write_config(folder, replace(config, files={}))


def write_marks(path: Path, model: LanguageModel, page: str, read: str) -> None:
    """Write what each character of the page is, and each unit's score over ``read``, the page and what follows it."""
    quantity = "cell" if "cell" in model.quantities else "hidden"
    with torch.no_grad():
        activities = all_quantities(model, model.embed(start_and(model, read)))[quantity][1:].numpy()
    tensors: dict[str, Any] = {}
    described = {}
    for name, find in MARKS.items():
        mark = find(read)
        if not tells(mark):
            continue
        scored = _score(activities, mark)
        tensors[f"mark.{name}"] = find(page).values
        tensors[f"score.{name}"] = scored.scores.reshape(model.layers, model.hidden_size).astype(np.float32)
        described[name] = {
            "kind": mark.kind,
            "title": TITLES[name],
            **{key: getattr(scored, key) for key in ("count", "positives", "chance", "shifts", "seed")},
        }
    _write(path, tensors, "marks", {"quantity": quantity, "marks": described})


def write_memory(path: Path, model: LanguageModel, settings: LanguageSettings, read: str) -> None:
    """Write how far back gradients reach in ``read``, with these weights and with those that training started from."""
    fresh = build(settings, model.vocabulary).eval().requires_grad_(False)
    bias = settings.forget_bias if model.cell == "lstm" else None
    memory = measure_memory(model, fresh, model.encode_text(read), bias)
    _write(path, memory.tensors(), "memory", memory.metadata())


def tells(mark: Mark) -> bool:
    """Whether a mark tells enough of the text's characters apart to compare units with it."""
    labels = mark.values[mark.values != UNLABELLED].tolist()
    return bool(labels) and Counter(labels).most_common(1)[0][1] <= COMMONEST * len(labels)


def _score(activities: Floats, mark: Mark) -> UnitScores:
    """Scores of all layers' units (T, layers, H), as (layers · H,)."""
    return score_units(activities.reshape(len(activities), -1), mark)


def _write(path: Path, arrays: dict[str, Any], key: str, metadata: dict[str, Any]) -> None:
    tensors: dict[str, Tensor] = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}
    write_tensors(path, tensors, {key: json.dumps(metadata, ensure_ascii=False, allow_nan=False)})
