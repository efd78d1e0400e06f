"""Where ``explorer evaluate --write`` puts what it measured: ``config.json``, ``evaluation.json`` and the card."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.catalog import Checkpoint
    from explorer.checkpoints import Config
    from explorer.cli.judging import Judged


def write(checkpoint: Checkpoint, found: Judged) -> None:
    """Put numbers with their floors into ``config.json``, curves into ``evaluation.json``, and both into the card.

    The weights stay as they are; so does the configuration in the header of their file, which is of the training's end.
    """
    from explorer.checkpoints import write_atomically, write_config, write_json
    from explorer.datasets import find_any
    from explorer.families.registry import FAMILIES
    from explorer.metrics.record import FILE
    from explorer.training.card import card

    metrics = found.metrics | {f"{name}_floor": floor for name, floor in found.floors.items()}
    config = replace(checkpoint.config, metrics={name: asdict(value) for name, value in metrics.items()})
    kind = FAMILIES[config.family].evaluation
    source = None if kind == "points" else find_any(config.dataset["name"])
    text = card(config, source, REMARKS[kind](checkpoint, config, found), found.remarks)
    if kind in TIMELINES and TIMELINE in config.files:
        TIMELINES[kind](checkpoint.folder / TIMELINE, found)
    if found.record is not None:
        write_json(checkpoint.folder / FILE, found.record)
    write_atomically(checkpoint.folder / "README.md", text.encode())
    write_config(checkpoint.folder, config)


def _floors_of_pictures(timeline: Path, found: Judged) -> None:
    from explorer.training.gan.finish import renew_floors

    renew_floors(timeline, found.floors)


def _floor_of_text(timeline: Path, found: Judged) -> None:
    from explorer.training.language.recorder import renew_floor

    renew_floor(timeline, found.curves["bits_per_character"])


TIMELINE = "timeline.safetensors"
TIMELINES: dict[str, Callable[[Path, Judged], None]] = {
    "generation": _floors_of_pictures,
    "text": _floor_of_text,
}
"""What renews the floors beside a timeline's curves, by a family's entry ``evaluation``."""


def _likelihood(_: Checkpoint, config: Config, __: Judged) -> str:
    from explorer.training.vae.finish import remarks

    return remarks(config.training["settings"])


def _generation(_: Checkpoint, config: Config, __: Judged) -> str:
    from explorer.training.gan.finish import remarks

    return remarks(config)


def _text(checkpoint: Checkpoint, config: Config, _: Judged) -> str:
    from explorer.datasets import load_text
    from explorer.training.language.finish import remarks
    from explorer.training.language.settings import LanguageSettings

    settings = LanguageSettings(**config.training["settings"])
    return remarks(config, checkpoint.model, load_text(settings.data), settings)


def _sequences(checkpoint: Checkpoint, config: Config, found: Judged) -> str:
    from explorer.catalog import checkpoints
    from explorer.training.sequences.card import remarks

    assert found.record is not None
    return "\n".join(remarks(config, found.record["sequences"], checkpoints(checkpoint.folder.parent)))


def _points(checkpoint: Checkpoint, _: Config, __: Judged) -> str:
    from explorer.checkpoints import read_header

    story = json.loads(read_header(checkpoint.folder / TIMELINE)[1]["timeline"])
    said: str = story["description"]["en"]
    return said


REMARKS: dict[str, Callable[[Checkpoint, Config, Judged], str]] = {
    "likelihood": _likelihood,
    "generation": _generation,
    "classification": lambda *_: "",
    "text": _text,
    "sequences": _sequences,
    "points": _points,
}
"""What the card says of this very model, by a family's entry ``evaluation``: as at the end of its training."""
